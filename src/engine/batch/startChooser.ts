/**
 * A batch's part in the scheduling: which of its jobs may start now, which are shown while they wait for a
 * quota, and when to ask again. Nothing here waits or sends a request.
 */
import { isElsewhere, namesHere, quotaName, sameQuotas } from '../../model/quotaNames';
import type { Wait } from '../../model/events';
import { unblocked, type Unblocked } from '../../model/need';
import type { BatchCore } from '../job/context';
import type { JobWalk } from '../job/walk';
import type { HandOut } from './handOut';
import type { LookAhead } from '../job/lookAhead';
import { Rank } from '../pool/queue';
import { isSuspect } from '../state/deaths';
import type { Subqueue } from '../pool/queue';
import type { Runnable } from '../pool/scheduler';

/** Steps that need no worker and are taken in one go. */
const instantSteps = 200;
/** When this many events wait for the disk, fewer jobs are started. */
const mostBacklog = 1_000;

/** Wall-clock corrections below this are ignored, ms. */
const correctionMs = 5_000;

export class StartChooser implements Runnable {
  /** The disk is behind: nothing starts until it has caught up. */
  private behind = false;
  /** Jobs that wait for a quota and are shown on a free place. */
  private readonly shownJobs = new Set<number>();
  private wallBefore = -Infinity;
  private monotonicBefore = 0;

  constructor(
    private readonly core: BatchCore,
    private readonly flow: JobWalk,
    private readonly lookAhead: LookAhead,
    private readonly others: HandOut,
  ) {}

  readyJob(now: number): number | undefined {
    const { core } = this;
    if (core.phase !== 'running' || !core.sources) return undefined;
    this.behind = core.log.backlog > mostBacklog;
    if (this.behind) return undefined;
    this.noticePutBack(now);
    const { budgets } = core.shared;
    const mayRetry = (service: string): boolean => budgets.of(service).take();
    for (const job of core.queue.takeDue(now, mayRetry)) core.enqueue(job, Rank.front);
    const probes = core.parking.dueProbes(now);
    if (probes.length > 0) this.flow.release(probes);
    for (let instant = 0; instant < instantSteps; instant += 1) {
      const index = core.queue.first((subqueue) => this.subqueueReady(subqueue, now));
      if (index === undefined) return undefined;
      const job = core.job(index);
      if (!job) {
        core.queue.remove(index);
        continue;
      }
      const step = this.flow.step(index, job);
      if (step.kind === 'end') {
        core.end(index, step.outcome);
        continue;
      }
      if (step.kind === 'list') {
        this.flow.readAsList(index);
        continue;
      }
      const wanted = step.kind === 'ask' ? step.permitNames : [];
      const subqueue = core.queue.subqueueOf(index);
      if (subqueue && sameQuotas(subqueue.quotas, wanted))
        return core.shared.isolation.mayStart(isSuspect(job)) ? index : undefined;
      core.queue.move(index, wanted);
    }
    core.shared.scheduler.wake();
    return undefined;
  }

  /** A clock that is set back must not make a job wait for hours. */
  private noticePutBack(now: number): void {
    const { core } = this;
    const at = core.shared.parts.clock.monotonic();
    const backMs = this.wallBefore + (at - this.monotonicBefore) - now;
    this.wallBefore = now;
    this.monotonicBefore = at;
    if (backMs < correctionMs) return;
    core.queue.putBack(backMs);
    core.shared.breakers.putBack();
    core.parking.putBack();
  }

  take(job: number, worker: number): void {
    this.shownJobs.delete(job);
    this.lookAhead.left(job);
    this.flow.take(job, worker);
    this.lookAhead.soon();
  }

  handOut(): void {
    this.others.now((job) => {
      // It waits for another machine, and no longer on a worker here.
      this.unshow(job);
      this.forget(job);
      this.lookAhead.left(job);
    });
  }

  run(job: number): Promise<void> {
    return this.flow.run(job);
  }

  /** Events have reached the disk: jobs that waited for that may start. */
  caughtUp(): void {
    const { core } = this;
    if (this.behind && core.log.backlog <= mostBacklog) core.shared.scheduler.wake();
  }

