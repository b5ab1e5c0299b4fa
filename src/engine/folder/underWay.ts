/**
 * Which jobs are under way, in a small file beside the journal: a process that is killed, or that a job ends, cannot
 * say so afterwards. A mark is written before the work begins (a source that asks first has sent its request by then,
 * and reads no answer before) and not flushed: what a process has written outlives it, and after a power cut there is
 * no job to blame.
 */
import { join } from 'node:path';
import type { AppendFile, Clock, Files } from '../../model/ports';
import { readLines } from '../journal/lines';
import { Slices } from '../journal/slices';

export const underWayName = '.under-way';
/** Two short lines for each job; a larger file is not ours. */
const mostBytes = 64_000_000;
/** `+12` begins, `*12` reads a large text, `-12` ends; `=`: from here on the user or the system ends the process. */
const mark = /^([+*-])(\d{1,9})$/;
const endsInOrder = '=';

/** What a process that died has left. */
export interface LeftUnderWay {
  readonly jobs: readonly number[];
  /** Those of them that were reading a large text, which the process may have died of. */
  readonly reading: readonly number[];
}

export class UnderWay {
  private readonly jobs = new Set<number>();
  private file: AppendFile | undefined;
  private unwritten = '';
  private written: Promise<void> = Promise.resolve();

  constructor(
    private readonly files: Files,
    private readonly folder: string,
    private readonly clock: Clock,
  ) {}

  /**
   * Jobs that were under way when the last process died; none when it ended in order, or was killed while the user, a
   * signal or the window was ending it. Never throws.
   */
  async left(): Promise<LeftUnderWay> {
    const left = new Set<number>();
    const reading = new Set<number>();
    try {
      if (((await this.files.stat(this.path))?.size ?? 0) > mostBytes) return { jobs: [], reading: [] };
      for await (const line of readLines(this.files, this.path, new Slices(this.clock))) {
        const [, sign, digits] = mark.exec(line) ?? [];
        const job = Number(digits);
        if (line === endsInOrder) left.clear();
        else if (sign === '+') left.add(job);
        else if (sign === '*') reading.add(job);
        else if (sign === '-') {
          left.delete(job);
          reading.delete(job);
        }
      }
    } catch {
      // Without the file nobody is suspected.
    }
    const jobs = [...left];
    return { jobs, reading: jobs.filter((job) => reading.has(job)) };
  }

  /** Resolves when the mark is in the file. A disk that refuses it holds no job back. */
  begun(job: number): Promise<void> {
    this.jobs.add(job);
    return this.append(`+${job}\n`);
  }

  /** The job begins to read a large text. Resolves when the mark is in the file. */
  reads(job: number): Promise<void> {
    return this.jobs.has(job) ? this.append(`*${job}\n`) : Promise.resolve();
  }

  /** Whoever runs the process is ending it: a kill from now on says nothing of the jobs. */
  ending(): Promise<void> {
    return this.jobs.size === 0 ? Promise.resolve() : this.append(`${endsInOrder}\n`);
  }

  /** The job is over, or waits again. Written with the next mark, or when nothing else is under way. */
  ended(job: number): void {
    if (!this.jobs.delete(job)) return;
    this.unwritten += `-${job}\n`;
    if (this.jobs.size === 0) void this.append('');
  }

  /** Nothing is under way: the file is removed, unless another process has the batch. Never throws. */
  async over(isLost = false): Promise<void> {
    await this.written;
    const { file } = this;
    this.file = undefined;
    await file?.close().catch(() => undefined);
    if (!isLost) await this.files.remove(this.path).catch(() => undefined);
  }

  private get path(): string {
    return join(this.folder, underWayName);
  }

  private append(text: string): Promise<void> {
    this.unwritten += text;
    this.written = this.written.then(() => this.write());
    return this.written;
  }

  private async write(): Promise<void> {
    const text = this.unwritten;
    if (text === '') return;
    this.unwritten = '';
    try {
      this.file ??= await this.files.openAppend(this.path);
      await this.file.append(text);
    } catch {
      // The next mark tries again; the journal says that the disk refuses.
    }
  }
}
