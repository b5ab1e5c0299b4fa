/**
 * The form of the file in which a batch keeps its cues: records one after the other, only ever appended. Each begins
 * with a mark and has checksums, so that a record that was torn by a crash, or damaged, never hides the ones after it.
 */
import { crc32 } from 'node:zlib';
import * as v from 'valibot';
import { breathe } from '../../captions/sliced';
import type { Files } from '../../model/ports';

/** Hidden, beside the journal: see hiddenFiles in editor/hideDotFiles.ts. */
export const keptName = '.cues.pack';

/** Holds bytes that text never has, and a line break, which a transfer as text would change. */
const mark = Uint8Array.of(0x0a, 0x42, 0x54, 0x8f, 0xe2, 0x63, 0x01, 0x0a);
/** After the mark, 32 bits each: length of the head, length of the body; checksums of these two, the head, the body. */
const frameBytes = mark.length + 20;
/** What is longer was not written by us, and is passed over as damaged. */
const longestHead = 256 * 1024;
const longestBody = 32 * 1024 * 1024;
/** One for each format, and some for names that were used before. */
const mostFiles = 100;
/**
 * Bytes whose checksums may be wrong before the rest of the file is given up. Torn and damaged records come to a part
 * of it; a forged file could have each of its bytes summed up a million times.
 */
const mostInVain = 256 * 1024 * 1024;
/** Bytes looked at in one go, until other work runs. */
const share = 2 * 1024 * 1024;

const headForm = v.object({
  /** The video's id. */
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  /** When it was written, epoch ms. */
  at: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** Files of the video in the batch folder that we wrote: name and digest of the content. */
  files: v.optional(v.pipe(v.array(v.tuple([v.string(), v.string()])), v.maxLength(mostFiles))),
  /** The cues that were kept before hold no longer. */
  gone: v.optional(v.literal(true)),
});

/** A record without a body adds to the files of an earlier one. */
export type KeptHead = v.InferOutput<typeof headForm>;

export interface FoundRecord {
  readonly head: KeptHead;
  /** Compressed cues; empty where the record has none. */
  readonly body: Uint8Array;
  /** Where the record begins and ends in the file, bytes. */
  readonly from: number;
  readonly to: number;
}

/** A record as it is appended. Throws RangeError for one that could not be read back. */
export function recordOf(head: KeptHead, body: Uint8Array): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(head));
  if (bytes.length > longestHead || body.length > longestBody)
    throw new RangeError('The cues are too long to be kept.');
  const frame = Buffer.alloc(frameBytes);
  frame.set(mark);
  frame.writeUInt32LE(bytes.length, mark.length);
  frame.writeUInt32LE(body.length, mark.length + 4);
  frame.writeUInt32LE(lengthsSum(frame), mark.length + 8);
  frame.writeUInt32LE(crc32(bytes), mark.length + 12);
  frame.writeUInt32LE(crc32(body), mark.length + 16);
  return Buffer.concat([frame, bytes, body]);
}

/** A damaged length is noticed before so much is read. */
function lengthsSum(frame: Uint8Array): number {
  return crc32(frame.subarray(mark.length, mark.length + 8));
}

export interface ReadRecords {
  /** Where to begin, bytes; the begin of a record. */
  readonly from?: number;
  /** Called for each stretch of the file that is no record; not for an end that may still be in the making. */
  readonly onDamage?: () => void;
}

/**
 * The whole records of the file, in the order of their writing; none when there is no file. Throws FailureError `disk`.
 */
export async function* readRecords(
  files: Files,
  path: string,
  { from = 0, onDamage }: ReadRecords = {},
): AsyncIterable<FoundRecord> {
  const window = new Window(from);
  let isDamaged = false;
  async function* take(): AsyncIterable<FoundRecord> {
    for (let step = window.next(); step !== 'more'; step = window.next()) {
      if (step !== 'damaged') yield step;
      else if (!isDamaged) onDamage?.();
      isDamaged = step === 'damaged';
      if (window.givenUp) return;
      if (window.worked > share) {
        window.worked = 0;
        await breathe();
      }
    }
  }
  for await (const piece of files.readPieces(path, from)) {
    window.add(piece);
    yield* take();
    if (window.givenUp) return;
  }
  // A record that was torn off may have others behind it, which a later run appended.
  while (!window.givenUp && window.pass()) {
    if (!isDamaged) onDamage?.();
    isDamaged = true;
    yield* take();
  }
}

/** The stretch of the file that has been read and not yet understood. */
class Window {
  private pieces: Uint8Array[] = [];
  private length = 0;
  /** Bytes that the next step needs. */
  private needed = frameBytes;
  /** Bytes that were looked at since the caller set it to 0. */
  worked = 0;
  private inVain = 0;

  constructor(private at: number) {}

  /** More of the file is forged or damaged than is worth the time. */
  get givenUp(): boolean {
    return this.inVain > mostInVain;
  }

  add(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }

  next(): FoundRecord | 'more' | 'damaged' {
    if (this.length < this.needed) return 'more';
    const bytes = this.whole();
    if (bytes.compare(mark, 0, mark.length, 0, mark.length) !== 0) return this.skip(bytes);
    const headLength = bytes.readUInt32LE(mark.length);
    const bodyLength = bytes.readUInt32LE(mark.length + 4);
    const isWhole = lengthsSum(bytes) === bytes.readUInt32LE(mark.length + 8);
    if (!isWhole || headLength > longestHead || bodyLength > longestBody) return this.skip(bytes);
    const bodyFrom = frameBytes + headLength;
    if (!this.has(bodyFrom)) return 'more';
    const headBytes = bytes.subarray(frameBytes, bodyFrom);
    if (crc32(headBytes) !== bytes.readUInt32LE(mark.length + 12)) return this.skip(bytes, headLength);
    const end = bodyFrom + bodyLength;
    if (!this.has(end)) return 'more';
    const body = bytes.subarray(bodyFrom, end);
    const head = readHead(headBytes);
    if (crc32(body) !== bytes.readUInt32LE(mark.length + 16) || head === undefined)
      return this.skip(bytes, headLength + bodyLength);
    const from = this.at;
    this.worked += end;
    this.drop(bytes, end);
    return { head, body, from, to: from + end };
  }

  /** At the end of the file: passes over a record that has no end, if another one follows. */
  pass(): boolean {
    const bytes = this.whole();
    const next = bytes.indexOf(mark, 1);
    if (next < 0) return false;
    this.drop(bytes, next);
    return true;
  }

  /** To the next mark, or what may be the begin of one. `summed`: bytes whose checksum was made. */
  private skip(bytes: Buffer, summed = 0): 'damaged' {
    this.inVain += summed;
    this.worked += summed + frameBytes;
    const next = bytes.indexOf(mark, 1);
    this.drop(bytes, next >= 0 ? next : Math.max(1, bytes.length - mark.length + 1));
    return 'damaged';
  }

  private has(needed: number): boolean {
    if (this.length >= needed) return true;
    this.needed = needed;
    return false;
  }

  private drop(bytes: Buffer, count: number): void {
    this.pieces = [bytes.subarray(count)];
    this.length = bytes.length - count;
    this.at += count;
    this.needed = frameBytes;
  }

  private whole(): Buffer {
    const [only] = this.pieces;
    const bytes = Buffer.isBuffer(only) && this.pieces.length === 1 ? only : Buffer.concat(this.pieces);
    this.pieces = [bytes];
    return bytes;
  }
}

function readHead(bytes: Uint8Array): KeptHead | undefined {
  try {
    const read = v.safeParse(headForm, JSON.parse(new TextDecoder().decode(bytes)));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}
