/**
 * Words of some transcripts → a segment of the index. All words are numbered in order; a term's postings are the
 * numbers of its words, as differences. Sliced, because a segment takes seconds.
 */
import { createHash } from 'node:crypto';
import { Share, sliceLength, sorted, type Sliced } from '../captions/sliced';
import type { OutputFormat } from '../model/settings';
import { inPieces } from '../output/pieces';
import { piecesOf } from './pieces';
import { magic, segmentVersion, type Doc } from './segment';
import { putVarint, varintLength } from './varint';
import { eachWritten, termOf } from './words';

/** Words from which on a new passage begins with the next piece: about half a minute of speech. */
const passageWords = 80;

export class SegmentBuilder {
  private readonly ids = new Map<string, number>();
  /** The same for words as they are written, -1 for those that are none: a look-up less for each word. */
  private readonly writtenIds = new Map<string, number>();
  /** Term numbers from 1, in the order of the text; 0 is a gap that no phrase crosses. */
  private words = new Uint32Array(65_536);
  private count = 0;
  private readonly docs: { readonly doc: Doc; readonly passages: number }[] = [];
  /** For each passage its number of words and its line. */
  private readonly passages: number[] = [];

  private readonly single = (term: string): void => this.push(this.idOf(term));
  private readonly written = (word: string): void => {
    let id = this.writtenIds.get(word);
    if (id === undefined) {
      const term = termOf(word);
      id = term === '' ? -1 : this.idOf(term);
      this.writtenIds.set(word, id);
    }
    if (id > 0) this.push(id);
  };

  /** Words so far. */
  get size(): number {
    return this.count;
  }

  get isEmpty(): boolean {
    return this.docs.length === 0;
  }

  *add(doc: Doc, format: OutputFormat, text: string): Sliced<void> {
    const before = this.passages.length;
    let begun = this.count;
    let line = 0;
    let last = -1;
    let done = 0;
    for (const piece of yield* piecesOf(format, text)) {
      // A passage is found again by its lines, so that a long line is one.
      if (this.count - begun >= passageWords && piece.line !== last) {
        this.passages.push(this.count - begun, line);
        begun = this.count;
      }
      if (this.count === begun) line = piece.line;
      last = piece.line;
      eachWritten(piece.text, this.single, this.written);
      if (piece.heading) this.push(0);
      done += piece.text.length;
      if (done >= sliceLength) {
        done = 0;
        yield;
      }
    }
    this.push(0);
    this.passages.push(this.count - begun, line);
    this.docs.push({ doc, passages: (this.passages.length - before) / 2 });
  }

  /** The file's bytes. The builder is used up. */
  *finish(): Sliced<readonly Uint8Array[]> {
    const terms = yield* this.sortedTerms();
    const places = yield* this.placesByTerm(terms.length + 1);
    const ids = new Uint32Array(terms.length);
    const share = new Share();
    for (const [at, term] of terms.entries()) {
      ids[at] = this.ids.get(term) ?? 0;
      if (share.due(term.length)) yield;
    }
    const placesOf = (id: number): Uint32Array =>
      places.sorted.subarray(places.starts[id] ?? 0, places.starts[id + 1]);
    const lengths = new Uint8Array(terms.length * 5);
    let lengthsEnd = 0;
    let size = 0;
    let done = 0;
    for (const id of ids) {
      const length = differencesLength(placesOf(id));
      size += length;
      lengthsEnd = putVarint(lengths, lengthsEnd, length);
      done += length + 8;
      if (done < sliceLength) continue;
      done = 0;
      yield;
    }
    const all = new Uint8Array(size);
    let end = 0;
    for (const id of ids) {
      const begun = end;
      end = putDifferences(all, end, placesOf(id));
      done += end - begun + 8;
      if (done < sliceLength) continue;
      done = 0;
      yield;
    }
    const meta = [
      ...this.headBytes(terms.length),
      this.passageBytes(),
      lengths.subarray(0, lengthsEnd),
      ...(yield* termBytes(terms)),
    ];
    const hash = createHash('sha1');
    for (const piece of meta) {
      hash.update(piece);
      yield;
    }
    const length = meta.reduce((sum, piece) => sum + piece.length, 0);
    return [Buffer.concat([Buffer.from(magic), uint32(length), hash.digest()]), ...meta, all];
  }

