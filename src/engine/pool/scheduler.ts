/**
 * Room `pool`: which job runs next, on which worker. This file gives free workers to batches. Batches share
 * workers by fair queueing (the one with the least service so far goes first); a worker that has nothing to
 * run shows a job that waits for a quota, and frees it as soon as something can start.
 */
import type { Clock } from '../../model/ports';
import type { WorkerPool } from './workerPool';

/** A batch as the scheduler sees it. */
export interface Runnable {
  /** The job it may start now; undefined: none. Asked again after every start. */
  readyJob(now: number): number | undefined;
  /** Moves the job from its queue to a place; `run` follows in a moment. */
  take(job: number, worker: number): void;
  /** Works on the job in its place; the promise settles when the job leaves it. Never rejects. */
  run(job: number, worker: number): Promise<void>;
  /** Up to `count` jobs that wait for a quota, the earliest to start first. */
  waitingJobs(count: number): readonly number[];
  /** Shows a waiting job in a place, or removes it again. False: nothing delays it at the moment. */
  show(job: number, worker: number): boolean;
  unshow(job: number): void;
  /** Nothing of any batch can start here now: what others may start is offered to them. Absent: to nobody. */
  handOut?(): void;
  /** Epoch ms at which to ask again; Infinity: something has to happen first. */
  nextAt(now: number): number;
}

/** Longest work without a pause for others, ms. */
const sliceMs = 8;
/** Timers are not set further ahead, so that a corrected clock is noticed. */
const longestWaitMs = 30_000;

export class Scheduler {
  /** Service received, in jobs; the smallest goes next. */
  private readonly service = new Map<Runnable, number>();
  private readonly shown = new Map<number, { readonly batch: Runnable; readonly job: number }>();
  private pumping = false;
  private requested = false;
  private sliceStart = -Infinity;
  private cancelTimer: (() => void) | undefined;
  private closed = false;

  constructor(
    private readonly clock: Clock,
    private readonly pool: WorkerPool,
  ) {}

  add(batch: Runnable): void {
    if (this.service.has(batch)) return;
    // A new batch starts level: it cannot claim what was given out before it came.
    this.service.set(
      batch,
      Math.max(
        0,
        Math.min(...this.service.values(), Infinity) === Infinity ? 0 : Math.min(...this.service.values()),
      ),
    );
    this.wake();
  }

  remove(batch: Runnable): void {
    this.service.delete(batch);
    for (const [worker, shown] of this.shown) if (shown.batch === batch) this.shown.delete(worker);
    this.wake();
  }

  /** A batch removes a job that is shown in a place. */
  forget(batch: Runnable, job: number): void {
    for (const [worker, shown] of this.shown)
      if (shown.batch === batch && shown.job === job) this.shown.delete(worker);
  }

  /** Something may start now that could not before. Cheap to call often. */
  wake(): void {
    if (this.requested || this.closed) return;
    this.requested = true;
    const busy = this.clock.monotonic() - this.sliceStart > sliceMs;
    if (busy)
      this.clock.after(0, () => {
        this.sliceStart = this.clock.monotonic();
        this.pump();
      });
    else queueMicrotask(() => this.pump());
  }

  close(): void {
    this.closed = true;
    this.cancelTimer?.();
  }

  private pump(): void {
    this.requested = false;
    if (this.pumping || this.closed) return;
    this.pumping = true;
    try {
      this.fill();
    } finally {
      this.pumping = false;
    }
  }

  private fill(): void {
    const now = this.clock.now();
    for (let free = this.pool.free(); free.length > 0; free = this.pool.free()) {
      if (this.clock.monotonic() - this.sliceStart > sliceMs * 2) {
        this.wake();
        return;
      }
      const next = this.pick(now);
      if (!next) break;
      this.start(next.batch, next.job, free);
    }
    for (const batch of this.service.keys()) batch.handOut?.();
    this.decorate();
    this.arm(now);
  }

  private pick(now: number): { readonly batch: Runnable; readonly job: number } | undefined {
    const batches = [...this.service].sort((a, b) => a[1] - b[1]);
    for (const [batch] of batches) {
      const job = batch.readyJob(now);
      if (job !== undefined) return { batch, job };
    }
    return undefined;
  }

  private start(batch: Runnable, job: number, free: readonly number[]): void {
    const worker = this.placeFor(batch, job, free);
    const before = this.shown.get(worker);
    this.shown.delete(worker);
    if (before && (before.batch !== batch || before.job !== job)) before.batch.unshow(before.job);
    this.service.set(batch, (this.service.get(batch) ?? 0) + 1);
    batch.take(job, worker);
    this.pool.run(
      worker,
      () => batch.run(job, worker),
      () => this.wake(),
    );
  }

  /** The place that shows the job already, else an empty one, else the one whose job would wait longest. */
  private placeFor(batch: Runnable, job: number, free: readonly number[]): number {
    const own = free.find((n) => this.shown.get(n)?.batch === batch && this.shown.get(n)?.job === job);
    const empty = own ?? free.find((n) => !this.shown.has(n));
    if (empty !== undefined) {
      // The job may be shown elsewhere, in a place that no longer exists.
      if (own === undefined) this.forget(batch, job);
      return empty;
    }
    this.forget(batch, job);
    return free.find((n) => !this.shown.has(n)) ?? free.at(-1) ?? 1;
  }

  /** Shows waiting jobs in empty places, and removes them from places that no longer exist. */
  private decorate(): void {
    const free = this.pool.free();
    for (const [worker, shown] of [...this.shown]) {
      if (free.includes(worker)) continue;
      this.shown.delete(worker);
      shown.batch.unshow(shown.job);
    }
    let empty = free.filter((worker) => !this.shown.has(worker));
    if (empty.length === 0) return;
    for (const batch of this.service.keys()) {
      const taken = new Set([...this.shown.values()].filter((s) => s.batch === batch).map((s) => s.job));
      for (const job of batch.waitingJobs(empty.length + taken.size)) {
        if (taken.has(job)) continue;
        const worker = empty[0];
        if (worker === undefined) return;
        if (!batch.show(job, worker)) continue;
        empty = empty.slice(1);
        this.shown.set(worker, { batch, job });
      }
    }
  }

  private arm(now: number): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    let at = Infinity;
    for (const batch of this.service.keys()) at = Math.min(at, batch.nextAt(now));
    if (at === Infinity) return;
    const wait = Math.min(Math.max(1, at - now), longestWaitMs);
    this.cancelTimer = this.clock.after(wait, () => {
      this.cancelTimer = undefined;
      this.wake();
    });
  }
}
