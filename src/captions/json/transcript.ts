/**
 * Reads transcripts as JSON, in files and in answers of speech-to-text services alike: OpenAI's `verbose_json` and
 * `diarized_json`, whisper.cpp's files, the form of podcasts, lists of words or of captions, and what Amazon,
 * AssemblyAI, Azure, Bilibili, Deepgram, Google, Speechmatics and others write. Pure, sliced.
 */
import { joinedText } from '../paragraphs';
import { mapped, Share, sortedBy, type Sliced } from '../sliced';
import { isPlain, type Plain } from '../../model/plain';
import type { Heard, HeardWord } from '../heard/heard';
import { segmentsOfWords } from '../heard/segments';
import { weight } from '../sentences';
import { rawEntries, wordCost, type Raw } from './entries';
import { numberOf, timesTogether, unitOf } from './fields';
import { languageIn, listsOf, transcriptIn, wholeText, type Found } from './found';
import { SpeakerLabels } from './labels';
import { withLowerNames } from './names';
import { usualForm } from './services';

export interface JsonTranscript {
  /** The whole text: as the JSON gives it apart, otherwise that of the entries without times. */
  readonly text?: string;
  /** The service's name for the language. */
  readonly language?: string;
  /** Length of the sound by the service's account, seconds. */
  readonly duration?: number;
  /** Empty where no entry has a time. */
  readonly heard: readonly Heard[];
  readonly words: readonly HeardWord[];
  /** The entries, where none has a time. */
  readonly untimed: readonly Pick<Heard, 'text' | 'speaker'>[];
  /** Entries of `heard` whose times cannot be read: they begin where the one before ends. */
  readonly damagedTimes: number;
}

/** Undefined when the object is no transcript. `seconds`: length of the sound, where known. */
export function* readTranscript(
  document: Plain,
  seconds: number | undefined,
): Sliced<JsonTranscript | undefined> {
  const usual = yield* usualForm(document);
  const inner = yield* transcriptIn(usual, new Share());
  if (inner !== undefined) return yield* readFound(inner, usual, seconds);
  const lower = yield* withLowerNames(document);
  return lower === undefined ? undefined : yield* readTranscript(lower, seconds);
}

function* readFound(
  { found, language: named }: Found,
  outer: Plain,
  seconds: number | undefined,
): Sliced<JsonTranscript> {
  const duration = numberOf(found.duration ?? outer.duration);
  const { segments, words: single } = yield* listsOf(found, new Share());
  const entries = yield* rawEntries(segments);
  const apart = yield* rawEntries(single);
  const units = yield* unitsOf(entries, apart, seconds ?? duration);
  const isOfWords = apart.length === 0 && (yield* areWords(entries, units.segments));
  const raw = isOfWords ? [] : entries;
  const words = isOfWords ? entries : apart;
  const labels = SpeakerLabels.in(outer);
  const heard = units.isTimed
    ? yield* segmentsOf(raw, units.segments, seconds ?? duration, units.hasTimes, labels)
    : [];
  // Segments without times still have the words.
  const untimed = heard.length > 0 ? [] : yield* mapped(raw, (entry) => untimedOf(entry));
  const bare =
    untimed.length === 0 ? undefined : yield* joinedText(yield* mapped(untimed, (entry) => entry.text));
  const text = wholeText(found) ?? bare;
  const language = named ?? languageIn(outer) ?? (yield* mapped(raw, ({ entry }) => languageIn(entry)))[0];
  const unit = isOfWords ? units.segments : units.words;
  return {
    ...(text === undefined ? {} : { text }),
    ...(language === undefined ? {} : { language }),
    ...(duration === undefined || duration <= 0 ? {} : { duration }),
    heard,
    words: units.isTimed ? yield* sortedBy(yield* wordsOf(words, unit, labels), ({ start }) => start) : [],
    untimed,
    damagedTimes:
      heard.length === 0 ? 0 : (yield* mapped(raw, (entry) => isDamaged(entry, units) || undefined)).length,
  };
}

/** Words that end this many times later than the segments, or earlier, are counted in another unit. */
const otherUnit = 100;

