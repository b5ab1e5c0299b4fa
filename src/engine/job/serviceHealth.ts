/**
 * Whether the service behind a source lets us through, judged by the answers of all jobs together: closed
 * for everybody, open again, or only claiming that videos are gone. One job's own way is in walk.ts.
 */
import { failure, FailureError, nextMoveOf } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { moveWhenBlocked } from '../../model/failureRules';
import { unblocked } from '../../model/need';
import type { Need, Unblocked } from '../../model/need';
import type { QuotaName } from '../../model/quotaNames';
import type { Source } from '../../model/source';
import type { BatchCore, Running } from './context';

/** What a closed source means for a job. */
export type Shut =
  | { readonly move: 'nextSource'; readonly failure: Failure }
  /** Its server was waited for in vain. */
  | { readonly move: 'fail'; readonly failure: Failure }
  | { readonly move: 'park'; readonly failure: Failure; readonly need: Need; readonly until?: number };

export class ServiceHealth {
  /** Jobs that were reported unavailable since the service last answered normally. */
  private readonly unavailable: number[] = [];
  /** Blocks that were found behind "unavailable". */
  private blocks = 0;

  constructor(private readonly core: BatchCore) {}

  /**
   * Whether a source is closed for everybody now, and what that means for this job. `quotas`: those of this address
   * that it needs; undefined: it is asked by another machine. `later`: another source is left.
   */
  shutFor(
    index: number,
    source: Source,
    quotas: readonly QuotaName[] | undefined,
    later: boolean,
  ): Shut | undefined {
    const { core } = this;
    const { parking } = core;
    const out = core.outFor(source, core.live(index));
    if (out) return { move: 'nextSource', failure: out };
    for (const name of quotas?.length === 0 ? [source.id] : (quotas ?? [])) {
      const lost = core.lost.get(name);
      if (lost) return { move: 'fail', failure: lost };
      const need = unblocked(name);
      const why = parking.parkedFor(need);
      if (why && !parking.isProbe(index, need)) return this.blockedBy(need, why, later);
      const breaker = core.shared.breakers.known(name);
      if (breaker?.phase !== 'open' || breaker.moveNow(core.onBlocked(name)) === 'hold') continue;
      return this.blockedBy(need, why ?? failure('blocked', `${source.id} is blocked.`), later);
    }
    const need = parking.needOfSource(source.id);
    const why = need && parking.parkedFor(need);
    if (!why || parking.isProbe(index, need)) return undefined;
    return parked(need, why, parking.untilOf(need));
  }

  private blockedBy(need: Unblocked, why: Failure, later: boolean): Shut {
    const { core } = this;
    const { parking } = core;
    const policy = core.onBlocked(need.quota) === 'nextSource' ? 'nextSource' : 'park';
    if (moveWhenBlocked(policy, later) === 'nextSource') return { move: 'nextSource', failure: why };
    if (parking.parkedFor(need) === undefined) parking.close(need, why);
    return parked(need, why, parking.untilOf(need));
  }

  /**
   * The service answered: what was closed because of it opens again, unless the answer was that the job
   * `stillNeeds` what it was the probe for. A retryable failure proves nothing.
   */
  reached(index: number, quotas: readonly QuotaName[], fail?: Failure, stillNeeds?: Need): void {
    const { core } = this;
    const { breakers } = core.shared;
    if (fail && nextMoveOf[fail.code] === 'retry') {
      core.parking.probeLost(index);
      return;
    }
    // Some services say `unavailable` when they block: it proves nothing.
    if (fail?.code === 'unavailable') return;
    this.unavailable.length = 0;
    // All quotas took part; each breaker opens its own quota again.
    for (const name of quotas) {
      breakers.answered(name);
      breakers.known(name)?.succeeded();
      core.passed.delete(name);
      core.lost.delete(name);
    }
    const freed = core.parking.mendedBy(index, stillNeeds);
    if (freed.length > 0) this.release(freed);
  }

  /** Parked jobs are pending again. */
  release(jobs: readonly number[]): void {
    const { core } = this;
    void core.lasting({ type: 'job-control', at: core.now, jobs, action: 'release' }).catch(() => undefined);
  }

  /**
   * A video was reported unavailable. After many in a row, and while the service is closed, one video known
   * to exist is asked for, because a blocking service may answer the same. If that fails too, none of them
   * was unavailable: they are tried again, and the block is returned. Throws `cancelled` when the job is
   * aborted.
   */
  async disguisedBlock(
    index: number,
    source: Source,
    quota: QuotaName,
    { attempt, abortion }: Running,
  ): Promise<Failure | undefined> {
    const { core } = this;
    const { breakers, limiter, parts } = core.shared;
    const breaker = breakers.of(quota);
    const block = (why: string): Failure =>
      failure('blocked', `Everything is said to be unavailable: ${why}`);
    // It was running when the service was closed.
    if (breaker.phase === 'open') return block('the service is blocked.');
    const due = breaker.unavailable() || breaker.phase === 'half-open';
    if (!due || !attempt || !source.probe) {
      this.unavailable.push(index);
      return undefined;
    }
    const known = this.blocks;
    const permit = await limiter.acquire([quota], abortion.signal);
    if (this.blocks !== known) {
      // Another job has found this out meanwhile; this one's answer is older.
      permit.release();
      return block('the service was blocked.');
    }
    const fail = await attempt.probe(source, permit);
    if (abortion.aborted) throw new FailureError(failure('cancelled', 'Stopped.'));
    if (!fail) {
      this.reached(index, [quota]);
      return undefined;
    }
    parts.log.write('warn', `${source.id} calls everything unavailable; taken as a block.`);
    const jobs = this.unavailable.splice(0);
    if (jobs.length > 0)
      void core.lasting({ type: 'job-control', at: core.now, jobs, action: 'retry' }).catch(() => undefined);
    this.blocks += 1;
    return block(fail.message);
  }
}

function parked(need: Need, why: Failure, until: number | undefined): Shut {
  return { move: 'park', failure: why, need, ...(until === undefined ? {} : { until }) };
}
