/**
 * What the user typed → what is looked for: words, "phrases" in quotation marks, and beginnings (`photo*`). Words
 * of languages without spaces are found by Intl.Segmenter.
 */
import { eachWord, isSingle, wordsOf } from './words';

/** One thing that is looked for: its words follow each other in the text. */
export interface Wanted {
  readonly words: readonly string[];
  /** The last word may go on. */
  readonly prefix: boolean;
  /** Typed in quotation marks: only exactly these words count. */
  readonly exact: boolean;
}

/** More than anybody types; the rest is left out, so that a pasted page does not hold the search up. */
const maxWanted = 16;
const maxWords = 32;

/** What is looked for; empty where the text has no word. The last word may go on, as it does while typing. */
export function readQuery(text: string): readonly Wanted[] {
  const wanted: Wanted[] = [];
  const quoted = /["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|([^\s"“”„«»]+)/gu;
  for (const [part, phrase, chunk = ''] of text.slice(0, 2000).matchAll(quoted)) {
    const isPhrase = phrase !== undefined;
    const isLast = text.trimEnd().endsWith(part) && !isPhrase;
    const pieces = isPhrase ? [phrase] : split(chunk);
    for (const [at, piece] of pieces.entries()) {
      const words = wordsOf(piece).slice(0, maxWords);
      if (words.length === 0) continue;
      const ends = at === pieces.length - 1;
      const prefix = (ends && chunk.endsWith('*')) || (ends && isLast && !isSingle(words.at(-1) ?? ''));
      wanted.push({ words, prefix, exact: isPhrase });
    }
  }
  return unique(wanted).slice(0, maxWanted);
}

let segmenter: Intl.Segmenter | undefined;

/** A chunk between spaces; several words where its script has no spaces. */
function split(chunk: string): readonly string[] {
  let singles = 0;
  eachWord(chunk, (term) => {
    if (isSingle(term)) singles += 1;
  });
  if (singles < 2) return [chunk];
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
  return [...segmenter.segment(chunk)].flatMap(({ segment, isWordLike }) =>
    isWordLike === true ? [segment] : [],
  );
}

function unique(wanted: readonly Wanted[]): readonly Wanted[] {
  const seen = new Map<string, Wanted>();
  for (const one of wanted) {
    const key = `${one.words.join(' ')}${one.exact ? '"' : ''}`;
    if (seen.get(key)?.prefix !== true) seen.set(key, one);
  }
  return [...seen.values()];
}
