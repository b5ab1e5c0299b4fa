/**
 * Reading a journal: its lines become the batch's state. Damage that cannot lose a row or a payment is left
 * out and counted; any other is refused by name, so that nothing is begun again over a batch's own rows.
 */
import { basename, dirname } from 'node:path';
import { isLastingType } from '../../model/events';
import type { LastingEvent } from '../../model/events';
import { failure, FailureError } from '../../model/failure';
import type { Clock, Files } from '../../model/ports';
import type { Plain } from '../../model/plain';
import { emptyState, reduce } from '../state/reducer';
import type { BatchState } from '../state/reducer';
import { isIndex } from './checks';
import { readLines } from './lines';
import { isLater, laterVersion } from './version';
import { hasSeal, isTorn, numberOf, parseLine, wholeLinesIn, type Seal } from './record';
import { isLastingEvent } from './recordChecks';
import { journalSettings } from './settingsOnDisk';
import { Slices } from './slices';
import { addSnapshotJobs, stateFromHead } from './snapshot';
import { mostRows } from './weight';

/**
 * Who wrote the lines that matter: `own`: all of them are sealed for this place; `unsealed`: no line has a seal, as
 * where this user's secret could not be kept; `others`: anything else.
 */
export type Authorship = 'own' | 'unsealed' | 'others';

export interface JournalContent {
  readonly state: BatchState;
  /** Whether it begins as a journal does. */
  readonly found: boolean;
  /** Lines of a later version, kept for that version. */
  readonly unknown: readonly string[];
  /** Lines that were torn, damaged or invalid. */
  readonly refused: number;
  /** Those of them that were damaged after they had been written, and lines that are missing. */
  readonly damaged: number;
  /** Number of the last record. */
  readonly last: number;
  /** Characters of its snapshot; 0: it has none. */
  readonly snapshotLength: number;
  readonly author: Authorship;
}

/** Lines that decide what is requested, read, run or paid again: each has a seal. */
const sealedTypes: ReadonlySet<unknown> = new Set([
  'batch-created',
  'settings',
  'jobs-added',
  'snapshot',
  'snapshot-jobs',
  'request-id',
  'job-control',
]);

/** Whether a record of this type has a seal. */
export const isSealed = ({ type }: { readonly type?: unknown }): boolean => sealedTypes.has(type);

/**
 * Largest journal that is read, bytes. One of 100,000 videos has 13 MB after each snapshot. Before the first one, which
 * is written when the batch is closed, a million rows of short jobs have 600 MB.
 */
export const largestJournal = 1024 * 1024 * 1024;
/** Places of missing lines that are remembered. */
const mostGaps = 100;
/** Characters of lines of a later version that are kept. */
const mostUnknown = 8_000_000;

/**
 * The lines of the batch's journal at `path`. Throws FailureError `disk` when it is larger than any that this program
 * writes: it is not read, so that it takes neither time nor memory.
 */
export async function journalLines(files: Files, path: string, clock: Clock): Promise<AsyncIterable<string>> {
  const size = (await files.stat(path))?.size ?? 0;
  if (size > largestJournal) throw tooLarge(dirname(path));
  return readLines(files, path, new Slices(clock));
}

/**
 * Folds a journal. Sends, starts and writes nothing. `seal`: of this user, for the journal's place. Throws
 * FailureError `disk` when it cannot be read, when it is damaged so that rows are missing, or when a later version
 * of the program wrote it.
 */
export async function readJournal(
  files: Files,
  path: string,
  clock: Clock,
  seal?: Seal,
): Promise<JournalContent> {
  const fold = new JournalFold(dirname(path), seal);
  for await (const line of await journalLines(files, path, clock)) fold.take(line);
  fold.check();
  return fold;
}

/** The fold of a journal's lines, one after the other. */
export class JournalFold implements JournalContent {
  state = emptyState();
  readonly unknown: string[] = [];
  refused = 0;
  damaged = 0;
  last = 0;
  snapshotLength = 0;
  private proven = 0;
  private unproven = 0;
  private seals = 0;
  /** Damaged lines since the last one that could be read. */
  private unread = 0;
  /** Rows are missing: what follows would be said of other videos. */
  private hole = false;
  /** Rows that the snapshot says it has. */
  private snapshotRows = 0;
  private unknownLength = 0;
  /** Numbers that were passed over, from and to: a line of another place in the file may still have them. */
  private gaps: (readonly [number, number])[] = [];

  /** `folder`: the batch's, for the error message. */
  constructor(
    private readonly folder: string,
    private readonly seal?: Seal,
  ) {}

  get found(): boolean {
    return this.state.id !== '';
  }

  get author(): Authorship {
    if (this.unproven === 0) return this.proven > 0 ? 'own' : 'unsealed';
    return this.seals === 0 ? 'unsealed' : 'others';
  }

  /** Throws FailureError `disk` when rows or the first line are missing and could not be read from a copy. */
  check(): void {
    const rows = this.state.jobs.length;
    const headless = !this.found && (this.last > 0 || rows > 0);
    if (this.hole || headless || rows < this.snapshotRows) throw damagedJournal(this.folder);
  }

