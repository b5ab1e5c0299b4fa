/**
 * What a source reports and asks about one job while it runs, connected to the batch: its events, budgets
 * and money.
 */
import type { Failure } from '../../model/failure';
import type { VideoMeta } from '../../model/link';
import type { QuotaName } from '../../model/quotaNames';
import type { Settings } from '../../model/settings';
import type { Permit, Quote, Stage } from '../../model/source';
import type { SourceId } from '../../model/transcript';
import type { RequestActions } from './sourceRequest';
import type { BatchCore } from './context';
import type { JobUnderWay } from './jobUnderWay';

export class JobRequestActions implements RequestActions {
  constructor(
    private readonly core: BatchCore,
    private readonly job: number,
    private readonly live: JobUnderWay,
    private readonly source: SourceId,
    /** The user's own record of submitted requests, outside the batch's folder. */
    private readonly recordPaid: (source: SourceId, requestId: string) => Promise<void>,
  ) {}

  stage(stage: Stage, percent?: number): void {
    const { core, job, source } = this;
    const event = { type: 'stage', at: core.now, job, source, stage } as const;
    core.emit(percent === undefined ? event : { ...event, percent });
  }

  learn(meta: VideoMeta): void {
    this.core.emit({ type: 'job-learnt', at: this.core.now, job: this.job, meta });
  }

  note(text: string): void {
    this.core.note(this.job, text);
  }

  outForAll(failure: Failure, asked: Settings): void {
    this.core.leaveOut(this.source, failure, asked);
  }

  consent(quote: Quote): Promise<boolean> {
    const { core } = this;
    return Promise.resolve(core.consent.reserve(this.job, quote, core.settings['paid.maxCost']));
  }

  async intent(quote: Quote): Promise<void> {
    const { core, job, live } = this;
    await core.rememberLasting(live, { type: 'intent', at: core.now, job, quote });
  }

  async requestId(requestId: string): Promise<void> {
    const { core, job, live, source } = this;
    const event = { type: 'request-id', at: core.now, job, source, requestId } as const;
    live.fold(event);
    await this.recordPaid(source, requestId);
    await core.lasting(event);
  }

  permit(quotas: readonly QuotaName[], signal: AbortSignal, beside: Permit): Promise<Permit> {
    return this.core.shared.limiter.acquire(quotas, signal, beside);
  }
}
