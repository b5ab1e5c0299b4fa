/**
 * What the panel's page is sent about one batch: a snapshot in slices, the one with the rows that are worked
 * on first, then the events that follow it. Nothing is kept for a page that is hidden.
 */
import type { BatchHandle } from '../../engine/api';
import { rowsOf, type ReadonlyState, type ReadonlyRow } from '../../engine/state/reducer';
import type { BatchEvent } from '../../model/events';
import type { Clock } from '../../model/ports';
import { packRows, type ResumedNote } from '../../protocol';
import { RowPacker } from '../../protocolRows';
import type { Outbox } from './outbox';

/** In the first slice: more than the largest screen shows, and so few that nobody waits for them. */
const rowsAtFirst = 200;
/** How many of these come before the row in progress; the page puts it at 60 % of its height. */
const rowsBefore = 120;
/** A slice ends with this many rows, or when packing has taken this long, ms: then the host has its turn. */
const rowsASlice = 2000;
const packingMs = 6;
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
  /** While rows are packed: those that have changed since the snapshot began. */
  private changed: Set<number> | undefined;
  private readonly unlisten: () => void;
  /** Ends the watching of a batch that runs elsewhere. */
  private unwatch: (() => void) | undefined;

  constructor(
    readonly handle: BatchHandle,
    private readonly ports: FeedPorts,
    private readonly resumed?: ResumedNote,
  ) {
    this.unlisten = handle.onEvents((events, first) => this.received(events, first));
  }

  /**
   * Sends the whole state, first what the page looks at: the row `at`, else the one that is worked on. Rows are
   * packed while the batch goes on, which the reducer does in place; what has changed after its slice is sent
   * again with the last one, whose head and number are of that same moment. Events follow from there.
   */
  async snapshot(at?: number): Promise<void> {
    const generation = ++this.generation;
    const { handle } = this;
    this.live = true;
    this.unwatch ??= handle.watch?.();
    this.snapshotting = true;
    this.pending = [];
    const changed = new Set<number>();
    this.changed = changed;
    const seen = firstRows(handle.state, at);
    const send = (rows: Uint8Array, more: object = {}): Promise<boolean> =>
      this.ports.outbox.post({
        type: 'snapshot',
        batch: handle.state.id,
        snapshot: generation,
        rows,
        total: handle.state.jobs.length,
        ...more,
      });
    const { owner } = handle;
    const first = {
      head: headOf(handle.state),
      now: this.ports.clock.now(),
      ...(this.resumed ? { resumed: this.resumed } : {}),
      ...(owner === undefined ? {} : { owner }),
    };
    const rest = new RowsLeft(handle.state, seen, changed);
    let sent = await send(packRows(rowsAt(handle.state, seen)), first);
    for (;;) {
      if (generation !== this.generation) return;
      if (!sent) {
        this.pause();
        return;
      }
      await turn();
      if (generation !== this.generation) return;
      const bytes = rest.pack(() => this.ports.clock.monotonic());
      if (rest.done) {
        // From here on events are kept: they are what the page does not know yet.
        this.changed = undefined;
        sent = await send(bytes, { head: headOf(handle.state), seq: handle.seq });
        break;
      }
      sent = await send(bytes);
    }
    if (generation !== this.generation) return;
    this.snapshotting = false;
    if (!sent) this.pause();
    else if (this.pending.length > 0) this.announce();
  }

  /** The page is hidden or gone: nothing is kept for it, since it will ask for a snapshot. */
  pause(): void {
    this.live = false;
    this.unwatch?.();
    this.unwatch = undefined;
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

  private received(events: readonly BatchEvent[], first: number): void {
    if (!this.live) return;
    if (this.changed) {
      for (const event of events) for (const index of rowsOf(event)) this.changed.add(index);
      return;
    }
    if (this.pending.length === 0) this.first = first;
    // No event is dropped, even where one replaces another: the page counts events to detect gaps.
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

/** What of a snapshot is still to be sent: all rows in order, then those that have changed meanwhile. */
class RowsLeft {
  private next = 0;

  constructor(
    private readonly state: ReadonlyState,
    private readonly seen: ReadonlySet<number>,
    private readonly changed: Set<number>,
  ) {}

  /** Nothing is left at this moment; a row that changes later is news. */
  get done(): boolean {
    return this.next >= this.state.jobs.length && this.changed.size === 0;
  }

  /** The next slice. */
  pack(monotonic: () => number): Uint8Array {
    const packer = new RowPacker();
    const { jobs } = this.state;
    const until = monotonic() + packingMs;
    const isFull = (): boolean =>
      packer.count >= rowsASlice || (packer.count % 64 === 63 && monotonic() >= until);
    while (this.next < jobs.length && !isFull()) {
      const job = jobs[this.next];
      if (job && !this.seen.has(this.next)) packer.add(job);
      this.next += 1;
    }
    for (const index of this.changed) {
      if (this.next < jobs.length || isFull()) break;
      const job = jobs[index];
      if (job) packer.add(job);
      this.changed.delete(index);
    }
    return packer.bytes();
  }
}

/** The rows of the first slice: those around `at`, and those on workers. */
function firstRows(state: ReadonlyState, at: number | undefined): ReadonlySet<number> {
  const total = state.jobs.length;
  const from = at === undefined ? edgeOf(state) - rowsBefore : at - rowsBefore / 2;
  const first = Math.max(0, Math.min(from, total - rowsAtFirst));
  const rows = new Set<number>();
  for (let index = first; index < Math.min(total, first + rowsAtFirst); index += 1) rows.add(index);
  for (const { job } of state.workers) if (job !== undefined && job < total) rows.add(job);
  return rows;
}

function* rowsAt(state: ReadonlyState, indexes: Iterable<number>): Iterable<ReadonlyRow> {
  for (const index of indexes) {
    const job = state.jobs[index];
    if (job) yield job;
  }
}

/** The first row that is worked on; before anything runs, the first that waits. */
function edgeOf(state: ReadonlyState): number {
  let edge = Infinity;
  for (const { job } of state.workers) if (job !== undefined) edge = Math.min(edge, job);
  if (edge === Infinity) edge = state.jobs.findIndex((job) => job.status === 'pending');
  return Math.max(0, edge);
}

/** The state without its rows; what the reducer changes in place is copied, and no more: lanes can be long. */
function headOf(state: ReadonlyState): Omit<ReadonlyState, 'jobs'> {
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
