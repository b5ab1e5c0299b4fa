/**
 * Which passages of a segment hold what is looked for, and how well (BM25). A phrase counts where its words have
 * neighbouring places, so nothing of the text is read.
 */
import { breathe } from '../captions/sliced';
import { after, nearTerms, tolerance } from './near';
import type { Wanted } from './query';
import type { Postings, Segment } from './segment';

/** The terms that a word may be, with what each counts for. */
export type Terms = ReadonlyMap<string, number>;

/** One wanted thing with the terms of each of its words. */
export interface Sought {
  readonly words: readonly Terms[];
}

export interface Hit {
  readonly segment: Segment;
  readonly passage: number;
  readonly score: number;
}

/** Terms with the same beginning that count for a word that may go on: the most common ones. */
const mostEndings = 16;
/** Shorter beginnings are of too many words to say anything. */
const shortestBeginning = 2;
const mostNear = 12;
/** With fewer words than this found, a word that may be misspelt is looked for with near misses. */
const few = 3;
/** BM25's usual numbers. */
const k1 = 1.2;
const b = 0.5;

/** Finds what each word stands for in these segments. */
export async function seek(wanted: Wanted, segments: readonly Segment[]): Promise<Sought> {
  const words: Terms[] = [];
  for (const [at, word] of wanted.words.entries())
    words.push(await termsOf(word, at === wanted.words.length - 1 && wanted.prefix, wanted.exact, segments));
  return { words };
}

async function termsOf(
  word: string,
  goesOn: boolean,
  exact: boolean,
  segments: readonly Segment[],
): Promise<Terms> {
  const terms = new Map<string, number>();
  let weight = 0;
  for (const segment of segments) {
    const at = segment.lowerBound(word);
    if (segment.term(at) !== word) continue;
    terms.set(word, 1);
    weight += segment.weight(at);
  }
  if (goesOn && word.length >= shortestBeginning) weight += await addEndings(terms, word, segments);
  if (!exact && weight < few) await addNear(terms, word, segments);
  if (terms.size === 0) terms.set(word, 1);
  return terms;
}

async function addEndings(
  terms: Map<string, number>,
  word: string,
  segments: readonly Segment[],
): Promise<number> {
  const endings = new Map<string, number>();
  for (const segment of segments) {
    await breathe();
    const from = segment.lowerBound(word);
    const to = after(segment, word, from);
    for (let at = from; at < to; at += 1) {
      const term = segment.term(at);
      if (term !== word) endings.set(term, (endings.get(term) ?? 0) + segment.weight(at));
    }
  }
  let weight = 0;
  for (const [term, own] of [...endings].sort((one, other) => other[1] - one[1]).slice(0, mostEndings)) {
    terms.set(term, 0.4);
    weight += own;
  }
  return weight;
}

async function addNear(
  terms: Map<string, number>,
  word: string,
  segments: readonly Segment[],
): Promise<void> {
  // The nearest are enough, and of them the most common ones.
  const nearest = new Map<string, number>();
  let least = tolerance(word);
  for (const segment of segments) {
    await breathe();
    for (const { at, distance } of nearTerms(segment, word, least)) {
      if (distance > least) continue;
      if (distance < least) nearest.clear();
      least = distance;
      const term = segment.term(at);
      nearest.set(term, (nearest.get(term) ?? 0) + segment.weight(at));
    }
  }
  const common = [...nearest].sort((one, other) => other[1] - one[1]).slice(0, mostNear);
  for (const [term] of common) if (!terms.has(term)) terms.set(term, 0.3 / least);
}

/** The best passages, those with all of it only unless `any`; and how many there are. Undefined: damaged. */
export async function match(
  sought: readonly Sought[],
  segments: readonly Segment[],
  most: number,
  any: boolean,
): Promise<{ readonly hits: readonly Hit[]; readonly total: number } | undefined> {
  const rarity = sought.map((one) => rarityOf(one, segments));
  // The disk is waited for once, not for one term after the other.
  const read = await Promise.all(segments.map((segment) => segment.postings(termsIn(sought, segment))));
  const hits: Hit[] = [];
  let total = 0;
  for (const [number, segment] of segments.entries()) {
    const postings = read[number];
    if (postings === undefined) return undefined;
    const passages = segment.lines.length;
    const average = segment.words / Math.max(1, passages);
    const scores = new Float32Array(passages);
    const masks = new Uint16Array(passages);
    for (const [index, one] of sought.entries()) {
      await breathe();
      const frequency = frequencies(one, segment, postings);
      if (frequency === undefined) return undefined;
      const share = rarity[index] ?? 0;
      for (let passage = 0; passage < passages; passage += 1) {
        const times = frequency[passage] ?? 0;
        if (times === 0) continue;
        const length = (segment.starts[passage + 1] ?? 0) - (segment.starts[passage] ?? 0);
        const damp = times + k1 * (1 - b + (b * length) / average);
        scores[passage] = (scores[passage] ?? 0) + (share * times * (k1 + 1)) / damp;
        masks[passage] = (masks[passage] ?? 0) | (1 << index);
      }
    }
    total += gather(segment, scores, masks, any ? undefined : (1 << sought.length) - 1, hits, most);
  }
  return { hits: hits.slice(0, most), total };
}