interface Units {
  /** What the times of the segments with their words are to be divided by, and those of the words apart. */
  readonly segments: number;
  readonly words: number;
  readonly isTimed: boolean;
  /** A segment, or a word in one, has a time. */
  readonly hasTimes: boolean;
  /** A segment says itself where it starts. */
  readonly hasStarts: boolean;
}

function* unitsOf(
  entries: readonly Raw[],
  apart: readonly Raw[],
  seconds: number | undefined,
): Sliced<Units> {
  const own = yield* timesTogether([entries]);
  const nested = yield* timesTogether(yield* mapped(entries, ({ words }) => words));
  const other = yield* timesTogether([apart]);
  const all = [own, nested, other];
  const times = {
    isTimed: all.some(({ isTimed }) => isTimed),
    hasTimes: own.hasStart || own.isTimed || nested.hasStart,
    hasStarts: own.hasStart,
  };
  const unit = unitOf(all, seconds);
  const ratio = own.latest / other.latest;
  const isSame = own.latest === 0 || other.latest === 0 || (ratio < otherUnit && ratio > 1 / otherUnit);
  if (isSame) return { segments: unit, words: unit, ...times };
  return { segments: unitOf([own, nested], seconds), words: unitOf([other], seconds), ...times };
}

/** A word is said faster than this on average, seconds, and is no wider. */
const longestWord = 1;
const widestWord = 10;
/** Most words of a sentence follow each other sooner than this, seconds. */
const longestGap = 1;

/**
 * Whether the segments are single words, as transformers, Mistral and whisper.cpp list them where words are asked for:
 * most go on at once, without the end of a sentence. "Yes." and "No.", or cues of one word with pauses between them,
 * are said for themselves.
 */
function* areWords(entries: readonly Raw[], unit: number): Sliced<boolean> {
  const share = new Share();
  let count = 0;
  let length = 0;
  let wide = 0;
  let goingOn = 0;
  let before = -Infinity;
  for (const { text, start, end, isExact, words } of entries) {
    if (share.due(text.length)) yield;
    const word = text.trim();
    if (word === '') continue;
    count += 1;
    if (words.length > 0 || start === undefined || /\s/.test(word)) return false;
    const perSecond = isExact ? 1 : unit;
    const until = end ?? start;
    length += (until - start) / perSecond;
    wide += weight(word);
    const isSoon = count === 1 || (start - before) / perSecond <= longestGap;
    if (isSoon && /[\p{L}\p{M},]$/u.test(word)) goingOn += 1;
    before = until;
  }
  if (count < 3 || goingOn <= count / 2) return false;
  return length / count <= longestWord && wide / count <= widestWord;
}

/** It has text and no start, nor have its words; where no segment has one, its end says where it is. */
function isDamaged({ text, start, end, words }: Raw, { hasStarts }: Units): boolean {
  const time = hasStarts ? start : (start ?? end);
  return text.trim() !== '' && time === undefined && words.every((word) => word.start === undefined);
}

function untimedOf({ text, speaker }: Raw): Pick<Heard, 'text' | 'speaker'> | undefined {
  if (text.trim() === '') return undefined;
  return speaker === undefined ? { text } : { text, speaker };
}

/**
 * Where the end of a segment is not said: the next one's start, or the end of the sound; but no longer than this,
 * seconds.
 */
const longestOpen = 30;

