/**
 * What follows a failed try, for a video at one of its sources and for a list link that was being read. The
 * rules in model/failureRules.ts decide; this file acts. The service is held, blocked or left alone for
 * everybody, the try is recorded, and the job ends, parks or may continue.
 */
import { nextMoveOf } from '../../model/failure';
import type { Failure } from '../../model/failure';
import {
  believed,
  isNetworkGone,
  isSignIn,
  moveWhenBlocked,
  needOf,
  neverArrived,
  nextMove,
  quotaOf,
} from '../../model/failureRules';
import { namedQuotas } from '../../model/quotaNames';
import type { QuotaName } from '../../model/quotaNames';
import type { Settings } from '../../model/settings';
import type { Source } from '../../model/source';
import { retryDelayMs } from '../limits/retryPolicy';
import { afterAttempt, paidAfter, triesOf } from '../state/memory';
import type { AttemptEvent } from '../state/memory';
import type { JobState } from '../state/reducer';
import type { BatchCore, Running } from './context';
import type { JobUnderWay } from './jobUnderWay';
import type { JobTransitions } from './transitions';
import type { ServiceHealth } from './serviceHealth';

/** Extra delay after a hold for a job that keeps being throttled. */
const asideMs = 2_000;
/** Wait of a source without a quota of its own after being throttled, if the service named no time. */
const throttleMs = 60_000;

/** The job that failed. */
export interface FailedJob {
  readonly index: number;
  readonly job: JobState;
  readonly live: JobUnderWay;
  /** Absent for a list link, which has no other source. */
  readonly source?: Source;
  readonly quotas: readonly QuotaName[];
  readonly seconds: number;
  readonly requests: number;
  /** When its last request was let out, epoch ms; undefined: another machine sent it. */
  readonly since: number | undefined;
  /** What it was tried with. */
  readonly settings: Settings;
  /** Its place on a worker; absent for a list link. */
  readonly running?: Running;
}

/** What the failed try reported. */
export interface Told {
  readonly failure: Failure;
  readonly noCaptions?: boolean;
}

/** Whether the job continues: at this time (epoch ms), or as soon as its next source has a start for it. */
export type Next =
  /** `retryOf`: the service whose budget of retries it waits for as well. `isLast`: others go before it. */
  | { readonly goesOn: true; readonly at?: number; readonly retryOf?: string; readonly isLast?: true }
  /** Its outcome was emitted. */
  | { readonly goesOn: false };

/** What makes more jobs wait than this one. */
const keepsWaiting: ReadonlySet<string> = new Set(['hold', 'breaker', 'park']);

const ended: Next = { goesOn: false };
const atOnce: Next = { goesOn: true };

export class AfterFailure {
  constructor(
    private readonly core: BatchCore,
    private readonly moves: JobTransitions,
    private readonly reach: ServiceHealth,
  ) {}

  /** Does what follows. Throws `cancelled` when the job is aborted while a probe runs for it. */
  async follow(failed: FailedJob, told: Told): Promise<Next> {
    const { core } = this;
    const { index, job, live, source, quotas } = failed;
    const site = job.link.kind === 'youtube' ? 'YouTube' : (source?.id ?? '');
    const fail = believed(this.withoutSecrets(told.failure), live.memory.telling?.failure, site);
    const event = this.attempt(failed, fail, told.noCaptions === true);
    const after = { memory: afterAttempt(live.memory, event), paid: paidAfter(live.paid, event) };
    const later = source ? core.chain(job.link, after).filter((other) => other !== source) : [];
    const tries = triesOf(after.memory, source?.id);
    const decision = nextMove({
      failure: fail,
      signedIn: source !== undefined && this.signedIn(source, job),
      later: later.map((other) => ({ id: other.id, signedIn: this.signedIn(other, job) })),
      tries: tries.counted + 1,
      throttled: tries.throttled,
      retries: core.settings.retries,
    });
    if (keepsWaiting.has(decision.move) && this.askedAnother(failed)) {
      core.remember(live, event);
      return atOnce;
    }
    const quota = quotaOf(fail, quotas);
    const waits = this.unreached(failed, fail, quota, event);
    if (waits) return waits;
    this.heard(failed, fail, quota, decision.move === 'again');
    switch (decision.move) {
      case 'hold':
        return this.hold(fail, quota, event, live, tries.throttled);
      case 'again':
        return this.again(
          fail,
          quota ?? source?.id ?? '',
          { ...event, counts: true },
          live,
          tries.counted + 1,
        );
      case 'nextSource': {
        // What this source did not use is free for others, unless it was paid (`charged`).
        core.consent.settle(index, undefined, true);
        const { skipped } = decision;
        core.remember(live, skipped.length === 0 ? event : { ...event, skipped });
        return atOnce;
      }
      case 'chainEnd':
        core.consent.settle(index, undefined, true);
        return this.endOfChain(failed, event);
      case 'breaker':
        return this.blocked(failed, fail, event, later.length > 0);
      case 'park':
        return this.park(failed, fail, event);
      case 'final': {
        const block = await this.disguisedBlock(failed, fail, quota);
        if (block) return this.blocked(failed, block, { ...event, failure: block }, later.length > 0);
        this.moves.fail(index, fail, source?.id, failed.seconds, failed.requests);
        return ended;
      }
    }
  }

