/**
 * Text → words as the index knows them: without case, accents and invisible marks. Scripts that put no spaces
 * between words give one word for each character, so that any part of a sentence can be found.
 */

/** A word takes at most this many characters; longer ones are noise, and their beginning is kept. */
export const maxWord = 64;

const breakClass = 0;
const wordClass = 1;
/** Written without spaces: each character is a word. */
const singleClass = 2;
/** Belongs to the word around it, and begins none. */
const joinClass = 3;

const single =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3099\u309a\uff9e\uff9f\u30fc\uff70]/u;
const letter = /[\p{L}\p{N}]/u;
const joining = /[\p{M}\u00ad\u200b-\u200f\u2060\ufeff]/u;

function classOf(character: string): number {
  if (joining.test(character) && !/[\p{M}]/u.test(character)) return joinClass;
  if (single.test(character) && /[\p{L}\p{N}\p{M}]/u.test(character)) return singleClass;
  if (letter.test(character)) return wordClass;
  return joining.test(character) ? joinClass : breakClass;
}

/** Classes of the characters up to U+FFFF, learnt when one is first met; 255: not yet. */
const classes = new Uint8Array(65536).fill(255);

function classAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0xd800 && code <= 0xdfff) {
    const point = text.codePointAt(at) ?? 0;
    return point > 0xffff ? classOf(String.fromCodePoint(point)) : breakClass;
  }
  const known = classes[code] ?? breakClass;
  if (known !== 255) return known;
  const found = classOf(String.fromCharCode(code));
  classes[code] = found;
  return found;
}

/** Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel marks of Arabic, and invisible marks. */
const dropped = new RegExp(
  [
    String.raw`[\u0300-\u036f]`,
    String.raw`[\u0591-\u05bd]`,
    String.raw`[\u05bf]`,
    String.raw`[\u05c1]`,
    String.raw`[\u05c2]`,
    String.raw`[\u05c4]`,
    String.raw`[\u05c5]`,
    String.raw`[\u05c7]`,
    String.raw`[\u0610-\u061a]`,
    String.raw`[\u0640]`,
    String.raw`[\u064b-\u065f]`,
    String.raw`[\u0670]`,
    String.raw`[\u06d6-\u06dc]`,
    String.raw`[\u1ab0-\u1aff]`,
    String.raw`[\u1dc0-\u1dff]`,
    String.raw`[\u20d0-\u20ff]`,
    String.raw`[\ufe20-\ufe2f]`,
    String.raw`[\u00ad]`,
    String.raw`[\u200b-\u200f]`,
    String.raw`[\u2060]`,
    String.raw`[\ufeff]`,
  ].join('|'),
  'g',
);
/** Letters that Unicode does not take apart, as people without them on their keyboard write them. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
  ς: 'σ',
};

/** One word without case and accents; may be empty. */
function folded(word: string): string {
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replace(dropped, '')
    .replace(/[ßæœøłđðþıħς]/g, (one) => plain[one] ?? one)
    .normalize('NFC');
}

/** What was folded lately: a language's words are few, and folding costs much more than a look-up. */
const known = new Map<string, string>();
const knownSize = 50_000;

function shortened(term: string): string {
  if (term.length <= maxWord) return term;
  const last = term.charCodeAt(maxWord - 1);
  return term.slice(0, last >= 0xd800 && last <= 0xdbff ? maxWord - 1 : maxWord);
}

/** Called for each word in order, with its place in the text. */
export type EachWord = (term: string, start: number, end: number) => void;

/** Finds the words of the text. The same text always gives the same words, alone or as a part between spaces. */
export function eachWord(text: string, take: EachWord): void {
  eachWritten(text, take, (written, start, end) => {
    const term = termOf(written);
    if (term !== '') take(term, start, end);
  });
}

/** The term of a word as it is written; may be empty, which is no word. */
export function termOf(word: string): string {
  const before = known.get(word);
  if (before !== undefined) return before;
  const term = shortened(folded(word));
  if (known.size >= knownSize) known.clear();
  known.set(word, term);
  return term;
}

/** As `eachWord`, but words go to `written` as they are written; single characters are terms already. */
export function eachWritten(text: string, single: EachWord, written: EachWord): void {
  const { length } = text;
  let at = 0;
  while (at < length) {
    const kind = classAt(text, at);
    if (kind === wordClass) {
      const start = at;
      at = wordEnd(text, at);
      written(text.slice(start, at), start, at);
    } else if (kind === singleClass) {
      const start = at;
      at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
      // A character and its voicing mark may be one code point or two: taken apart they are the same.
      for (const part of text.slice(start, at).normalize('NFKD').toLowerCase()) single(part, start, at);
    } else at += kind === breakClass && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const kind = classAt(text, at);
    if (kind !== wordClass && kind !== joinClass) break;
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}

/** Whether the term is one character of a script without spaces. */
export function isSingle(term: string): boolean {
  return classAt(term, 0) === singleClass;
}

/** The letters of a part of the text as a set of bits; several letters share one. */
export function lettersOf(text: string, from: number, to: number): number {
  let letters = 0;
  for (let at = from; at < to; at += 1) letters |= 1 << (text.charCodeAt(at) & 31);
  return letters >>> 0;
}

/** The words of a short text. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  eachWord(text, (term) => words.push(term));
  return words;
}
