/**
 * Segments and words of a transcript that come apart: segments made of words, and the words of each segment. Pure,
 * sliced.
 */
import { joinedText } from '../paragraphs';
import { Share, type Sliced } from '../sliced';
import type { Heard, HeardWord } from './heard';

/** Longest pause within a segment that is made of words, seconds. */
const pause = 2;

/**
 * Segments of an answer that has words alone: one for each speaker's turn, and a new one after a pause. `text`, where
 * the service gives it, has the punctuation that its words lack; it is taken where it holds all of them in one turn.
 */
export function* segmentsOfWords(
  words: readonly HeardWord[],
  text: string | undefined,
): Sliced<readonly Heard[]> {
  const share = new Share();
  const bySpeaker = words.some(({ speaker }) => speaker !== undefined);
  const [first] = words;
  const last = words.at(-1);
  if (first === undefined || last === undefined) return [];
  if (!bySpeaker && text !== undefined && text.trim() !== '')
    return [{ start: first.start, end: last.end, text: text.trim(), words }];
  const heard: Heard[] = [];
  let open: HeardWord[] = [];
  let isSpaced = false;
  const close = function* (): Sliced<void> {
    const [from] = open;
    const to = open.at(-1);
    if (from === undefined || to === undefined) return;
    const texts = open.map((word) => word.text);
    const said = isSpaced ? texts.join('') : yield* joinedText(texts);
    const speaker = from.speaker === undefined ? {} : { speaker: from.speaker };
    heard.push({ start: from.start, end: to.end, text: said.trim(), words: open, ...speaker });
    open = [];
    isSpaced = false;
  };
  for (const word of words) {
    const before = open.at(-1);
    if (before !== undefined && (before.speaker !== word.speaker || word.start - before.end > pause))
      yield* close();
    open.push(word);
    isSpaced ||= /^\s|\s$/.test(word.text);
    if (share.due(word.text.length)) yield;
  }
  yield* close();
  return heard;
}

/**
 * Gives each segment those of the answer's words that are spoken in it, by the middle of the word; segments that have
 * words of their own keep them. OpenAI lists the words apart from the segments.
 */
export function* withWords(heard: readonly Heard[], words: readonly HeardWord[]): Sliced<readonly Heard[]> {
  if (words.length === 0) return heard;
  const share = new Share();
  const given: Heard[] = [];
  let at = 0;
  for (const [place, segment] of heard.entries()) {
    const until = heard[place + 1]?.start ?? Infinity;
    const own: HeardWord[] = [];
    for (let word = words[at]; word !== undefined; word = words[at]) {
      const middle = (word.start + word.end) / 2;
      if (until !== Infinity && (middle >= until || middle >= segment.end + 0.5)) break;
      own.push(word);
      at += 1;
      if (share.due(word.text.length)) yield;
    }
    given.push(segment.words === undefined && own.length > 0 ? { ...segment, words: own } : segment);
  }
  return given;
}
