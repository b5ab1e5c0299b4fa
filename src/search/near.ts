/**
 * Terms of a sorted list that differ from a word by a few letters. What terms have in common at their beginning
 * is compared once, and whole runs of terms are passed over whose beginning differs too much already.
 */
import type { Segment } from './segment';

/** How many letters a word may differ by: short words would be taken for others. */
export function tolerance(word: string): number {
  if (word.length < 4) return 0;
  return word.length < 8 ? 1 : 2;
}

export interface Near {
  /** Number of the term in the segment. */
  readonly at: number;
  readonly distance: number;
}

/** The terms within the distance: letters added, left out, changed, or two neighbours changed round. */
export function nearTerms(segment: Segment, word: string, most: number): readonly Near[] {
  const found: Near[] = [];
  if (most === 0) return found;
  const width = word.length + 1;
  const depth = word.length + most;
  const rows = Array.from({ length: depth + 1 }, () => new Uint8Array(width));
  rows[0]?.set(Array.from({ length: width }, (_, column) => column));
  let before = '';
  for (let at = 0; at < segment.termCount;) {
    const term = segment.term(at);
    let length = commonLength(before, term);
    before = term;
    let hopeless = false;
    while (length < term.length && !hopeless) {
      length += 1;
      hopeless = length > depth || nextRow(rows, word, term, length) > most;
    }
    if (hopeless) {
      // No term with this beginning is near enough.
      before = term.slice(0, length - 1);
      at = after(segment, term.slice(0, length), at + 1);
      continue;
    }
    const distance = rows[term.length]?.[word.length] ?? 255;
    if (distance > 0 && distance <= most) found.push({ at, distance });
    at += 1;
  }
  return found;
}

/** Fills the row of the term's first `length` letters from those before; returns its smallest distance. */
function nextRow(rows: readonly Uint8Array[], word: string, term: string, length: number): number {
  const row = rows[length];
  const above = rows[length - 1];
  const twoAbove = rows[length - 2];
  if (row === undefined || above === undefined) return 255;
  const letter = term.charCodeAt(length - 1);
  const previous = term.charCodeAt(length - 2);
  row[0] = length;
  let least = length;
  for (let column = 1; column < row.length; column += 1) {
    const own = word.charCodeAt(column - 1);
    let best = Math.min((above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1);
    best = Math.min(best, (above[column - 1] ?? 0) + (own === letter ? 0 : 1));
    if (twoAbove && column > 1 && own === previous && word.charCodeAt(column - 2) === letter)
      best = Math.min(best, (twoAbove[column - 2] ?? 0) + 1);
    row[column] = best;
    if (best < least) least = best;
  }
  return least;
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one.charCodeAt(length) === other.charCodeAt(length)) length += 1;
  return length;
}

/** The first term from `from` on that does not begin with the text. */
export function after(segment: Segment, beginning: string, from: number): number {
  let low = from;
  let high = segment.termCount;
  // What follows is mostly close by.
  for (let step = 1; low + step < high; step *= 2)
    if (!segment.term(low + step).startsWith(beginning)) {
      high = low + step;
      break;
    }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (segment.term(middle).startsWith(beginning)) low = middle + 1;
    else high = middle;
  }
  return low;
}
