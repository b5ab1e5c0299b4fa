/** A transcript → the words that it uses most, without those that say nothing of its subject. */
import { Share, type Sliced } from '../../captions/sliced';
import type { OutputFormat } from '../../model/settings';
import { piecesOf } from '../../search/pieces';
import { eachWritten } from '../../search/words';
import { stopWords } from './stopWords';

/** A word, in lower case as it is written, and how often it is said. */
export type Term = readonly [word: string, count: number];

/** Words that are kept of one transcript; those of its subject are well among them. */
export const mostTerms = 100;
const shortest = 3;
const longest = 40;

/** The most frequent telling words, the most frequent first. `text`: of one of our files. */
export function* termsOf(format: OutputFormat, text: string): Sliced<readonly Term[]> {
  const counts = new Map<string, number>();
  const take = (word: string): void => {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  };
  const share = new Share();
  for (const piece of yield* piecesOf(format, text)) {
    if (share.due(piece.text.length)) yield;
    countWords(piece.text, take);
  }
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).slice(0, mostTerms);
}

/** In scripts without spaces two characters that are next to each other count as a word. */
function countWords(text: string, take: (word: string) => void): void {
  let before = '';
  let beforeEnd = -1;
  eachWritten(
    text,
    (character, start, end) => {
      if (start === beforeEnd) take(before + character);
      before = character;
      beforeEnd = end;
    },
    (written) => {
      const word = written
        .normalize('NFC')
        .replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, '')
        .toLowerCase();
      if (word.length < shortest || word.length > longest) return;
      if (!stopWords.has(word) && /\p{L}/u.test(word)) take(word);
    },
  );
}
