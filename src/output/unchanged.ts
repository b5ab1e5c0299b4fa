/** Whether a file says already what is about to be written: then it is left as it is, and so is all that is made from it. */
import type { Files } from '../model/ports';

/** Whether the file at `path` holds these bytes from `from` on, and no others. Throws FailureError `disk`. */
export async function holdsBytes(
  files: Files,
  path: string,
  pieces: readonly Uint8Array[],
  from = 0,
): Promise<boolean> {
  const size = pieces.reduce((sum, piece) => sum + piece.byteLength, from);
  if ((await files.stat(path))?.size !== size) return false;
  let piece = 0;
  let done = 0;
  for await (const there of files.readPieces(path, from)) {
    for (let at = 0; at < there.byteLength;) {
      const wanted = pieces[piece];
      if (wanted === undefined) return false;
      const length = Math.min(there.byteLength - at, wanted.byteLength - done);
      if (Buffer.compare(there.subarray(at, at + length), wanted.subarray(done, done + length)) !== 0)
        return false;
      at += length;
      done += length;
      if (done < wanted.byteLength) continue;
      piece += 1;
      done = 0;
    }
  }
  return pieces.slice(piece).every((one, at) => one.byteLength === (at === 0 ? done : 0));
}

/**
 * Whether the manifest at `path` differs from this one (`manifestPieces`) in nothing but when it was written: a list
 * that is run again and has nothing to do leaves it. Throws FailureError `disk`.
 */
export async function holdsManifest(
  files: Files,
  path: string,
  [head = new Uint8Array(), ...videos]: readonly Uint8Array[],
): Promise<boolean> {
  const stat = await files.stat(path);
  if (stat?.kind !== 'file') return false;
  const length = videos.reduce((left, { byteLength }) => left - byteLength, stat.size);
  if (length <= 0 || Math.abs(length - head.byteLength) > mostDifference) return false;
  const there = await files.readPart(path, 0, length);
  return (
    there !== undefined &&
    withoutTimes(there) === withoutTimes(head) &&
    (await holdsBytes(files, path, videos, length))
  );
}

/** Digits of two durations. */
const mostDifference = 32;

const withoutTimes = (head: Uint8Array): string =>
  new TextDecoder().decode(head).replace(/^( *"(?:updated_at|wall_seconds)": ).*$/gm, '$1');
