/**
 * One attempt: one source asked once about one job, with a watchdog that ends it when nothing moves. What
 * the source receives for it is in sourceRequest.ts.
 */
import { failure, nextMoveOf, toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { failureOfAll } from '../../model/failureRules';
import { fitFailure, fitMeta, fitResult } from '../../model/fit';
import type { VideoMeta } from '../../model/link';
import type { Clock, Files, Via } from '../../model/ports';
import type { Permit, Source, SourceRequest, SourceResult } from '../../model/source';
import type { Abortion } from './abortion';
import { AttemptRequest } from './sourceRequest';
import type { RequestActions, AskingInput } from './sourceRequest';

export interface AttemptResult<Result = SourceResult> {
  readonly result: Result;
  readonly seconds: number;
  readonly requests: number;
  readonly via: Via;
  /** The name of the machine that ran it; absent: this one. */
  readonly machine?: string;
}

interface Failed {
  readonly failure: Failure;
}

/** What an attempt ends with: what the source says, or its sound. */
type Outcome = SourceResult | { readonly sound: unknown };

/** Grace period for a source that was aborted, ms; then its place is freed and its answer ignored. */
export const graceMs = 5_000;

/** How often the watchdog checks, as a share of the time it allows. */
const watchShare = 10;

/**
 * What a stop means that nobody here has asked for: the other side, or a library's own time limit, has ended the
 * request. It counts as a try, because a job that is stopped by us is queued again at once, and for ever. Undefined: it
 * is another failure.
 */
export function brokenOff(fail: Failure): Failure | undefined {
  if (fail.code !== 'cancelled') return undefined;
  const { message, unsent } = fail;
  return failure('network', `It was broken off: ${message}`, unsent === true ? { unsent } : {});
}

/**
 * Whether nobody knows if a request that was on its way has arrived: there is no answer to it, and no word that it
 * never left.
 */
function isLost({ code, status, unsent, paidAnew }: Failure): boolean {
  return nextMoveOf[code] === 'retry' && status === undefined && unsent !== true && paidAnew !== true;
}

export class Attempt {
  private stalled = false;

  constructor(
    /** Of the source, or of the work at one. */
    private readonly name: string,
    private readonly input: AskingInput,
    private readonly host: RequestActions,
    private readonly clock: Clock,
    private readonly files: Files,
    /** Ends it: its requests are aborted and its processes killed. */
    private readonly abortion: Abortion,
  ) {}

  /** Asks the source. Runs to the end; errors are part of the result, nothing is thrown. */
  run(source: Source, started: Permit): Promise<AttemptResult> {
    return this.perform(started, async (asking) => fitResult(await source.transcribe(asking)));
  }

  /** As `run`, for other work at the source. */
  async perform<Result extends Outcome>(
    started: Permit,
    work: (asking: SourceRequest) => Promise<Result>,
  ): Promise<AttemptResult<Result | Failed>> {
    const from = this.clock.monotonic();
    const asking = this.asking(started);
    const watch = this.watch(asking);
    let result: Result | Failed;
    try {
      result = this.abortion.aborted
        ? { failure: failure('cancelled', 'Stopped.') }
        : await this.answer(work(asking));
    } catch (error) {
      result = { failure: fitFailure(toFailure(error)) };
    }
    watch();
    const outcome: Outcome = result;
    // Before its start is given back: the next job must not find the same out.
    const ofAll = 'failure' in outcome ? failureOfAll(outcome.failure) : undefined;
    if (ofAll) this.host.outForAll(ofAll, this.input.settings);
    await asking.over();
    const broken = this.broken(outcome);
    if (broken) result = { failure: broken };
    if (asking.unsettled && 'failure' in result && isLost(result.failure))
      // The service may have accepted it: another try could be paid a second time.
      result = { failure: { ...result.failure, code: 'maybe-charged' } };
    // Of 100,000 rows the journal is a twelfth smaller than with all digits of a double.
    const seconds = Math.round(this.clock.monotonic() - from) / 1000;
    return { result, seconds, requests: asking.requests, via: asking.via };
  }

  /**
   * Asks for a video known to exist, after many were reported unavailable; undefined: the service works.
   */
  async probe(source: Source, started: Permit): Promise<Failure | undefined> {
    const asking = this.asking(started);
    try {
      const fail = await source.probe?.(asking);
      return fail && fitFailure(fail);
    } catch (error) {
      return toFailure(error);
    } finally {
      await asking.over();
    }
  }

  /** Cheap request for the video's length; undefined: the source could not tell. Never rejects. */
  async describe(
    source: Source,
    started: Permit,
  ): Promise<{ readonly meta: VideoMeta | undefined; readonly requests: number }> {
    const asking = this.asking(started);
    let meta: VideoMeta | undefined;
    try {
      meta = await source.describe?.(asking);
    } catch {
      // If the video has a problem, its own attempt will report it.
    }
    await asking.over();
    return { meta: meta && fitMeta(meta), requests: asking.requests };
  }

  private asking(started: Permit): AttemptRequest {
    return new AttemptRequest(this.input, started, this.host, this.clock, this.files, this.abortion);
  }

  /** What ended it, where that was neither the source's answer nor a stop from outside. */
  private broken(outcome: Outcome): Failure | undefined {
    if ('transcript' in outcome || 'sound' in outcome) return undefined;
    const told = 'failure' in outcome ? outcome.failure : undefined;
    if (this.stalled) {
      const unsent = told?.unsent === true ? { unsent: true } : {};
      return failure('timeout', `Nothing moved for ${this.input.settings.stallTimeout} min.`, unsent);
    }
    return told && !this.abortion.aborted ? brokenOff(told) : undefined;
  }

  /** The source's answer, or a failure when the source was aborted and did not end in time. */
  private async answer<Result>(answer: Promise<Result>): Promise<Result | Failed> {
    const { abortion } = this;
    let cancel = (): void => undefined;
    try {
      return await new Promise<Result | Failed>((resolve, reject) => {
        const giveUp = (): void =>
          resolve({ failure: failure('cancelled', `${this.name} did not end when it was told to.`) });
        abortion.onAbort = () => (cancel = this.clock.after(graceMs, giveUp));
        answer.then(resolve, reject);
      });
    } finally {
      abortion.onAbort = () => undefined;
      cancel();
    }
  }

  /**
   * Aborts when nothing has moved for the stall timeout; waits for limits do not count. Returns a function
   * that ends the watch.
   */
  private watch(asking: AttemptRequest): () => void {
    const limitMs = this.input.settings.stallTimeout * 60_000;
    let cancel: () => void = () => undefined;
    const look = (): void => {
      if (asking.waiting > 0) asking.moved();
      if (this.clock.monotonic() - asking.movedAt >= limitMs) {
        this.stalled = true;
        this.abortion.abort();
      } else cancel = this.clock.after(limitMs / watchShare, look);
    };
    cancel = this.clock.after(limitMs / watchShare, look);
    return () => cancel();
  }
}
