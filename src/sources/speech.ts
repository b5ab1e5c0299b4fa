/**
 * Answers of speech-to-text services → cues: what is no speech is left out, what is one long text is cut. Pure, and
 * sliced (captions/sliced.ts): the answer for a long recording would block everything else.
 */
import { cuesOf } from '../captions/heard/cues';
import type { Heard } from '../captions/heard/heard';
import { segmentsOfWords, withWords } from '../captions/heard/segments';
import { documentIn } from '../captions/json/document';
import { readTranscript } from '../captions/json/transcript';
import { onOneLine } from '../captions/longText';
import { parseCaptions } from '../captions/parseCaptions';
import { piecesOf, sortedBy, type Sliced } from '../captions/sliced';
import { isTimeTable } from '../captions/table';
import type { Cue } from '../model/transcript';
import { levelSeconds } from './audioCuts';
import { judged } from './speech/judge';

export interface Speech {
  readonly cues: readonly Cue[];
  /** The service's name for it: a code or an English name. */
  readonly language?: string;
  /** How many segments with words were left out, because nothing is spoken in them or they repeat the ones before. */
  readonly left?: number;
}

/** What the row says of segments that were left out; undefined where there are none. */
export function leftNote({ left = 0 }: Speech): string | undefined {
  if (left === 0) return undefined;
  return `${left === 1 ? 'One segment was' : `${left} segments were`} left out: nothing is spoken there, or the engine repeats itself.`;
}

/** What is known of the sound that an answer is about. */
interface Sound {
  /** Its length, where known. */
  readonly seconds: number | undefined;
  /** Seconds from the start of the whole sound; added to all times. */
  readonly offset: number;
  /** Loudness of the whole sound (audio.ts). */
  readonly levels: ArrayLike<number> | undefined;
}

/**
 * Reads JSON in any of the forms of captions/json; undefined when it is none. Times become seconds, shifted by
 * `offset`. `levels`: the loudness of the whole sound, by which words on silence are known.
 */
export function* speechOfJson(
  json: string,
  seconds: number | undefined,
  offset = 0,
  levels?: ArrayLike<number>,
): Sliced<Speech | undefined> {
  const speech = yield* speechIn(json, { seconds, offset, levels });
  return speech === false ? undefined : speech;
}

/** Undefined for what is no JSON of a transcript; false for a stream that holds an error or is cut off. */
function* speechIn(json: string, sound: Sound): Sliced<Speech | false | undefined> {
  const document = yield* documentIn(piecesOf(json));
  if (typeof document === 'string')
    return document.trim() === '' ? undefined : yield* speechOfWords(document, sound);
  if (document === undefined || document === false) return document;
  const { seconds } = sound;
  const read = yield* readTranscript(document, seconds);
  if (read === undefined) return undefined;
  const measured = { ...sound, seconds: seconds ?? read.duration };
  const heard =
    read.heard.length > 0
      ? yield* withWords(read.heard, read.words)
      : yield* segmentsOfWords(read.words, read.text);
  const speech =
    heard.length > 0 ? yield* speechOf(heard, measured) : yield* speechOfWords(read.text ?? '', measured);
  return { ...speech, ...(read.language === undefined ? {} : { language: read.language }) };
}

/**
 * Reads a service's plain text: JSON after all, events of a stream, subtitles, lines such as `[0:05 - 0:09] words`, or
 * only words. Undefined for JSON of another kind, and for JSON or a stream that is cut off.
 */
export function* speechOfText(
  text: string,
  seconds: number | undefined,
  offset = 0,
  levels?: ArrayLike<number>,
): Sliced<Speech | undefined> {
  const sound = { seconds, offset, levels };
  const speech = yield* speechIn(text, sound);
  if (speech !== undefined) return speech === false ? undefined : speech;
  // Nobody speaks so: it is JSON, whole or cut off, and no transcript.
  if (/^\s*(?:\{|\[\s*(?:[{"\]]|\[\s*[{"[\]\d-])|null\s*$)/.test(text)) return undefined;
  return yield* speechOfLines(text, sound);
}

/** A text inside an answer, which some services write in the form that they were asked for. */
function* speechOfWords(text: string, sound: Sound): Sliced<Speech> {
  const { seconds, offset, levels } = sound;
  const read = yield* speechOfText(text, seconds, offset, levels);
  return read ?? (yield* speechOf(yield* untimed(text, seconds), sound));
}

/** In so many characters the first time is found where there are any. */
const longestHead = 100_000;

function* speechOfLines(text: string, sound: Sound): Sliced<Speech> {
  const head = text.slice(0, longestHead);
  if (/^[ \t]*(?:\[?\(?\d+:\d|\[\d+\.\d+s? ?-)/m.test(head) || /^\s*WEBVTT/.test(head) || isTimeTable(head)) {
    const parsed = yield* parseCaptions(text, { automatic: false });
    if (!('code' in parsed)) return yield* speechOf(parsed.cues, sound);
    if (parsed.code === 'no-captions') return { cues: [] };
  }
  return yield* speechOf(yield* untimed(text, sound.seconds), sound);
}

function* speechOf(heard: readonly Heard[], { seconds, offset, levels }: Sound): Sliced<Speech> {
  const { kept, left } = yield* judged(heard, { seconds, offset, levels, levelSeconds });
  // Two who speak at once, or two channels, have their lines between those of the other.
  const cues = yield* sortedBy(yield* cuesOf(kept, offset), ({ start }) => start);
  return { cues, ...(left === 0 ? {} : { left }) };
}

/**
 * Text without times: its sentences are spread evenly over the audio, by their length. That is close enough
 * to find a passage, and better than one cue of an hour.
 */
function* untimed(text: string, seconds: number | undefined): Sliced<readonly Heard[]> {
  const words = yield* onOneLine(text);
  return words === '' ? [] : [{ start: 0, end: seconds ?? 0, text: words, isUntimed: true }];
}