  waitingJobs(count: number): readonly number[] {
    if (this.core.phase !== 'running' || !this.core.sources) return [];
    return this.core.queue.heads(count).map((head) => head.job);
  }

  show(index: number, worker: number): boolean {
    const { core } = this;
    const subqueue = core.queue.subqueueOf(index);
    const live = core.live(index);
    if (!subqueue || !live || isElsewhere(subqueue.quotas)) return false;
    const wait = this.inLine(core.shared.limiter.why(subqueue.quotas), subqueue);
    if (!wait) return false;
    const at = core.now;
    core.emit({ type: 'job-started', at, job: index, worker, attempt: live.memory.failedTries + 1 });
    core.emit({ type: 'wait', at, job: index, wait });
    this.shownJobs.add(index);
    return true;
  }

  /**
   * The limiter says when the next start is due; a job that is behind others in the subqueue waits for their
   * starts too.
   */
  private inLine(wait: Wait | undefined, subqueue: Subqueue): Wait | undefined {
    const { core } = this;
    if (wait?.for !== 'rate' || wait.until === undefined || wait.quota === undefined) return wait;
    let ahead = 0;
    for (const job of this.shownJobs) if (core.queue.subqueueOf(job) === subqueue) ahead += 1;
    const until = core.now + core.shared.limiter.leftMs(wait.quota, ahead + 1);
    return { ...wait, until: Math.max(wait.until, until) };
  }

  unshow(index: number): void {
    if (this.shownJobs.delete(index)) this.core.emit({ type: 'job-left', at: this.core.now, job: index });
  }

  /** A waiting job is being ended: its place is freed without an event. */
  forget(index: number): void {
    this.core.shared.scheduler.forget(this, index);
    this.shownJobs.delete(index);
  }

  /** No more turns; the jobs that are shown are taken off their places. */
  end(): void {
    this.core.shared.scheduler.remove(this);
    for (const index of [...this.shownJobs]) this.unshow(index);
  }

  nextAt(now: number): number {
    const { core } = this;
    if (core.phase !== 'running') return Infinity;
    const apart = core.shared.isolation.readyAt(now);
    let at = Math.min(core.queue.nextDue, core.parking.nextProbe, apart, this.others.nextAt());
    for (const { service } of core.queue.heldBack())
      at = Math.min(at, core.shared.budgets.of(service).readyAt());
    for (const subqueue of core.queue.activeSubqueues())
      if (subqueue.readyAt > now) at = Math.min(at, subqueue.readyAt);
    return at;
  }

  private subqueueReady(subqueue: Subqueue, now: number): boolean {
    const { core } = this;
    const { shared } = core;
    if (subqueue.quotas.length === 0) return true;
    if (isElsewhere(subqueue.quotas)) return this.comesBack(subqueue, now);
    if (shared.reservations.busy(subqueue.quotas)) return false;
    subqueue.readyAt = shared.limiter.readyAt(subqueue.quotas);
    if (subqueue.readyAt <= now) return true;
    // These jobs do not wait: they continue with another source, park or fail. The one that asks for them waits.
    const isProbe = (need: Unblocked): boolean =>
      core.parking.isProbe(core.queue.first(({ key }) => key === subqueue.key) ?? -1, need);
    return subqueue.quotas.map(quotaName).some((name) => {
      if (core.lost.has(name)) return true;
      const need = unblocked(name);
      if (core.parking.parkedFor(need) && !isProbe(need)) return true;
      const breaker = shared.breakers.known(name);
      return breaker?.phase === 'open' && breaker.moveNow(core.onBlocked(name)) !== 'hold';
    });
  }

  /** What is left to others because of a block is ours once that is over, or blocks all of them as well. */
  private comesBack(subqueue: Subqueue, now: number): boolean {
    const { core } = this;
    const names = namesHere(subqueue.quotas);
    if (names.length === 0) return false;
    subqueue.readyAt = Math.max(
      0,
      ...names.map((name) => core.shared.breakers.known(quotaName(name))?.until ?? 0),
    );
    if (subqueue.readyAt <= now) return true;
    const head = core.queue.first(({ key }) => key === subqueue.key);
    return head === undefined || !sameQuotas(core.permitNamesOf(head), subqueue.quotas);
  }
}
