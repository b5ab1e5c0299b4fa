/**
 * Which jobs are under way, in a small file beside the journal: a process that is killed, or that a job ends, cannot
 * say so afterwards. A mark is written before the work begins and not flushed: what a process has written outlives
 * it, and after a power cut there is no job to blame.
 */
import { join } from 'node:path';
import type { AppendFile, Clock, Files } from '../../model/ports';
import { readLines } from '../journal/lines';
import { Slices } from '../journal/slices';

export const underWayName = '.under-way';
/** Two short lines for each job; a larger file is not ours. */
const mostBytes = 64_000_000;
const mark = /^([+-])(\d{1,9})$/;

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

  /** Jobs that were under way when the last process died; empty when it ended in order. Never throws. */
  async left(): Promise<readonly number[]> {
    const left = new Set<number>();
    try {
      if (((await this.files.stat(this.path))?.size ?? 0) > mostBytes) return [];
      for await (const line of readLines(this.files, this.path, new Slices(this.clock))) {
        const [, sign, digits] = mark.exec(line) ?? [];
        if (sign === '+') left.add(Number(digits));
        else if (sign === '-') left.delete(Number(digits));
      }
    } catch {
      // Without the file nobody is suspected.
    }
    return [...left];
  }

  /** Resolves when the mark is in the file. A disk that refuses it holds no job back. */
  begun(job: number): Promise<void> {
    this.jobs.add(job);
    return this.append(`+${job}\n`);
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
