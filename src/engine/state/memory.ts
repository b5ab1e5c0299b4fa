/**
 * What a job remembers of its way through the sources: the fold of its events. The reducer folds them when
 * they are on disk, the running job (job/jobUnderWay.ts) when they happen, with the same functions: a job
 * that is read back from the journal remembers the same.
 */
import type { LastingEvent } from '../../model/events';
import { gotIn, keepsPaid, passesOn, tellingOf } from '../../model/failureRules';
import type { Telling } from '../../model/failureRules';
import { nextMoveOf } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { Quote } from '../../model/source';
import type { SourceId } from '../../model/transcript';

/** Never changed in place: rows, snapshots and running jobs share it. */
export interface JobMemory {
  /** Sources that cannot help; not asked again until the user retries. */
  readonly passed: readonly SourceId[];
  /** Those of them that were passed because their service was closed: asked again once the job is freed. */
  readonly shut?: readonly SourceId[];
  /** Sources that are not worth asking before one with other access rights has seen the video. */
  readonly skipped: readonly SourceId[];
  /** A source has seen that the video has no captions. */
  readonly noCaptions: boolean;
  /** The most telling failure among the sources that were passed. */
  readonly telling?: Telling;
  /** The tries of the source that was asked last. */
  readonly last?: Tries;
  /** Failed tries of all sources that count, since the job was last made pending by the user. */
  readonly failedTries: number;
}

export interface Tries {
  /** Absent for a list link, which no source of the chain reads. */
  readonly source?: SourceId;
  /** Those that count against the setting `retries`. */
  readonly counted: number;
  /** How often in a row it was throttled. */
  readonly throttled: number;
  /** All of them. */
  readonly all: number;
}

/** Recorded paid submit: without `requestId` it is unknown whether the service accepted it. */
export interface PaidState {
  readonly source: SourceId;
  readonly requestId?: string;
  readonly quote: Quote;
}

export const noMemory: JobMemory = Object.freeze({
  passed: [],
  skipped: [],
  noCaptions: false,
  failedTries: 0,
});

export type AttemptEvent = Extract<LastingEvent, { readonly type: 'attempt' }>;
/** The events that make up a job's memory. */
export type MemoryEvent = Extract<LastingEvent, { readonly type: 'attempt' | 'intent' | 'request-id' }>;

const noTries: Tries = { counted: 0, throttled: 0, all: 0 };

/** The tries of this source; none when another one was asked since. */
export function triesOf(memory: JobMemory, source: SourceId | undefined): Tries {
  return memory.last !== undefined && memory.last.source === source ? memory.last : noTries;
}

/** The memory after a failed try that is not final. */
export function afterAttempt(memory: JobMemory, event: AttemptEvent): JobMemory {
  const { source, failure, counts } = event;
  const { counted, throttled, all } = triesOf(memory, source);
  const seen = memory.noCaptions || failure.code === 'no-captions' || event.noCaptions === true;
  const passes = source !== undefined && (event.passed === true || passesOn(failure));
  const telling = passes ? tellingOf(memory.telling, { failure, source }) : memory.telling;
  const skipped = gotIn(failure) ? none : memory.skipped;
  const shut = passes && event.passed === true ? united(memory.shut ?? none, [source]) : memory.shut;
  return {
    ...(shut === undefined ? {} : { shut }),
    passed: passes ? united(memory.passed, [source]) : memory.passed,
    skipped: event.skipped === undefined ? skipped : united(skipped, event.skipped),
    noCaptions: seen,
    ...(telling === undefined ? {} : { telling }),
    last: {
      ...(source === undefined ? {} : { source }),
      counted: counted + (counts ? 1 : 0),
      throttled: nextMoveOf[failure.code] === 'hold' ? throttled + 1 : 0,
      all: all + 1,
    },
    failedTries: memory.failedTries + (counts ? 1 : 0),
  };
}

/**
 * What remains when a parked job is freed: what its sources have reported, with the count of tries reset.
 */
export function afterRelease({ last: _last, shut, telling, ...memory }: JobMemory): JobMemory {
  const said = telling === undefined || shut?.includes(telling.source) === true ? {} : { telling };
  const passed = shut ? memory.passed.filter((id) => !shut.includes(id)) : memory.passed;
  return { ...memory, ...said, passed, failedTries: 0 };
}

/** The paid request on record after an event of its job. */
export function paidAfter(paid: PaidState | undefined, event: MemoryEvent): PaidState | undefined {
  switch (event.type) {
    case 'intent':
      return { source: event.quote.service, quote: event.quote };
    case 'request-id':
      return paid && { ...paid, requestId: event.requestId };
    case 'attempt':
      return paidAfterFailure(paid, event.source, event.failure);
  }
}

export function paidAfterFailure(
  paid: PaidState | undefined,
  source: SourceId | undefined,
  failure: Failure,
): PaidState | undefined {
  return paid?.source === source && paid !== undefined && !keepsPaid(paid, failure) ? undefined : paid;
}

const none: readonly SourceId[] = [];

function united(sources: readonly SourceId[], more: readonly SourceId[]): readonly SourceId[] {
  const added = more.filter((id) => !sources.includes(id));
  return added.length === 0 ? sources : [...sources, ...added];
}
