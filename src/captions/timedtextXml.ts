/** YouTube's XML forms: srv1 (seconds, text escaped twice), srv2 and srv3 (milliseconds, words with offsets). */
import { decodeEntities, stripFormatting, type RawCue } from './cueText';
import { Share, type Sliced } from './sliced';
import { elementsNamed, innerText, type XmlElement } from './xmlTree';

export interface ReadTimedtext {
  readonly format: 'srv1' | 'srv2' | 'srv3';
  readonly cues: readonly RawCue[];
  readonly automatic: boolean;
}

/** Undefined when the root is neither `transcript` nor `timedtext`. */
export function* readTimedtext(root: XmlElement): Sliced<ReadTimedtext | undefined> {
  if (root.name === 'transcript') return { format: 'srv1', cues: yield* readSrv1(root), automatic: false };
  if (root.name !== 'timedtext') return undefined;
  const paragraphs = yield* elementsNamed(root, 'p');
  return paragraphs.length > 0 || root.attributes.format === '3'
    ? yield* readSrv3(paragraphs)
    : yield* readSrv2(root);
}

function* readSrv1(root: XmlElement): Sliced<readonly RawCue[]> {
  const share = new Share();
  const cues: RawCue[] = [];
  for (const element of yield* elementsNamed(root, 'text')) {
    const startMs = inMs(element.attributes.start, 1000);
    if (startMs === undefined) continue;
    const durationMs = inMs(element.attributes.dur, 1000);
    // The content is HTML inside XML: tags of that HTML are markup, its escaped brackets are text.
    const text = decodeEntities(stripFormatting(innerText(element)));
    cues.push({ startMs, endMs: durationMs === undefined ? undefined : startMs + durationMs, text });
    if (share.due(text.length)) yield;
  }
  return cues;
}

function* readSrv2(root: XmlElement): Sliced<ReadTimedtext> {
  const share = new Share();
  const cues: RawCue[] = [];
  let automatic = false;
  for (const element of yield* elementsNamed(root, 'text')) {
    if (element.attributes.append === '1' || element.attributes.a === '1') automatic = true;
    else if (share.due(addTimed(cues, element))) yield;
  }
  return { format: 'srv2', cues, automatic };
}

function* readSrv3(paragraphs: readonly XmlElement[]): Sliced<ReadTimedtext> {
  const share = new Share();
  const cues: RawCue[] = [];
  let automatic = false;
  for (const element of paragraphs) {
    // Append paragraphs carry the line breaks of rolling captions.
    if (element.attributes.a === '1') {
      automatic = true;
      continue;
    }
    automatic ||= element.children.some(
      (child) => typeof child !== 'string' && child.name === 's' && child.attributes.t !== undefined,
    );
    if (share.due(addTimed(cues, element))) yield;
  }
  return { format: 'srv3', cues, automatic };
}

/** Adds the element's cue if it has a time; returns the length of its text. */
function addTimed(cues: RawCue[], element: XmlElement): number {
  const text = innerText(element);
  const startMs = inMs(element.attributes.t ?? '0', 1);
  if (startMs === undefined) return text.length;
  const durationMs = inMs(element.attributes.d, 1);
  cues.push({ startMs, endMs: durationMs === undefined ? undefined : startMs + durationMs, text });
  return text.length;
}

function inMs(value: string | undefined, factor: number): number | undefined {
  if (value === undefined || !/^-?\d{1,12}(?:\.\d{1,12})?$/.test(value.trim())) return undefined;
  return Math.round(Number(value) * factor);
}
