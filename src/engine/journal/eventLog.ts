/**
 * Orders events, writes the lasting ones to disk and then emits them. Order is kept; lasting events are
 * written and flushed in groups, transient ones are not written. Folding and emitting happen together, so
 * that a reader's snapshot and its events fit.
 */
import { isLasting } from '../../model/events';
import type { BatchEvent, LastingEvent } from '../../model/events';
import { toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { Clock } from '../../model/ports';
import { Slices } from './slices';
import { reduce } from '../state/reducer';
import type { BatchState } from '../state/reducer';

/** Shortest time between two flushes: a thousand changes a second cause a hundred flushes at most. */
const flushGapMs = 10;
/** Most events in one write. */
const mostTogether = 2_000;

export interface EventSink {
  /** On disk when it returns; throws FailureError `disk` and may be called again with the same events. */
  write(events: readonly LastingEvent[]): Promise<void>;
  /** The disk refused: returns an event that goes before all pending ones and is emitted at once. */
  refused(failure: Failure): LastingEvent | undefined;
  /** Resolves when writing is worth another try; false: never (the batch is no longer ours). */
  mended(): Promise<boolean>;
}

type Listener = (events: readonly BatchEvent[], first: number) => void;

export class EventLog {
  private pending: BatchEvent[] = [];
  private waiters: {
    readonly at: number;
    readonly resolve: () => void;
    readonly reject: (e: unknown) => void;
  }[] = [];
  private emitted = 0;
  private folded = 0;
  private draining = false;
  private closed = false;
  private flushedAt = -Infinity;
  private readonly listeners = new Set<Listener>();
  private idleWaiters: (() => void)[] = [];
  /** Emitted already, because it is about the disk. */
  private readonly unwritten: LastingEvent[] = [];

  constructor(
    readonly state: BatchState,
    private readonly clock: Clock,
    private readonly sink: EventSink,
  ) {}

  /** Number of the last event folded. */
  get seq(): number {
    return this.folded;
  }

  /** Events that are not folded yet: they wait to be written, or for their turn after a slice. */
  get backlog(): number {
    return this.emitted - this.folded;
  }

  onEvents(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Appends an event. Nothing is folded before it returns. */
  emit(event: BatchEvent): void {
    if (this.closed) return;
    this.pending.push(event);
    this.emitted += 1;
    if (!this.draining) {
      this.draining = true;
      this.clock.after(0, () => void this.drain());
    }
  }

  /** Resolves when the event is on disk and emitted; rejects when it never will be. */
  async lasting(event: LastingEvent): Promise<void> {
    if (this.closed) throw new Error('The batch is closed.');
    this.emit(event);
    const at = this.emitted;
    await new Promise<void>((resolve, reject) => this.waiters.push({ at, resolve, reject }));
  }

  /** Resolves when everything appended so far was emitted. */
  async settled(): Promise<void> {
    if (!this.draining) return;
    await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
  }

  /** Accepts nothing more; pending events are dropped. */
  close(): void {
    this.closed = true;
    this.pending = [];
    for (const waiter of this.waiters.splice(0)) waiter.reject(new Error('The batch is closed.'));
  }

  private async drain(): Promise<void> {
    const slices = new Slices(this.clock);
    while (this.pending.length > 0) {
      const together = this.pending.slice(0, this.lot());
      const lasting = together.filter(isLasting);
      if (lasting.length > 0) {
        const early = this.flushedAt + flushGapMs - this.clock.monotonic();
        if (early > 0) {
          await this.pause(early);
          continue;
        }
        if (!(await this.write(lasting))) continue;
      }
      this.pending = this.pending.slice(together.length);
      for (let at = 0; at < together.length;) at = await this.tell(together, at, slices);
    }
    this.draining = false;
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }

  /** Number of events in one write: each job of a list counts. */
  private lot(): number {
    let weight = 0;
    let count = 0;
    for (const event of this.pending) {
      weight += event.type === 'jobs-added' ? event.jobs.length : 1;
      if (count > 0 && weight > mostTogether) break;
      count += 1;
    }
    return count;
  }

  /** True when written; after a refusal the pending list may have changed. */
  private async write(events: readonly LastingEvent[]): Promise<boolean> {
    try {
      await this.sink.write(events);
      this.flushedAt = this.clock.monotonic();
      return true;
    } catch (error) {
      const first = this.sink.refused(toFailure(error));
      if (first) {
        // It is emitted before the others and, once the disk works again, is in the journal too.
        this.unwritten.push(first);
        this.emitted += 1;
        for (const waiter of this.waiters.splice(0)) this.waiters.push({ ...waiter, at: waiter.at + 1 });
        this.show([first]);
      }
      if (!(await this.sink.mended())) this.close();
      else if (this.unwritten.length > 0) {
        const again = this.unwritten.splice(0);
        if (!(await this.write(again))) this.unwritten.unshift(...again);
      }
      return false;
    }
  }

  /** Folds and emits from `at` on until the slice is over; returns the index it reached. */
  private async tell(events: readonly BatchEvent[], at: number, slices: Slices): Promise<number> {
    let end = at;
    const first = this.folded + 1;
    while (end < events.length) {
      const event = events[end];
      if (event) reduce(this.state, event);
      end += 1;
      if (slices.due()) break;
    }
    this.folded += end - at;
    const told = at === 0 && end === events.length ? events : events.slice(at, end);
    for (const listener of [...this.listeners]) listener(told, first);
    while (this.waiters[0] && this.waiters[0].at <= this.folded) this.waiters.shift()?.resolve();
    if (slices.due()) await slices.next();
    return end;
  }

  private show(events: readonly BatchEvent[]): void {
    const first = this.folded + 1;
    for (const event of events) reduce(this.state, event);
    this.folded += events.length;
    for (const listener of [...this.listeners]) listener(events, first);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }
}
