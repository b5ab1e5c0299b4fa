/** YouTube's XML forms: srv1 (seconds, text escaped twice), srv2 and srv3 (milliseconds, words with offsets). */
import { decodeEntities, stripFormatting, type RawCue } from './cueText';
import { elementsNamed, innerText, type XmlElement } from './xmlTree';

export interface ReadTimedtext {
  readonly format: 'srv1' | 'srv2' | 'srv3';
  readonly cues: readonly RawCue[];
  readonly automatic: boolean;
}

/** Undefined when the root is neither `transcript` nor `timedtext`. */
export function readTimedtext(root: XmlElement): ReadTimedtext | undefined {
  if (root.name === 'transcript') return { format: 'srv1', cues: readSrv1(root), automatic: false };
  if (root.name !== 'timedtext') return undefined;
  const paragraphs = elementsNamed(root, 'p');
  return paragraphs.length > 0 || root.attributes.format === '3' ? readSrv3(paragraphs) : readSrv2(root);
}

function readSrv1(root: XmlElement): RawCue[] {
  return elementsNamed(root, 'text').flatMap((element) => {
    const startMs = inMs(element.attributes.start, 1000);
    if (startMs === undefined) return [];
    const durationMs = inMs(element.attributes.dur, 1000);
    // The content is HTML inside XML: tags of that HTML are markup, its escaped brackets are text.
    const text = decodeEntities(stripFormatting(innerText(element)));
    return [{ startMs, endMs: durationMs === undefined ? undefined : startMs + durationMs, text }];
  });
}

function readSrv2(root: XmlElement): ReadTimedtext {
  let automatic = false;
  const cues = elementsNamed(root, 'text').flatMap((element) => {
    if (element.attributes.append === '1' || element.attributes.a === '1') {
      automatic = true;
      return [];
    }
    return timed(element, innerText(element));
  });
  return { format: 'srv2', cues, automatic };
}

function readSrv3(paragraphs: readonly XmlElement[]): ReadTimedtext {
  let automatic = false;
  const cues = paragraphs.flatMap((element) => {
    // Append paragraphs carry the line breaks of rolling captions.
    if (element.attributes.a === '1') {
      automatic = true;
      return [];
    }
    automatic ||= element.children.some(
      (child) => typeof child !== 'string' && child.name === 's' && child.attributes.t !== undefined,
    );
    return timed(element, innerText(element));
  });
  return { format: 'srv3', cues, automatic };
}

function timed(element: XmlElement, text: string): RawCue[] {
  const startMs = inMs(element.attributes.t ?? '0', 1);
  if (startMs === undefined) return [];
  const durationMs = inMs(element.attributes.d, 1);
  return [{ startMs, endMs: durationMs === undefined ? undefined : startMs + durationMs, text }];
}

function inMs(value: string | undefined, factor: number): number | undefined {
  if (value === undefined || !/^-?\d{1,12}(?:\.\d{1,12})?$/.test(value.trim())) return undefined;
  return Math.round(Number(value) * factor);
}
