/**
 * Reads transcripts as JSON, in files and in answers of speech-to-text services alike: OpenAI's `verbose_json` and
 * `diarized_json`, whisper.cpp's files, the form of podcasts, lists of words or of captions, and what Amazon,
 * AssemblyAI, Azure, Bilibili, Deepgram, Google, Speechmatics and others write. Pure, sliced.
 */
import { joinedText } from '../paragraphs';
import { mapped, Share, sortedBy, type Sliced } from '../sliced';
import { isPlain, type Plain } from '../../model/plain';
import {
  listOf,
  numberOf,
  ofMonologues,
  speakerOf,
  textOf,
  timesOf,
  timesTogether,
  unitOf,
  withoutTags,
} from './fields';
import type { Heard, HeardWord } from '../heard/heard';

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

/** Lists of segments by their names, and of words. */
const segmentLists = [
  'segments',
  'chunks',
  'utterances',
  'transcription',
  'cues',
  'sentences',
  'sentence_info',
  'phrases',
  'recognizedPhrases',
  'audio_segments',
  // Of sites: TED, Bilibili.
  'captions',
  'body',
  'transcript',
  'items',
];
const wordLists = ['words', 'word_segments', 'word_timestamps'];
/**
 * Lists of words at Vosk, Speechmatics and Soniox; elsewhere they hold whole answers, which have no times of their own.
 */
const timedWordLists = ['result', 'results', 'tokens'];
/** Where services wrap the answer in another object. */
const wrappers = [
  ...['data', 'result', 'results', 'output', 'response', 'transcript', 'transcription', 'transcripts'],
  ...['channels', 'alternatives'],
];
/** Deeper than any service wraps it (Deepgram: results, channels, alternatives). */
const deepest = 5;

/** Undefined when the object is no transcript. `seconds`: length of the sound, where known. */
export function* readTranscript(
  document: Plain,
  seconds: number | undefined,
): Sliced<JsonTranscript | undefined> {
  const inner = yield* transcriptIn(yield* ofMonologues(document), new Share());
  if (inner === undefined) return undefined;
  const { found, outer } = inner;
  const duration = numberOf(found.duration ?? outer.duration);
  const { segments, words: single } = yield* listsOf(found, new Share());
  const raw = yield* rawEntries(segments);
  const words = yield* rawEntries(single);
  const ofSegments = yield* timesTogether([raw]);
  const nested = yield* timesTogether(yield* mapped(raw, ({ words: own }) => own));
  const groups = [ofSegments, yield* timesTogether([words]), nested];
  const unit = unitOf(groups, seconds ?? duration);
  const isTimed = groups.some((group) => group.isTimed);
  const hasTimes = ofSegments.hasStart || nested.hasStart;
  const heard = isTimed ? yield* segmentsOf(raw, unit, seconds ?? duration, hasTimes) : [];
  // Segments without times still have the words.
  const untimed = heard.length > 0 ? [] : yield* mapped(raw, (entry) => untimedOf(entry));
  const bare =
    untimed.length === 0 ? undefined : yield* joinedText(yield* mapped(untimed, (entry) => entry.text));
  const text = wholeText(found) ?? bare;
  const language = languageIn(found) ?? languageIn(outer);
  return {
    ...(text === undefined ? {} : { text }),
    ...(language === undefined ? {} : { language }),
    ...(duration === undefined || duration <= 0 ? {} : { duration }),
    heard,
    words: isTimed ? yield* sortedBy(yield* wordsOf(words, unit), ({ start }) => start) : [],
    untimed,
    damagedTimes:
      heard.length === 0 ? 0 : (yield* mapped(raw, (entry) => isDamaged(entry) || undefined)).length,
  };
}

function untimedOf({ text, speaker }: Raw): Pick<Heard, 'text' | 'speaker'> | undefined {
  if (text.trim() === '') return undefined;
  return speaker === undefined ? { text } : { text, speaker };
}

/** It has text and no time, nor have its words. */
function isDamaged({ text, start, words }: Raw): boolean {
  return text.trim() !== '' && start === undefined && words.every((word) => word.start === undefined);
}

