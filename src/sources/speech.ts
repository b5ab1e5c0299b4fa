/** What speech-to-text services answer → cues: segments with times, timed lines, or bare text. Pure. */
import * as v from 'valibot';
import { parseCaptions } from '../captions/parseCaptions';
import { whole } from '../captions/sliced';
import type { Cue } from '../model/transcript';
import { readJson } from './parts';

const segment = v.object({
  start: v.number(),
  end: v.fallback(v.optional(v.nullable(v.number())), undefined),
  text: v.string(),
  speaker: v.fallback(v.optional(v.nullable(v.string())), undefined),
});
const answer = v.object({
  text: v.fallback(v.optional(v.nullable(v.string())), undefined),
  language: v.fallback(v.optional(v.nullable(v.string())), undefined),
  duration: v.fallback(v.optional(v.nullable(v.number())), undefined),
  segments: v.fallback(v.optional(v.nullable(v.array(v.fallback(v.nullable(segment), null)))), undefined),
});

export interface Speech {
  readonly cues: readonly Cue[];
  /** As the service names it: a code or an English name. */
  readonly language?: string;
}

/** Reads JSON with `segments` or `text`; undefined when it is neither. Times are seconds, shifted by `offset`. */
export function speechOfJson(value: unknown, seconds: number | undefined, offset = 0): Speech | undefined {
  const read = v.safeParse(answer, value);
  if (!read.success) return undefined;
  const { text, language, segments, duration } = read.output;
  if (typeof text !== 'string' && !segments) return undefined;
  const named = typeof language === 'string' && language !== '' ? { language } : {};
  const cues = (segments ?? []).flatMap((found): Cue[] => {
    if (found === null || found.text.trim() === '' || !Number.isFinite(found.start)) return [];
    const start = Math.max(0, found.start) + offset;
    const end = Math.max(start, (found.end ?? found.start) + offset);
    const speaker =
      typeof found.speaker === 'string' && found.speaker !== '' ? { speaker: found.speaker } : {};
    return [{ start, end, text: found.text.trim(), ...speaker }];
  });
  cues.sort((a, b) => a.start - b.start);
  return { cues: cues.length > 0 ? cues : spread(text ?? '', duration ?? seconds, offset), ...named };
}

/** Reads what a service calls plain text: JSON after all, lines such as `[0:05 - 0:09] words`, or words alone. */
export function speechOfText(text: string, seconds: number | undefined, offset = 0): Speech {
  const json = /^\s*\{/.test(text) ? speechOfJson(readJson(text), seconds, offset) : undefined;
  if (json) return json;
  if (/^\s*\[?\(?\d+:\d/m.test(text)) {
    const parsed = whole(parseCaptions(text, { automatic: false }));
    if (!('code' in parsed)) {
      return {
        cues: parsed.cues.map((cue) => ({ ...cue, start: cue.start + offset, end: cue.end + offset })),
      };
    }
  }
  return { cues: spread(text, seconds, offset) };
}

/**
 * Text without times: its sentences follow each other evenly over the sound, by their length. That is near
 * enough to find a place by, and better than one cue of an hour.
 */
function spread(text: string, seconds: number | undefined, offset: number): Cue[] {
  const sentences = text
    .replace(/\s+/g, ' ')
    .split(/(?<=[.!?…。！？])\s+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
  const letters = sentences.reduce((sum, sentence) => sum + sentence.length, 0);
  const share = (seconds ?? 0) / Math.max(1, letters);
  let at = offset;
  return sentences.map((sentence) => {
    const start = at;
    at += sentence.length * share;
    return { start, end: at, text: sentence };
  });
}