  private headBytes(terms: number): readonly Uint8Array[] {
    const head = Buffer.from(
      JSON.stringify({
        version: segmentVersion,
        words: this.count,
        terms,
        passages: this.passages.length / 2,
        docs: this.docs.map(({ doc, passages }) => [doc.name, doc.size, doc.modifiedMs, doc.hash, passages]),
      }),
    );
    return [uint32(head.length), head];
  }

  private push(id: number): void {
    if (this.count === this.words.length) {
      const larger = new Uint32Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
    }
    this.words[this.count] = id;
    this.count += 1;
  }

  private idOf(term: string): number {
    const known = this.ids.get(term);
    if (known !== undefined) return known;
    const id = this.ids.size + 1;
    this.ids.set(term, id);
    return id;
  }

  /** In order of UTF-16 code units, as comparison of strings has it. */
  private *sortedTerms(): Sliced<readonly string[]> {
    const share = new Share();
    const byFirst = new Map<number, string[]>();
    for (const term of this.ids.keys()) {
      if (share.due(0)) yield;
      const first = term.charCodeAt(0);
      const bucket = byFirst.get(first);
      if (bucket) bucket.push(term);
      else byFirst.set(first, [term]);
    }
    const all: string[] = [];
    for (const first of [...byFirst.keys()].sort((a, b) => a - b))
      for (const term of yield* sorted(byFirst.get(first) ?? [], inCodeUnits)) {
        all.push(term);
        if (share.due(0)) yield;
      }
    return all;
  }

  /** The places of all words, those of a term together; `starts` says where each term's begin. */
  private *placesByTerm(ids: number): Sliced<{ readonly sorted: Uint32Array; readonly starts: Uint32Array }> {
    const starts = new Uint32Array(ids + 1);
    const { words, count } = this;
    for (let at = 0; at < count; at += 1)
      starts[(words[at] ?? 0) + 1] = (starts[(words[at] ?? 0) + 1] ?? 0) + 1;
    yield;
    for (let id = 1; id <= ids; id += 1) starts[id] = (starts[id] ?? 0) + (starts[id - 1] ?? 0);
    const next = starts.slice();
    const sorted = new Uint32Array(count);
    for (let at = 0; at < count; at += 1) {
      const id = words[at] ?? 0;
      const place = next[id] ?? 0;
      sorted[place] = at;
      next[id] = place + 1;
      if ((at & 0xf_ffff) === 0xf_ffff) yield;
    }
    return { sorted, starts };
  }

  private passageBytes(): Uint8Array {
    const bytes = new Uint8Array(this.passages.length * 5);
    let at = 0;
    for (const value of this.passages) at = putVarint(bytes, at, value);
    return bytes.subarray(0, at);
  }
}

const inCodeUnits = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The terms with a line break between them. */
function* termBytes(terms: readonly string[]): Sliced<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  const lines = function* (): Generator<string> {
    for (const [at, term] of terms.entries()) yield at === 0 ? term : `\n${term}`;
  };
  for (const piece of inPieces(lines())) {
    pieces.push(piece);
    yield;
  }
  return pieces;
}

function differencesLength(places: Uint32Array): number {
  let length = 0;
  let before = 0;
  for (const place of places) {
    length += varintLength(place - before);
    before = place;
  }
  return length;
}

function putDifferences(bytes: Uint8Array, from: number, places: Uint32Array): number {
  let at = from;
  let before = 0;
  for (const place of places) {
    at = putVarint(bytes, at, place - before);
    before = place;
  }
  return at;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
