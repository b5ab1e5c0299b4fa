/**
 * A segment of the index as it is read: which transcripts, passages and terms it has, in memory; the postings stay in
 * the file. The file may come from a stranger: whatever does not fit makes it damaged, which means that it is not used.
 */
import { createHash } from 'node:crypto';
import { parseJsonObject } from '../captions/jsonParts';
import { inSlices, type Sliced } from '../captions/sliced';
import { TooMuch } from '../captions/tooMuch';
import type { Plain } from '../model/plain';
import type { Files } from '../model/ports';
import { VarintReader } from './varint';
import { lettersOf, maxWord } from './words';

export const magic = 'BTSEARCH';
/** Higher with each change of the form or of what counts as a word: segments of other versions are made again. */
export const segmentVersion = 1;
const headLength = magic.length + 4 + 20;
/**
 * A segment has 4 million words and one transcript more: about 10 MB of these, and a transcript in which no word is
 * said twice takes 60 MB.
 */
const maxMeta = 96 * 1024 * 1024;
const maxWords = 32 * 1024 * 1024;
/** Bytes of a checksum, and numbers and terms, that are read in one go. */
const hashPiece = 1024 * 1024;
const numbersPiece = 32 * 1024;
/** A step between two of so many words takes no more bytes, and each word is in the postings of one term. */
const mostPlaceBytes = 4;
/** Bytes between two postings that are read rather than skipped: opening the file again takes longer. */
const closeBy = 128 * 1024;

/** Postings by the number of their term. */
export type Postings = ReadonlyMap<number, Uint8Array>;

/** A transcript as it was when it was indexed. */
export interface Doc {
  /** `folder/file` below the folder that is searched, or `file`. */
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** Of the content. */
  readonly hash: string;
}

export class Segment {
  /** Passages of transcripts that have changed or are gone do not count. */
  readonly dead = new Set<number>();

  constructor(
    private readonly files: Files,
    readonly path: string,
    readonly docs: readonly Doc[],
    /** For each transcript its first passage; one more at the end. */
    readonly docStarts: Uint32Array,
    /** For each passage its first word; one more at the end. */
    readonly starts: Uint32Array,
    /** The line of each passage. */
    readonly lines: Uint32Array,
    /** Sorted, a line break between them. */
    readonly terms: string,
    readonly termStarts: Uint32Array,
    /** For each term the set of its letters, as `lettersOf` has it. */
    readonly termLetters: Uint32Array,
    private readonly postingStarts: Float64Array,
  ) {}

  get words(): number {
    return this.starts[this.starts.length - 1] ?? 0;
  }

  get termCount(): number {
    return this.termStarts.length - 1;
  }

  term(at: number): string {
    return this.terms.slice(this.termStarts[at], (this.termStarts[at + 1] ?? 1) - 1);
  }

  /** Bytes of the term's postings, which say how common it is. */
  weight(at: number): number {
    return (this.postingStarts[at + 1] ?? 0) - (this.postingStarts[at] ?? 0);
  }

  /** The first term that is not before the text. */
  lowerBound(text: string): number {
    let low = 0;
    let high = this.termCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.term(middle) < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The postings of these terms as they are in the file; undefined: it is gone, too short or damaged. */
  async postings(terms: ReadonlySet<number>): Promise<Postings | undefined> {
    const found = new Map<number, Uint8Array>();
    let length = 0;
    for (const at of terms) length += this.weight(at);
    if (length > mostPlaceBytes * this.words) return undefined;
    const stretches = this.stretchesOf([...terms].sort((one, other) => one - other));
    const read = await Promise.all(
      stretches.map(({ from, to }) => this.files.readPart(this.path, from, to - from)),
    );
    for (const [index, { from, to, terms }] of stretches.entries()) {
      const bytes = read[index];
      if (bytes?.length !== to - from) return undefined;
      for (const at of terms) {
        const begin = (this.postingStarts[at] ?? 0) - from;
        found.set(at, bytes.subarray(begin, begin + this.weight(at)));
      }
    }
    return found;
  }

  /** A term's places among the words, ascending, from its postings; undefined: they are damaged or missing. */
  places(postings: Uint8Array | undefined): Uint32Array | undefined {
    return postings && decoded(postings, this.words);
  }

  /** Stretches of the file that hold the postings of these ascending terms: what is close by is read at once. */
  private stretchesOf(
    terms: readonly number[],
  ): readonly { readonly from: number; to: number; readonly terms: number[] }[] {
    const stretches: { readonly from: number; to: number; readonly terms: number[] }[] = [];
    for (const at of terms) {
      const from = this.postingStarts[at] ?? 0;
      const last = stretches.at(-1);
      if (last !== undefined && from - last.to <= closeBy) {
        last.to = from + this.weight(at);
        last.terms.push(at);
      } else stretches.push({ from, to: from + this.weight(at), terms: [at] });
    }
    return stretches;
  }

  /** Which transcript the passage is of. */
  docOf(passage: number): number {
    let low = 0;
    let high = this.docs.length;
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if ((this.docStarts[middle] ?? 0) <= passage) low = middle;
      else high = middle;
    }
    return low;
  }
}

