/** Writes what a new file is to hold: a text, bytes, pieces of them, or pieces whose head is known last. */
import type { FileHandle } from 'node:fs/promises';
import type { Content, ContentWithHead } from '../model/ports';
import { openFile } from './openFile';

export function isOne(content: Content): content is string | Uint8Array {
  return typeof content === 'string' || content instanceof Uint8Array;
}

/** A new file with this content, flushed. Throws EEXIST when the path exists. */
export async function writeNew(path: string, content: Content, mode: number): Promise<void> {
  const handle = await openFile(path, 'wx', mode);
  try {
    if (isOne(content)) await handle.writeFile(content);
    else if ('headBytes' in content) await writeWithHead(handle, content);
    else for await (const piece of content) await handle.writeFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeWithHead(
  handle: FileHandle,
  { headBytes, pieces, head }: ContentWithHead,
): Promise<void> {
  let at = headBytes;
  for await (const piece of pieces) {
    await writeAll(handle, piece, at);
    at += piece.byteLength;
  }
  const first = head();
  if (first.byteLength !== headBytes)
    throw new Error(`A head of ${first.byteLength} bytes for ${headBytes}.`);
  await writeAll(handle, first, 0);
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength;)
    done += (await handle.write(bytes, done, bytes.byteLength - done, at + done)).bytesWritten;
}