/** The lists of a transcript; NeMo's are in an object `timestamps` or `timestamp`. */
function* listsOf(
  found: Plain,
  share: Share,
): Sliced<{ readonly segments: readonly unknown[]; readonly words: readonly unknown[] }> {
  const timed = yield* timedWords(found, share);
  const inner = [found.timestamps, found.timestamp].find((one) => isPlain(one));
  const segments =
    listOf(found, segmentLists) ?? (isPlain(inner) ? listOf(inner, ['segment']) : undefined) ?? [];
  const words =
    listOf(found, timed === undefined ? wordLists : [...wordLists, timed]) ??
    (isPlain(inner) ? listOf(inner, ['word']) : undefined) ??
    [];
  // Amazon's items are words, each with its readings.
  const isOfWords =
    words.length === 0 &&
    (yield* anyOf(segments, share, (one) => isPlain(one) && one.type === 'pronunciation'));
  return isOfWords ? { segments: [], words: segments } : { segments, words };
}

/** The name of a list that elsewhere holds answers, where its entries have times. */
function* timedWords(found: Plain, share: Share): Sliced<string | undefined> {
  for (const name of timedWordLists) if (yield* anyOf(found[name], share, isTimedWord)) return name;
  return undefined;
}

function isTimedWord(entry: unknown): boolean {
  return isPlain(entry) && timesOf(entry).start !== undefined && textOf(entry) !== undefined;
}

function* anyOf(value: unknown, share: Share, isOne: (entry: unknown) => boolean): Sliced<boolean> {
  for (const entry of Array.isArray(value) ? (value as readonly unknown[]) : []) {
    if (isOne(entry)) return true;
    if (share.due(wordCost)) yield;
  }
  return false;
}

interface Inner {
  readonly found: Plain;
  readonly outer: Plain;
}

/** The object that holds the transcript: the answer itself, or one inside it. */
function* transcriptIn(document: Plain, share: Share, depth = deepest): Sliced<Inner | undefined> {
  const [only, ...others] = (listOf(document, ['items']) ?? []).slice(0, 2);
  // FunASR answers a list of one recording, whose sentences are inside.
  const isOne = isPlain(only) && others.length === 0 && (yield* listsOf(only, share)).segments.length > 0;
  let level: readonly Plain[] = [isOne ? only : document];
  for (let left = depth; left > 0; left -= 1) {
    const below: Plain[] = [];
    for (const one of level) if (yield* isTranscript(one, share)) return { found: one, outer: document };
    for (const one of level)
      for (const name of wrappers)
        for (const inside of yield* wrapped(one[name], name, left - 1, share)) below.push(inside);
    level = below;
  }
  return undefined;
}

/** What may hold the answer: an object, the only one of a list, or a list of segments or of pieces in order. */
function* wrapped(value: unknown, name: string, depth: number, share: Share): Sliced<readonly Plain[]> {
  if (share.due(0)) yield;
  if (isPlain(value)) return [value];
  if (!Array.isArray(value)) return [];
  const list = yield* mapped(value as readonly unknown[], (entry) => (isPlain(entry) ? entry : undefined));
  const [first] = list;
  // The first of several readings of the same sound is the best one.
  if (first === undefined || list.length === 1 || name === 'alternatives')
    return first === undefined ? [] : timesOf(first).start === undefined ? [first] : [{ segments: list }];
  if (timesOf(first).start !== undefined) return [{ segments: list }];
  const pieces: Plain[] = [];
  for (const entry of list) {
    const inner = yield* transcriptIn(entry, share, depth);
    if (inner !== undefined) pieces.push(inner.found);
  }
  return pieces.length === 0 ? [] : [{ segments: pieces }];
}

function* isTranscript(value: Plain, share: Share): Sliced<boolean> {
  if (wholeText(value) !== undefined || (yield* timedWords(value, share)) !== undefined) return true;
  for (const name of [...segmentLists, ...wordLists]) {
    const list: unknown = value[name];
    if (!Array.isArray(list)) continue;
    if (list.length === 0 ? name !== 'items' : yield* anyOf(list, share, isSegment)) return true;
  }
  return false;
}

const isSegment = (entry: unknown): boolean => segmentOf(entry) !== undefined;

function wholeText(value: Plain): string | undefined {
  const text = value.text ?? value.transcript ?? value.transcription ?? value.full_transcript;
  return typeof text === 'string' ? withoutTags(text) : undefined;
}

function languageIn(value: Plain): string | undefined {
  const { result } = value;
  for (const said of [
    value.language,
    value.language_code,
    value.detected_language,
    isPlain(result) ? result.language : undefined,
  ])
    if (typeof said === 'string' && said !== '') return said;
  // SenseVoice and Whisper's own output begin with a tag: `<|zh|><|NEUTRAL|><|Speech|>`.
  const { text } = value;
  return typeof text === 'string' ? /^\s*<\|([a-z]{2,3})\|>/.exec(text)?.[1] : undefined;
}

