/**
 * What the user asks of single jobs while their batch goes on: skip, run next, again, and the OK to what costs
 * money. Pausing and stopping the whole is in batchRun.
 */
import type { JobAction } from '../model/events';
import { nextMoveOf } from '../model/failure';
import type { SourceId } from '../model/transcript';
import type { BatchCore } from './batchCore';
import type { BatchTurns } from './batchTurns';
import { anyAmount } from './consent';
import type { Expansions } from './expansions';
import { consentNeed } from './jobAnswer';
import type { Settling } from './settling';

export interface RowHost {
  /** A batch that had finished runs again, because some of its jobs shall. */
  runAgain(): Promise<void>;
  recordConsent(service: SourceId, origin: string, cost: number): Promise<void>;
}

export class RowControls {
  constructor(
    private readonly core: BatchCore,
    private readonly turns: BatchTurns,
    private readonly expansions: Expansions,
    private readonly settling: Settling,
    private readonly host: RowHost,
  ) {}

  async retryFailed(): Promise<{ readonly retried: number; readonly of: number }> {
    const all = this.core.state.jobs.filter((job) => job.status === 'failed');
    const again = all.filter((job) => job.failure && nextMoveOf[job.failure.code] !== 'final');
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
      while (jobs.some((job) => core.running.has(job))) await this.settling.nextLeaves();
      await core.log.settled();
      return;
    }
    if (action === 'next') for (const job of jobs) if (core.queue.has(job)) core.enqueueNext(job);
    for (const job of jobs) if (action !== 'next') core.parking.remove(job);
    await core.lasting({ type: 'job-control', at: core.now, jobs, action });
    if (action !== 'next' && core.phase === 'finished') await this.host.runAgain();
    core.shared.scheduler.wake();
  }

  async agree(service: string, origin: string, cost: number): Promise<void> {
    const { core } = this;
    const known = this.core.state.jobs.find((job) => job.consent?.service === service)?.consent?.service;
    const source = known ?? core.shared.parts.sources.find((one) => one.id === service)?.id;
    if (source === undefined) return;
    const amount = Math.min(anyAmount, cost);
    core.consent.agree(service, origin, amount);
    await this.host.recordConsent(source, origin, amount);
    await core.lasting({ type: 'consent', at: core.now, service: source, origin, cost: amount });
    const freed = core.parking.open(consentNeed(service, origin));
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
    this.expansions.remove(index);
    core.end(index, { status: 'skipped', reason: 'by-user' });
  }
}
