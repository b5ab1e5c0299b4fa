/**
 * Room `journal`: what is on disk, and what of it is trusted when it is read back. This is the file: one
 * line for each event, `newline, checksum, tab, JSON` (record.ts). The newline comes first, so that a line torn
 * by a crash never swallows the next one (as npm's cacache does). Lines are flushed in groups; no event is
 * emitted before it is on disk. How it is read back is in fold.ts.
 */
import { dirname } from 'node:path';
import type { LastingEvent } from '../../model/events';
import type { AppendFile, Clock, Files } from '../../model/ports';
import type { Plain } from '../../model/plain';
import { InTurn } from '../../model/inTurn';
import { JobMap } from '../state/jobMap';
import type { BatchState } from '../state/reducer';
import { mayBePaid } from '../state/charged';
import { isSealed } from './fold';
import { journalLine, type Seal } from './record';
import { Slices } from './slices';
import { snapshotLines } from './snapshot';

export { JournalFold, journalLines, readJournal, type Authorship, type JournalContent } from './fold';
export { journalLine, numberOf, parseLine, Seal } from './record';

export const journalName = '.journal.jsonl';
const always = (): boolean => true;
const never = (): boolean => false;
/** Characters written at a time. */
const pieceLength = 32_768;

/**
 * Records whose loss would lose rows or a payment: each is written twice, so that one damaged byte loses
 * nothing. The second one has the same number and is passed over where the first is read.
 */
const vital: ReadonlySet<LastingEvent['type']> = new Set<LastingEvent['type']>([
  'batch-created',
  'jobs-added',
  'intent',
  'request-id',
]);

/** Appends to one journal. What is asked of it happens one after the other: a file is repaired between two writes. */
export class Journal {
  private readonly turns = new InTurn();
  private file: AppendFile | undefined;
  /** A write failed: the end of the file may be torn, and the file may be missing. */
  private broken = false;
  /** Bytes that are known to be on disk. */
  private known = 0;
  /** Bytes of the snapshot that it begins with, or fewer. */
  private snapshot = 0;
  /** Rows of the records that are on disk. */
  private rows: number | undefined;
  /** The last `writing` record of each job; an outcome belongs to it if it has the same `meta` object. */
  private readonly writing = new JobMap<Extract<LastingEvent, { type: 'writing' }>['outcome']>();

  /**
   * `next` is the number of the next record: a record that is written twice after a failed write counts
   * once. `stateNow` is the fold of all records before it, for a journal that was deleted. `seal`: absent
   * for a batch of others, whose lines prove nothing.
   */
  constructor(
    private readonly files: Files,
    readonly path: string,
    private readonly clock: Clock,
    private next: number,
    private readonly stateNow: () => BatchState,
    private readonly unknown: readonly string[] = [],
    private readonly seal?: Seal,
  ) {}

  /** Bytes that came after its snapshot. */
  get grown(): number {
    return this.known - this.snapshot;
  }

  /** As it was read: it begins with a snapshot of so many characters. */
  beginsWith(snapshotLength: number): this {
    this.snapshot = snapshotLength;
    return this;
  }

  /** On disk when it returns. Throws FailureError `disk`; the same events may then be written again. */
  write(events: readonly LastingEvent[]): Promise<void> {
    return this.turns.run(this.path, () => this.append(events));
  }

  private async append(events: readonly LastingEvent[]): Promise<void> {
    if (this.broken) await this.repair();
    const file = (this.file ??= await this.open());
    let text = '';
    let number = this.next;
    let rows = this.rows ?? this.stateNow().jobs.length;
    this.broken = true;
    for (const event of events) {
      const line = this.line(this.short(event, rows), number);
      text += vital.has(event.type) ? line + line : line;
      number += 1;
      if (event.type === 'jobs-added') rows += event.jobs.length;
      // Large strings would stay in the heap until the next major collection.
      if (text.length < pieceLength) continue;
      await file.append(text);
      text = '';
    }
    await file.append(text);
    await file.flush();
    this.broken = false;
    this.known = file.size;
    this.next = number;
    this.rows = rows;
  }