function* segmentsOf(
  raw: readonly Raw[],
  unit: number,
  seconds: number | undefined,
  hasTimes: boolean,
  labels: SpeakerLabels,
): Sliced<readonly Heard[]> {
  const share = new Share();
  const heard: Heard[] = [];
  const open = new Set<Heard>();
  let turn = 1;
  const turns = yield* mapped(raw, ({ entry }) => entry.speaker_turn_next === true || undefined);
  for (const { entry, text, speaker, words, ...times } of raw) {
    if (share.due(text.length + words.length * wordCost)) yield;
    const start = secondsOf(times.start, times.isExact, unit);
    const words_ = yield* wordsOf(words, unit, labels);
    // One without a start among others is spoken after the one before; where none has any, the whole text is spread.
    const after = hasTimes ? (heard.at(-1)?.end ?? 0) : undefined;
    const from = start ?? words_[0]?.start ?? after;
    if (text.trim() === '' || from === undefined) continue;
    // An end without a start is that of the sound that was heard, with the silence behind the words.
    const until = start === undefined ? words_.at(-1)?.end : undefined;
    const end = until ?? secondsOf(times.end, times.isExact, unit) ?? words_.at(-1)?.end;
    const own = speaker ?? (turns.length > 0 ? `Turn ${turn}` : undefined);
    if (entry.speaker_turn_next === true) turn += 1;
    if (own === undefined && isShared(words_)) {
      for (const piece of yield* segmentsOfWords(words_, undefined)) heard.push(piece);
      continue;
    }
    const named = own ?? words_[0]?.speaker ?? labels.at((from + (end ?? from)) / 2);
    const segment = {
      start: from,
      end: Math.max(from, end ?? from),
      text: text.trim(),
      ...(named === undefined ? {} : { speaker: named }),
      ...(words_.length === 0 ? {} : { words: words_ }),
      ...(yield* certainty(entry, share)),
    };
    heard.push(segment);
    if (end === undefined) open.add(segment);
  }
  const inOrder = yield* sortedBy(heard, ({ start }) => start);
  const sorted = yield* mapped(inOrder, (one, at) => {
    const before = inOrder[at - 1];
    const isSame = before?.start === one.start && before.end === one.end && before.text === one.text;
    return isSame ? undefined : one;
  });
  if (open.size === 0) return sorted;
  return yield* mapped(sorted, (one, at) => {
    const until = sorted[at + 1]?.start ?? seconds ?? one.start;
    return open.has(one)
      ? { ...one, end: Math.max(one.start, Math.min(until, one.start + longestOpen)) }
      : one;
  });
}

/** Whether several speak in it: the segment is Google's, or a whole channel. */
function isShared(words: readonly HeardWord[]): boolean {
  return words.some(({ speaker }) => speaker !== words[0]?.speaker);
}

function* certainty(entry: Plain, share: Share): Sliced<Pick<Heard, 'noSpeech' | 'logProb' | 'compression'>> {
  const noSpeech = numberOf(entry.no_speech_prob);
  const logProb = numberOf(entry.avg_logprob) ?? (yield* logProbOfTokens(entry.tokens, share));
  const compression = numberOf(entry.compression_ratio);
  return {
    ...(noSpeech === undefined ? {} : { noSpeech }),
    ...(logProb === undefined ? {} : { logProb }),
    ...(compression === undefined ? {} : { compression }),
  };
}

/** The mean of whisper.cpp's probabilities `p`, as OpenAI's Whisper computes `avg_logprob`. */
function* logProbOfTokens(tokens: unknown, share: Share): Sliced<number | undefined> {
  let sum = 0;
  let count = 0;
  for (const token of Array.isArray(tokens) ? (tokens as readonly unknown[]) : []) {
    if (share.due(0)) yield;
    const p = isPlain(token) && !String(token.text).startsWith('[_') ? numberOf(token.p) : undefined;
    if (p === undefined || p <= 0) continue;
    sum += Math.log(p);
    count += 1;
  }
  return count === 0 ? undefined : sum / count;
}

function* wordsOf(words: readonly Raw[], unit: number, labels: SpeakerLabels): Sliced<readonly HeardWord[]> {
  const share = new Share();
  const read: HeardWord[] = [];
  for (const { text, speaker, ...times } of words) {
    if (share.due(text.length)) yield;
    const start = secondsOf(times.start, times.isExact, unit);
    if (start === undefined || text.trim() === '') continue;
    const end = Math.max(start, secondsOf(times.end, times.isExact, unit) ?? start);
    const named = speaker ?? labels.at((start + end) / 2);
    read.push({ text, start, end, ...(named === undefined ? {} : { speaker: named }) });
  }
  return read;
}

function secondsOf(time: number | undefined, isExact: boolean, unit: number): number | undefined {
  return time === undefined ? undefined : Math.max(0, isExact ? time : time / unit);
}
