/**
 * Whether the service behind a source lets us through, as the answers of all jobs tell it together: shut for
 * everybody, open again, or only claiming that videos are gone. One job's own walk is in walk.ts.
 */
import { failure, FailureError, nextMoveOf } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { moveWhenBlocked } from '../../model/failureRules';
import { unblocked } from '../../model/need';
import type { Need } from '../../model/need';
import type { Source } from '../../model/source';
import type { BatchCore, Running } from './context';

/** What a shut source means for a job. */
export type Shut =
  | { readonly move: 'nextSource'; readonly failure: Failure }
  | { readonly move: 'park'; readonly failure: Failure; readonly need: Need; readonly until?: number };

export class ServiceHealth {
  /** Jobs that were said to be unavailable since the service last answered as it should. */
  private readonly unavailable: number[] = [];
  /** Blocks that were found in the guise of "unavailable". */
  private blocks = 0;

  constructor(private readonly core: BatchCore) {}

  /** Whether a source is shut for everybody now, and what that means for this job. `later`: another one is left. */
  shutFor(index: number, source: Source, quotas: readonly string[], later: boolean): Shut | undefined {
    const { core } = this;
    const { parking } = core;
    const names = quotas.length > 0 ? quotas : [source.id];
    const policy = core.settings.onBlocked;
    for (const name of names) {
      const need = unblocked(name);
      const why = parking.parkedFor(need);
      if (why && !parking.isProbe(index, need)) return this.blockedBy(source, need, why, later);
      const breaker = policy === 'nextSource' ? core.shared.breakers.known(name) : undefined;
      if (breaker?.phase !== 'open') continue;
      return this.blockedBy(
        source,
        need,
        failure('blocked', `${source.id} is blocked.`),
        later,
        breaker.until,
      );
    }
    const need = parking.needOfSource(source.id);
    const why = need && parking.parkedFor(need);
    if (!why || parking.isProbe(index, need)) return undefined;
    return parked(need, why, parking.untilOf(need));
  }

  private blockedBy(source: Source, need: Need, why: Failure, later: boolean, until?: number): Shut {
    const { parking, settings } = this.core;
    if (moveWhenBlocked(settings.onBlocked === 'nextSource' ? 'nextSource' : 'park', later) === 'nextSource')
      return { move: 'nextSource', failure: why };
    if (until !== undefined && parking.parkedFor(need) === undefined) parking.close(need, why, until);
    return parked(need, why, parking.untilOf(need));
  }

  /**
   * The service answered: what was shut because of it opens again, unless the answer was that the job
   * `stillNeeds` what it was the probe for. A failure that can pass proves nothing.
   */
  reached(index: number, quotas: readonly string[], fail?: Failure, stillNeeds?: Need): void {
    const { core } = this;
    const { breakers } = core.shared;
    if (fail && nextMoveOf[fail.code] === 'retry') {
      core.parking.probeLost(index);
      return;
    }
    // `unavailable` may be how a service says that it blocks: it proves nothing.
    if (fail?.code === 'unavailable') return;
    this.unavailable.length = 0;
    // All of them took part; each breaker opens its own quota again.
    for (const name of quotas) breakers.known(name)?.succeeded();
    const freed = core.parking.mendedBy(index, stillNeeds);
    if (freed.length > 0) this.release(freed);
  }

  /** Parked jobs are pending again. */
  release(jobs: readonly number[]): void {
    const { core } = this;
    void core.lasting({ type: 'job-control', at: core.now, jobs, action: 'release' }).catch(() => undefined);
  }

  /**
   * A video was said to be unavailable. After many in a row, and while the service is shut, one video known to
   * be there is asked for: a service that blocks may say so instead. If that fails too, none of them was
   * unavailable: they are wanted again, and the block is returned. Throws `cancelled` when the job is ended.
   */
  async disguisedBlock(
    index: number,
    source: Source,
    quota: string,
    { attempt, abortion }: Running,
  ): Promise<Failure | undefined> {
    const { core } = this;
    const { breakers, limiter, parts } = core.shared;
    const breaker = breakers.of(quota);
    const block = (why: string): Failure =>
      failure('blocked', `Everything is said to be unavailable: ${why}`);
    // It was under way when the service was shut.
    if (breaker.phase === 'open') return block('the service is blocked.');
    const due = breaker.unavailable() || breaker.phase === 'half-open';
    if (!due || !attempt || !source.probe) {
      this.unavailable.push(index);
      return undefined;
    }
    const known = this.blocks;
    const permit = await limiter.acquire([quota], abortion.signal);
    if (this.blocks !== known) {
      // Another job has found it out meanwhile; this one's answer is from before.
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
