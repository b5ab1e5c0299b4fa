/**
 * Room `journal`: what is on disk, and what of it is trusted when it is read back. This is the file: one
 * line for each event, `newline, checksum, tab, JSON`. The newline comes first, so that a line torn by a
 * crash never swallows the next one (as npm's cacache does). Lines are flushed in groups; no event is
 * emitted before it is on disk.
 */
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { isLastingType } from '../../model/events';
import type { LastingEvent } from '../../model/events';
import type { AppendFile, Clock, Files } from '../../model/ports';
import { isPlain, type Plain } from '../../model/plain';
import { JobMap } from '../state/jobMap';
import { isIndex } from './checks';
import { isLastingEvent } from './recordChecks';
import { journalSettings } from './settingsOnDisk';
import { journalVersion, laterVersion, upToDate } from './migrations';
import { longestLine, readLines } from './lines';
import { addSnapshotJobs, snapshotLines, stateFromHead } from './snapshot';
import { emptyState, reduce } from '../state/reducer';
import type { BatchState } from '../state/reducer';
import { Slices } from './slices';

export const journalName = '.journal.jsonl';
/** Characters written at a time. */
const pieceLength = 32_768;

/**
 * 16 hex digits: CRC-32 and length. They detect torn and damaged lines, not forged ones; the record itself
 * is always validated.
 */
