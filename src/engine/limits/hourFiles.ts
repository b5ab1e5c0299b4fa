/**
 * The files of the quotas' record: one an hour, append only, read on from where the last reading ended. Their content
 * is untrusted, and so is their size.
 */
import { join } from 'node:path';
import type { Files } from '../../model/ports';

/**
 * A file that grew beyond this is damaged; its end is what counts. Bytes: 100,000 starts in an hour, of which no
 * service allows a tenth.
 */
const longestRead = 4 * 1024 * 1024;

/** How far a file has been read. */
interface Read {
  bytes: number;
  /** The incomplete last line, until the rest of it is there. */
  tail: string;
}

/** A line, and the byte of its file at which it begins. */
export interface RecordLine {
  readonly text: string;
  readonly at: number;
}

export class HourFiles {
  private readonly read = new Map<number, Read>();

  /** `shortened`: called with the path of a file of which only the end is read. */
  constructor(
    private readonly files: Files,
    private readonly folder: string,
    private readonly shortened: (path: string) => void,
  ) {}

  path(hour: number): string {
    return join(this.folder, `${hour}.log`);
  }

  /** The hours that have a file, in order of time. */
  async hours(): Promise<number[]> {
    const names = await this.files.list(this.folder);
    return names.flatMap((name) => hourOf(name) ?? []).sort((a, b) => a - b);
  }

  async size(hour: number): Promise<number> {
    return (await this.files.stat(this.path(hour)))?.size ?? 0;
  }

  /** Bytes that have been read. */
  bytesRead(hour: number): number {
    return this.state(hour).bytes;
  }

  /** Whether everything up to `size` has been read, to the end of a line. */
  isReadTo(hour: number, size: number): boolean {
    const { bytes, tail } = this.state(hour);
    return bytes === size && tail === '';
  }

  /** What is there up to `size` counts as read. */
  passOver(hour: number, size: number): void {
    this.state(hour).bytes = size;
  }

  /** The file is another one now: it is read from its beginning. */
  forget(hour: number): void {
    this.read.delete(hour);
  }

  /** The lines that were appended since. A line ends with its full stop; an incomplete last one is kept for later. */
  async newLines(hour: number): Promise<readonly RecordLine[]> {
    const read = this.state(hour);
    const { bytes, from } = await endOf(this.files, this.path(hour), read.bytes, longestRead);
    if (from > read.bytes) {
      Object.assign(read, { bytes: from, tail: '' });
      this.shortened(this.path(hour));
    }
    let at = read.bytes - read.tail.length;
    const texts = (read.tail + bytes.toString('latin1')).split('\n');
    read.bytes += bytes.length;
    const last = texts.at(-1) ?? '';
    read.tail = last === '' || last.endsWith(' .') ? '' : last;
    if (read.tail !== '') texts.pop();
    return texts.map((text) => {
      const line = { text, at };
      at += text.length + 1;
      return line;
    });
  }

  private state(hour: number): Read {
    let read = this.read.get(hour);
    if (!read) this.read.set(hour, (read = { bytes: 0, tail: '' }));
    return read;
  }
}

/**
 * What a file has from byte `from` on, at most its last `most` bytes, and where that begins. Throws FailureError
 * `disk`.
 */
export async function endOf(
  files: Files,
  path: string,
  from: number,
  most: number,
): Promise<{ readonly bytes: Buffer; readonly from: number }> {
  const size = (await files.stat(path))?.size ?? 0;
  const begin = Math.max(from, size - most);
  const pieces: Uint8Array[] = [];
  for await (const piece of files.readPieces(path, begin)) pieces.push(piece);
  return { bytes: Buffer.concat(pieces), from: begin };
}

function hourOf(name: string): number | undefined {
  return /^\d{6}\.log$/.test(name) ? Number(name.slice(0, 6)) : undefined;
}
