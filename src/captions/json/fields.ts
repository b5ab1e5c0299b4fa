/**
 * The fields of a segment or a word under the names that engines give them: times as numbers, texts or pairs, speakers
 * as names or numbers. Pure, lists sliced.
 */
import { Share, type Sliced } from '../sliced';
import { parseClock } from '../timing';
import { isPlain, type Plain } from '../../model/plain';

/** Times as the engine wrote them, in its own unit; `isExact`: the field's name says that they are seconds. */
export interface RawTimes {
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly isExact: boolean;
}

/** A number, or a text that is one: `0.98`. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && /^\s*-?\d+(?:\.\d+)?(?:e-?\d{1,2})?\s*$/i.test(value)
    ? Number(value)
    : undefined;
}

/**
 * A time: 2.5, "2.5", "2.5s", "2500ms", "PT2.5S", "00:00:02.500", "00:00:02,500"; {seconds, nanos} as protobuf has it.
 */
function timeOf(value: unknown): { readonly at: number; readonly isExact: boolean } | undefined {
  const plain = numberOf(value);
  if (plain !== undefined) return { at: plain, isExact: false };
  if (isPlain(value)) return timeIn(value);
  if (typeof value !== 'string') return undefined;
  const seconds = /^\s*(\d+(?:\.\d+)?)\s*s(?:ec(?:onds?)?)?\s*$/i.exec(value)?.[1];
  if (seconds !== undefined) return { at: Number(seconds), isExact: true };
  const ms = inMs(value.trim()) ?? parseClock(value.trim());
  return ms === undefined ? undefined : { at: ms / 1000, isExact: true };
}

/** Google's `{seconds: "2", nanos: 500000000}`, either of which may be left out; Recall's `{relative: 2.5}`. */
function timeIn({ seconds, nanos, relative }: Plain): { at: number; isExact: true } | undefined {
  const from = numberOf(relative);
  if (from !== undefined) return { at: from, isExact: true };
  if (seconds === undefined && nanos === undefined) return undefined;
  return { at: (numberOf(seconds) ?? 0) + (numberOf(nanos) ?? 0) / 1e9, isExact: true };
}

