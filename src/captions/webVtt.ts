/**
 * WebVTT and SubRip. Both are lines of times and lines of text; they differ in what ends a cue and in the
 * markup. Tolerant where files in the wild are wrong: comma or point, missing hours, numbers or blank lines.
 */
import { decodeEntities, parseClock, stripFormatting, type RawCue } from './cueText';
import { Share, linesOf, type Sliced } from './sliced';

export interface ReadLines {
  readonly cues: readonly RawCue[];
  /** True when words carry times of their own, which only automatic captions do. */
  readonly wordTimes: boolean;
}

const timingLine = /^\s*(-?[\d:.,]{4,24})[ \t]*-{1,2}>[ \t]*(-?[\d:.,]{4,24})(?:\s.*)?$/;

interface Timing {
  readonly startMs: number;
  readonly endMs: number;
}

function parseTiming(line: string): Timing | undefined {
  if (!line.includes('>') || line.length > 500) return undefined;
  const match = timingLine.exec(line);
  if (!match) return undefined;
  const startMs = parseClock(match[1] ?? '');
  const endMs = parseClock(match[2] ?? '');
  return startMs === undefined || endMs === undefined ? undefined : { startMs, endMs };
}

/** True when some line is the time line of a cue. */
export function* hasTimingLine(text: string): Sliced<boolean> {
  const share = new Share();
  for (let from = 0, found = text.indexOf('->', from); found >= 0; found = text.indexOf('->', from)) {
    const start = text.lastIndexOf('\n', found) + 1;
    const end = text.indexOf('\n', found);
    if (parseTiming(text.slice(start, end < 0 ? undefined : end)) !== undefined) return true;
    if (end < 0) return false;
    from = end;
    if (share.due(end - start)) yield;
  }
  return false;
}

/** WebVTT after https://www.w3.org/TR/webvtt1/#file-parsing: a blank line ends a cue; other blocks are skipped. */
export function* readWebVtt(text: string): Sliced<ReadLines> {
  const cues: RawCue[] = [];
  let wordTimes = false;
  let timing: Timing | undefined;
  let lines: string[] = [];
  const finish = (): void => {
    if (timing !== undefined && lines.length > 0) {
      const payload = lines.join('\n');
      wordTimes ||= wordTime.test(payload);
      for (const voice of readVoices(payload)) cues.push({ ...timing, ...voice });
    }
    timing = undefined;
    lines = [];
  };
  const share = new Share();
  for (const line of linesOf(text)) {
    if (share.due(line.length)) yield;
    const next = parseTiming(line);
    if (next !== undefined) {
      finish();
      timing = next;
    } else if (line === '') finish();
    else if (timing !== undefined) lines.push(line);
  }
  finish();
  return { cues, wordTimes };
}

const wordTime = /<\d{1,6}:[\d:.]+>/;
/** In WebVTT every tag is markup; a bracket that opens none is text. */
const anyTag = /<(?:\/?[a-z][^<>]*|\d[\d:.]*|\/)>/gi;

/** The payload without tags, cut where another voice begins. */
function readVoices(payload: string): { readonly text: string; readonly speaker?: string }[] {
  const clean = (part: string): string =>
    decodeEntities(part.includes('<') ? part.replace(anyTag, '') : part);
  if (!/<v[\s.]/i.test(payload)) return [{ text: clean(payload) }];
  const parts = payload.split(/<v(?:\.[^\s<>]*)?(?:[ \t\n]+([^<>]*))?>/i);
  const voices: { text: string; speaker?: string }[] = [];
  if (clean(parts[0] ?? '').trim() !== '') voices.push({ text: clean(parts[0] ?? '') });
  for (let at = 1; at < parts.length; at += 2) {
    const speaker = decodeEntities(parts[at] ?? '').trim();
    const text = clean(parts[at + 1] ?? '');
    const last = voices.at(-1);
    if (last?.speaker === speaker) last.text += text;
    else voices.push({ text, ...(speaker === '' ? {} : { speaker }) });
  }
  return voices;
}

/** SubRip: the text goes on to the next time line, so blank lines inside a cue lose nothing. */
export function* readSrt(text: string): Sliced<ReadLines> {
  const cues: RawCue[] = [];
  let timing: Timing | undefined;
  let lines: string[] = [];
  const finish = (numberFollows: boolean): void => {
    if (numberFollows && /^\s*\d+\s*$/.test(lines.at(-1) ?? '')) lines.pop();
    if (timing !== undefined) cues.push({ ...timing, text: cleanSrt(lines.join('\n')) });
    lines = [];
  };
  const share = new Share();
  for (const line of linesOf(text)) {
    if (share.due(line.length)) yield;
    const next = parseTiming(line);
    if (next === undefined) lines.push(line);
    else {
      finish(true);
      timing = next;
    }
  }
  finish(false);
  return { cues, wordTimes: false };
}

/** Players read these references in SubRip, though nothing specifies them; others are text. */
const srtEntity = /&(?:amp|lt|gt|quot|nbsp|#39|#x27|#123);/gi;

function cleanSrt(text: string): string {
  // {\an8} and the like place the line on the screen.
  const bare = text.includes('{') ? text.replace(/\{\\[^{}\n]*\}/g, '') : text;
  return stripFormatting(bare).replace(srtEntity, (reference) => decodeEntities(reference));
}
