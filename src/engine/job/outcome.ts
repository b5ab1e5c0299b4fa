/**
 * What follows from a source's answer, by the table of failure codes: the transcript is written, the next try
 * or source is arranged, or the job ends. How the answer was got is in jobFlow.
 */
import { failure } from '../../model/failure';
import type { Failure, FailureCode } from '../../model/failure';
import type { PaidSummary, Source, SourceResult } from '../../model/source';
import type { SourceId } from '../../model/transcript';
import type { AttemptResult } from './attempt';
import type { BatchCore, Running } from './context';
import { moveAfter, needOf, quotaOf, worthAsking } from './chain';
import type { JobMoves } from './moves';
import type { JobOutput } from './write';
import { Unwritten } from './memory';
import type { Live } from './memory';
import { Rank } from '../pool/queue';
import { retryDelayMs } from '../limits/retryPolicy';
import type { ServiceReach } from './serviceHealth';
import type { JobState } from '../state/reducer';

/** A service that only ever asks to slow down is left alone for hours after so many times in a row. */
const mostThrottles = 50;
/** How long one that is refused again and again stands aside after the hold. */
const asideMs = 2_000;
/** A source without a quota of its own waits this long after being throttled, if nothing was said. */
const throttleMs = 60_000;

/** After these the request that was paid for may still bring its transcript; the reducer keeps its id as well. */
const keepsRequest: ReadonlySet<FailureCode> = new Set([
  'network',
  'timeout',
  'bad-response',
  'rate-limited',
  'quota-exhausted',
  'auth',
  'payment',
  'blocked',
  'tool-failed',
  'disk',
  'internal',
]);

/** A job and the source that was asked for it. */
export interface Asked {
  readonly index: number;
  readonly job: JobState;
  readonly live: Live;
  readonly running: Running;
  readonly source: Source;
  readonly quotas: readonly string[];
}

/** Writes the attempt down. `counts`: it is one of the tries that the setting `retries` limits. */
type Tried = (counts: boolean) => void;

export class JobAnswer {
  constructor(
    private readonly core: BatchCore,
    private readonly moves: JobMoves,
    private readonly reach: ServiceReach,
    private readonly output: JobOutput,
  ) {}

  /** Does what follows from the answer. A disk that refuses is no error here; anything else may be thrown. */
  async settle(asked: Asked, attempt: AttemptResult): Promise<void> {
    const { core } = this;
    const { index, job, live, running, source, quotas } = asked;
    const { result } = attempt;
    if ('transcript' in result) {
      this.reach.reached(index, quotas);
      core.shared.governor.succeeded();
      const { seconds, requests, via } = attempt;
      live.unwritten = new Unwritten(result.transcript, result.paid, seconds, requests, via);
      await this.output.write(index, job, live);
      return;
    }
    if (running.ending === 'skip') {
      core.end(index, { status: 'skipped', reason: 'by-user' });
      return;
    }
    if ('consent' in result) {
      const { cost, service } = result.consent;
      const price = cost === undefined ? '' : ` It would cost ${cost}.`;
      core.parking.close(consentNeed(service, result.consent.origin), failure('payment', ''), Infinity);
      core.parking.add(consentNeed(service, result.consent.origin), index);
      core.end(index, {
        status: 'parked',
        failure: failure('payment', `${service} needs your OK.${price}`, {
          needs: consentNeed(service, result.consent.origin),
        }),
        source: source.id,
        consent: result.consent,
      });
      return;
    }
    if (result.noCaptions === true) live.noCaptions = true;
    await this.afterFailure(asked, result, attempt);
  }

  private async afterFailure(
    asked: Asked,
    result: Extract<SourceResult, { readonly failure: Failure }>,
    attempt: AttemptResult,
  ): Promise<void> {
    const { core, moves } = this;
    const { index, job, live, running, source, quotas } = asked;
    const fail = this.withoutSecrets(result.failure);
    if (fail.code === 'cancelled') {
      core.parking.probeLost(index);
      moves.left(index, running);
      return;
    }
    if (fail.code === 'no-captions') live.noCaptions = true;
    this.charge(index, source.id, result.paid);
    const later = core.chain(job.link, live).filter((other) => other !== source);
    const move = moveAfter(fail, later, live.tries + 1, core.settings);
    const tried: Tried = (counts) => {
      core.emit({
        type: 'attempt',
        at: core.now,
        job: index,
        source: source.id,
        failure: fail,
        seconds: attempt.seconds,
        requests: attempt.requests,
        counts,
      });
      this.forgetPaid(live, source.id, fail);
    };
    const quota = quotaOf(fail, quotas);
    if (move !== 'breaker' && move !== 'hold')
      this.reach.reached(index, move === 'again' || quota === undefined ? [] : [quota], fail);
    switch (move) {
      case 'hold':
        this.hold(asked, fail, quota, tried);
        return;
      case 'again':
        this.again(asked, fail, quota, tried);
        return;
      case 'nextSource':
        this.nextSource(asked, fail, later, attempt, tried);
        return;
      case 'breaker':
        this.blocked(asked, fail, later, () => tried(false));
        return;
      case 'park':
        this.park(asked, fail, () => tried(false));
        return;
      case 'final':
        if (fail.code === 'unavailable' && quota !== undefined) {
          const block = await this.reach.disguisedBlock(index, source, quota, running);
          if (block) {
            this.blocked(asked, block, later, () => tried(false));
            return;
          }
        }
        moves.fail(index, fail, source.id, attempt.seconds, attempt.requests);
    }
  }