/** An entry of a list before the unit of its times is known. */
interface Raw {
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly isExact: boolean;
  readonly text: string;
  readonly speaker: string | undefined;
  readonly words: readonly Raw[];
  readonly entry: Plain;
}

/** What a word costs to read, in characters. */
const wordCost = 100;

/** `share`: of the segments, where these are the words of one; words have none of their own. */
function* rawEntries(entries: readonly unknown[], share?: Share): Sliced<readonly Raw[]> {
  const turns = share ?? new Share();
  const read: Raw[] = [];
  for (const entry of entries) {
    if (turns.due(wordCost)) yield;
    const one = segmentOf(entry);
    if (one === undefined) continue;
    const words = share === undefined ? yield* wordsIn(one, turns) : [];
    const raw = { ...timesOf(one), text: textOf(one) ?? '', speaker: speakerOf(one), words, entry: one };
    if (turns.due(raw.text.length)) yield;
    const last = read.at(-1);
    // A mark of its own belongs to the word before it.
    if (last !== undefined && raw.entry.type === 'punctuation')
      read[read.length - 1] = { ...last, text: last.text + raw.text };
    else read.push(raw);
  }
  return read;
}

/** A segment or word; faster-whisper's are lists where a server passes its tuples on: id, seek, start, end, text. */
function segmentOf(entry: unknown): Plain | undefined {
  if (isPlain(entry)) return textOf(entry) === undefined ? undefined : entry;
  if (!Array.isArray(entry)) return undefined;
  const fields: readonly unknown[] = entry;
  const [, , start, end, text] = fields;
  return typeof text === 'string' && numberOf(start) !== undefined ? { start, end, text } : undefined;
}

function* wordsIn(segment: Plain, share: Share): Sliced<readonly Raw[]> {
  const words = yield* rawEntries(listOf(segment, wordLists) ?? [], share);
  return words.length > 0 ? words : yield* joinedTokens(listOf(segment, ['tokens']) ?? [], share);
}

/**
 * whisper.cpp's tokens (`-ojf`) as words: one begins where a token begins with a blank; `[_BEG_]` and the like are
 * none.
 */
function* joinedTokens(tokens: readonly unknown[], share: Share): Sliced<readonly Raw[]> {
  const words: Raw[] = [];
  for (const token of tokens) {
    if (share.due(wordCost)) yield;
    // Elsewhere the list holds the tokens' numbers.
    if (!isPlain(token) || typeof token.text !== 'string' || /^\[_.*_?\]$/.test(token.text)) continue;
    const times = timesOf(token);
    const last = words.at(-1);
    if (last !== undefined && !/^\s/.test(token.text) && times.start !== undefined)
      words[words.length - 1] = { ...last, text: last.text + token.text, end: times.end ?? last.end };
    else words.push({ ...times, text: token.text, speaker: undefined, words: [], entry: token });
  }
  return words;
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
): Sliced<readonly Heard[]> {
  const share = new Share();
  const heard: Heard[] = [];
  const open = new Set<Heard>();
  let turn = 1;
  const turns = yield* mapped(raw, ({ entry }) => entry.speaker_turn_next === true || undefined);
  for (const { entry, text, speaker, words, ...times } of raw) {
    if (share.due(text.length + words.length * wordCost)) yield;
    const start = secondsOf(times.start, times.isExact, unit);
    const words_ = yield* wordsOf(words, unit);
    // One without a start among others is spoken after the one before; where none has any, the whole text is spread.
    const after = hasTimes ? (heard.at(-1)?.end ?? 0) : undefined;
    const from = start ?? words_[0]?.start ?? after;
    if (text.trim() === '' || from === undefined) continue;
    const end = secondsOf(times.end, times.isExact, unit) ?? words_.at(-1)?.end;
    const named = speaker ?? (turns.length > 0 ? `Turn ${turn}` : undefined);
    if (entry.speaker_turn_next === true) turn += 1;
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

function* wordsOf(words: readonly Raw[], unit: number): Sliced<readonly HeardWord[]> {
  const share = new Share();
  const read: HeardWord[] = [];
  for (const { text, speaker, ...times } of words) {
    if (share.due(text.length)) yield;
    const start = secondsOf(times.start, times.isExact, unit);
    if (start === undefined || text.trim() === '') continue;
    const end = Math.max(start, secondsOf(times.end, times.isExact, unit) ?? start);
    read.push({ text, start, end, ...(speaker === undefined ? {} : { speaker }) });
  }
  return read;
}

function secondsOf(time: number | undefined, isExact: boolean, unit: number): number | undefined {
  return time === undefined ? undefined : Math.max(0, isExact ? time : time / unit);
}
