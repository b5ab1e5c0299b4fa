/**
 * Whether a file says already what is about to be written: then it is left as it is, and so is all that is made from
 * it.
 */
import type { Files } from '../model/ports';
import { headIn } from './manifest';

/** Whether the file at `path` holds these bytes from `from` on, and no others. Throws FailureError `disk`. */
export async function holdsBytes(
  files: Files,
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  from = 0,
): Promise<boolean> {
  if ((await files.stat(path))?.kind !== 'file') return false;
  const wanted = inTurn(pieces);
  let piece = await wanted.next();
  let done = 0;
  for await (const there of files.readPieces(path, from)) {
    for (let at = 0; at < there.byteLength;) {
      if (piece.done === true) return false;
      const { value } = piece;
      const length = Math.min(there.byteLength - at, value.byteLength - done);
      if (Buffer.compare(there.subarray(at, at + length), value.subarray(done, done + length)) !== 0)
        return false;
      at += length;
      done += length;
      if (done < value.byteLength) continue;
      piece = await wanted.next();
      done = 0;
    }
  }
  for (; piece.done !== true; piece = await wanted.next(), done = 0)
    if (done < piece.value.byteLength) return false;
  return true;
}

async function* inTurn(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) yield piece;
}

/**
 * Whether the manifest at `path` differs from this one in nothing but when it was written: a list that is run again
 * and has nothing to do leaves it. `head`: as `manifestHead` makes it. `videos`: all after it. Throws FailureError
 * `disk`.
 */
export async function holdsManifest(
  files: Files,
  path: string,
  head: string,
  videos: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const stat = await files.stat(path);
  if (stat?.kind !== 'file') return false;
  const beginning = await files.readPart(path, 0, Buffer.byteLength(head) + mostDifference);
  // One character a byte: how many bytes the head has is what is asked.
  const there = headIn(Buffer.from(beginning ?? []).toString('latin1'));
  if (there === undefined) return false;
  const own = Buffer.from(head).toString('latin1');
  return (
    withoutTimes(there.text) === withoutTimes(own) && (await holdsBytes(files, path, videos, there.length))
  );
}

/** Digits of two durations, and the spaces that keep the place of a head. */
const mostDifference = 256;

const withoutTimes = (head: string): string =>
  head.replace(/^( *"(?:updated_at|wall_seconds)": ).*$/gm, '$1');
