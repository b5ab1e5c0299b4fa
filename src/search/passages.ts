/**
 * A hit of the index → what the user sees, read from the transcript itself: the line and second where the words
 * are, and the words around them. What the transcript does not hold is no answer, whatever the index says.
 */
import type { Terms } from './match';
import type { Piece } from './pieces';
import { eachWord } from './words';

export interface Found {
  /** From 1. */
  readonly line: number;
  /** Seconds; undefined where the transcript has no times. */
  readonly seconds: number | undefined;
  /** One line, cut around the words. */
  readonly text: string;
  /** Where the words are in `text`: start and end, in UTF-16 units. */
  readonly marks: readonly (readonly [start: number, end: number])[];
}

/** Characters shown before and behind the first words that were found. */
const before = 80;
const behind = 160;
const nextPieces = 12;
/** Characters of a passage that are looked at; an index of a stranger may take all of a file for one. */
const longestPassage = 400_000;

interface Word {
  readonly term: string;
  readonly start: number;
  readonly end: number;
}

/** `from`: first line of the passage; `to`: the line of the next one, or Infinity. */
export function findIn(
  pieces: readonly Piece[],
  from: number,
  to: number,
  sought: readonly (readonly Terms[])[],
): Found | undefined {
  const begin = firstFrom(pieces, from);
  const ownTo = firstFrom(pieces, to);
  // A phrase may end in the next passage.
  const end = ownTo === begin ? ownTo : ownTo + nextPieces;
  const ends: { readonly at: number; readonly piece: Piece }[] = [];
  const texts: string[] = [];
  let length = 0;
  let ownEnd = 0;
  let isLineBegun = false;
  const add = (text: string): void => {
    texts.push(text);
    length += text.length;
  };
  for (let at = begin; at < end; at += 1) {
    const piece = pieces[at];
    const isOwn = at < ownTo;
    if (piece === undefined || (!isOwn && length - ownEnd > behind) || length > longestPassage) break;
    if (isLineBegun) add(piece.heading ? '\n' : ' ');
    ends.push({ at: length, piece });
    add(isOwn ? piece.text : piece.text.slice(0, 2 * behind));
    if (piece.heading) add('\n');
    isLineBegun = !piece.heading && length > 0;
    if (isOwn) ownEnd = length;
  }
  const text = texts.join('');
  const words: Word[] = [];
  eachWord(text, (term, start, end) => words.push({ term, start, end }));
  const marked = matchesOf(words, ownEnd, sought);
  const best = densest(marked, words);
  if (best === undefined) return undefined;
  const start = words[best]?.start ?? 0;
  const { piece } = ends.findLast(({ at }) => at <= start) ?? { piece: undefined };
  if (piece === undefined) return undefined;
  const cut = around(text, start);
  const shift = cut.lead.length - cut.start;
  const marks = [...marked.keys()]
    .flatMap((at): [number, number][] => {
      const word = words[at];
      if (word === undefined || word.start < cut.start || word.end > cut.end) return [];
      return [[word.start + shift, word.end + shift]];
    })
    .sort(([a], [b]) => a - b);
  return {
    line: piece.line + 1,
    seconds: piece.time,
    text: cut.lead + text.slice(cut.start, cut.end).replace(/\s/g, ' ') + cut.tail,
    marks: joined(marks),
  };
}

/** Numbers of the words that belong to something sought, with which. */
function matchesOf(
  words: readonly Word[],
  ownEnd: number,
  sought: readonly (readonly Terms[])[],
): Map<number, number> {
  const marked = new Map<number, number>();
  for (const [index, phrase] of sought.entries())
    for (let at = 0; at + phrase.length <= words.length; at += 1) {
      if ((words[at]?.start ?? 0) >= ownEnd) break;
      const fits = phrase.every((terms, offset) => terms.has(words[at + offset]?.term ?? ''));
      if (fits) for (let offset = 0; offset < phrase.length; offset += 1) marked.set(at + offset, index);
    }
  return marked;
}

/** The first piece that is not above the line; pieces are in the order of their lines. */
function firstFrom(pieces: readonly Piece[], line: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pieces[middle]?.line ?? Infinity) < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The word found from which on the most different things are near. */
function densest(marked: ReadonlyMap<number, number>, words: readonly Word[]): number | undefined {
  const places = Uint32Array.from(marked.keys()).sort();
  /** What is near the word, and how often. */
  const near = new Map<number, number>();
  const count = (place: number, more: number): void => {
    const kind = marked.get(place) ?? 0;
    const times = (near.get(kind) ?? 0) + more;
    if (times === 0) near.delete(kind);
    else near.set(kind, times);
  };
  let best: number | undefined;
  let most = 0;
  let end = 0;
  for (const at of places) {
    for (; end < places.length; end += 1) {
      const place = places[end] ?? 0;
      if ((words[place]?.start ?? 0) - (words[at]?.start ?? 0) > behind) break;
      count(place, 1);
    }
    if (near.size > most) {
      most = near.size;
      best = at;
    }
    count(at, -1);
  }
  return best;
}

function around(
  text: string,
  start: number,
): { readonly start: number; readonly end: number; readonly lead: string; readonly tail: string } {
  // A heading and what follows it are apart.
  const first = text.lastIndexOf('\n', start) + 1;
  const last = text.indexOf('\n', start);
  const end = last < 0 ? text.length : last;
  let from = Math.max(first, start - before);
  let to = Math.min(end, start + behind);
  if (from > first) {
    const space = text.indexOf(' ', from);
    from = space >= 0 && space < start ? space + 1 : whole(text, from);
  }
  if (to < end) {
    const space = text.lastIndexOf(' ', to);
    to = space > start + behind / 2 ? space : whole(text, to);
  }
  return { start: from, end: to, lead: from > first ? '…' : '', tail: to < end ? '…' : '' };
}

/** Not between the halves of a character. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}

function joined(marks: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const result: [number, number][] = [];
  for (const [start, end] of marks) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(end, last[1]);
    else result.push([start, end]);
  }
  return result;
}
