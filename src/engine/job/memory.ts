/**
 * What is known about a job while it is worked on, before and beside what is on disk. Classes and no literals: V8
 * learns from the first objects of a literal whether they stay, and the first jobs do, because they wait for the
 * disk. All later ones would then be put where only the rare large collection sweeps, with all that they name.
 */
import type { Failure } from '../../model/failure';
import type { Via } from '../../model/ports';
import type { PaidSummary } from '../../model/source';
import type { SourceId, Transcript } from '../../model/transcript';
import type { JobState } from '../state/reducer';

const none: ReadonlySet<SourceId> = new Set();

export class Live {
  /** Sources that are not asked any more. */
  passed: ReadonlySet<SourceId> = none;
  noCaptions = false;
  /** Tries that count, of the source that is asked now. */
  tries = 0;
  triesOf: SourceId | undefined = undefined;
  /** Tries that count, of all sources. */
  failedTries: number;
  /** In a row. */
  throttled = 0;
  /** The failure that tells most so far. */
  last: Failure | undefined = undefined;
  lastSource: SourceId | undefined = undefined;
  paid: { readonly source: SourceId; readonly requestId?: string } | undefined = undefined;
  /** Got, but the disk refused it: written before anything is asked again. */
  unwritten: Unwritten | undefined = undefined;
  /** The look-ahead has taken its start and asked the first question; used once, until then. */
  ride: { readonly source: SourceId; readonly until: number } | undefined = undefined;
  /** Requests that the look-ahead sent; counted with the next try. */
  looked: number | undefined = undefined;
  diskRefusals = 0;

  /** Begins with what the journal knows. */
  constructor({ failedTries = 0, passed, attempts, paid }: JobState) {
    this.failedTries = failedTries;
    if (passed) {
      this.passed = new Set(passed);
      const telling = attempts?.filter(({ source }) => passed.includes(source)) ?? [];
      const last = telling.findLast(({ failure }) => failure.code !== 'unsupported') ?? telling.at(-1);
      this.noCaptions = telling.some(({ failure }) => failure.code === 'no-captions');
      this.last = last?.failure;
      this.lastSource = last?.source;
    }
    if (paid) {
      const { source, requestId } = paid;
      this.paid = requestId === undefined ? { source } : { source, requestId };
    }
  }

  /** The job goes on without this source. */
  pass(source: SourceId): void {
    this.passed = new Set(this.passed).add(source);
  }
}

export class Unwritten {
  constructor(
    readonly transcript: Transcript,
    readonly paid: PaidSummary | undefined,
    readonly seconds: number,
    readonly requests: number,
    readonly via: Via,
  ) {}
}