  /**
   * A server that has answered before cannot be reached, or no server can: all its jobs wait for the connection, which
   * costs none of them an attempt. After about half an hour they fail. Undefined: what follows is that of any failure.
   */
  private unreached(
    failed: FailedJob,
    fail: Failure,
    quota: QuotaName | undefined,
    event: AttemptEvent,
  ): Next | undefined {
    const { core } = this;
    const { index, live, source, seconds, requests, since } = failed;
    if (quota === undefined || !neverArrived(fail)) return undefined;
    if (this.askedAnother(failed)) {
      core.remember(live, event);
      return atOnce;
    }
    // Of a link's own host nothing is known: what its source has transcribed may be from others.
    const isKnown = source && namedQuotas.includes(quota) && (core.state.bySource[source.id] ?? 0) > 0;
    const waits = core.lost.has(quota)
      ? 'given-up'
      : core.shared.breakers.unreached(quota, since, {
          isKnown: isKnown === true,
          isNetworkGone: isNetworkGone(fail),
          isSignIn: isSignIn(fail),
        });
    if (waits === undefined) return undefined;
    this.heard(failed, fail, quota, true);
    if (waits !== 'given-up') {
      // A page that comes again and again may come for this video alone: another one tries next.
      const isOdd = isSignIn(fail) && live.paid === undefined && triesOf(live.memory, source?.id).all > 0;
      core.remember(live, event);
      return isOdd ? { goesOn: true, isLast: true } : atOnce;
    }
    core.lost.set(quota, fail);
    this.moves.fail(index, fail, source?.id, seconds, requests);
    return ended;
  }

  private attempt(
    { index, source, seconds, requests }: FailedJob,
    failure: Failure,
    noCaptions: boolean,
  ): AttemptEvent {
    const said = noCaptions && failure.code !== 'no-captions';
    return {
      type: 'attempt',
      at: this.core.now,
      job: index,
      ...(source === undefined ? {} : { source: source.id }),
      failure,
      seconds,
      requests,
      counts: false,
      ...(said ? { noCaptions: true } : {}),
    };
  }

  /** It went to a server that the settings have left since: that holds up nothing, and the server of now is asked. */
  private askedAnother({ quotas, settings }: FailedJob): boolean {
    const { core } = this;
    const { limiter } = core.shared;
    return quotas.some((name) => limiter.keyOf(name, settings) !== limiter.keyOf(name, core.settings));
  }

  /** A service may repeat a key in its message, which is shown and written into the batch's folder. */
  private withoutSecrets(fail: Failure): Failure {
    const { redact } = this.core.shared.parts;
    return redact ? { ...fail, message: redact(fail.message) } : fail;
  }

  private signedIn(source: Source, { link }: JobState): boolean {
    return source.signedIn?.(link, this.core.settings) === true;
  }

  /** Any message shows that the service has answered; a hold and a block are handled on their own. */
  private heard(failed: FailedJob, fail: Failure, quota: QuotaName | undefined, again: boolean): void {
    const move = nextMoveOf[fail.code];
    if (quota !== undefined && (move === 'retry' || move === 'hold'))
      this.core.shared.breakers.known(quota)?.tryFailed();
    if (quota !== undefined && fail.code === 'bad-response') this.core.shared.breakers.answered(quota);
    if (move === 'breaker' || move === 'hold') return;
    const { index, source, quotas } = failed;
    const asked = quota ?? source?.id;
    if (move !== 'retry' && asked !== undefined) this.core.shared.budgets.answered([asked]);
    const need = move === 'park' ? needOf(fail, source?.id, quotas) : undefined;
    this.reach.reached(index, again || quota === undefined ? [] : [quota], fail, need);
  }

