/**
 * What the panel's page is sent about one batch: a snapshot in slices, then the events that follow it, at
 * most one message per 100 ms however busy the engine is, and nothing while the page is hidden.
 */
import type { BatchHandle } from '../../engine/api';
import type { BatchState, JobState } from '../../engine/state';
import type { BatchEvent } from '../../model/events';
import type { Clock } from '../../model/ports';
import type { ResumedNote, ToPage } from '../../protocol';

export const messageGapMs = 100;
const rowsASlice = 2000;
/** More than this waiting for the page means that a snapshot is shorter than the news. */
const eventsAtMost = 20_000;

export interface FeedPorts {
  readonly clock: Clock;
  /** False when the page did not take it (hidden, closing). */
  post(message: ToPage): Promise<boolean>;
}

export class BatchFeed {
  private pending: BatchEvent[] = [];
  /** Number of the first event in `pending`. */
  private first = 0;
  private cancelTimer: (() => void) | undefined;
  private lastSentAt = -Infinity;
  /** Counts snapshots, so that a newer one ends the slices of an older. */
  private generation = 0;
  private snapshotting = false;
  private live = false;
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
    const { state, seq, owner } = this.handle;
    this.live = true;
    this.snapshotting = true;
    this.pending = [];
    this.first = seq + 1;
    // The reducer changes rows in place while the slices go out, so they are copied now, all at one seq.
    const rows = state.jobs.map(copyRow);
    const head = headOf(state);
    const batch = state.id;
    for (let first = 0; first === 0 || first < rows.length; first += rowsASlice) {
      const sent = await this.ports.post({
        type: 'snapshot',
        batch,
        seq,
        ...(first === 0 ? { head, now: this.ports.clock.now() } : {}),
        ...(first === 0 && this.resumed ? { resumed: this.resumed } : {}),
        ...(first === 0 && owner !== undefined ? { owner } : {}),
        first,
        jobs: rows.slice(first, first + rowsASlice),
        total: rows.length,
      });
      if (generation !== this.generation) return;
      if (!sent) {
        this.pause();
        return;
      }
    }
    this.snapshotting = false;
    this.lastSentAt = this.ports.clock.monotonic();
    if (this.pending.length > 0) this.arm();
  }

  /** The page is hidden or gone: nothing is kept for it, since it will ask for a snapshot. */
  pause(): void {
    this.live = false;
    this.generation += 1;
    this.snapshotting = false;
    this.pending = [];
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  dispose(): void {
    this.pause();
    this.unlisten();
  }

  private heard(events: readonly BatchEvent[], first: number): void {
    if (!this.live) return;
    if (this.pending.length === 0) this.first = first;
    // None is dropped, also of those that replace each other: the page counts events to see a gap.
    for (const event of events) this.pending.push(event);
    if (this.snapshotting) return;
    if (this.pending.length > eventsAtMost) {
      void this.snapshot();
      return;
    }
    this.arm();
  }

  private arm(): void {
    if (this.cancelTimer) return;
    const wait = Math.max(0, this.lastSentAt + messageGapMs - this.ports.clock.monotonic());
    this.cancelTimer = this.ports.clock.after(wait, () => {
      this.cancelTimer = undefined;
      this.flush();
    });
  }

  private flush(): void {
    const events = this.pending;
    if (!this.live || this.snapshotting || events.length === 0) return;
    this.pending = [];
    this.lastSentAt = this.ports.clock.monotonic();
    const message: ToPage = { type: 'events', batch: this.handle.state.id, seq: this.first, events };
    void this.ports.post(message).then((taken) => {
      if (!taken) this.pause();
    });
  }
}

function copyRow(job: JobState): JobState {
  return job.attempts ? { ...job, attempts: [...job.attempts] } : { ...job };
}

/** The state without its rows; lanes and lists are copied because the reducer changes them in place. */
function headOf(state: BatchState): Omit<BatchState, 'jobs'> {
  const head: Partial<BatchState> & Omit<BatchState, 'jobs'> = { ...state };
  delete head.jobs;
  return structuredClone(head);
}
