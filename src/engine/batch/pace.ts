/**
 * What a batch's pace depends on: its queue, quotas and workers now, and at the end how close it came to
 * the best possible time. The arithmetic is in progress.ts.
 */
import { isElsewhere, namesHere } from '../../model/quotaNames';
import { togetherAt } from '../../model/helperWords';
import { quotaName, type PermitName, type QuotaName } from '../../model/quotaNames';
import type { Pace } from '../../model/events';
import type { BatchCore } from '../job/context';
import { leastMs, paceOf, startsLeastMs, type ForeseenJob } from '../pace/progress';
import type { Subqueue } from '../pool/queue';
import { allowedOf, quotaSpec } from '../limits/quotaSpecs';

/** List links that are being read. */
export interface ListsNow {
  readonly idle: boolean;
  readonly found: number;
  /** Where none is being read: what each waits for. */
  readonly waitsFor: readonly (readonly QuotaName[])[];
}

export class BatchPace {
  private lengths = 0;
  private lengthsAt = -Infinity;
  private begunAt = 0;

  constructor(private readonly core: BatchCore) {}

  /** The run starts now. */
  begun(): void {
    this.begunAt = this.core.shared.parts.clock.monotonic();
    this.core.track.restarted(this.begunAt);
  }

  /** Speed and expected end, for the views. */
  now(lists: ListsNow): Pace {
    const { core } = this;
    const { shared, queue } = core;
    const subqueues = queue.activeSubqueues().flatMap((subqueue): Subqueue[] => {
      const quotas = namesHere(subqueue.quotas);
      const isAway = isElsewhere(subqueue.quotas) && quotas.length === 0;
      return isAway ? [] : [{ ...subqueue, quotas }];
    });
    return paceOf({
      now: core.now,
      monotonic: shared.parts.clock.monotonic(),
      track: core.track,
      subqueues: subqueues.map((subqueue) => ({ quotas: subqueue.quotas, jobs: queue.countIn(subqueue) })),
      delayed: queue.delayedCount,
      running: core.running.size,
      foreseen: this.foreseen(),
      quotaMs: (name, starts) => shared.limiter.leftMs(name, Math.ceil(starts * this.shareOf(name))),
      workers: shared.pool.capacity,
      effective: shared.pool.capacity,
      binding: this.binding(subqueues, lists),
      lengthsUnknown: this.lengthsUnknown(),
    });
  }

  /** The part of the starts that is made here, where other addresses help. */
  private shareOf(quota: string): number {
    const { limiter, parts } = this.core.shared;
    const helpers = parts.elsewhere?.helpers() ?? [];
    if (helpers.length === 0) return 1;
    const own = limiter.views().find(({ name }) => name === quota);
    const together = togetherAt(quota, own, helpers);
    return own && together ? own.allowed / together.allowed : 1;
  }

  /** The running jobs whose sources know how much longer they take. */
  private foreseen(): readonly ForeseenJob[] {
    const now = this.core.shared.parts.clock.monotonic();
    const known: ForeseenJob[] = [];
    for (const { workFrom = now, endsAt } of this.core.running.values())
      if (endsAt !== undefined) known.push({ tookMs: now - workFrom, leftMs: Math.max(0, endsAt - now) });
    return known;
  }