function gather(
  segment: Segment,
  scores: Float32Array,
  masks: Uint16Array,
  all: number | undefined,
  hits: Hit[],
  most: number,
): number {
  let count = 0;
  let doc = 0;
  for (let passage = 0; passage < scores.length; passage += 1) {
    const mask = masks[passage] ?? 0;
    if (mask === 0 || (all !== undefined && mask !== all)) continue;
    while ((segment.docStarts[doc + 1] ?? Infinity) <= passage) doc += 1;
    if (segment.dead.has(doc)) continue;
    count += 1;
    const score = scores[passage] ?? 0;
    if (hits.length >= most && score <= (hits[most - 1]?.score ?? 0)) continue;
    let at = hits.length;
    while (at > 0 && (hits[at - 1]?.score ?? 0) < score) at -= 1;
    hits.splice(at, 0, { segment, passage, score });
    if (hits.length > most) hits.pop();
  }
  return count;
}

/** How much finding it says: much where it is rare. Bytes of postings are taken for numbers of passages. */
function rarityOf({ words }: Sought, segments: readonly Segment[]): number {
  let passages = 1;
  let least = Infinity;
  for (const { lines } of segments) passages += lines.length;
  for (const terms of words) {
    let weight = 0;
    for (const term of terms.keys())
      for (const segment of segments) {
        const at = segment.lowerBound(term);
        if (segment.term(at) === term) weight += segment.weight(at);
      }
    least = Math.min(least, weight);
  }
  const found = Math.min(least, passages * 0.95);
  return Math.log(1 + (passages - found + 0.5) / (found + 0.5));
}

/** Numbers of all terms in the segment that are looked for. */
function termsIn(sought: readonly Sought[], segment: Segment): ReadonlySet<number> {
  const all = new Set<number>();
  for (const { words } of sought)
    for (const terms of words)
      for (const term of terms.keys()) {
        const at = segment.lowerBound(term);
        if (segment.term(at) === term) all.add(at);
      }
  return all;
}

/** How often each passage holds it, weighted. Undefined: the segment is damaged. */
function frequencies({ words }: Sought, segment: Segment, postings: Postings): Float32Array | undefined {
  const result = new Float32Array(segment.lines.length);
  const [only] = words;
  if (words.length === 1 && only) {
    for (const [term, weight] of only) {
      const places = placesOf(term, segment, postings);
      if (places === undefined) return undefined;
      addPlaces(result, places, segment.starts, weight);
    }
    return result;
  }
  const places = phrasePlaces(words, segment, postings);
  if (places === undefined) return undefined;
  addPlaces(result, places, segment.starts, words.length);
  return result;
}

const nowhere = new Uint32Array(0);

function placesOf(term: string, segment: Segment, postings: Postings): Uint32Array | undefined {
  const at = segment.lowerBound(term);
  return segment.term(at) === term ? segment.places(postings.get(at)) : nowhere;
}

function phrasePlaces(
  words: readonly Terms[],
  segment: Segment,
  postings: Postings,
): Uint32Array | undefined {
  let places: Uint32Array | undefined;
  for (const [offset, terms] of words.entries()) {
    const lists: Uint32Array[] = [];
    for (const term of terms.keys()) {
      const own = placesOf(term, segment, postings);
      if (own === undefined) return undefined;
      if (own.length > 0) lists.push(own);
    }
    const next = lists.length === 1 ? (lists[0] ?? nowhere) : union(lists);
    places = places === undefined ? next : followed(places, next, offset);
    if (places.length === 0) return nowhere;
  }
  return places;
}

function union(lists: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all.sort();
}

/** Those of `places` that have one of `next` so many words behind. */
function followed(places: Uint32Array, next: Uint32Array, offset: number): Uint32Array {
  const kept = new Uint32Array(Math.min(places.length, next.length));
  let count = 0;
  let at = 0;
  for (const place of places) {
    const wanted = place + offset;
    while (at < next.length && (next[at] ?? 0) < wanted) at += 1;
    if (next[at] === wanted) {
      kept[count] = place;
      count += 1;
    }
  }
  return kept.subarray(0, count);
}

function addPlaces(result: Float32Array, places: Uint32Array, starts: Uint32Array, weight: number): void {
  let passage = 0;
  for (const place of places) {
    while ((starts[passage + 1] ?? Infinity) <= place) passage += 1;
    result[passage] = (result[passage] ?? 0) + weight;
  }
}
