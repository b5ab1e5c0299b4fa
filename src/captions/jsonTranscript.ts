/**
 * Transcripts as JSON: our own output, the form of podcasts
 * (https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/transcripts/transcripts.md#json),
 * and the output of Whisper, whisper.cpp and similar tools. YouTube's json3 is handled here too.
 */
import { plainText, type RawCue } from './cueText';
import { readEvents } from './json3';
import { isPlain, type Plain } from '../model/plain';
import { parseJsonObject } from './jsonParts';
import { cleanCues } from './longText';
import { Share, type Pieces, type Sliced } from './sliced';
import { parseClock } from './timing';
import { addCue } from './tooMuch';

export interface ReadJson {
  readonly format: 'json3' | 'json';
  readonly cues: readonly RawCue[];
  /** True when the cues are those of automatic captions. */
  readonly automatic: boolean;
  readonly language?: string | undefined;
  /** Entries with text whose times cannot be read. */
  readonly damagedTimes: number;
  /** True for our own output, which needs no cleaning. */
  readonly isOwn: boolean;
}

const lists = [
  ...[
    'events',
    'cues',
    'segments',
    'transcription',
    'chunks',
    'utterances',
    'transcript',
    'captions',
    'body',
  ],
  'items',
];
/** Entries of this mean length, in whole numbers, are in milliseconds: no cue lasts as many seconds. */
const longestMeanSeconds = 100;

/** The text begins with more than white space. Undefined when it is not JSON or none of the forms. */
export function* readJson(text: Pieces): Sliced<ReadJson | undefined> {
  const isList = text[0]?.trimStart().startsWith('[') === true;
  const document = yield* parseJsonObject(isList ? ['{"items":', ...text, '}'] : text, lists);
  if (document === undefined) return undefined;
  if (Array.isArray(document.events))
    return { format: 'json3', damagedTimes: 0, isOwn: false, ...(yield* readEvents(document.events)) };
  const name = lists.find((key) => Array.isArray(document[key]) && (key !== 'items' || isList));
  // An answer of json3 without any event omits the key.
  if (name === undefined)
    return document.wireMagic === 'pb3'
      ? { format: 'json3', cues: [], automatic: false, damagedTimes: 0, isOwn: false }
      : undefined;
  const isOwn = name === 'cues' && document.schema === 1;
  const read = yield* readEntries(document[name] as readonly unknown[], isOwn);
  if (read === undefined) return undefined;
  return { format: 'json', automatic: false, isOwn, ...read, language: languageOf(document) };
}

/** The service's own value, in the places where it is written. */
function languageOf(document: Plain): string | undefined {
  const { language, result } = document;
  if (typeof language === 'string') return language;
  return isPlain(result) && typeof result.language === 'string' ? result.language : undefined;
}

/** Undefined when there are entries and none belongs to a transcript. */
function* readEntries(
  entries: readonly unknown[],
  isOwn: boolean,
): Sliced<{ readonly cues: readonly RawCue[]; readonly damagedTimes: number } | undefined> {
  const share = new Share();
  const cues: RawCue[] = [];
  let damagedTimes = 0;
  const clean = isOwn ? (text: string): string => text : plainText;
  for (const entry of entries) {
    if (share.due(0)) yield;
    if (!isPlain(entry)) continue;
    const text = firstText(entry.text, entry.body, entry.transcript, entry.utf8, entry.content);
    if (text === undefined) continue;
    const { startMs, endMs } = timesOf(entry);
    if (startMs === undefined && text.trim() !== '') damagedTimes += 1;
    const speaker = firstText(entry.speaker, entry.speaker_name, entry.speakerName);
    const cue: RawCue = {
      startMs: startMs ?? cues.at(-1)?.endMs ?? cues.at(-1)?.startMs ?? 0,
      endMs,
      text,
      ...(speaker === undefined || speaker === '' ? {} : { speaker }),
    };
    for (const part of cleanCues(cue, clean)) {
      addCue(cues, part);
      if (part.goesOn) yield;
    }
  }
  if (cues.length === 0 && entries.length > 0) return undefined;
  return { cues: isOwn ? cues : yield* inSeconds(cues), damagedTimes };
}

/** The same where the numbers were milliseconds (AssemblyAI, TED). */
function* inSeconds(cues: readonly RawCue[]): Sliced<readonly RawCue[]> {
  const share = new Share();
  let length = 0;
  let count = 0;
  for (const { startMs, endMs } of cues) {
    if (share.due(0)) yield;
    if (startMs % 1000 !== 0 || (endMs ?? 0) % 1000 !== 0) return cues;
    if (endMs === undefined || endMs <= startMs) continue;
    length += (endMs - startMs) / 1000;
    count += 1;
  }
  if (count === 0 || length / count < longestMeanSeconds) return cues;
  return cues.map((cue) => ({
    ...cue,
    startMs: cue.startMs / 1000,
    endMs: cue.endMs === undefined ? undefined : cue.endMs / 1000,
  }));
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === 'string');
}

/** Seconds under most names; whole milliseconds in whisper.cpp's `offsets`. */
function timesOf(entry: Plain): {
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
} {
  const { offsets, timestamps } = entry;
  if (isPlain(offsets) && typeof offsets.from === 'number' && typeof offsets.to === 'number')
    return { startMs: offsets.from, endMs: offsets.to };
  if (isPlain(timestamps)) return { startMs: inMs(timestamps.from), endMs: inMs(timestamps.to) };
  // As transformers write it: [start, end]; the last end may be missing.
  if (Array.isArray(entry.timestamp))
    return { startMs: inMs(entry.timestamp[0]), endMs: inMs(entry.timestamp[1]) };
  const startMs = firstTime(
    ...[entry.start, entry.startTime, entry.start_time, entry.begin, entry.from, entry.offset],
  );
  const endMs = firstTime(entry.end, entry.endTime, entry.end_time, entry.to);
  const length = firstTime(entry.duration, entry.dur);
  return {
    startMs,
    endMs: endMs ?? (startMs === undefined || length === undefined ? undefined : startMs + length),
  };
}

function firstTime(...values: readonly unknown[]): number | undefined {
  for (const value of values) {
    const ms = inMs(value);
    if (ms !== undefined) return ms;
  }
  return undefined;
}

function inMs(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.round(value * 1000) : undefined;
  return typeof value === 'string' ? parseClock(value.trim()) : undefined;
}
