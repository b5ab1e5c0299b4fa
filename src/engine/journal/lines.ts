/**
 * Reads the lines of a journal-like file in chunks. Lines are split as bytes and whole ones are decoded
 * together: a decoder that receives chunks cut anywhere returns strings of two bytes a character, which
 * doubles the memory and the time of everything done with them.
 */
import type { Files } from '../../model/ports';
import type { Slices } from './slices';

/** Longest line accepted, in characters: a forged one must not fill the memory. */
export const longestLine = 8_000_000;
/** A character takes at most this many times its UTF-16 units in UTF-8. */
const mostBytesAUnit = 3;
const lineBreak = 10;

/** The non-empty lines of the file at `path`, in slices that keep the host responsive. */
export async function* readLines(
  files: Pick<Files, 'readPieces'>,
  path: string,
  slices: Slices,
): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** The line that is not complete yet. */
  let begun: Uint8Array[] = [];
  let size = 0;
  for await (const piece of files.readPieces(path)) {
    const end = piece.lastIndexOf(lineBreak);
    let rest = piece;
    if (end >= 0) {
      begun.push(piece.subarray(0, end));
      const lines = decoder.decode(joined(begun)).split('\n');
      begun = [];
      size = 0;
      rest = piece.subarray(end + 1);
      for (const each of lines) {
        const line = withoutReturn(each);
        if (line !== '') yield line;
        if (slices.due()) await slices.next();
      }
    }
    begun.push(rest);
    size += rest.length;
    // A line that is too long is not one of ours.
    if (size > longestLine * mostBytesAUnit) {
      begun = [rest.slice(0, 1)];
      size = 1;
    }
  }
  const last = withoutReturn(decoder.decode(joined(begun)));
  if (last !== '') yield last;
}

/** Git on Windows checks text files out with CR LF (core.autocrlf). None of our lines ends with a CR of its own. */
const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