  /** Throttled: the whole quota waits, and the job goes first again. */
  private hold(
    fail: Failure,
    quota: QuotaName | undefined,
    event: AttemptEvent,
    live: JobUnderWay,
    throttled: number,
  ): Next {
    const { core } = this;
    const { governor, limiter } = core.shared;
    governor.throttled();
    core.remember(live, event);
    const waitMs = fail.retryAfterMs ?? throttleMs;
    // A job that is throttled again lets another one go first: the service may refuse only this one.
    const aside = throttled > 1 ? asideMs : 0;
    if (quota === undefined) return { goesOn: true, at: core.now + waitMs + aside };
    // A quota without a time from the service gets our own hold.
    if (limiter.readyAt([quota]) <= core.now) limiter.hold(quota, waitMs);
    const ready = limiter.readyAt([quota]);
    if (aside > 0 && ready < Infinity) return { goesOn: true, at: Math.max(core.now, ready) + aside };
    return atOnce;
  }

  /** A failure that can pass: the same source once more, after its delay and as the service's budget allows. */
  private again(fail: Failure, service: string, event: AttemptEvent, live: JobUnderWay, tries: number): Next {
    const { core } = this;
    core.remember(live, event);
    const delayMs = retryDelayMs(tries, fail, core.shared.parts.random);
    return { goesOn: true, at: core.now + delayMs, retryOf: service };
  }

  /** No source is left: the job ends with the most telling failure. */
  private endOfChain({ index, job, live, seconds, requests }: FailedJob, event: AttemptEvent): Next {
    const memory = afterAttempt(live.memory, event);
    if (event.source !== undefined && this.moves.mayBeList(job, { memory, isNoList: live.isNoList })) {
      this.core.remember(live, event);
      return atOnce;
    }
    const fail = event.source === undefined ? event.failure : this.moves.chainEnd(job, memory);
    this.moves.fail(index, fail, memory.telling?.source, seconds, requests);
    return ended;
  }

  /** Something has to be mended first; all jobs that need the same wait with it. */
  private park(failed: FailedJob, fail: Failure, event: AttemptEvent, at?: number): Next {
    const { core } = this;
    const { index, live, quotas } = failed;
    const source = failed.source?.id;
    const need = needOf(fail, source, quotas);
    // A host that refuses its audio does not block the service that would have transcribed it.
    const shut = fail.quota === undefined && need.kind === 'mended' ? source : undefined;
    const named = need.kind === 'allowed' ? Infinity : at;
    const until = core.parking.close(need, fail, named, shut, failed.since);
    core.remember(live, event);
    core.parking.add(need, index);
    const from = source === undefined ? {} : { source };
    const time = until === undefined || until === Infinity ? {} : { until };
    core.end(index, { status: 'parked', failure: fail, ...from, ...time });
    return ended;
  }

  /** The service blocks us: its breaker decides for all jobs, and this one follows. */
  private blocked(failed: FailedJob, fail: Failure, event: AttemptEvent, later: boolean): Next {
    const { core } = this;
    const { index, live, quotas, source } = failed;
    // Closes the quota too, for everybody; the attempt's other quotas are not blocked.
    const name = quotaOf(fail, quotas) ?? source?.id ?? '';
    const verdict = core.shared.breakers.of(name).blocked(core.onBlocked(name), failed.since);
    core.parking.probeLost(index);
    if (source && core.isLeftToOthers(failed.job, source.id, quotas)) {
      core.remember(live, event);
      return atOnce;
    }
    switch (moveWhenBlocked(verdict.move, later)) {
      case 'nextSource':
        core.consent.settle(index, undefined, true);
        core.remember(live, { ...event, passed: true });
        return atOnce;
      case 'hold':
        core.remember(live, event);
        return quotas.length === 0 ? { goesOn: true, at: verdict.until } : atOnce;
      case 'park':
        return this.park(failed, fail, event, verdict.until);
    }
  }

  private disguisedBlock(
    { index, source, running }: FailedJob,
    fail: Failure,
    quota: QuotaName | undefined,
  ): Promise<Failure | undefined> {
    if (fail.code !== 'unavailable' || quota === undefined || !source || !running)
      return Promise.resolve(undefined);
    return this.reach.disguisedBlock(index, source, quota, running);
  }
}