function checksum(text: string): string {
  return hex(crc32(text)) + hex(text.length);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** One line as written in the file, its newline first. */
export function journalLine(record: Plain | LastingEvent, number?: number): string {
  const json = JSON.stringify(
    number === undefined ? { v: journalVersion, ...record } : { v: journalVersion, n: number, ...record },
  );
  return `\n${checksum(json)}\t${json}`;
}

/** The record of a line; undefined when the line is torn or damaged. */
export function parseLine(line: string): Plain | undefined {
  if (line.length < 18 || line.length > longestLine || line.charCodeAt(16) !== 9) return undefined;
  const json = line.slice(17);
  if (checksum(json) !== line.slice(0, 16)) return undefined;
  try {
    const record: unknown = JSON.parse(json);
    return isPlain(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

export interface JournalContent {
  readonly state: BatchState;
  /** Whether it begins as a journal does. */
  readonly found: boolean;
  /** Lines of a later version, kept for that version. */
  readonly unknown: readonly string[];
  /** Lines that were torn, damaged or invalid. */
  readonly refused: number;
  /** Number of the last record. */
  readonly last: number;
}

/**
 * Folds a journal. Sends, starts and writes nothing. Throws FailureError `disk` when it cannot be read, or
 * was written by a later version of the program.
 */
export async function readJournal(files: Files, path: string, clock: Clock): Promise<JournalContent> {
  const fold = new JournalFold(dirname(path));
  for await (const line of readLines(files, path, new Slices(clock))) fold.take(line);
  return fold;
}

/** The fold of a journal's lines, one after the other. */
export class JournalFold implements JournalContent {
  state = emptyState();
  readonly unknown: string[] = [];
  refused = 0;
  last = 0;

  /** `folder`: the batch's, for the error message. */
  constructor(private readonly folder: string) {}

  get found(): boolean {
    return this.state.id !== '';
  }

  /**
   * Folds a line; returns its event when it is valid and new. Throws FailureError `disk` when the line was
   * written by a later version of the program.
   */
  take(line: string): LastingEvent | undefined {
    const parsed = parseLine(line);
    if (!parsed) {
      this.refused += 1;
      return undefined;
    }
    const record = upToDate(parsed);
    if (!record) throw laterVersion(this.folder);
    const number = isIndex(record.n) ? record.n : undefined;
    if (record.type === 'snapshot') {
      const fresh = stateFromHead(record.head);
      if (fresh) {
        this.state = fresh;
        this.last = isIndex(record.last) ? record.last : 0;
      } else this.refused += 1;
      return undefined;
    }
    if (record.type === 'snapshot-jobs') {
      if (!addSnapshotJobs(this.state, record)) this.refused += 1;
      return undefined;
    }
    if (!isLastingType(record.type)) {
      this.unknown.push(line);
      return undefined;
    }
    const short = record.type === 'outcome' && record.as === 'writing';
    const whole = !short && isLastingEvent(record) ? record : undefined;
    if (!short && !whole) {
      this.refused += 1;
      return undefined;
    }
    // Written again after a failed write that had reached the disk in part.
    if (number !== undefined && number <= this.last) return undefined;
    this.last = number ?? this.last;
    const event = whole ? trusted(whole) : asWritten(this.state, record);
    if (event) reduce(this.state, event);
    else this.refused += 1;
    return event;
  }
}

/** An outcome that adds only the files to the `writing` record before it; otherwise undefined. */
function asWritten(state: BatchState, record: Plain): LastingEvent | undefined {
  const { at, job, files } = record;
  const writing = isIndex(job) ? state.jobs[job]?.writing : undefined;
  const event = { type: 'outcome', at, job, outcome: { ...writing, files } };
  return writing && isLastingEvent(event) ? event : undefined;
}

/** Only settings that a journal may contain. */
function trusted(event: LastingEvent): LastingEvent {
  if (event.type !== 'batch-created' && event.type !== 'settings') return event;
  return { ...event, settings: journalSettings(event.settings) };
}

/** Appends to one journal. The caller awaits each write before the next. */
export class Journal {
  private file: AppendFile | undefined;
  /** A write failed: the end of the file may be torn, and the file may be missing. */
  private broken = false;
  /** Bytes that are known to be on disk. */
  private known = 0;
  /** The last `writing` record of each job; an outcome belongs to it if it has the same `meta` object. */
  private readonly writing = new JobMap<Extract<LastingEvent, { type: 'writing' }>['outcome']>();

  /**
   * `next` is the number of the next record: a record that is written twice after a failed write counts
   * once. `stateNow` is the fold of all records before it, for a journal that was deleted.
   */
  constructor(
    private readonly files: Files,
    readonly path: string,
    private readonly clock: Clock,
    private next: number,
    private readonly stateNow: () => BatchState,
    private readonly unknown: readonly string[] = [],
  ) {}

  get size(): number {
    return this.known;
  }

  /** On disk when it returns. Throws FailureError `disk`; the same events may then be written again. */
  async write(events: readonly LastingEvent[]): Promise<void> {
    if (this.broken) await this.mend();
    const file = (this.file ??= await this.open());
    let text = '';
    let number = this.next;
    this.broken = true;
    for (const event of events) {
      text += journalLine(this.short(event), number);
      number += 1;
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
  }

  /** Fields of the `writing` record are not repeated, which would double the journal. */
  private short(event: LastingEvent): LastingEvent | Plain {
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

  /** Repairs the file after a failure, from the state if it was deleted. Throws FailureError `disk`. */
  async mend(): Promise<void> {
    if (await this.isWhole()) await this.close();
    else await this.compact();
  }

  /** Replaces the journal by a snapshot of the state, atomically. No write may run meanwhile. */
  async compact(): Promise<void> {
    const fresh = `${this.path}.new`;
    await this.files.makeFolder(dirname(this.path));
    await this.files.remove(fresh);
    const file = await this.files.openAppend(fresh);
    const slices = new Slices(this.clock);
    let size: number;
    try {
      for (const record of snapshotLines(this.stateNow(), this.next - 1)) {
        await file.append(journalLine(record));
        if (slices.due()) await slices.next();
      }
      if (this.unknown.length > 0) await file.append(this.unknown.map((line) => `\n${line}`).join(''));
      await file.flush();
      size = file.size;
    } finally {
      await file.close();
    }
    await this.close();
    await this.files.rename(fresh, this.path);
    this.known = size;
  }

  async close(): Promise<void> {
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
