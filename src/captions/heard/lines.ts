/**
 * Cuts a long sentence into lines: at commas where it can, between words otherwise, in parts of about one length. Pure.
 */
import { weight, type Span } from '../sentences';

/** Marks after which a reader pauses. */
const clauseEnd = /[,;:，、；：،؛—–][\s"'”’»)\]」』）]*$/u;
/** How many columns a cut may be off the even length to stand at such a mark. */
const clauseWorth = 14;
/** Breaks are looked for in this many characters at a time, so that a text without any is no burden. */
const window = 400;

/**
 * The span cut into parts of at most `columns`; whole, where it has no more than `allowed`. A word that is longer stays
 * whole.
 */
export function* linesOf(
  text: string,
  { from, to }: Span,
  columns: number,
  allowed = columns,
): Generator<Span, void, undefined> {
  let start = from;
  while (start < to) {
    const rest = text.slice(start, Math.min(to, start + window));
    const isLast = start + rest.length === to;
    const wide = weight(rest);
    if (isLast && wide <= (start === from ? allowed : columns)) {
      yield { from: start, to };
      return;
    }
    const parts = Math.ceil(wide / columns);
    const end = start + breakIn(rest, columns, isLast ? wide / parts : columns);
    yield { from: start, to: end };
    start = end;
    while (start < to && /\s/.test(text[start] ?? '')) start += 1;
  }
}

/** How many characters of the text make the next line. */
function breakIn(text: string, columns: number, even: number): number {
  let best = 0;
  let bestCost = Infinity;
  for (const at of breaksOf(text)) {
    const line = text.slice(0, at).trimEnd();
    const wide = weight(line);
    if (wide > columns && best > 0) break;
    const cost = Math.abs(wide - even) - (clauseEnd.test(line) ? clauseWorth : 0);
    if (cost <= bestCost || best === 0) [best, bestCost] = [at, cost];
    if (wide > columns) break;
  }
  return best === 0 ? text.length : best;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
const mark = /^[\p{P}\p{S}\p{M}]+$/u;
const opening = /[\p{Ps}\p{Pi}¿¡]$/u;

/** Where a line may end, as positions behind it: after white space, and between words in scripts without any. */
function* breaksOf(text: string): Generator<number, void, undefined> {
  let before = '';
  for (const { segment, index } of segmenter.segment(text)) {
    const isWord = !/^\s/.test(segment) && !mark.test(segment);
    const afterBlank = /\s$/.test(before);
    const joins = /[\p{L}\p{N}][-'’.]?$/u.test(before) && /^\p{Script=Latin}/u.test(segment);
    if (index > 0 && isWord && !opening.test(before) && (afterBlank || (!joins && isWide(segment))))
      yield index;
    else if (index > 0 && afterBlank) yield index;
    before = segment;
  }
}

/** Scripts whose words have no blanks between them. */
function isWide(segment: string): boolean {
  return /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u.test(
    segment,
  );
}
