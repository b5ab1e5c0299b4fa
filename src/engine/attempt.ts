/**
 * One attempt: one source asked once about one job, with everything the source may need, a watch that ends
 * it when nothing moves, and its temporary folder cleared away.
 */
import { failure, FailureError, toFailure } from '../model/failure';
import type { Failure } from '../model/failure';
import type { Link, VideoMeta } from '../model/link';
import type { Clock, Files, Via } from '../model/ports';
import type { Settings } from '../model/settings';
import type { PaidRequest, Permit, Quote, Source, SourceRequest, SourceResult, Stage } from '../model/source';

/** What the attempt tells and asks while it runs. */
export interface AttemptHost {
  stage(stage: Stage, percent?: number): void;
  learn(meta: VideoMeta): void;
  consent(quote: Quote): Promise<boolean>;
  intent(quote: Quote): Promise<void>;
  requestId(id: string): Promise<void>;
  /** A start beyond the attempt's own; resolves with the permit. */
  permit(quotas: readonly string[], signal: AbortSignal): Promise<Permit>;
}

export interface AttemptInput {
  readonly link: Link;
  readonly settings: Settings;
  readonly meta: VideoMeta;
  readonly attempt: number;
  readonly identity: string;
  readonly noCaptions: boolean;
  readonly resume?: PaidRequest;
}

export interface AttemptResult {
  readonly result: SourceResult;
  readonly seconds: number;
  readonly requests: number;
  readonly via: Via;
}

const none: Permit = { heard: () => undefined, release: () => undefined };

/** A source that does not end when it is told to has so long; then its place is given up and its answer ignored. */
export const graceMs = 5_000;

/** How often the watch looks, as a share of the time it allows. */
const watchShare = 10;

export class Attempt {
  private requests = 0;
  private via: Via = 'direct';
  private movedAt: number;
  private waiting = 0;
  private stalled = false;
  /** A paid step was begun, and nobody has said what became of it. */
  private unsettled = false;
  private folder: Promise<string> | undefined;
  private readonly abortion = new AbortController();
  private readonly held = new Set<Permit>();

  constructor(
    private readonly source: Source,
    private readonly input: AttemptInput,
    private readonly host: AttemptHost,
    private readonly clock: Clock,
    private readonly files: Files,
  ) {
    this.movedAt = clock.monotonic();
  }

  get signal(): AbortSignal {
    return this.abortion.signal;
  }

  /** Ends it: its requests are aborted and its processes killed. */
  abort(): void {
    this.abortion.abort();
  }

  /** Runs to the end; what goes wrong is in the result, nothing is thrown. */
  async run(started: Permit): Promise<AttemptResult> {
    const from = this.clock.monotonic();
    this.movedAt = from;
    const watch = this.watch();
    let result: SourceResult;
    try {
      result = this.signal.aborted
        ? { failure: failure('cancelled', 'Stopped.') }
        : await Promise.race([this.source.transcribe(this.request(started)), this.givenUp()]);
    } catch (error) {
      result = { failure: toFailure(error) };
    }
    this.ended();
    watch();
    for (const permit of this.held) permit.release();
    started.release();
    if (this.folder) await this.sweep(this.folder);
    if (this.stalled && !('transcript' in result)) {
      const words = `Nothing moved for ${this.input.settings.stallTimeout} min.`;
      const unsent = 'failure' in result && result.failure.unsent === true;
      // The service may have taken it: another try could be paid a second time.
      result = { failure: failure(this.unsettled && !unsent ? 'maybe-charged' : 'timeout', words) };
    }
    const seconds = (this.clock.monotonic() - from) / 1000;
    return { result, seconds, requests: this.requests, via: this.via };
  }

  /** Asks for a video known to be there, after many were said to be unavailable; undefined: all is well. */
  async probe(source: Source): Promise<Failure | undefined> {
    if (!source.probe) return undefined;
    try {
      return await source.probe(this.request(none));
    } catch (error) {
      return toFailure(error);
    } finally {
      if (this.folder) await this.sweep(this.folder);
    }
  }

  /** A cheap look at the video's length; undefined: the source could not tell. Never rejects. */
  async describe(
    started: Permit,
  ): Promise<{ readonly meta: VideoMeta | undefined; readonly requests: number }> {
    const { source } = this;
    let meta: VideoMeta | undefined;
    try {
      meta = await source.describe?.(this.request(started));
    } catch {
      // What is wrong with the video, its own attempt will say.
    }
    for (const permit of this.held) permit.release();
    if (this.folder) await this.sweep(this.folder);
    return { meta, requests: this.requests };
  }

  private request(started: Permit): SourceRequest {
    const { input, host } = this;
    return {
      link: input.link,
      settings: input.settings,
      meta: input.meta,
      attempt: input.attempt,
      identity: input.identity,
      signal: this.signal,
      noCaptions: input.noCaptions,
      started,
      ...(input.resume === undefined ? {} : { resume: input.resume }),
      stage: (stage, percent) => {
        this.moved();
        host.stage(stage, percent);
      },
      learn: (meta) => host.learn(meta),
      sent: (via) => {
        this.moved();
        this.requests += 1;
        this.via = via;
      },
      permit: (quotas) => this.permit(quotas),
      consent: (quote) => host.consent(quote),
      intent: async (quote) => {
        await host.intent(quote);
        // Stopped while it was written: nothing may be submitted any more.
        if (this.signal.aborted) throw new FailureError(failure('cancelled', 'Stopped.', { unsent: true }));
        this.unsettled = true;
      },
      requestId: (id) => {
        this.unsettled = false;
        return host.requestId(id);
      },
      tempFolder: () => (this.folder ??= this.files.tempFolder('job')),
    };
  }

  /** Settles when the source was told to end and has not done so in time. */
  private givenUp(): Promise<SourceResult> {
    return new Promise((resolve) => {
      let cancel = (): void => undefined;
      const onAbort = (): void => {
        cancel = this.clock.after(graceMs, () =>
          resolve({ failure: failure('cancelled', `${this.source.id} did not end when it was told to.`) }),
        );
      };
      this.signal.addEventListener('abort', onAbort, { once: true });
      this.ended = () => {
        this.signal.removeEventListener('abort', onAbort);
        cancel();
      };
    });
  }
  private ended: () => void = () => undefined;

  private moved(): void {
    this.movedAt = this.clock.monotonic();
  }

  private async permit(quotas: readonly string[]): Promise<Permit> {
    this.waiting += 1;
    try {
      const permit = await this.host.permit(quotas, this.signal);
      this.held.add(permit);
      return {
        going: () => permit.going?.(),
        heard: (answer) => permit.heard(answer),
        release: () => {
          this.held.delete(permit);
          permit.release();
        },
      };
    } finally {
      this.waiting -= 1;
      this.moved();
    }
  }

  /** Aborts when nothing has moved for the stall timeout; waits for limits do not count. Returns the end of it. */
  private watch(): () => void {
    const limitMs = this.input.settings.stallTimeout * 60_000;
    let cancel: () => void = () => undefined;
    const look = (): void => {
      if (this.waiting > 0) this.moved();
      if (this.clock.monotonic() - this.movedAt >= limitMs) {
        this.stalled = true;
        this.abort();
      } else cancel = this.clock.after(limitMs / watchShare, look);
    };
    cancel = this.clock.after(limitMs / watchShare, look);
    return () => cancel();
  }

  private async sweep(folder: Promise<string>): Promise<void> {
    try {
      await this.files.remove(await folder);
    } catch {
      // What cannot be removed now is swept by the next process (Files.tempFolder).
    }
  }
}
