/** Where in a JSON document its transcript is, and what stands beside it. Pure, sliced. */
import { mapped, type Share, type Sliced } from '../sliced';
import { isPlain, type Plain } from '../../model/plain';
import { hasTokenTimes, segmentOf, wordCost, wordLists } from './entries';
import { listOf, textOf, timesOf, withoutTags } from './fields';

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
  'paragraphs',
  'sentence_list',
  'detailed_result',
  'resultDetail',
  'stamp_sents',
  // Of sites: TED, Bilibili.
  'captions',
  'body',
  'transcript',
  'items',
];
/** Names that lists of other things have, too: they count where an entry has a time. */
const timedSegmentLists = ['entries', 'objects', 'lines', 'subtitles', 'timeline'];
/**
 * Lists of words at Vosk, Speechmatics and Soniox; elsewhere they hold whole answers, which have no times of their own.
 */
const timedWordLists = ['result', 'results', 'tokens'];
/** Where services wrap the answer in another object. */
const wrappers = [
  ...['data', 'result', 'results', 'output', 'response', 'transcript', 'transcription', 'transcripts'],
  ...['channels', 'alternatives', 'flash_result', 'tasks_info', 'task_result', 'inlineResult'],
];
/** Deeper than any service wraps it (Google: response, results, the sound, transcript, results, alternatives). */
const deepest = 7;

/** The lists of a transcript; NeMo's are in an object `timestamps` or `timestamp`. */
export function* listsOf(
  found: Plain,
  share: Share,
): Sliced<{ readonly segments: readonly unknown[]; readonly words: readonly unknown[] }> {
  const timed = yield* timedOf(found, timedWordLists, share);
  const inner = [found.timestamps, found.timestamp].find((one) => isPlain(one));
  const byTime = yield* timedOf(found, timedSegmentLists, share);
  const segments =
    listOf(found, byTime === undefined ? segmentLists : [...segmentLists, byTime]) ??
    (isPlain(inner) ? listOf(inner, ['segment']) : undefined) ??
    (hasTokenTimes(found) ? [found] : []);
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

/** The first of these lists whose entries have times. */
function* timedOf(found: Plain, names: readonly string[], share: Share): Sliced<string | undefined> {
  for (const name of names) if (yield* anyOf(found[name], share, isTimedWord)) return name;
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

/** The object that holds the transcript, and the language that is said of it or around it. */
export interface Found {
  readonly found: Plain;
  readonly language: string | undefined;
}

/** The object that holds the transcript: the answer itself, or one inside it. */
export function* transcriptIn(document: Plain, share: Share, depth = deepest): Sliced<Found | undefined> {
  const [only, ...others] = (listOf(document, ['items']) ?? []).slice(0, 2);
  // FunASR answers a list of one recording, whose sentences are inside.
  const isOne = isPlain(only) && others.length === 0 && (yield* listsOf(only, share)).segments.length > 0;
  let level: readonly Found[] = [withLanguage(isOne ? only : document, undefined)];
  for (let left = depth; left > 0; left -= 1) {
    const below: Found[] = [];
    for (const one of level) if (yield* isTranscript(one.found, share)) return one;
    for (const { found, language } of level)
      for (const name of innerNames(found))
        for (const inside of yield* wrapped(found[name], name, left - 1, share))
          below.push(withLanguage(inside, language));
    level = below;
  }
  return undefined;
}

const withLanguage = (found: Plain, around: string | undefined): Found => ({
  found,
  language: languageIn(found) ?? around,
});

/** Google's results of a batch are by the address of the sound. */
function innerNames(value: Plain): readonly string[] {
  const sounds = Object.keys(value).filter((name) => name.startsWith('gs://'));
  return sounds.length === 0 ? wrappers : sounds;
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
  let words = 0;
  for (const entry of list) {
    const inner = yield* transcriptIn(entry, share, depth);
    if (inner === undefined) continue;
    const { resultEndTime, resultEndOffset } = entry;
    pieces.push({ resultEndTime, resultEndOffset, language: inner.language, ...inner.found });
    words += listOf(inner.found, wordLists)?.length ?? 0;
  }
  // Google says all words again at the end, with their speakers.
  const last = pieces.at(-1);
  const again = last === undefined ? 0 : (listOf(last, wordLists)?.length ?? 0);
  if (last !== undefined && pieces.length > 1 && again > 0 && again * 2 === words && !wholeText(last))
    return [last];
  return pieces.length === 0 ? [] : [{ segments: pieces }];
}

function* isTranscript(value: Plain, share: Share): Sliced<boolean> {
  if (wholeText(value) !== undefined) return true;
  if ((yield* timedOf(value, [...timedWordLists, ...timedSegmentLists], share)) !== undefined) return true;
  for (const name of [...segmentLists, ...wordLists]) {
    const list: unknown = value[name];
    if (!Array.isArray(list)) continue;
    if (list.length === 0 ? name !== 'items' : yield* anyOf(list, share, isSegment)) return true;
  }
  return false;
}

const isSegment = (entry: unknown): boolean => segmentOf(entry) !== undefined;

export function wholeText(value: Plain): string | undefined {
  const text = value.text ?? value.transcript ?? value.transcription ?? value.full_transcript;
  if (typeof text === 'string') return withoutTags(text);
  // Tencent's text; elsewhere a result may be any word.
  const { result, audioDuration } = value;
  return typeof result === 'string' && audioDuration !== undefined ? result : undefined;
}

/** The language that the object names; undefined where it names none. */
export function languageIn(value: Plain): string | undefined {
  const { result, language, languages, transcription_info: info } = value;
  for (const said of [
    language,
    ...(isPlain(language) ? [language.code, language.language_code] : []),
    value.language_code,
    value.languageCode,
    value.detected_language,
    value.locale,
    isPlain(result) ? result.language : undefined,
    isPlain(info) ? info.language : undefined,
    Array.isArray(languages) && languages.length === 1 ? languages[0] : undefined,
  ])
    if (typeof said === 'string' && said !== '') return said;
  // SenseVoice and Whisper's own output begin with a tag: `<|zh|><|NEUTRAL|><|Speech|>`.
  const { text } = value;
  return typeof text === 'string' ? /^\s*<\|([a-z]{2,3})\|>/.exec(text)?.[1] : undefined;
}
