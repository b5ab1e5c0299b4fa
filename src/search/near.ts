/**
 * Terms that differ from a word by a few letters. All terms are looked at, but of most of them only their length and
 * the set of their letters, which differ too much already: a list of terms is passed through in a few milliseconds.
 */
import type { Segment } from './segment';
import { lettersOf } from './words';

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
  const { terms, termStarts, termLetters, termCount } = segment;
  const letters = lettersOf(word, 0, word.length);
  const compare = new Comparison(word, most);
  let next = 0;
  for (let at = 0; at < termCount; at += 1) {
    const from = next;
    next = termStarts[at + 1] ?? 0;
    const longer = next - 1 - from - word.length;
    const added = longer < 0 ? -longer : longer;
    // A letter that is added or left out changes one bit at most, one that is changed two.
    if (added > most || bitsIn((termLetters[at] ?? 0) ^ letters) > 2 * most - added) continue;
    const distance = compare.with(terms, from, next - 1);
    if (distance > 0 && distance <= most) found.push({ at, distance });
  }
  return found;
}

function bitsIn(value: number): number {
  let bits = value - ((value >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** The distance of one word to many terms. */
class Comparison {
  /** Three rows of distances: this one and the two before. */
  private rows: [Uint8Array, Uint8Array, Uint8Array];

  constructor(
    private readonly word: string,
    private readonly most: number,
  ) {
    const row = (): Uint8Array => new Uint8Array(word.length + 1);
    this.rows = [row(), row(), row()];
  }

  /** To the part of the text; any number above the distance wanted where it is farther away. */
  with(text: string, from: number, to: number): number {
    const { word, most } = this;
    // What both have in common at the beginning and the end counts for nothing.
    let start = 0;
    let end = word.length;
    let first = from;
    let last = to;
    while (start < end && first < last && word.charCodeAt(start) === text.charCodeAt(first)) {
      start += 1;
      first += 1;
    }
    while (start < end && first < last && word.charCodeAt(end - 1) === text.charCodeAt(last - 1)) {
      end -= 1;
      last -= 1;
    }
    const width = end - start;
    if (width === 0 || first === last) return Math.max(width, last - first);
    let [row, above, twoAbove] = this.rows;
    for (let column = 0; column <= width; column += 1) above[column] = column;
    for (let at = first; at < last; at += 1) {
      const letter = text.charCodeAt(at);
      row[0] = at - first + 1;
      let least = row[0];
      for (let column = 1; column <= width; column += 1) {
        const own = word.charCodeAt(start + column - 1);
        const changed = (above[column - 1] ?? 0) + (own === letter ? 0 : 1);
        let best = Math.min((above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1, changed);
        const isTurned =
          column > 1 &&
          at > first &&
          own === text.charCodeAt(at - 1) &&
          word.charCodeAt(start + column - 2) === letter;
        if (isTurned) best = Math.min(best, (twoAbove[column - 2] ?? 0) + 1);
        row[column] = best;
        if (best < least) least = best;
      }
      if (least > most) return least;
      [row, above, twoAbove] = [twoAbove, row, above];
    }
    return above[width] ?? 0;
  }
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
