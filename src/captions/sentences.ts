/**
 * Where sentences end and how wide text is, for every script: those with spaces between words and those without.
 * Paragraphs and the cues of speech-to-text are both cut by these rules.
 */

const unspacedScript =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303F\uFF00-\uFFEF]/u;

/** No script without spaces is below it: most text need not be checked by character. */
const firstUnspaced = 0x0e00;
const mayBeUnspaced = /[\u0e00-\uffff]/;

/** Whether no space belongs between the two texts. */
export function isUnspaced(before: string, after: string): boolean {
  if (before.charCodeAt(before.length - 1) < firstUnspaced || after.charCodeAt(0) < firstUnspaced)
    return false;
  // Punctuation shared with other scripts takes the script of its neighbours.
  const last = Array.from(before.slice(-12).replace(/[“”‘’…—·]+$/, '')).at(-1) ?? '';
  const first = Array.from(after.slice(0, 12).replace(/^[“”‘’…—·]+/, ''))[0] ?? '';
  return unspacedScript.test(last) && unspacedScript.test(first);
}

/** The width in columns: one East Asian character takes about as much room as two others. */
export function weight(text: string): number {
  if (!mayBeUnspaced.test(text)) return text.length;
  let wide = 0;
  for (const character of text) if (unspacedScript.test(character)) wide += 1;
  return text.length + wide;
}

const sentenceEnd = /[.!?…。！？｡؟۔।॥։။។።།༎᠃᱾]["'”’»)\]」』）]*$/u;
const abbreviation = /(?:^|\s)(?:\p{Lu}|Mr|Mrs|Ms|Dr|St|vs|etc|e\.g|i\.e|bzw|z\.B)\.$/u;

export function endsSentence(sentence: string): boolean {
  // Only the end matters; a text without any other full stop may be very long.
  const text = sentence.slice(-40);
  return sentenceEnd.test(text) && !abbreviation.test(text);
}

/** Where a sentence ends inside a text; the end mark is followed by white space, or its script may have none there. */
export const innerEnd =
  /(?<=[.!?…؟۔।॥։။។።།༎᠃᱾]["'”’»)\]]{0,3})\s+|(?<=[。！？｡።།༎᠃][」』）]{0,3})(?![」』）。！？།༎])/u;

export const endMark = /[.!?…؟۔।॥։။។።།༎᠃᱾。！？｡]/;

/** A space where the script has none between words, as Thai and unpunctuated Chinese end a phrase. */
const phraseEnd =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])\s+(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])/u;

const cut = new RegExp(`${innerEnd.source}|${phraseEnd.source}`, 'gu');

/** Part of a text: the positions of its first character and behind its last one. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The sentences of a text in order, without the white space between them; phrases where the script ends them by spaces.
 */
export function* sentencesOf(text: string): Generator<Span, void, undefined> {
  const ends = new RegExp(cut);
  let from = 0;
  for (let found = ends.exec(text); found; found = ends.exec(text)) {
    // Behind such a mark there is nothing to match.
    if (found[0] === '') ends.lastIndex += 1;
    const to = found.index;
    if (to <= from || abbreviation.test(text.slice(Math.max(from, to - 40), to))) continue;
    yield { from, to };
    from = to + found[0].length;
  }
  if (from < text.length) yield { from, to: text.length };
}
