/** What is known about a job while it is worked on, before and beside what is on disk. */
import type { Failure } from '../model/failure';
import type { Via } from '../model/ports';
import type { PaidSummary } from '../model/source';
import type { SourceId, Transcript } from '../model/transcript';
import type { JobState } from './state';

export interface Live {
  readonly passed: Set<SourceId>;
  noCaptions: boolean;
  /** Tries that count, of the source that is asked now. */
  tries: number;
  triesOf: SourceId | undefined;
  /** Tries that count, of all sources. */
  failedTries: number;
  /** In a row. */
  throttled: number;
  /** The failure that tells most so far. */
  last: Failure | undefined;
  lastSource: SourceId | undefined;
  paid: { readonly source: SourceId; readonly requestId?: string } | undefined;
  /** Got, but the disk refused it: written before anything is asked again. */
  unwritten: Unwritten | undefined;
  /** The look-ahead has taken its start and asked the first question; used once, until then. */
  ride?: { readonly source: SourceId; readonly until: number } | undefined;
  /** Requests that the look-ahead sent; counted with the next try. */
  looked?: number | undefined;
  diskRefusals: number;
}

export interface Unwritten {
  readonly transcript: Transcript;
  readonly paid: PaidSummary | undefined;
  readonly seconds: number;
  readonly requests: number;
  readonly via: Via;
}

/** Begins with what the journal knows. */
export function liveFrom(job: JobState): Live {
  const attempts = job.attempts ?? [];
  const passed = new Set(job.passed ?? []);
  const telling = attempts.filter((attempt) => passed.has(attempt.source));
  const last = telling.findLast((attempt) => attempt.failure.code !== 'unsupported') ?? telling.at(-1);
  return {
    passed,
    noCaptions: telling.some((attempt) => attempt.failure.code === 'no-captions'),
    tries: 0,
    triesOf: undefined,
    failedTries: job.failedTries ?? 0,
    throttled: 0,
    last: last?.failure,
    lastSource: last?.source,
    paid: job.paid
      ? {
          source: job.paid.source,
          ...(job.paid.requestId === undefined ? {} : { requestId: job.paid.requestId }),
        }
      : undefined,
    unwritten: undefined,
    diskRefusals: 0,
  };
}
