/** YouTube's XML forms: srv1 (seconds, text escaped twice), srv2 and srv3 (milliseconds, words with offsets). */
import { withAppendedLines, type TimedEvent } from './appended';
import { plainText, type RawCue } from './cueText';
import { Share, type Sliced } from './sliced';
import { cleanCues } from './longText';
import { elementsNamed, innerText, manyInside, textInside, type XmlElement } from './xmlTree';

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
    ? { format: 'srv3', ...(yield* readTimed(paragraphs)) }
    : { format: 'srv2', ...(yield* readTimed(yield* elementsNamed(root, 'text'))) };
}

function* readSrv1(root: XmlElement): Sliced<readonly RawCue[]> {
  const share = new Share();
  const cues: RawCue[] = [];
  for (const element of yield* elementsNamed(root, 'text')) {
    const text = element.size > manyInside ? yield* textInside(element) : innerText(element);
    if (share.due(text.length)) yield;
    const startMs = inMs(element.attributes.start, 1000);
    if (startMs === undefined) continue;
    const durationMs = inMs(element.attributes.dur, 1000);
    const endMs = durationMs === undefined ? undefined : startMs + durationMs;
    // The content is HTML inside XML: tags of that HTML are markup, its escaped brackets are text.
    for (const cue of cleanCues<RawCue>({ startMs, endMs, text }, plainText)) {
      cues.push(cue);
      if (cue.goesOn) yield;
    }
  }
  return cues;
}

/** `text` elements of srv2 and `p` elements of srv3. */
function* readTimed(
  elements: readonly XmlElement[],
): Sliced<{ readonly cues: readonly RawCue[]; readonly automatic: boolean }> {
  const share = new Share();
  const events: TimedEvent[] = [];
  for (const element of elements) {
    const { attributes } = element;
    const text = element.size > manyInside ? yield* textInside(element) : innerText(element);
    if (share.due(text.length)) yield;
    const startMs = inMs(attributes.t ?? '0', 1);
    if (startMs === undefined) continue;
    const durationMs = inMs(attributes.d, 1);
    const event: TimedEvent = {
      startMs,
      endMs: durationMs === undefined ? undefined : startMs + durationMs,
      text,
      window: inMs(attributes.w, 1) ?? 0,
      hasOffsets: element.children.some(
        (child) => typeof child !== 'string' && child.name === 's' && child.attributes.t !== undefined,
      ),
      isAppended: attributes.a === '1' || attributes.append === '1',
    };
    for (const part of cleanCues(event, plainText)) {
      events.push(part);
      if (part.goesOn) yield;
    }
  }
  return yield* withAppendedLines(events);
}

function inMs(value: string | undefined, factor: number): number | undefined {
  if (value === undefined || !/^-?\d{1,12}(?:\.\d{1,12})?$/.test(value.trim())) return undefined;
  return Math.round(Number(value) * factor);
}