  /** What limits the pace now. */
  private binding(subqueues: readonly Subqueue[], lists: ListsNow): Pace['by'] {
    const { core } = this;
    const { governor, limiter, pool } = core.shared;
    if (core.phase !== 'running') return { kind: 'idle' };
    const busiest = subqueues
      .filter((subqueue) => subqueue.quotas.length > 0 && limiter.readyAt(subqueue.quotas) > core.now)
      .sort((a, b) => core.queue.countIn(b) - core.queue.countIn(a))[0];
    const { waiting } = core.queue;
    const failing = mostHeld(core.queue.heldBack(), busiest ? core.queue.countIn(busiest) : 0);
    const here = core.running.size - core.away;
    if (failing && (waiting === 0 || here < pool.capacity))
      return { kind: 'failing', quota: failing.service, waiting: failing.jobs };
    if (busiest && here < pool.capacity) {
      const shut = this.shut(busiest.quotas);
      if (shut) return shut;
      const quota = limiter.why(busiest.quotas)?.quota ?? quotaName(busiest.quotas[0] ?? '');
      const bound = limiter.bound(busiest.quotas);
      return { kind: 'quota', quota, ...(bound ? { bound } : {}) };
    }
    const why = governor.why();
    if (waiting > 0 && why === 'memory') return { kind: 'memory' };
    if (waiting > 0 && why === 'throttled')
      return { kind: 'throttled', effective: pool.capacity, workers: core.settings.workers };
    if (waiting > 0) return { kind: 'workers' };
    if (!lists.idle) {
      const shut = lists.waitsFor.map((quotas) => this.shut(quotas)).find((by) => by !== undefined);
      return shut ?? { kind: 'expanding', found: lists.found };
    }
    return core.running.size > 0 || core.queue.delayedCount > 0 ? { kind: 'finishing' } : { kind: 'idle' };
  }

  /** Why nothing starts with these quotas, where the service or the connection to it is the cause. */
  private shut(quotas: readonly PermitName[]): Pace['by'] | undefined {
    const { breakers, limiter } = this.core.shared;
    const wait = limiter.why(quotas);
    const quota = wait?.quota ?? quotaName(quotas[0] ?? '');
    const until = wait?.until;
    if (wait?.for === 'breaker' || wait?.for === 'connection') {
      const kind = wait.for === 'breaker' ? 'blocked' : 'unreached';
      const signIn = kind === 'unreached' && breakers.known(quota)?.wantsSignIn === true;
      return { kind, quota, ...(until === undefined ? {} : { until }), ...(signIn ? { signIn } : {}) };
    }
    return wait?.for === 'held' && until !== undefined ? { kind: 'held', quota, until } : undefined;
  }

  /** Counted again only every few seconds, because it visits every job. */
  private lengthsUnknown(): number {
    const { core } = this;
    if (core.settings.order === 'list') return 0;
    const now = core.shared.parts.clock.monotonic();
    if (now - this.lengthsAt < 5_000) return this.lengths;
    this.lengthsAt = now;
    this.lengths = 0;
    for (const index of core.queue.jobs())
      if (core.job(index)?.meta.duration === undefined) this.lengths += 1;
    return this.lengths;
  }

  /**
   * At the end: how long the batch took, and the shortest time in which these jobs could have been done.
   */
  last(): Pace {
    const { core } = this;
    const { limiter, parts } = core.shared;
    const { track } = core;
    const took = parts.clock.monotonic() - this.begunAt;
    const views = new Map(limiter.views().map((view) => [view.name, view]));
    let byQuota = 0;
    for (const [name, starts] of core.startsOf) {
      const spec = quotaSpec(name, core.settings);
      // The service may have reported a lower limit than the settings have.
      const view = views.get(name);
      const told = view === undefined || view.unit === 'day' ? undefined : view.allowed;
      const allowed = told ?? allowedOf(spec.limit, spec.utilization);
      byQuota = Math.max(byQuota, startsLeastMs(spec, allowed, starts));
    }
    // Fewer workers because of the engine's own limit say nothing about these jobs.
    const workers = core.settings.parallel ? core.settings.workers : 1;
    return {
      by: { kind: 'idle' },
      perMinute: took > 0 ? (track.finished * 60_000) / took : 0,
      lengthsUnknown: 0,
      ...(track.finished === 0
        ? {}
        : {
            ideal: {
              tookMs: Math.round(took),
              leastMs: Math.round(leastMs(track.workMs, workers, track.longest, byQuota)),
            },
          }),
    };
  }
}

/** The service that holds back most retries, where they are more than `others`. */
function mostHeld<T extends { readonly jobs: number }>(held: readonly T[], others: number): T | undefined {
  return held.reduce<T | undefined>(
    (most, each) => (each.jobs > (most?.jobs ?? others) ? each : most),
    undefined,
  );
}
