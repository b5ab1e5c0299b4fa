/**
 * What the panel's page is sent about one batch: a snapshot in slices, the one with the rows that are worked
 * on first, then the events that follow it. Nothing is kept for a page that is hidden.
 */
import type { BatchHandle } from '../../engine/api';
import type { BatchState, JobState } from '../../engine/state';
import type { BatchEvent } from '../../model/events';
import type { Clock } from '../../model/ports';
import type { ResumedNote } from '../../protocol';
import type { Outbox } from './outbox';

const rowsASlice = 2000;
/** Rows before the first one that runs are in view too. */
const rowsBefore = 500;
/** Copying so many rows takes some 5 ms; then the host has its turn. */
const rowsATurn = 16_000;
/** More than this waiting for the page means that a snapshot is shorter than the news. */
const eventsAtMost = 20_000;

export interface FeedPorts {
  readonly clock: Clock;
  readonly outbox: Pick<Outbox, 'post' | 'later' | 'forget'>;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class BatchFeed {
  private pending: BatchEvent[] = [];
  /** Number of the first event in `pending`. */
  private first = 0;
  /** Counts snapshots, so that a newer one ends the slices of an older. */
  private generation = 0;
  private snapshotting = false;
  private live = false;
  /** While rows are copied: those that have changed since. */
  private changed: Set<number> | undefined;
  private readonly unlisten: () => void;

  constructor(
    readonly handle: BatchHandle,
    private readonly ports: FeedPorts,
    private readonly resumed?: ResumedNote,
  ) {
    this.unlisten = handle.onEvents((events, first) => this.heard(events, first));
  }

  /** Sends the whole state; events that come meanwhile follow it. */
  async snapshot(): Promise<void> {
    const generation = ++this.generation;
    const { handle } = this;
    this.live = true;
    this.snapshotting = true;
    const copy = await this.copy(generation);
    if (!copy) return;
    const { rows, head, seq, now, edge } = copy;
    const { owner } = handle;
    const batch = head.id;
    for (const [at, [from, to]] of slicesOf(rows.length, edge).entries()) {
      const sent = await this.ports.outbox.post({
        type: 'snapshot',
        batch,
        seq,
        ...(at === 0 ? { head, now } : {}),
        ...(at === 0 && this.resumed ? { resumed: this.resumed } : {}),
        ...(at === 0 && owner !== undefined ? { owner } : {}),
        first: from,
        jobs: rows.slice(from, to),
        total: rows.length,
      });
      if (generation !== this.generation) return;
      if (!sent) {
        this.pause();
        return;
      }
      await turn();
      if (generation !== this.generation) return;
    }
    this.snapshotting = false;
    if (this.pending.length > 0) this.announce();
  }

  /** The page is hidden or gone: nothing is kept for it, since it will ask for a snapshot. */
  pause(): void {
    this.live = false;
    this.generation += 1;
    this.snapshotting = false;
    this.pending = [];
    this.changed = undefined;
    this.ports.outbox.forget('events');
  }

  dispose(): void {
    this.pause();
    this.unlisten();
  }

  /**
   * The whole state as it is at one moment, though rows are copied in several turns and the reducer changes
   * them in place: what has changed after its turn is copied again at the end. Events are kept from that
   * moment on. Undefined: no longer wanted.
   */
  private async copy(generation: number): Promise<Copy | undefined> {
    const { handle } = this;
    const { jobs } = handle.state;
    const rows: JobState[] = [];
    const changed = new Set<number>();
    this.changed = changed;
    this.pending = [];
    while (rows.length < jobs.length) {
      if (rows.length > 0) {
        await turn();
        if (generation !== this.generation) return undefined;
      }
      for (const job of jobs.slice(rows.length, rows.length + rowsATurn)) rows.push(copyRow(job));
    }
    for (const index of changed) {
      const job = jobs[index];
      if (job) rows[index] = copyRow(job);
    }
    this.changed = undefined;
    const { state, seq } = handle;
    return { rows, seq, head: headOf(state), now: this.ports.clock.now(), edge: edgeOf(state) };
  }

  private heard(events: readonly BatchEvent[], first: number): void {
    if (!this.live) return;
    if (this.changed) {
      for (const event of events) {
        if ('job' in event) this.changed.add(event.job);
        else if (event.type === 'job-control') for (const index of event.jobs) this.changed.add(index);
      }
      return;
    }
    if (this.pending.length === 0) this.first = first;
    // None is dropped, also of those that replace each other: the page counts events to see a gap.
    for (const event of events) this.pending.push(event);
    if (this.snapshotting) return;
    if (this.pending.length > eventsAtMost) {
      void this.snapshot();
      return;
    }
    this.announce();
  }

  private announce(): void {
    this.ports.outbox.later('events', () => {
      const events = this.pending;
      if (!this.live || this.snapshotting || events.length === 0) return undefined;
      this.pending = [];
      return { type: 'events', batch: this.handle.state.id, seq: this.first, events };
    });
  }
}

interface Copy {
  readonly rows: readonly JobState[];
  readonly head: Omit<BatchState, 'jobs'>;
  readonly seq: number;
  readonly now: number;
  readonly edge: number;
}

/** The first row that is worked on; before anything runs, the first that waits. */
function edgeOf(state: BatchState): number {
  let edge = Infinity;
  for (const { job } of state.workers) if (job !== undefined) edge = Math.min(edge, job);
  if (edge === Infinity) edge = state.jobs.findIndex((job) => job.status === 'pending');
  return Math.max(0, edge);
}

/** Where slices begin and end: first the one around `edge`, then all others in order; one at least. */
function slicesOf(total: number, edge: number): (readonly [from: number, to: number])[] {
  const start = Math.max(0, Math.min(edge - rowsBefore, total - rowsASlice));
  const slices: (readonly [number, number])[] = [[start, Math.min(total, start + rowsASlice)]];
  for (let from = 0; from < start; from += rowsASlice)
    slices.push([from, Math.min(start, from + rowsASlice)]);
  for (let from = start + rowsASlice; from < total; from += rowsASlice)
    slices.push([from, Math.min(total, from + rowsASlice)]);
  return slices;
}

function copyRow(job: JobState): JobState {
  return job.attempts ? { ...job, attempts: [...job.attempts] } : { ...job };
}

/** The state without its rows; what the reducer changes in place is copied, and no more: lanes can be long. */
function headOf(state: BatchState): Omit<BatchState, 'jobs'> {
  const { jobs, ...head } = state;
  return {
    ...head,
    counts: { ...head.counts },
    bySource: { ...head.bySource },
    byError: { ...head.byError },
    consents: [...head.consents],
    workers: head.workers.map((worker) => {
      const last = worker.lane.at(-1);
      // Only the last stretch of a lane still changes.
      return { ...worker, lane: last ? [...worker.lane.slice(0, -1), { ...last }] : [] };
    }),
  };
}
