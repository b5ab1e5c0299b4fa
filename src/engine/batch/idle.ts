/**
 * When a batch has come to rest: nothing runs, waits or is being written. Resolves everyone who waits for
 * that, and decides the end of the batch, including the second round of `retryAtEnd` before it.
 */
import { toGoOf } from '../state/counts';
import type { Failure } from '../../model/failure';
import { canPass } from '../../model/failureRules';
import type { BatchCore } from '../job/context';

export interface IdleActions {
  /** Nothing is left to do: the batch ends. */
  finish(): Promise<void>;
  /** Work that could have brought jobs has ended. */
  moved(): void;
}

export class IdleWatch {
  /** The batch is closed and stays closed. */
  closed = false;
  private waiters: ((why: Failure | undefined) => void)[] = [];
  /** Running work that may still bring jobs. */
  private works = 0;
  private readonly leavers: (() => void)[] = [];
  private onQuiet: (() => void) | undefined;
  private finishing = false;
  private watching = false;

  constructor(
    private readonly core: BatchCore,
    /** List links: how many are being read, and whether any waits. */
    private readonly lists: { readonly active: number; readonly idle: boolean },
    private readonly host: IdleActions,
  ) {}

  /** Keeps the batch from finishing until the work is done. */
  async while(work: () => Promise<void>): Promise<void> {
    this.works += 1;
    try {
      await work();
    } finally {
      this.works -= 1;
      this.host.moved();
    }
  }

  /** Resolves when no job runs and no list is read. */
  async quiet(): Promise<void> {
    while (this.core.running.size > 0 || this.lists.active > 0)
      await new Promise<void>((resolve) => (this.onQuiet = resolve));
  }

  /** Resolves when the next job leaves its worker. */
  nextLeaves(): Promise<void> {
    return new Promise((resolve) => this.leavers.push(resolve));
  }

  /** Call when a job has left its worker, or a list has ended. */
  left(): void {
    for (const resolve of this.leavers.splice(0)) resolve();
    if (this.core.running.size > 0 || this.lists.active > 0) return;
    const { onQuiet } = this;
    this.onQuiet = undefined;
    onQuiet?.();
  }

  /** Resolves when the batch has come to rest, with the reason where it did not end by itself. */
  settled(): Promise<Failure | undefined> {
    if (this.isSettled()) return Promise.resolve(this.core.state.why);
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** Checks whether the batch has come to rest, and reports it. Cheap; call it after every change. */
  check(): void {
    const { core } = this;
    if (core.phase === 'running' && core.sources && !this.finishing && this.isIdle()) {
      if (core.parking.count === 0 && toGoOf(core.state.counts) === 0) {
        this.finishing = true;
        void this.finish().finally(() => {
          this.finishing = false;
          // It may have been started again while its end was being written.
          this.check();
        });
      }
    }
    if (this.isSettled()) this.tell();
    else if (core.phase === 'running' && !this.watching && core.log.backlog > 0) {
      // The decision is not folded yet; check again when it is.
      this.watching = true;
      void core.log.settled().then(() => {
        this.watching = false;
        this.check();
      });
    }
  }

  /** Resolves those who wait for the end. */
  tell(): void {
    for (const resolve of this.waiters.splice(0)) resolve(this.core.state.why);
  }

  private isSettled(): boolean {
    const { core } = this;
    if (this.closed || core.phase === 'lost') return true;
    if (core.running.size > 0 || this.lists.active > 0 || this.works > 0) return false;
    if (core.phase !== 'running') {
      const ended = core.phase === 'stopped' || core.phase === 'finished';
      return core.state.phase === core.phase && (ended || core.state.why !== undefined);
    }
    return this.isIdle() && core.parking.count > 0 && core.state.counts.parked === core.parking.count;
  }

  private isIdle(): boolean {
    const { core } = this;
    const { queue } = core;
    return (
      queue.waiting === 0 &&
      queue.delayedCount === 0 &&
      core.running.size === 0 &&
      this.lists.idle &&
      this.works === 0 &&
      core.log.backlog === 0
    );
  }

  private async finish(): Promise<void> {
    if (this.core.settings.onError === 'retryAtEnd' && (await this.retryAtEnd())) return;
    await this.host.finish();
  }

  /** Retryable failures run once more after the rest; true when there were any. */
  private async retryAtEnd(): Promise<boolean> {
    const again = this.core.state.jobs.filter(
      (job) =>
        job.status === 'failed' &&
        job.failure !== undefined &&
        canPass(job.failure) &&
        job.triedAtEnd !== true,
    );
    if (again.length === 0) return false;
    const jobs = again.map((job) => job.index);
    await this.core.lasting({ type: 'job-control', at: this.core.now, jobs, action: 'retry', atEnd: true });
    return true;
  }
}
