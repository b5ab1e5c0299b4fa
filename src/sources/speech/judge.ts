/**
 * Which segments are speech: engines write words where there is silence, and repeat themselves for minutes. Pure; the
 * rules are those of OpenAI's own Whisper where it has one.
 */
import { Share, type Sliced } from '../../captions/sliced';
import type { Heard } from '../../captions/heard/heard';
import { isCredit, isSilence, isStockPhrase, isWordless, plainUtterance } from './phrases';
import { withoutLoops } from './repetition';

/**
 * Thresholds of `transcribe()` in https://github.com/openai/whisper/blob/main/whisper/transcribe.py: a window is no
 * speech when `no_speech_prob` is above 0.6, unless `avg_logprob` is above -1; a text that compresses more than 2.4
 * times (`compression_ratio`) is "too repetitive".
 */
const noSpeechAbove = 0.6;
const surelySpoken = -1;
const repetitiveAbove = 2.4;

/** Louder than this is no silence, dB: a quiet room with a microphone in it is about -60. */
const silentBelow = -55;
/** As many equal segments in a row are a loop of the engine; people repeat themselves less. */
const mostEqual = 3;
/** Speech has more letters a second; a stock phrase in minutes of sound is none. */
const leastPerSecond = 0.5;

export interface SoundFacts {
  /** Length of the sound, where known. */
  readonly seconds?: number | undefined;
  /** Where this part of the sound begins in `levels`, seconds. */
  readonly offset: number;
  /** Loudness of the whole sound in dB, one value each `levelSeconds`. */
  readonly levels?: ArrayLike<number> | undefined;
  readonly levelSeconds: number;
}

export interface Judged {
  readonly kept: readonly Heard[];
  /** How many segments with words were left out, as no speech or as repeated. */
  readonly left: number;
}

/** Characters; what is longer is no segment of an engine but a whole transcript, which is speech. */
const longestJudged = 100_000;

/** The segments that are speech. None are kept where nothing but remarks and stock phrases would be left. */
export function* judged(heard: readonly Heard[], sound: SoundFacts): Sliced<Judged> {
  const share = new Share();
  const louds = yield* loudsOf(sound);
  const kept: Heard[] = [];
  let withWords = 0;
  let equal = 0;
  let last = '';
  for (const segment of heard) {
    if (share.due(segment.text.length)) yield;
    const isLong = segment.text.length > longestJudged;
    if (isLong || !isSilence(segment.text)) withWords += 1;
    const text = isLong ? segment.text : withoutLoops(segment.text);
    if (!isLong && (text === '' || isSilence(text) || isHallucinated(segment, text, sound, louds))) continue;
    const said = isLong ? '' : plainUtterance(text);
    equal = said !== '' && said === last ? equal + 1 : 1;
    last = said;
    if (equal > mostEqual) {
      // Of a loop only its beginning may have been said.
      if (equal === mostEqual + 1) kept.splice(kept.length - mostEqual + 1, mostEqual - 1);
      continue;
    }
    kept.push(text === segment.text ? segment : withText(segment, text));
  }
  const some: Heard[] = [];
  for (const segment of kept) {
    if (share.due(segment.text.length)) yield;
    if (segment.text.length > longestJudged || !isWordless(segment.text)) some.push(segment);
    if (some.length > mostStock) break;
  }
  if (some.length === 0 || isOnlyStock(some, heard.length, sound)) return { kept: [], left: 0 };
  return { kept, left: withWords - kept.length };
}

/** Its words no longer fit its text. */
function withText({ words: _words, ...segment }: Heard, text: string): Heard {
  return { ...segment, text };
}

function isHallucinated(segment: Heard, text: string, sound: SoundFacts, louds: Uint32Array): boolean {
  const { noSpeech, logProb, compression } = segment;
  const unheard = noSpeech !== undefined && noSpeech > noSpeechAbove;
  if (unheard && (logProb === undefined || logProb <= surelySpoken)) return true;
  const repetitive = compression !== undefined && compression > repetitiveAbove;
  if (repetitive && (unheard || (logProb !== undefined && logProb <= surelySpoken))) return true;
  if (isSilent(segment, sound, louds)) return true;
  return (unheard || repetitive) && isStockPhrase(text);
}

/** For each moment of `levels` how many before it are not silent, and one more at the end. */
function* loudsOf({ levels = [] }: SoundFacts): Sliced<Uint32Array> {
  const share = new Share();
  const louds = new Uint32Array(levels.length + 1);
  for (let at = 0; at < levels.length; at += 1) {
    louds[at + 1] = (louds[at] ?? 0) + ((levels[at] ?? 0) > silentBelow ? 1 : 0);
    if (share.due(0)) yield;
  }
  return louds;
}

/** True where the sound itself is silent; a segment without times of its own is the whole sound. */
function isSilent({ start, end }: Heard, { levelSeconds, offset }: SoundFacts, louds: Uint32Array): boolean {
  // Engines are up to a second late or early.
  const from = Math.max(0, Math.floor((start + offset - 1) / levelSeconds));
  const to = Math.min(louds.length - 1, Math.ceil((end + offset + 1) / levelSeconds));
  return to > from && louds[from] === louds[to];
}

/** More segments than this are no mere credits. */
const mostStock = 20;

/**
 * Nothing but credits, or but stock phrases: again and again, beside silence or music, or in a sound that is far too
 * long for them.
 */
function isOnlyStock(said: readonly Heard[], heard: number, { seconds }: SoundFacts): boolean {
  if (said.length > mostStock || !said.every(({ text }) => isStockPhrase(text))) return false;
  const letters = said.reduce((sum, { text }) => sum + text.length, 0);
  const isThin = seconds !== undefined && letters / Math.max(1, seconds) < leastPerSecond;
  const isRepeated = new Set(said.map(({ text }) => plainUtterance(text))).size < said.length;
  return isThin || isRepeated || said.every(({ text }) => isCredit(text)) || said.length < heard;
}