  /** Throttled: the whole quota waits, and the job goes first again; after too many times it is parked. */
  private hold(asked: Asked, fail: Failure, quota: string | undefined, tried: Tried): void {
    const { core, moves } = this;
    const { index, live } = asked;
    const { governor, limiter } = core.shared;
    governor.throttled();
    live.throttled += 1;
    if (live.throttled >= mostThrottles) {
      // Time may still mend it, as it does a block.
      this.park(asked, fail, () => tried(false));
      return;
    }
    tried(false);
    moves.back(index);
    // A quota that nobody told is held by us; a source without one waits alone.
    if (quota === undefined) {
      moves.later(index, core.now + (fail.retryAfterMs ?? throttleMs));
      return;
    }
    if (limiter.readyAt([quota]) <= core.now) limiter.hold(quota, fail.retryAfterMs ?? throttleMs);
    const ready = limiter.readyAt([quota]);
    // Refused again, it lets another one try first: it may be this one alone that is refused.
    if (live.throttled > 1 && ready < Infinity) moves.later(index, Math.max(core.now, ready) + asideMs);
    else core.enqueue(index, Rank.front);
  }

  /** A failure that can pass: the same source once more, after its delay and as the budget allows. */
  private again(
    { index, live, source }: Asked,
    fail: Failure,
    quota: string | undefined,
    tried: Tried,
  ): void {
    const { core, moves } = this;
    const { parts, budgets } = core.shared;
    live.tries += 1;
    live.failedTries += 1;
    tried(true);
    moves.back(index);
    const delay = retryDelayMs(live.tries, fail, parts.random);
    moves.later(index, Math.max(core.now + delay, budgets.of(quota ?? source.id).readyAt()));
  }

  /** This source cannot: the first later one that may have it, or none and the job has failed. */
  private nextSource(
    { index, job, live, source }: Asked,
    fail: Failure,
    later: readonly Source[],
    attempt: AttemptResult,
    tried: Tried,
  ): void {
    const { core, moves } = this;
    const worth = worthAsking(fail, later, core.settings);
    for (const other of later) if (!worth.includes(other)) live.pass(other.id);
    moves.pass(live, source, fail);
    // What this source did not take is free for others, unless it was paid (`charge`).
    core.consent.settle(index, undefined, true);
    if (worth.length === 0) {
      moves.fail(index, moves.chainEnd(job, live), live.lastSource, attempt.seconds, attempt.requests);
      return;
    }
    tried(false);
    moves.back(index);
    core.enqueue(index, Rank.front);
  }

  /** Something has to be mended first; all that needs the same waits with it. */
  private park({ index, source, quotas }: Asked, fail: Failure, tried: () => void): void {
    const { core } = this;
    const need = needOf(fail, source.id, quotas);
    // A host that refuses its sound shuts nobody out of the service that would have listened to it.
    const shut = fail.quota === undefined ? source.id : undefined;
    const { until } = core.parking.close(need, fail, undefined, shut);
    tried();
    core.parking.add(need, index);
    core.end(index, { status: 'parked', failure: fail, source: source.id, until });
  }

  /** What was paid although no words came of it counts like any other cost. */
  private charge(index: number, source: SourceId, paid: PaidSummary | undefined): void {
    const { core } = this;
    if (paid?.cost === undefined) return;
    core.consent.settle(index, paid.cost, false);
    core.emit({
      type: 'charged',
      at: core.now,
      job: index,
      source,
      cost: paid.cost,
      ...(paid.seconds === undefined ? {} : { paidSeconds: paid.seconds }),
      ...(paid.requestId === undefined ? {} : { requestId: paid.requestId }),
    });
  }

  /** The service blocks us: its breaker decides for all, and this job follows. */
  private blocked(asked: Asked, fail: Failure, later: readonly Source[], tried: () => void): void {
    const { core, moves } = this;
    const { index, live, source, quotas } = asked;
    // Shuts the quota as well, for everybody; the attempt's other quotas have blocked nobody.
    const verdict = core.shared.breakers
      .of(quotaOf(fail, quotas) ?? source.id)
      .blocked(core.settings.onBlocked);
    tried();
    core.parking.probeLost(index);
    if (verdict.move === 'nextSource' && later.length > 0) {
      moves.pass(live, source, fail);
      moves.back(index);
      core.enqueue(index, Rank.front);
    } else if (verdict.move === 'hold') {
      moves.back(index);
      if (quotas.length === 0) moves.later(index, verdict.until);
      else core.enqueue(index, Rank.front);
    } else {
      const need = needOf(fail, source.id, quotas);
      core.parking.close(need, fail, verdict.until);
      core.parking.add(need, index);
      core.end(index, { status: 'parked', failure: fail, source: source.id, until: verdict.until });
    }
  }

  /** A service may repeat a key in its words; they are shown, and written into the batch's folder. */
  private withoutSecrets(fail: Failure): Failure {
    const { redact } = this.core.shared.parts;
    return redact ? { ...fail, message: redact(fail.message) } : fail;
  }

  private forgetPaid(live: Live, source: SourceId, fail: Failure): void {
    if (live.paid?.source !== source) return;
    if (live.paid.requestId !== undefined && keepsRequest.has(fail.code) && fail.paidAnew !== true) return;
    live.paid = undefined;
  }
}

/** What the jobs of one service wait for together until the user has agreed. */
export function consentNeed(service: string, origin: string): string {
  return `consent:${service} ${origin}`;
}