/** `2500ms`; `PT1M2.5S` as ISO 8601 writes it. */
function inMs(text: string): number | undefined {
  const plain = /^(\d{1,12}(?:\.\d{1,9})?)\s?ms$/i.exec(text)?.[1];
  if (plain !== undefined) return Number(plain);
  const iso = /^PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?$/i.exec(text);
  if (iso === null) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = iso;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/**
 * `start` and `end` under their usual names; `timestamp: [a, b]` as transformers write them; `offsets: {from, to}` in
 * milliseconds and `timestamps: {from, to}` as clock times, as whisper.cpp writes them; `start` and `duration` or
 * `dur`.
 */
export function timesOf(entry: Plain): RawTimes {
  const { offsets, timestamps, timestamp } = entry;
  if (isPlain(offsets)) {
    const [from, to] = [numberOf(offsets.from), numberOf(offsets.to)];
    if (from !== undefined)
      return { start: from / 1000, end: to === undefined ? to : to / 1000, isExact: true };
  }
  if (isPlain(timestamps)) return pair(timestamps.from ?? timestamps.start, timestamps.to ?? timestamps.end);
  if (Array.isArray(timestamp)) return pair(timestamp[0], timestamp[1]);
  if (Array.isArray(timestamps)) return pair(timestamps[0], timestamps[1]);
  const counted = countedTimes(entry);
  if (counted !== undefined) return counted;
  const times = pair(firstOf(entry, starts) ?? momentOf(entry), firstOf(entry, ends));
  const length = timeOf(firstOf(entry, ['duration', 'dur', 'captionDuration']));
  return times.end === undefined && times.start !== undefined && length !== undefined
    ? { ...times, end: times.start + length.at }
    : times;
}

const starts = [
  ...[
    'start',
    'start_time',
    'startTime',
    'startOffset',
    'begin_time',
    'beginTime',
    'from',
    'begin',
    'offset',
  ],
  'start_timestamp',
];

/** A number from here on counts from 1970: the time of day when a message was sent. */
const firstDate = 1e9;

/** Names that chats and logs have, too. */
function momentOf(entry: Plain): unknown {
  const moment = firstOf(entry, ['ts', 'time', 'timestamp']);
  return (numberOf(moment) ?? 0) < firstDate ? moment : undefined;
}

const ends = [
  ...['end', 'end_time', 'endTime', 'endOffset', 'to', 'finish', 'end_ts', 'end_timestamp'],
  // Google says only where a piece ends.
  ...['resultEndTime', 'resultEndOffset'],
];

/** Fields whose names say what they count, by how many of it are a second: start, end, length. */
const counts = [
  [
    1000,
    ['start_ms', 'startMs', 'offsetMilliseconds', 'beginOffsetMillis', 'bg'],
    ['end_ms', 'endMs', 'endOffsetMillis', 'ed'],
    ['duration_ms', 'durationMs', 'durationMilliseconds'],
  ],
  [1e7, ['offsetInTicks'], [], ['durationInTicks']],
] as const;

function countedTimes(entry: Plain): RawTimes | undefined {
  for (const [perSecond, from, to, lengths] of counts) {
    const start = numberOf(firstOf(entry, from));
    if (start === undefined) continue;
    const length = numberOf(firstOf(entry, lengths));
    const end = numberOf(firstOf(entry, to)) ?? (length === undefined ? undefined : start + length);
    return { start: start / perSecond, end: end === undefined ? end : end / perSecond, isExact: true };
  }
  return undefined;
}

function firstOf(entry: Plain, names: readonly string[]): unknown {
  for (const name of names) {
    const value = entry[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

function pair(start: unknown, end: unknown): RawTimes {
  const [from, to] = [timeOf(start), timeOf(end)];
  return { start: from?.at, end: to?.at, isExact: from?.isExact === true };
}

/** Names before numbers. */
const speakerNames = [
  ...[
    'speaker_name',
    'speakerName',
    'speakerDisplayName',
    'speaker',
    'speaker_label',
    'speakerLabel',
    'speaker_id',
  ],
  ...['speakerId', 'participant', 'participantRole', 'channel_label'],
];

/** As the service labels the speaker, a number too; undefined where it names none. */
export function speakerOf(entry: Plain): string | undefined {
  for (const name of speakerNames) {
    const label = labelOf(entry[name]);
    if (label !== undefined) return label;
  }
  // Google's counts from 1, and is 0 where none is known.
  const tag = numberOf(entry.speakerTag);
  if (tag !== undefined && tag > 0) return String(tag);
  // Zoom lists who speaks; Speechmatics names the speaker in the reading.
  const [first] = listOf(entry, ['users', 'alternatives']) ?? [];
  return isPlain(first) ? (labelOf(first.username) ?? speakerOf(first)) : undefined;
}

function labelOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  return isPlain(value) ? labelOf(value.name ?? value.display_name ?? value.id ?? null) : undefined;
}

/**
 * The text of a segment or word; undefined where it has none. Amazon, Azure and Speechmatics list several readings, the
 * best first; `readings`: whether these are looked at.
 */
export function textOf(entry: Plain, readings = true): string | undefined {
  for (const name of textNames) {
    const value = entry[name];
    if (typeof value === 'string') return withoutTags(value);
  }
  const { text_seg: piece, punc, content, res } = entry;
  // FunASR has the mark behind a sentence apart.
  if (typeof piece === 'string') return piece.trimEnd() + (typeof punc === 'string' ? punc : '');
  // Lines of one caption: texts at Baidu, objects at Kaltura.
  const lines = listOf({ res, content }, ['res', 'content'])?.map((one) => (isPlain(one) ? one.text : one));
  if (lines?.every((line) => typeof line === 'string') === true) return lines.join(' ');
  const [best] = readings ? (listOf(entry, ['alternatives', 'nBest']) ?? []) : [];
  return isPlain(best) ? textOf(best, false) : undefined;
}

const textNames = [
  ...[
    'text',
    'punctuated_word',
    'word',
    'transcript',
    'sentence',
    'content',
    'utf8',
    'body',
    'display',
    'segment',
  ],
  ...['finalSentence', 'onebest', 'caption', 'displayText'],
];

/** Without the tags of Whisper and SenseVoice, which are no words: `<|0.00|>`, `<|zh|>`, `<|NEUTRAL|>`. */
export function withoutTags(text: string): string {
  return text.includes('<|') ? text.replace(/<\|[^|<>]{0,40}\|>/g, '') : text;
}

/** The first of these fields that is a list with something in it. */
export function listOf(entry: Plain, names: readonly string[]): readonly unknown[] | undefined {
  for (const name of names) {
    const value: unknown = entry[name];
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    if (list.length > 0) return list;
  }
  return undefined;
}

/** A whole day: no recording is taken for longer. */
const longestSound = 24 * 3600;
/** No segment lasts as long on average, seconds. */
const longestMean = 100;
/** Nobody speaks a character as slowly on average, seconds. */
const slowestCharacter = 1;

/** What the times of segments, of words or of the words of segments say together. */
export interface TimesTogether {
  readonly hasStart: boolean;
  /** Some engines know no times and write 0 in all places. */
  readonly isTimed: boolean;
  /** Of those in the engine's own unit. */
  readonly latest: number;
  /** They cannot be seconds: whole numbers that would make segments too long for their words. */
  readonly isTooSlow: boolean;
}

export function* timesTogether(
  lists: readonly (readonly (RawTimes & { readonly text: string })[])[],
): Sliced<TimesTogether> {
  const share = new Share();
  let [latest, count, length, characters] = [0, 0, 0, 0];
  let [hasStart, isTimed, isWhole] = [false, false, true];
  for (const list of lists) {
    for (const { start, end, isExact, text } of list) {
      if (share.due(0)) yield;
      const time = end ?? start ?? 0;
      hasStart ||= start !== undefined;
      isTimed ||= time > 0;
      if (isExact) continue;
      latest = Math.max(latest, time);
      if (start === undefined) continue;
      isWhole &&= Number.isInteger(start) && Number.isInteger(end ?? 0);
      if (end === undefined || end <= start) continue;
      count += 1;
      length += end - start;
      characters += text.length;
    }
    if (share.due(0)) yield;
  }
  const isTooSlow =
    isWhole && count > 0 && length / count >= longestMean && length / characters >= slowestCharacter;
  return { hasStart, isTimed, latest, isTooSlow };
}

/**
 * What the times have to be divided by to be seconds: 1, or 1000 or a thousand millions, where the engine counts
 * in milliseconds (AssemblyAI, TED) or nanoseconds (older versions of LocalAI). Where the length of the sound is known,
 * a segment may end after it, because Whisper hears in windows of 30 s, but not by half its length.
 */
export function unitOf(groups: readonly TimesTogether[], seconds: number | undefined): number {
  const latest = Math.max(...groups.map((group) => group.latest));
  const longest = seconds === undefined ? longestSound : seconds * 1.5 + 60;
  const units = seconds === undefined && groups.some(({ isTooSlow }) => isTooSlow) ? [1e3] : [1, 1e3];
  return units.find((unit) => latest / unit <= longest) ?? 1e9;
}
