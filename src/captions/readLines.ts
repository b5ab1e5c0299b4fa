/** Shared code of the readers of line-based formats (WebVTT, SubRip, SBV). */
import { plainText, plainVtt, type RawCue } from './cueText';
import { shortLinesOf } from './longText';
import { Share, sliceLength, type Pieces, type Sliced } from './sliced';
import { parseTiming } from './timing';

export interface ReadLines {
  readonly cues: readonly RawCue[];
  /** True when words have times of their own, which only automatic captions do. */
  readonly wordTimes: boolean;
  /** Time lines that could not be read; their text is added to the previous cue. */
  readonly damagedTimes: number;
  /** Lines with text that belong to no cue and were left out. */
  readonly strayLines: number;
}

export type CueTimes = Pick<RawCue, 'startMs' | 'endMs'>;

/** The cue for text whose own times cannot be read: the previous one. */
export function timesBehind(cues: readonly RawCue[]): CueTimes {
  const last = cues.at(-1);
  return { startMs: last?.endMs ?? last?.startMs ?? 0, endMs: undefined };
}

/** True when some line is the time line of a cue. */
export function* hasTimingLine(text: Pieces): Sliced<boolean> {
  const share = new Share();
  for (const line of shortLinesOf(text)) {
    const timing = parseTiming(line);
    if (timing !== undefined && !('damaged' in timing)) return true;
    if (share.due(line.length)) yield;
  }
  return false;
}

/**
 * Removes the empty line after each line that a careless copy of a file adds; returns any other text
 * unchanged.
 */
export function* undoubled(text: Pieces): Sliced<Pieces> {
  const share = new Share();
  const pieces: string[] = [];
  let kept: string[] = [];
  let length = 0;
  let at = 0;
  let written = 0;
  for (const line of shortLinesOf(text)) {
    if (share.due(line.length)) yield;
    if (at % 2 === 0) kept.push(line);
    else if (line.trim() !== '') return text;
    if (at % 2 === 0 && line.trim() !== '') written += 1;
    at += 1;
    length += line.length + 1;
    if (length < sliceLength) continue;
    pieces.push(`${kept.join('\n')}\n`);
    kept = [];
    length = 0;
  }
  return written >= 3 ? [...pieces, kept.join('\n')] : text;
}

interface Voice {
  readonly text: string;
  readonly speaker?: string;
}

const voiceTag = /<v(?:\.[^\s<>]*)?(?:[ \t\n]([^<>]*))?>/i;
const dashAlone = /^[-\u2010-\u2015]?$/;

/** The payload without markup, split where another voice begins (`<v Ann>`). */
export function readVoices(payload: string, isVtt: boolean): readonly Voice[] {
  const plain = isVtt ? plainVtt : plainText;
  if (!/<v[\s.]/i.test(payload)) return [{ text: plain(payload) }];
  const clean = (part: string): string => plain(part.replace(/<\/v\s*>/gi, ''));
  const parts = payload.split(voiceTag);
  const voices: { text: string; speaker?: string }[] = [];
  const before = clean(parts[0] ?? '');
  // A dash before a voice repeats what the voice tag says.
  if (!dashAlone.test(before.trim())) voices.push({ text: before });
  for (let at = 1; at < parts.length; at += 2) {
    const speaker = plain(parts[at] ?? '').trim();
    const part = clean(parts[at + 1] ?? '');
    const text = at + 2 < parts.length ? part.replace(/\n[ \t]*[-\u2010-\u2015][ \t]*$/, '') : part;
    const last = voices.at(-1);
    if (last?.speaker === speaker) last.text += text;
    else voices.push({ text, ...(speaker === '' ? {} : { speaker }) });
  }
  return voices;
}

const markedPart = /<(u|b|i|font|c|em|strong)(?:[\s.][^<>]*)?>([^<]*)<\/\1\s*>/gi;

/**
 * Where the one marked part of the text ends, in characters of the plain text; undefined: none, or several.
 */
export function markOf(payload: string, isVtt: boolean): number | undefined {
  if (!payload.includes('</') || payload.length > 2000) return undefined;
  const found = [...payload.matchAll(markedPart)];
  const [only] = found;
  if (only === undefined || found.length > 1) return undefined;
  const plain = isVtt ? plainVtt : plainText;
  return plain(payload.slice(0, only.index)).length + plain(only[2] ?? '').length;
}
