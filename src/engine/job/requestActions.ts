/**
 * What a source reports and asks about one job while it runs, connected to the batch: its events, budgets
 * and money.
 */
import { FailureError } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { VideoMeta } from '../../model/link';
import type { PermitName, QuotaName } from '../../model/quotaNames';
import type { Settings } from '../../model/settings';
import type { KeptSteps, Permit, Quote, Stage, StagePart } from '../../model/source';
import type { SourceId } from '../../model/transcript';
import { leastRoom } from '../pool/memoryRoom';
import { soundElsewhere } from './soundElsewhere';
import type { AttemptRequest, RequestActions } from './sourceRequest';
import type { BatchCore } from './context';
import type { JobUnderWay } from './jobUnderWay';
import { paidBefore } from './transitions';

/** The user's own record of paid requests, outside the batch's folder. */
export interface PaidRecord {
  /**
   * A paid request for the video with this id is about to be submitted. Throws FailureError `disk` when that cannot be
   * recorded: then it is not submitted.
   */
  readonly recordIntent: (video: string) => Promise<void>;
  /** What was begun for the video was certainly not paid for. */
  readonly recordRefused: (video: string) => Promise<void>;
  /** The service has returned the id of a paid request. */
  readonly recordPaid: (source: SourceId, requestId: string) => Promise<void>;
}

export class JobRequestActions implements RequestActions {
  constructor(
    private readonly core: BatchCore,
    private readonly job: number,
    private readonly live: JobUnderWay,
    private readonly source: SourceId,
    private readonly record: PaidRecord,
    /** What the attempt has started from. */
    private readonly names: readonly PermitName[] = [],
  ) {}

  stage(stage: Stage, percent?: number, part?: StagePart): void {
    const { core, job, source } = this;
    const event = { type: 'stage', at: core.now, job, source, stage } as const;
    const told = percent === undefined ? event : { ...event, percent };
    core.emit(part === undefined ? told : { ...told, part });
  }

  left(ms: number): void {
    const running = this.core.running.get(this.job);
    if (running) running.endsAt = this.core.shared.parts.clock.monotonic() + ms;
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

  outOfChain(): Failure | undefined {
    const { core, job, source, live } = this;
    const out = core.outFor({ id: source }, live);
    if (out !== undefined) return out;
    const need = core.parking.needOfSource(source);
    return need === undefined || core.parking.isProbe(job, need) ? undefined : core.parking.parkedFor(need);
  }

  async room(bytes: number, paid: 'free' | 'paid', signal: AbortSignal): Promise<() => void> {
    const { core, job } = this;
    const leave = await core.shared.memory.enterToRead(bytes, paid, core.settings.maxMemoryMB, signal);
    if (bytes >= leastRoom) await core.underWay.reads(job);
    return leave;
  }

  sound(request: AttemptRequest): Promise<string | undefined> {
    return soundElsewhere(this.core, this.job, this.names, request);
  }

  get kept(): KeptSteps | undefined {
    return this.core.kept?.of(this.job);
  }

  consent(quote: Quote): Promise<boolean> {
    const { core } = this;
    if (quote.cost !== 0) this.refusePaidBefore();
    return Promise.resolve(core.consent.reserve(this.job, quote, core.settings['paid.maxCost']));
  }

  async intent(quote: Quote): Promise<void> {
    const { core, job, live } = this;
    this.refusePaidBefore();
    await this.record.recordIntent(core.job(job)?.link.id ?? '');
    await core.rememberLasting(live, { type: 'intent', at: core.now, job, quote });
  }

  async requestId(requestId: string): Promise<void> {
    const { core, job, live, source } = this;
    const event = { type: 'request-id', at: core.now, job, source, requestId } as const;
    live.fold(event);
    await this.record.recordPaid(source, requestId);
    await core.lasting(event);
  }

  /** Throws FailureError `maybe-charged` when it was paid for in another batch, or in what the journal has lost. */
  private refusePaidBefore(): void {
    const row = this.core.job(this.job);
    const batch = row && this.core.done.paidBefore(row);
    if (batch !== undefined) throw new FailureError(paidBefore(batch));
  }

  async permit(quotas: readonly QuotaName[], signal: AbortSignal, beside: Permit): Promise<Permit> {
    const { core, job } = this;
    const permit = await core.shared.limiter.acquire(quotas, signal, beside);
    const running = core.running.get(job);
    if (running) running.since = core.now;
    return permit;
  }
}
