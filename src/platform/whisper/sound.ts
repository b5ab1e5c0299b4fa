/**
 * A WAV file of 16 kHz, one channel, 16 bit, read stretch by stretch: three hours of it are never in memory
 * at once.
 */
import { open, type FileHandle } from 'node:fs/promises';

const bytesPerMs = 32;
/** The header's chunks before the samples take less than this. */
const headBytes = 64 * 1024;

export interface SoundFile {
  readonly ms: number;
  /** The samples between two times, in milliseconds; shorter where the file ends. */
  read(fromMs: number, toMs: number): Promise<ArrayBuffer>;
  close(): Promise<void>;
}

/** Throws Error for any other kind of sound. */
export async function openSound(path: string): Promise<SoundFile> {
  const file = await open(path, 'r');
  try {
    const { start, length } = await samplesOf(file, path);
    return {
      ms: Math.floor(length / bytesPerMs),
      read: async (fromMs, toMs) => {
        const from = Math.floor(fromMs) * bytesPerMs;
        const wanted = Math.max(0, Math.min(Math.floor(toMs) * bytesPerMs, length) - from);
        const bytes = new Uint8Array(wanted);
        const { bytesRead } = await file.read(bytes, 0, wanted, start + from);
        return bytes.buffer.slice(0, bytesRead - (bytesRead % 2));
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Where the samples begin, and how many bytes there are. */
async function samplesOf(file: FileHandle, path: string): Promise<{ start: number; length: number }> {
  const { size } = await file.stat();
  const head = Buffer.alloc(Math.min(size, headBytes));
  await file.read(head, 0, head.length, 0);
  const wrong = (why: string): Error => new Error(`failed to read audio file '${path}': ${why}`);
  // RF64 is WAV for what is larger than 4 GB.
  if (!/^(?:RIFF|RF64)....WAVE/s.test(head.toString('latin1', 0, 12))) throw wrong('not a WAV file');
  let isSpeech = false;
  for (let at = 12; at + 8 <= head.length;) {
    const name = head.toString('latin1', at, at + 4);
    const length = head.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === 'fmt ' && start + 16 <= head.length)
      isSpeech =
        head.readUInt16LE(start + 2) === 1 &&
        head.readUInt32LE(start + 4) === 16_000 &&
        head.readUInt16LE(start + 14) === 16;
    if (name === 'data') {
      if (!isSpeech) throw wrong('not 16 kHz, one channel, 16 bit');
      // A stream's header claims more than there is.
      return { start, length: Math.min(length, size - start) };
    }
    at = start + length + (length % 2);
  }
  throw wrong('no samples in it');
}
