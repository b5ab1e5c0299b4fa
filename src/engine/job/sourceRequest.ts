/**
 * What a source receives when it is asked: the job, and everything it may need on the way. It records what
 * the source does, for the attempt to read. A class, so that a short job leaves one small object instead of
 * a dozen closures.
 */
import { failure, FailureError } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { fitMeta, fitQuote, fitText, isFitId, longestMessage } from '../../model/fit';
import type { Link, VideoMeta } from '../../model/link';
import type { Clock, Files, Via } from '../../model/ports';
import type { QuotaName } from '../../model/quotaNames';
import type { Settings } from '../../model/settings';
import type {
  KeptSteps,
  PaidRequest,
  Permit,
  Quote,
  SourceRequest,
  Stage,
  StagePart,
} from '../../model/source';
import type { Abortion } from './abortion';

/** What the source reports and asks while it runs. */
export interface RequestActions {
  stage(stage: Stage, percent?: number, part?: StagePart): void;
  /** About how much longer it takes, ms. */
  left(ms: number): void;
  learn(meta: VideoMeta): void;
  note(text: string): void;
  /** The failure holds for all jobs at this source: it leaves the chain before its next start is granted. */
  outForAll(failure: Failure, asked: Settings): void;
  /** Why the source is not asked any more since the attempt began. */
  outOfChain(): Failure | undefined;
  consent(quote: Quote): Promise<boolean>;
  intent(quote: Quote): Promise<void>;
  requestId(id: string): Promise<void>;
  /** Memory for reading a text; resolves with what gives it back. */
  room(bytes: number, paid: 'free' | 'paid', signal: AbortSignal): Promise<() => void>;
  /** A start beyond the attempt's own (`beside`); resolves with the permit. */
  permit(quotas: readonly QuotaName[], signal: AbortSignal, beside: Permit): Promise<Permit>;
  /** Has another machine bring the link's sound: its file, or undefined. Absent: nobody is asked. */
  sound?(request: AttemptRequest): Promise<string | undefined>;
  /** What the job's attempts have finished; absent: nothing is kept. */
  readonly kept?: KeptSteps | undefined;
}

export interface AskingInput {
  readonly link: Link;
  readonly settings: Settings;
  readonly meta: VideoMeta;
  readonly identity: string;
  readonly begun?: Promise<void> | undefined;
  readonly resume?: PaidRequest | undefined;
  readonly paysNext?: boolean;
}

export class AttemptRequest implements SourceRequest {
  requests = 0;
  via: Via = 'direct';
  /** When something moved last, monotonic. */
  movedAt: number;
  /** Waits for limits that are pending. */
  waiting = 0;
  /** A paid step was begun and its result is not known yet. */
  unsettled = false;
  private folder: Promise<string> | undefined;
  private held: Set<Permit> | undefined;

  constructor(
    private readonly input: AskingInput,
    readonly started: Permit,
    private readonly host: RequestActions,
    private readonly clock: Clock,
    private readonly files: Files,
    private readonly abortion: Abortion,
  ) {
    this.movedAt = clock.monotonic();
  }

  get link(): Link {
    return this.input.link;
  }

  get settings(): Settings {
    return this.input.settings;
  }

  get meta(): VideoMeta {
    return this.input.meta;
  }

  get identity(): string {
    return this.input.identity;
  }

  get begun(): Promise<void> | undefined {
    return this.input.begun;
  }

  get resume(): PaidRequest | undefined {
    return this.input.resume;
  }

  get paysNext(): boolean {
    return this.input.paysNext === true;
  }

  get kept(): KeptSteps | undefined {
    return this.host.kept;
  }

  get signal(): AbortSignal {
    return this.abortion.signal;
  }

  stage(stage: Stage, percent?: number, part?: StagePart): void {
    this.moved();
    this.host.stage(stage, percent, part);
  }

  left(ms: number): void {
    if (Number.isFinite(ms)) this.host.left(Math.max(0, ms));
  }

  learn(meta: VideoMeta): void {
    this.host.learn(fitMeta(meta));
  }

  note(text: string): void {
    this.host.note(fitText(text, longestMessage));
  }

  sent(via: Via): void {
    this.moved();
    this.requests += 1;
    this.via = via;
  }

  async permit(quotas: readonly QuotaName[]): Promise<Permit> {
    this.waiting += 1;
    try {
      const permit = await this.host.permit(quotas, this.signal, this.started);
      const held = (this.held ??= new Set());
      held.add(permit);
      return {
        going: () => permit.going?.(),
        unused: (quota) => permit.unused?.(quota),
        heard: (answer) => permit.heard(answer),
        release: () => {
          held.delete(permit);
          permit.release();
        },
      };
    } finally {
      this.waiting -= 1;
      this.moved();
    }
  }

  async room(bytes: number, paid: 'free' | 'paid'): Promise<() => void> {
    this.waiting += 1;
    try {
      return await this.host.room(bytes, paid, this.signal);
    } finally {
      this.waiting -= 1;
      this.moved();
    }
  }

  outOfChain(): Failure | undefined {
    return this.host.outOfChain();
  }

  consent(quote: Quote): Promise<boolean> {
    return this.host.consent(fitQuote(quote));
  }

  async intent(quote: Quote): Promise<void> {
    await this.host.intent(fitQuote(quote));
    // Stopped while it was written: nothing may be submitted any more.
    if (this.abortion.aborted) throw new FailureError(failure('cancelled', 'Stopped.', { unsent: true }));
    this.unsettled = true;
  }

  requestId(id: string): Promise<void> {
    // Without its id the request may have been charged, which is what the recorded intent says.
    if (!isFitId(id)) return Promise.resolve();
    this.unsettled = false;
    return this.host.requestId(id);
  }

  async soundElsewhere(): Promise<string | undefined> {
    return this.host.sound?.(this);
  }

  tempFolder(): Promise<string> {
    return (this.folder ??= this.files.tempFolder('job'));
  }

  /** Something has moved: not stalled. */
  moved(): void {
    this.movedAt = this.clock.monotonic();
  }

  /** The source is done: its starts are given back and its temporary folder is removed. */
  async over(): Promise<void> {
    for (const permit of this.held ?? []) permit.release();
    this.started.release();
    if (!this.folder) return;
    try {
      await this.files.remove(await this.folder);
    } catch {
      // What cannot be removed now is removed by the next process (Files.tempFolder).
    }
  }
}
