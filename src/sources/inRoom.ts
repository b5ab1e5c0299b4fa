/** Reading of a text that may be large: with room in the memory for what is built of it. */
import { inSlices, type Sliced } from '../captions/sliced';
import type { SourceRequest } from '../model/source';

/**
 * Bytes of memory that a byte of text takes while it is read, by its first character. Measured with captions of 5 to
 * 10 MB in all forms, of the shortest cues that are read.
 */
const perByte = { '<': 56, '{': 14, '[': 14 } as const;
const perByteOfText = 26;

/** Throws FailureError `too-large` where the text needs more memory than allowed; one that was `paid` is read. */
export async function inRoom<T>(
  request: Pick<SourceRequest, 'room'>,
  text: Uint8Array | string,
  work: Sliced<T>,
  paid: 'free' | 'paid' = 'free',
): Promise<T> {
  const leave = await request.room?.(memoryFor(text), paid);
  try {
    return await inSlices(work);
  } finally {
    leave?.();
  }
}

function memoryFor(text: Uint8Array | string): number {
  const head =
    typeof text === 'string' ? text.slice(0, 200) : new TextDecoder().decode(text.subarray(0, 200));
  const first = /[^\s\uFEFF\0]/.exec(head)?.[0] ?? '';
  return text.length * (isKnown(first) ? perByte[first] : perByteOfText);
}

function isKnown(first: string): first is keyof typeof perByte {
  return Object.hasOwn(perByte, first);
}
