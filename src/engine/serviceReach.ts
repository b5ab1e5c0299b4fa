/**
 * Whether the service behind a source lets us through, as the answers of all jobs tell it together: shut for
 * everybody, open again, or only claiming that videos are gone. One job's own walk is in jobFlow.
 */
import { failure } from '../model/failure';
import type { Failure } from '../model/failure';
import type { Source } from '../model/source';
import type { Attempt } from './attempt';
import type { BatchCore, Running } from './batchCore';
import type { Live } from './live';

/** What a shut source means for a job. */
export interface Shut {
  readonly move: 'nextSource' | 'park';
  readonly failure: Failure;
  readonly need: string;
}

export class ServiceReach {
  /** The last jobs in a row that were said to be unavailable. */
  private readonly unavailable: number[] = [];

  constructor(private readonly core: BatchCore) {}

  /** Whether a source is shut for everybody now, and what that means for this job. */
  shutFor(index: number, source: Source, quotas: readonly string[]): Shut | undefined {
    const { core } = this;
    const names = quotas.length > 0 ? quotas : [source.id];
    const blocks = names.map((name) => `blocked:${name}`);
    for (const need of [...blocks, core.parking.needOfSource(source.id)]) {
      const why = need === undefined ? undefined : core.parking.parkedFor(need);
      if (need !== undefined && why && !core.parking.isProbe(index, need))
        return { move: 'park', failure: why, need };
    }
    if (core.settings.onBlocked !== 'nextSource') return undefined;
    const open = names.some((name) => core.shared.breakers.known(name)?.phase === 'open');
    if (!open) return undefined;
    return { move: 'nextSource', failure: failure('blocked', `${source.id} is blocked.`), need: '' };
  }

  /** The service answered: what was shut because of it opens again. */
  reached(index: number, quotas: readonly string[], fail?: Failure): void {
    const { core } = this;
    const { breakers } = core.shared;
    if (fail && (fail.code === 'network' || fail.code === 'timeout')) {
      core.parking.probeLost(index);
      return;
    }
    // `unavailable` may be how a service says that it blocks: it proves nothing.
    if (fail?.code === 'unavailable') return;
    this.unavailable.length = 0;
    // All of them took part; each breaker opens its own quota again.
    for (const name of quotas) breakers.known(name)?.succeeded();
    const freed = core.parking.mendedBy(index);
    if (freed.length > 0) this.release(freed);
  }

  /** Parked jobs are pending again. */
  release(jobs: readonly number[]): void {
    const { core } = this;
    void core.lasting({ type: 'job-control', at: core.now, jobs, action: 'release' }).catch(() => undefined);
  }

  /** A video was said to be unavailable: one more reason to ask whether all of them are. */
  suspect(index: number, live: Live, running: Running, source: Source, quota: string | undefined): void {
    const { core } = this;
    if (quota === undefined) return;
    this.unavailable.push(index);
    if (this.unavailable.length > 5) this.unavailable.shift();
    if (!core.shared.breakers.of(quota).unavailable() || !running.attempt) return;
    this.unavailable.pop();
    void this.probe(index, live, source, quota, running.attempt).catch(() => undefined);
  }

  /**
   * After many `unavailable` in a row one video known to be there is asked for: a service that blocks may
   * say so instead. If it fails too, those videos were not unavailable but refused, and wait like all others.
   */
  private async probe(
    index: number,
    live: Live,
    source: Source,
    name: string,
    started: Attempt,
  ): Promise<void> {
    const { core } = this;
    const fail = await started.probe(source);
    if (!fail) {
      core.shared.breakers.of(name).reachable();
      return;
    }
    const suspects = this.unavailable.splice(0);
    const verdict = core.shared.breakers.of(name).blocked(core.settings.onBlocked);
    core.shared.limiter.block(name, verdict.until);
    core.shared.parts.log.write('warn', `${source.id} calls everything unavailable; taken as a block.`);
    live.last = undefined;
    await core.lasting({ type: 'job-control', at: core.now, jobs: [...suspects, index], action: 'retry' });
  }
}
