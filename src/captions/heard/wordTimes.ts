/**
 * When each part of a text is spoken, from the times of its words. The words of an answer may lack the marks and the
 * spelling of its text: each is looked for a little further on, and what lies between is in proportion. Pure.
 */
import type { Span } from '../sentences';
import { Share, type Sliced } from '../sliced';
import type { HeardWord } from './heard';

interface Spot {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** How far ahead a word is looked for: some words may be missing in the list. */
const ahead = 60;
/** Fewer words found than this share say nothing about the rest. */
const leastShare = 0.5;

export class WordTimes {
  /** Spans are asked for in order. */
  private at = 0;

  private constructor(
    private readonly text: string,
    private readonly start: number,
    private readonly end: number,
    private readonly spots: readonly Spot[],
  ) {}

  /** Of a text that is spoken from `start` to `end`, seconds. */
  static *of(text: string, start: number, end: number, words: readonly HeardWord[]): Sliced<WordTimes> {
    const found = yield* spotsOf(text, words);
    const isKnown = found.length >= words.length * leastShare;
    return new WordTimes(text, start, end, isKnown ? found : []);
  }

  /** Whether the times of the words are known. */
  get isKnown(): boolean {
    return this.spots.length > 0;
  }

  /** Start and end of a part, seconds. Call it for parts in order. */
  of({ from, to }: Span): { readonly start: number; readonly end: number } {
    const { spots } = this;
    while ((spots[this.at]?.to ?? Infinity) <= from) this.at += 1;
    const first = this.at;
    let last = first;
    while ((spots[last]?.from ?? Infinity) < to) last += 1;
    const start = this.time(from, spots[first - 1], spots[first], 'start');
    const end = this.time(to, spots[last - 1], spots[last], 'end');
    return { start: rounded(start), end: rounded(Math.max(start, end)) };
  }

  /** A moment in the text between two words, or at the edge of one. */
  private time(at: number, before: Spot | undefined, after: Spot | undefined, edge: 'start' | 'end'): number {
    // Marks beside a word belong to it.
    if (edge === 'start' && after !== undefined && !this.hasWord(at, after.from)) return after.start;
    if (edge === 'end' && before !== undefined && !this.hasWord(before.to, at)) return before.end;
    const low = before ?? { to: 0, end: this.start };
    const high = after ?? { from: this.text.length, start: this.end };
    const length = high.from - low.to;
    if (length <= 0) return edge === 'start' ? high.start : low.end;
    return low.end + ((Math.max(high.start, low.end) - low.end) * (at - low.to)) / length;
  }

  private hasWord(from: number, to: number): boolean {
    return /[\p{L}\p{N}]/u.test(this.text.slice(from, Math.max(from, to)));
  }
}

function* spotsOf(text: string, words: readonly HeardWord[]): Sliced<readonly Spot[]> {
  const share = new Share();
  const spots: Spot[] = [];
  let cursor = 0;
  let latest = 0;
  for (const word of words) {
    if (share.due(word.text.length + ahead)) yield;
    const wanted = word.text.trim();
    const place = placeOf(text, wanted, cursor) ?? placeOf(text, bare(wanted), cursor);
    if (place === undefined) continue;
    cursor = place.to;
    const start = Math.max(latest, word.start);
    latest = Math.max(start, word.end);
    spots.push({ ...place, start, end: latest });
  }
  return spots;
}

/** No word is longer; what is, stays as it is. */
const longestWord = 200;

/** Without the marks around it, in lower case. */
function bare(word: string): string {
  if (word.length > longestWord) return word.toLowerCase();
  return word.replace(/^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu, '').toLowerCase();
}

function placeOf(text: string, word: string, cursor: number): Span | undefined {
  if (word === '') return undefined;
  const near = text.slice(cursor, cursor + ahead + word.length);
  const part = word === word.toLowerCase() ? near.toLowerCase() : near;
  // Lower case may be longer than what it stands for, in few languages.
  if (part.length !== near.length) return undefined;
  for (let at = part.indexOf(word); at >= 0; at = part.indexOf(word, at + 1)) {
    const inside =
      /[\p{Script=Latin}\p{N}]$/u.test(part.slice(0, at)) && /^[\p{Script=Latin}\p{N}]/u.test(word);
    if (!inside) return { from: cursor + at, to: cursor + at + word.length };
  }
  return undefined;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
