/**
 * Answers of speech-to-text services → cues: segments with times, timed lines, or bare text. Pure, and
 * sliced (captions/sliced.ts): the answer for a long recording would block everything else.
 */
import * as v from 'valibot';
import { parseJsonObject } from '../captions/jsonParts';
import { parseCaptions } from '../captions/parseCaptions';
import { Share, sortedBy, type Sliced } from '../captions/sliced';
import type { Cue } from '../model/transcript';

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
  segments: v.fallback(v.optional(v.nullable(v.array(v.unknown()))), undefined),
});

export interface Speech {
  readonly cues: readonly Cue[];
  /** The service's name for it: a code or an English name. */
  readonly language?: string;
}

/** Reads JSON with `segments` or `text`; undefined when it is neither. Times are seconds, shifted by `offset`. */
export function* speechOfJson(
  json: string,
  seconds: number | undefined,
  offset = 0,
): Sliced<Speech | undefined> {
  const read = v.safeParse(answer, yield* parseJsonObject(json, ['segments', 'words']));
  if (!read.success) return undefined;
  const { text, language, segments, duration } = read.output;
  if (typeof text !== 'string' && !segments) return undefined;
  const named = typeof language === 'string' && language !== '' ? { language } : {};
  const cues: Cue[] = [];
  const share = new Share();
  for (const entry of segments ?? []) {
    const found = v.safeParse(segment, entry);
    if (share.due(found.success ? found.output.text.length : 0)) yield;
    if (!found.success) continue;
    const { start: from, end: to, text: words, speaker } = found.output;
    if (words.trim() === '' || !Number.isFinite(from)) continue;
    const start = Math.max(0, from) + offset;
    const end = Math.max(start, (to ?? from) + offset);
    const said = typeof speaker === 'string' && speaker !== '' ? { speaker } : {};
    cues.push({ start, end, text: words.trim(), ...said });
  }
  const inOrder = yield* sortedBy(cues, ({ start }) => start);
  return {
    cues: inOrder.length > 0 ? inOrder : yield* spread(text ?? '', duration ?? seconds, offset),
    ...named,
  };
}

/** Reads a service's plain text: JSON after all, lines such as `[0:05 - 0:09] words`, or only words. */
export function* speechOfText(text: string, seconds: number | undefined, offset = 0): Sliced<Speech> {
  const json = /^\s*\{/.test(text) ? yield* speechOfJson(text, seconds, offset) : undefined;
  if (json) return json;
  if (/^[ \t]*\[?\(?\d+:\d/m.test(text)) {
    const parsed = yield* parseCaptions(text, { automatic: false });
    if (!('code' in parsed)) {
      return {
        cues: parsed.cues.map((cue) => ({ ...cue, start: cue.start + offset, end: cue.end + offset })),
      };
    }
  }
  return { cues: yield* spread(text, seconds, offset) };
}

/**
 * Text without times: its sentences are spread evenly over the audio, by their length. That is close enough
 * to find a passage, and better than one cue of an hour.
 */
function* spread(text: string, seconds: number | undefined, offset: number): Sliced<readonly Cue[]> {
  const sentences: string[] = [];
  const share = new Share();
  let letters = 0;
  for (const found of sentencesOf(text)) {
    const sentence = found.replace(/\s+/g, ' ').trim();
    if (sentence !== '') sentences.push(sentence);
    letters += sentence.length;
    if (share.due(found.length)) yield;
  }
  const perLetter = (seconds ?? 0) / Math.max(1, letters);
  const cues: Cue[] = [];
  let at = offset;
  for (const sentence of sentences) {
    const start = at;
    at += sentence.length * perLetter;
    cues.push({ start, end: at, text: sentence });
    if (share.due(0)) yield;
  }
  return cues;
}

function* sentencesOf(text: string): Generator<string, void, undefined> {
  const end = /[.!?…。！？]\s+/g;
  let from = 0;
  for (let match = end.exec(text); match; match = end.exec(text)) {
    yield text.slice(from, end.lastIndex);
    from = end.lastIndex;
  }
  yield text.slice(from);
}