function decoded(bytes: Uint8Array, words: number): Uint32Array | undefined {
  const places = new Uint32Array(bytes.length);
  let count = 0;
  let place = 0;
  let value = 0;
  let shift = 1;
  const { length } = bytes;
  // Millions of them in a common word: an index is faster than an iterator.
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      place += value + byte * shift;
      if (place >= words) return undefined;
      places[count] = place;
      count += 1;
      value = 0;
      shift = 1;
    } else {
      value += (byte & 0x7f) * shift;
      shift *= 0x80;
    }
  }
  return places.subarray(0, count);
}

/** The segment in the file; undefined when it is gone, of another version or damaged. */
export async function openSegment(files: Files, path: string): Promise<Segment | undefined> {
  const stat = await files.stat(path);
  if (stat?.kind !== 'file') return undefined;
  const head = await files.readPart(path, 0, headLength);
  if (head?.length !== headLength || Buffer.from(head.subarray(0, 8)).toString('latin1') !== magic)
    return undefined;
  const length = Buffer.from(head).readUInt32LE(8);
  if (length > maxMeta || headLength + length > stat.size) return undefined;
  const meta = await files.readPart(path, headLength, length);
  if (meta?.length !== length) return undefined;
  if (!(await inSlices(digestOf(meta))).equals(head.subarray(12))) return undefined;
  return inSlices(
    readMeta(
      files,
      path,
      Buffer.from(meta.buffer, meta.byteOffset, meta.length),
      headLength + length,
      stat.size,
    ),
  );
}

function* digestOf(bytes: Uint8Array): Sliced<Buffer> {
  const hash = createHash('sha1');
  for (let at = 0; at < bytes.length; at += hashPiece) {
    hash.update(bytes.subarray(at, at + hashPiece));
    yield;
  }
  return hash.digest();
}

function* readMeta(
  files: Files,
  path: string,
  meta: Buffer,
  postingsAt: number,
  size: number,
): Sliced<Segment | undefined> {
  if (meta.length < 4) return undefined;
  const jsonEnd = 4 + meta.readUInt32LE(0);
  const head = jsonEnd <= meta.length ? yield* readHead(meta.toString('utf8', 4, jsonEnd)) : undefined;
  // Each passage and each term has at least a byte of its own: a number beyond that would only take memory.
  if (head === undefined || head.passages + head.terms > meta.length) return undefined;
  const numbers = new VarintReader(meta, jsonEnd);
  const starts = new Uint32Array(head.passages + 1);
  const lines = new Uint32Array(head.passages);
  for (let at = 0; at < head.passages; at += 1) {
    starts[at + 1] = (starts[at] ?? 0) + numbers.next();
    lines[at] = numbers.next();
    if (at % numbersPiece === 0) yield;
  }
  const postingStarts = new Float64Array(head.terms + 1);
  postingStarts[0] = postingsAt;
  for (let at = 0; at < head.terms; at += 1) {
    postingStarts[at + 1] = (postingStarts[at] ?? 0) + numbers.next();
    if (at % numbersPiece === 0) yield;
  }
  const terms = meta.toString('utf8', numbers.place);
  const termStarts = new Uint32Array(head.terms + 1);
  const termLetters = new Uint32Array(head.terms);
  let count = 0;
  for (let at = terms === '' ? -1 : 0; at >= 0 && count < head.terms; count += 1) {
    termStarts[count] = at;
    if (count % numbersPiece === 0) yield;
    const end = terms.indexOf('\n', at);
    const termEnd = end < 0 ? terms.length : end;
    if (termEnd - at > maxWord) return undefined;
    termLetters[count] = lettersOf(terms, at, termEnd);
    at = end < 0 ? -1 : end + 1;
  }
  termStarts[count] = terms.length + 1;
  const docStarts = new Uint32Array(head.docs.length + 1);
  for (const [at, { passages }] of head.docs.entries()) docStarts[at + 1] = (docStarts[at] ?? 0) + passages;
  const fits =
    count === head.terms &&
    postingStarts[head.terms] === size &&
    starts[head.passages] === head.words &&
    docStarts[head.docs.length] === head.passages;
  if (!fits) return undefined;
  return new Segment(
    files,
    path,
    head.docs,
    docStarts,
    starts,
    lines,
    terms,
    termStarts,
    termLetters,
    postingStarts,
  );
}

interface Head {
  readonly words: number;
  readonly terms: number;
  readonly passages: number;
  readonly docs: readonly (Doc & { readonly passages: number })[];
}

function* readHead(json: string): Sliced<Head | undefined> {
  const head = yield* headObject(json);
  if (head === undefined) return undefined;
  const { version, words, terms, passages, docs } = head;
  if (version !== segmentVersion || !isCount(words) || !isCount(terms) || !isCount(passages))
    return undefined;
  if (words > maxWords || !isList(docs)) return undefined;
  const read: (Doc & { readonly passages: number })[] = [];
  for (const [at, one] of docs.entries()) {
    if (at % numbersPiece === numbersPiece - 1) yield;
    if (!isList(one)) return undefined;
    const [name, size, modifiedMs, hash, own] = one;
    if (typeof name !== 'string' || !isCount(size) || typeof modifiedMs !== 'number') return undefined;
    if (typeof hash !== 'string' || !isCount(own)) return undefined;
    read.push({ name, size, modifiedMs, hash, passages: own });
  }
  return { words, terms, passages, docs: read };
}

function* headObject(json: string): Sliced<Plain | undefined> {
  try {
    return yield* parseJsonObject(json);
  } catch (error) {
    if (error instanceof TooMuch) return undefined;
    throw error;
  }
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}
