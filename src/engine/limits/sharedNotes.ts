/**
 * Small values that the quotas' record keeps for longer than its hours, in a file that is written whole: holds,
 * breakers, and how far the record was read when its clock had been ahead.
 */
import { join } from 'node:path';
import type { Files } from '../../model/ports';
import { endOf } from './hourFiles';
import { noteLine, parseLine } from './sharedRecordLines';

const notesName = 'notes.log';
const aheadPrefix = 'ahead:';
/** A notes file has a few hundred values; a larger one is damaged, and is written again with what is known. Bytes. */
const largestNotes = 4 * 1024 * 1024;
/** Values about an hour's file are kept for as long as the file. */
const aheadKeptHours = 50;

/** What an hour's file held when it was found to be ahead of the clock: so many bytes, seen at this epoch ms. */
export interface Ahead {
  readonly bytes: number;
  readonly seenAt: number;
}

export class SharedNotes {
  private readonly all = new Map<string, string>();
  private keeping = Promise.resolve();

  constructor(
    private readonly files: Files,
    private readonly folder: string,
    private readonly complain: (error: unknown) => void,
    private readonly shortened: (path: string) => void,
  ) {}

  /**
   * Reads the file, of one that is too large the end; `learn` is called for each value. Throws FailureError `disk`.
   */
  async load(hour: number, learn: (key: string, text: string) => void): Promise<void> {
    const path = join(this.folder, notesName);
    const { bytes, from } = await endOf(this.files, path, 0, largestNotes);
    if (from > 0) this.shortened(path);
    for (const text of bytes.toString('latin1').split('\n')) {
      const line = parseLine(text);
      if (line?.type !== 'note' || isOver(line.key, hour)) continue;
      if (this.learn(line.key, line.text)) learn(line.key, line.text);
    }
  }

  get(key: string): string | undefined {
    return this.all.get(key);
  }

  /** A value that another process wrote; false: it is known. */
  learn(key: string, text: string): boolean {
    if (this.all.get(key) === text) return false;
    this.all.set(key, text);
    return true;
  }

  /** Writes the file, after earlier writes; a disk that refuses is reported by `complain`. */
  keep(): void {
    this.keeping = this.keeping.then(async () => {
      try {
        const lines = [...this.all].map(([key, text]) => noteLine(key, text));
        await this.files.writeWhole(join(this.folder, notesName), lines.join(''));
      } catch (error) {
        this.complain(error);
      }
    });
  }

  /** Resolves when everything is written. */
  kept(): Promise<void> {
    return this.keeping;
  }

  ahead(hour: number): Ahead | undefined {
    const [bytes, seenAt] = (this.all.get(aheadKey(hour)) ?? '').split(' ').map(Number);
    return bytes !== undefined && seenAt !== undefined && bytes >= 0 && seenAt >= 0
      ? { bytes, seenAt }
      : undefined;
  }
}

export function aheadKey(hour: number): string {
  return aheadPrefix + String(hour);
}

export function aheadText({ bytes, seenAt }: Ahead): string {
  return `${bytes} ${Math.round(seenAt)}`;
}

function isOver(key: string, hour: number): boolean {
  return key.startsWith(aheadPrefix) && Number(key.slice(aheadPrefix.length)) < hour - aheadKeptHours;
}
