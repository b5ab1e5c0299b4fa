/** One attempt on a helper: its start, its run, and what it tells the owner meanwhile. */
import { Abortion } from '../engine/job/abortion';
import { Attempt, type AttemptResult } from '../engine/job/attempt';
import type { RequestActions } from '../engine/job/sourceRequest';
import { failure, FailureError, toFailure, type Failure } from '../model/failure';
import type { VideoMeta } from '../model/link';
import type { QuotaName } from '../model/quotaNames';
import type { Settings } from '../model/settings';
import { fitResult } from '../model/fit';
import type { Permit, SourceRequest, SourceResult, Stage, StagePart } from '../model/source';
import { sendSound, type SentSound, type Worked } from './answers';
import type { Doable, HelperParts, HelperWork, SoundBringer } from './helperParts';
import { mostSoundBytes, type OfferMessage } from './messages';
import type { TakenAttempt } from './wire';

/** A start that others of the same address took meanwhile is waited for so long, ms. */
const startMs = 3_000;
/** Between two reports of progress. */
const reportMs = 1_000;

export type HelperResult = SourceResult | SentSound;

export class HelperAttempt {
  work: HelperWork | undefined;
  readonly worker: number;
  /** It holds for every video at its source, on this machine. */
  outFor: Failure | undefined;
  /** It got no start in time. */
  isUnstarted = false;
  private readonly abortion = new Abortion();
  private readonly notes: string[] = [];
  private meta: VideoMeta | undefined;
  private result: AttemptResult<HelperResult> | undefined;
  private reportedAt = -Infinity;
  private helper = '';

  constructor(
    private readonly parts: HelperParts,
    readonly source: Doable,
    private readonly task: {
      readonly offer: OfferMessage;
      readonly settings: Settings;
      readonly worker: number;
    },
    private readonly taken: TakenAttempt,
  ) {
    this.worker = task.worker;
  }

  get quotas(): readonly QuotaName[] {
    return this.source.quotas(this.task.offer.link, this.task.settings);
  }

  /** Tells the owner who has it. */
  begin(helper: string): HelperWork {
    const { offer, worker } = this.task;
    this.helper = helper;
    const since = this.parts.clock.now();
    this.work = { worker, from: offer.from, offer, since, stage: 'waiting' };
    this.report({});
    return this.work;
  }

  abort(): void {
    this.abortion.abort();
  }

  get isAborted(): boolean {
    return this.abortion.aborted;
  }

  /** Never rejects. */
  async run(): Promise<HelperResult> {
    const { offer, settings } = this.task;
    let permit: Permit;
    try {
      permit = await this.start();
    } catch (error) {
      return { failure: toFailure(error) };
    }
    const { source } = this;
    this.result = await this.attempt(offer, settings).perform(
      permit,
      async (request): Promise<HelperResult> => {
        if (source.id === 'sound') return this.bring(source, request);
        return fitResult(await source.transcribe(request));
      },
    );
    return this.result.result;
  }

  /** Sends the sound home while its file is there. */
  private async bring(source: SoundBringer, request: SourceRequest): Promise<HelperResult> {
    const { files, wire } = this.parts;
    const { offer } = this.task;
    const file = await source.bring(request);
    const bytes = (await files.stat(file))?.size ?? 0;
    if (bytes === 0 || bytes > mostSoundBytes)
      return { failure: failure('too-large', 'The sound is too long to be sent home.') };
    return sendSound(wire, this.taken.id, offer, bytes, async (from, length) => {
      request.stage('uploading', (from * 100) / bytes);
      return (await files.readPart(file, from, length)) ?? new Uint8Array(0);
    });
  }

  /** Throws FailureError `cancelled` where there is none in time: somebody else may have one. */
  private async start(): Promise<Permit> {
    const { clock, limiter } = this.parts;
    const cancel = clock.after(startMs, () => {
      this.isUnstarted = true;
      this.abortion.abort();
    });
    try {
      return await limiter.acquire(this.quotas, this.abortion.signal);
    } finally {
      cancel();
    }
  }

  /** One request for a video that is known to exist; undefined: the service answers normally. */
  async probe(): Promise<Failure | undefined> {
    const { source } = this;
    if (source.id === 'sound' || !source.probe) return undefined;
    const { limiter } = this.parts;
    const { offer, settings } = this.task;
    const permit = await limiter.acquire(this.quotas, this.abortion.signal);
    return this.attempt(offer, settings).probe(source, permit);
  }

  worked(helper: string): Worked {
    const { seconds = 0, requests = 0, via = 'direct' } = this.result ?? {};
    const { machine } = this.parts;
    return {
      helper,
      machine,
      worker: this.worker,
      seconds,
      requests,
      via,
      meta: this.meta,
      notes: this.notes,
    };
  }

  private attempt(offer: OfferMessage, settings: Settings): Attempt {
    const { clock, files, random } = this.parts;
    const input = {
      link: offer.link,
      settings,
      meta: offer.meta,
      identity: `${offer.link.id}-${random.id()}`,
    };
    return new Attempt(this.source.id, input, this.actions(), clock, files, this.abortion);
  }

  private actions(): RequestActions {
    const refuse = (): never => {
      throw new FailureError(failure('payment', 'A helper pays for nothing.', { unsent: true }));
    };
    return {
      stage: (stage, percent, part) => this.staged(stage, percent, part),
      left: () => undefined,
      learn: (meta) => {
        this.meta = { ...this.meta, ...meta };
      },
      note: (text) => void this.notes.push(text),
      outForAll: (fail) => {
        this.outFor = fail;
      },
      outOfChain: () => undefined,
      room: (bytes, paid, signal) =>
        this.parts.memory.enterToRead(bytes, paid, this.parts.settings.maxMemoryMB, signal),
      consent: () => Promise.resolve(false),
      intent: () => Promise.resolve(refuse()),
      requestId: () => Promise.resolve(refuse()),
      permit: (quotas, signal, beside) => this.parts.limiter.acquire(quotas, signal, beside),
    };
  }

  private staged(stage: Stage, percent: number | undefined, part: StagePart | undefined): void {
    const { work, parts } = this;
    if (!work) return;
    const isNew = work.stage !== stage;
    this.work = { ...work, stage, ...(percent === undefined ? {} : { percent }) };
    const now = parts.clock.monotonic();
    if (!isNew && now - this.reportedAt < reportMs) return;
    const shown =
      stage === 'fetching' || stage === 'downloading' || stage === 'uploading' || stage === 'transcribing';
    if (!shown) return;
    this.report({
      stage,
      ...(percent === undefined ? {} : { percent: Math.min(100, Math.max(0, percent)) }),
      ...(part === undefined ? {} : { part }),
    });
  }

  /** Not awaited: a report that is lost does no harm. */
  private report(what: object): void {
    this.reportedAt = this.parts.clock.monotonic();
    void this.taken.report({ helper: this.helper, worker: this.worker, ...what }).catch(() => undefined);
  }
}