  private line(record: LastingEvent | Plain, number?: number): string {
    return journalLine(record, number, isSealed(record) ? this.seal : undefined);
  }

  /**
   * Fields of the `writing` record are not repeated, which would double the journal. Added jobs say which row
   * is their first: where a line before them was lost, they must not be taken for others.
   */
  private short(event: LastingEvent, rows: number): LastingEvent | Plain {
    if (event.type === 'jobs-added') return { type: event.type, first: rows, at: event.at, jobs: event.jobs };
    if (event.type === 'writing') this.writing.set(event.job, event.outcome);
    if (event.type !== 'outcome') return event;
    const { at, job, outcome } = event;
    const written = this.writing.get(job);
    this.writing.delete(job);
    if (outcome.status !== 'completed' || written?.meta !== outcome.meta) return event;
    return { type: 'outcome', as: 'writing', at, job, files: outcome.files };
  }

  /** Whether the file is still as we left it; a folder may be moved away under an open file. */
  async isWhole(): Promise<boolean> {
    if (this.known === 0) return true;
    const stat = await this.files.stat(this.path);
    return stat !== undefined && stat.size >= this.known;
  }

  /**
   * Repairs the file after a failure; it takes lines again when this returns. It is written again from the state if
   * it was deleted, or if the disk refuses this file alone (a bad sector, a limit of its size). Throws FailureError
   * `disk`.
   */
  mend(): Promise<void> {
    return this.turns.run(this.path, () => this.repair());
  }

  private async repair(): Promise<void> {
    const isKept = (await this.isWhole()) && (await this.tryLine().then(always, never));
    if (isKept) return;
    await this.writeSnapshot();
    await this.tryLine();
  }

  /** Writes an empty line, which means nothing to whoever reads it. Throws FailureError `disk`. */
  private async tryLine(): Promise<void> {
    await this.closeFile();
    const file = (this.file = await this.open());
    await file.append('\n');
    await file.flush();
    this.known = file.size;
  }

  /**
   * Replaces the journal by a snapshot of the state, atomically. Throws FailureError `disk`; it then stays as it was.
   */
  compact(): Promise<void> {
    return this.turns.run(this.path, () => this.writeSnapshot());
  }

  private async writeSnapshot(): Promise<void> {
    const fresh = `${this.path}.new`;
    await this.files.makeFolder(dirname(this.path));
    await this.files.remove(fresh);
    const file = await this.files.openAppend(fresh);
    const slices = new Slices(this.clock);
    let size: number;
    try {
      const state = this.stateNow();
      // A damaged line would lose all its rows, and with them what was paid for.
      const isPaid = state.jobs.some(mayBePaid);
      for (const record of snapshotLines(state, this.next - 1)) {
        const line = this.line(record);
        await file.append(isPaid || record.type === 'snapshot' ? line + line : line);
        if (slices.due()) await slices.next();
      }
      if (this.unknown.length > 0) await file.append(this.unknown.map((line) => `\n${line}`).join(''));
      await file.flush();
      size = file.size;
      await file.close();
      await this.closeFile();
      await this.files.rename(fresh, this.path);
    } catch (error) {
      await file.close().catch(() => undefined);
      // On a full disk it would take the room that the batch waits for.
      await this.files.remove(fresh).catch(() => undefined);
      throw error;
    }
    this.known = size;
    this.snapshot = size;
  }

  close(): Promise<void> {
    return this.turns.run(this.path, () => this.closeFile());
  }

  private async closeFile(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    this.broken = false;
    await file?.close();
  }

  private async open(): Promise<AppendFile> {
    const file = await this.files.openAppend(this.path);
    this.known = file.size;
    return file;
  }
}
