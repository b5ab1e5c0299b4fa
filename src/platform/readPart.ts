/** A part of a file, by its place in bytes: for files of which little is needed at a time. */
import { constants } from 'node:fs';
import { openFile } from './openFile';

/** At most `length` bytes from byte `from` on, fewer at the end of the file. Throws the system's error. */
export async function readPart(path: string, from: number, length: number): Promise<Uint8Array> {
  // A named pipe would wait for a writer for ever; its size is 0. Windows has
  // no such flag (undefined is 0 here), nor such pipes in folders.
  const handle = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - from)));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}
