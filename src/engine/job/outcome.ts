/**
 * What follows a source's answer: the transcript is written, the job waits for the user's OK, or a failure
 * is handled (afterFailure.ts). How the answer was obtained is in walk.ts.
 */
import { failure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { billed } from '../../model/failureRules';
import { agreed, needText } from '../../model/need';
import type { QuotaName } from '../../model/quotaNames';
import { serviceNameAt } from '../../model/serviceNames';
import type { Settings } from '../../model/settings';
import type { PaidSummary, Quote, Source } from '../../model/source';
import type { SourceId } from '../../model/transcript';
import type { AfterFailure } from './afterFailure';
import type { AttemptResult } from './attempt';
import { servicesOf } from './context';
import type { BatchCore, Running } from './context';
import type { JobTransitions } from './transitions';
import type { JobWriter } from './write';
import { Unwritten } from './jobUnderWay';
import type { JobUnderWay } from './jobUnderWay';
import { Rank } from '../pool/queue';
import type { ServiceHealth } from './serviceHealth';
import type { JobState } from '../state/reducer';

/** A job and the source that was asked for it. */
export interface Asked {
  readonly index: number;
  readonly job: JobState;
  readonly live: JobUnderWay;
  readonly running: Running;
  readonly source: Source;
  readonly quotas: readonly QuotaName[];
  /** What it was tried with. */
  readonly settings: Settings;
}

export class JobOutcome {
  constructor(
    private readonly core: BatchCore,
    private readonly moves: JobTransitions,
    private readonly reach: ServiceHealth,
    private readonly after: AfterFailure,
    private readonly output: JobWriter,
  ) {}

  /** Does what follows the answer. A refusing disk is no error here; anything else may be thrown. */
  async settle(asked: Asked, attempt: AttemptResult): Promise<void> {
    const { core } = this;
    const { index, job, live, running, quotas } = asked;
    const { result, seconds, requests, via, machine } = attempt;
    if ('transcript' in result) {
      this.reach.reached(index, quotas);
      core.shared.governor.succeeded();
      core.shared.budgets.answered(servicesOf(asked.source, quotas));
      const paid = billed(result.paid, live.paid?.quote);
      live.unwritten = new Unwritten(result.transcript, paid, seconds, requests, via, machine);
      await this.output.write(index, job, live);
    } else if (running.ending === 'skip') core.end(index, { status: 'skipped', reason: 'by-user' });
    else if ('consent' in result) this.askFirst(asked, result.consent);
    else await this.failed(asked, result, attempt);
  }

  /** The paid step was not agreed to: the job waits for the user's OK, others continue. */
  private askFirst({ index, source }: Asked, quote: Quote): void {
    const { core } = this;
    const { cost, service, origin } = quote;
    const need = agreed(service, origin);
    const price = cost === undefined ? '' : ` It would cost ${cost}.`;
    // A smaller amount that it held before is free for others meanwhile.
    core.consent.settle(index, undefined, true);
    const fail = failure('payment', `${serviceNameAt(service, origin)} needs your OK.${price}`, {
      needs: needText(need),
    });
    core.parking.close(need, fail, Infinity);
    core.parking.add(need, index);
    core.end(index, { status: 'parked', failure: fail, source: source.id, consent: quote });
  }

  private async failed(
    asked: Asked,
    result: { readonly failure: Failure; readonly noCaptions?: boolean; readonly paid?: PaidSummary },
    { seconds, requests }: AttemptResult,
  ): Promise<void> {
    const { core, moves } = this;
    const { index, live, running, source } = asked;
    const { since } = running;
    if (result.failure.code === 'cancelled') {
      core.parking.probeLost(index);
      moves.left(index, running);
      return;
    }
    this.charge(index, source.id, billed(result.paid, live.paid?.quote, result.failure));
    const next = await this.after.follow({ ...asked, seconds, requests, since }, result);
    if (!next.goesOn) return;
    moves.back(index);
    if (next.at === undefined) core.enqueue(index, next.isLast ? Rank.last : Rank.front);
    else moves.later(index, next.at, next.retryOf);
  }

  /** A payment without a transcript counts like any other cost. */
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
}
