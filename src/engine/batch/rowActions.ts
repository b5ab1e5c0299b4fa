/**
 * What the user does with single jobs while their batch runs: skip, run next, retry, and the OK for paid
 * work. Pausing and stopping the whole batch is in run.ts.
 */
import type { JobAction } from '../../model/events';
import { agreed } from '../../model/need';
import type { SourceId } from '../../model/transcript';
import { askedIn } from '../state/asked';
import { isRetryable } from '../state/abilities';
import type { BatchCore } from '../job/context';
import type { StartChooser } from './startChooser';
import { anyAmount } from '../job/consent';
import type { ListReader } from '../job/listReader';
import type { IdleWatch } from './idle';

/** What the user has just agreed to. */
export interface Agreed {
  readonly service: SourceId;
  readonly origin: string;
  readonly cost: number;
  /** Videos without a price. */
  readonly count: number;
}

export interface BatchActions {
  /** A finished batch runs again when some of its jobs are retried. False: it was stopped before it did. */
  runAgain(): Promise<boolean>;
  recordConsent(agreed: Agreed): Promise<void>;
  /** Asks the sources again whether they are ready: a key may have been set since. */
  refreshSources(): Promise<void>;
}

export class RowActions {
  constructor(
    private readonly core: BatchCore,
    private readonly turns: StartChooser,
    private readonly lists: ListReader,
    private readonly idle: IdleWatch,
    private readonly host: BatchActions,
  ) {}

  async retryFailed(): Promise<{ readonly retried: number; readonly of: number }> {
    const all = this.core.state.jobs.filter((job) => job.status === 'failed');
    const { now } = this.core;
    const again = all.filter((job) => isRetryable(job, now));
    if (again.length > 0)
      await this.rows(
        again.map((job) => job.index),
        'retry',
      );
    return { retried: again.length, of: all.length };
  }

  async rows(jobs: readonly number[], action: JobAction): Promise<void> {
    const { core } = this;
    if (core.phase === 'lost') return;
    if (action === 'skip') {
      for (const job of jobs) this.skip(job);
      while (jobs.some((job) => core.running.has(job))) await this.idle.nextLeaves();
      await core.log.settled();
      return;
    }
    // The user may have mended what a source complained of.
    if (action === 'retry' || action === 'redo') core.askAgain();
    if (action !== 'next' && core.phase === 'running') await this.host.refreshSources();
    if (action === 'next') for (const job of jobs) if (core.queue.has(job)) core.enqueueNext(job);
    for (const job of jobs) if (action !== 'next') core.parking.remove(job);
    await core.lasting({ type: 'job-control', at: core.now, jobs, action });
    if (action !== 'next' && core.phase === 'finished') await this.host.runAgain();
    core.shared.scheduler.wake();
  }

  /**
   * An infinite `cost` covers the work that waits now, whatever it costs. Later work needs a new OK. `videos`: so many
   * without a price besides.
   */
  async agree(service: string, origin: string, cost: number, videos = 0): Promise<void> {
    const { core } = this;
    const asked = askedIn(core.state).of(service, origin);
    const source = asked?.service ?? core.shared.parts.sources.find((one) => one.id === service)?.id;
    if (source === undefined) return;
    const whatever = cost === Infinity;
    const count = whatever ? (asked?.unpriced ?? 0) : videos;
    const most = whatever ? (asked?.cost ?? 0) : cost;
    const given = { service: source, origin, cost: Math.min(anyAmount, most), count };
    core.consent.agree(service, origin, given.cost, count);
    await this.host.recordConsent(given);
    await core.lasting({ type: 'consent', at: core.now, ...given });
    const freed = core.parking.open(agreed(service, origin));
    if (freed.length > 0)
      await core.lasting({ type: 'job-control', at: core.now, jobs: freed, action: 'release' });
  }

  private skip(index: number): void {
    const { core } = this;
    const running = core.running.get(index);
    if (running) {
      running.ending = 'skip';
      running.abortion.abort();
      return;
    }
    const job = core.job(index);
    const waits = core.queue.has(index) || job?.status === 'parked' || job?.status === 'pending';
    if (!waits) return;
    this.turns.forget(index);
    core.parking.remove(index);
    this.lists.remove(index);
    core.end(index, { status: 'skipped', reason: 'by-user' });
  }
}
