/**
 * Where sentences end and how wide text is, for every script: those with spaces between words and those without.
 * Paragraphs and the cues of speech-to-text are both cut by these rules.
 */
import { sliceLength } from './sliced';

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

/** A sentence that is longer is cut: an expression that looks for its end cannot be interrupted. */
const longestSentence = sliceLength;

/**
 * The sentences of a text in order, without the white space between them; phrases where the script ends them by spaces.
 */
export function* sentencesOf(text: string): Generator<Span, void, undefined> {
  for (let from = 0; from < text.length;) {
    const part = text.slice(from, from + longestSentence);
    const isLast = from + part.length === text.length;
    let done = 0;
    for (const { to, next } of endsIn(part, isLast)) {
      yield { from: from + done, to: from + to };
      done = next;
    }
    if (isLast && done < part.length) yield { from: from + done, to: text.length };
    if (done === 0 && !isLast) {
      done = part.lastIndexOf(' ') + 1 || wholeCharacters(part);
      yield { from, to: from + part.slice(0, done).trimEnd().length };
    }
    from = isLast ? text.length : from + done;
  }
}

/** Where sentences end, and where the next one begins. What ends at the very end may go on, unless it `isLast`. */
function* endsIn(part: string, isLast: boolean): Generator<{ readonly to: number; readonly next: number }> {
  const ends = new RegExp(cut);
  let from = 0;
  for (let found = ends.exec(part); found; found = ends.exec(part)) {
    // Behind such a mark there is nothing to match. From within a character, the same place would be found for ever.
    if (found[0] === '') ends.lastIndex += (part.codePointAt(found.index) ?? 0) > 0xffff ? 2 : 1;
    const to = found.index;
    const next = to + found[0].length;
    if (next === part.length && !isLast) return;
    if (to <= from || abbreviation.test(part.slice(Math.max(from, to - 40), to))) continue;
    yield { to, next };
    from = next;
  }
}

/** Its length without a half of a character at its end. */
function wholeCharacters(part: string): number {
  const code = part.charCodeAt(part.length - 1);
  return code >= 0xd800 && code < 0xdc00 ? part.length - 1 : part.length;
}