  /**
   * Folds a line; returns its events when they are valid and new. Throws FailureError `disk` when the line was
   * written by a later version of the program.
   */
  take(line: string): readonly LastingEvent[] {
    const number = numberOf(line);
    // A copy, or written again after a failed write that had reached the disk in part.
    if (number !== undefined && !this.isNew(number)) return [];
    const record = parseLine(line);
    if (!record) {
      this.refused += 1;
      if (!isTorn(line)) {
        this.damaged += 1;
        this.unread += 1;
      }
      return wholeLinesIn(line).flatMap((part) => this.take(part));
    }
    if (isLater(record)) throw laterVersion(this.folder);
    if (!this.isSnapshot(record)) return this.event(line, record);
    this.snapshotLength += line.length + 1;
    this.witness(line, record);
    return [];
  }

  /** Folds a line of a snapshot; false: it is an event's. */
  private isSnapshot(record: Plain): boolean {
    if (record.type === 'snapshot') {
      const fresh = stateFromHead(record.head);
      if (fresh) {
        this.state = fresh;
        this.last = isIndex(record.last) ? record.last : 0;
        this.snapshotRows = isIndex(record.rows) ? record.rows : 0;
        this.gaps = [];
      } else this.refused += 1;
      return true;
    }
    if (record.type !== 'snapshot-jobs') return false;
    // Without them the rows after them would be taken for others.
    if (!addSnapshotJobs(this.state, record)) {
      this.hole = true;
      this.refused += 1;
    }
    this.checkRows(0);
    return true;
  }

  private checkRows(more: number): void {
    if (this.state.jobs.length + more > mostRows) throw tooLarge(this.folder);
  }

  private event(line: string, record: Plain): readonly LastingEvent[] {
    if (!isLastingType(record.type)) {
      this.unknownLength += line.length;
      if (this.unknownLength > mostUnknown) throw laterVersion(this.folder);
      this.unknown.push(line);
      return [];
    }
    const short = record.type === 'outcome' && record.as === 'writing';
    const whole = !short && isLastingEvent(record) ? record : undefined;
    if (!short && !whole) {
      this.refused += 1;
      return [];
    }
    const number = isIndex(record.n) ? record.n : undefined;
    const isLate = number !== undefined && number <= this.last;
    if (number !== undefined) {
      if (!this.isNew(number)) return [];
      this.count(number);
    }
    this.unread = 0;
    this.witness(line, record);
    const event = whole ? trusted(whole) : asWritten(this.state, record);
    if (event && (this.isThere(event, record) || (isLate && this.isOver(event)))) return [];
    if (event && this.fits(event, record)) {
      if (event.type === 'jobs-added') this.checkRows(event.jobs.length);
      reduce(this.state, event);
      return [event];
    }
    this.refused += 1;
    return [];
  }

  private isNew(number: number): boolean {
    return number > this.last || this.gaps.some(([from, to]) => from <= number && number <= to);
  }

  /** Notes that the record of this number was read. A merge or another program may have put lines in another order. */
  private count(number: number): void {
    if (number <= this.last) {
      this.gaps = this.gaps.flatMap(([from, to]) =>
        number < from || to < number
          ? [[from, to] as const]
          : [[from, number - 1] as const, [number + 1, to] as const].filter(([a, b]) => a <= b),
      );
      return;
    }
    const missing = this.last > 0 ? number - this.last - 1 : 0;
    // Lines that were there and could not be read are counted already.
    if (missing > this.unread) this.damaged += 1;
    if (missing > 0 && this.gaps.length < mostGaps) this.gaps.push([this.last + 1, number - 1]);
    this.last = number;
  }

  private witness(line: string, record: Plain): void {
    if (!isSealed(record)) return;
    if (hasSeal(line)) this.seals += 1;
    if (this.seal?.proves(line) === true) this.proven += 1;
    else this.unproven += 1;
  }

  /** Whether the added rows are there already: a copy of their line under another number. */
  private isThere(event: LastingEvent, { first }: Plain): boolean {
    if (event.type !== 'jobs-added' || !isIndex(first)) return false;
    return first < this.state.jobs.length && first + event.jobs.length <= this.state.jobs.length;
  }

  /** Whether a record that stands too late in the file says nothing that still holds: later ones have decided. */
  private isOver(event: LastingEvent): boolean {
    if (event.type === 'outcome') return this.state.jobs[event.job]?.status !== 'pending';
    return event.type === 'control' || event.type === 'job-control' || event.type === 'settings';
  }

  /** Whether the rows it is about are there. `first`: the row that the added ones begin with. */
  private fits(event: LastingEvent, { first }: Plain): boolean {
    const rows = this.state.jobs.length;
    const fits =
      event.type === 'jobs-added'
        ? !isIndex(first) || first === rows
        : !('job' in event) || this.damaged === 0 || event.job < rows;
    if (!fits) this.hole = true;
    return fits;
  }
}

/** Why a journal is not continued although a part of it can be read. */
function damagedJournal(folder: string): FailureError {
  const name = basename(folder);
  const message = `The journal of ${name} is damaged: some of its rows cannot be read. Put back an earlier copy of ${name}/.journal.jsonl. Or rename that file to .journal.jsonl.old and run the list again: what has its file, or may have been paid for, is not done again.`;
  return new FailureError(failure('disk', message, { needs: 'journal' }));
}

/** Why a journal is not read that is larger, or has more rows, than any that this program writes. */
function tooLarge(folder: string): FailureError {
  const name = basename(folder);
  const message = `The journal of ${name} is larger than any that Bulk Transcribe writes, so it is not read. Rename ${name}/.journal.jsonl to .journal.jsonl.old and run the list again: what has its file is not done again.`;
  return new FailureError(failure('disk', message, { needs: 'journal' }));
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
