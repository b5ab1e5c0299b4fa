/** How a row of the batch ends and what the end adds to the sums; taken back when it begins anew. Part of the reducer. */
import type { JobStatus, Outcome } from '../model/events';
import { accessCodes, nextMoveOf } from '../model/failure';
import type { Failure } from '../model/failure';
import type { VideoMeta } from '../model/link';
import type { SourceId } from '../model/transcript';
import { endLane, leaveWorker } from './lanes';
import type { BatchState, JobState } from './stateShape';

/** A row of which nothing is known yet costs no object of its own; `meta` is replaced, never changed. */
export const unknownMeta: VideoMeta = Object.freeze({});

interface Payment {
  readonly cost?: number;
  readonly paidSeconds?: number;
  readonly requestId?: string;
}

/** A video may be paid for more than once: by a service that heard nothing, then by the next one. */
export function pay(state: BatchState, job: JobState, { cost, paidSeconds, requestId }: Payment): void {
  if (cost !== undefined) job.cost = (job.cost ?? 0) + cost;
  if (paidSeconds !== undefined) job.paidSeconds = (job.paidSeconds ?? 0) + paidSeconds;
  if (requestId !== undefined) job.requestId = requestId;
  state.cost += cost ?? 0;
}

/** Whether another source is the answer to this failure, so that this one need not be asked again. */
export function passesOn(failure: Failure): boolean {
  return (
    nextMoveOf[failure.code] === 'nextSource' || accessCodes.has(failure.code) || failure.paidAnew === true
  );
}

/**
 * A paid request whose fate the service has told is settled: another try submits anew. Kept are a request
 * that can be picked up again by its id, and an intent whose fate nobody knows.
 */
export function settlePaid(job: JobState, source: SourceId | undefined, failure: Failure): void {
  if (!job.paid || job.paid.source !== source) return;
  const { code } = failure;
  if (code === 'cancelled' || code === 'maybe-charged' || code === 'internal') return;
  const move = nextMoveOf[code];
  const passes = move === 'retry' || move === 'hold' || move === 'park' || move === 'breaker';
  if (job.paid.requestId !== undefined && passes && failure.paidAnew !== true) return;
  delete job.paid;
}

/** A job ends: its row says how, and the counts follow. */
export function outcome(state: BatchState, job: JobState, end: Outcome, at: number): void {
  state.next = state.next.length === 0 ? state.next : state.next.filter((other) => other !== job.index);
  if (job.expandedInto !== undefined) return;
  if (end.status === 'expanded') {
    clearEnd(state, job);
    setStatus(state, job, 'completed');
    state.counts.completed -= 1;
    state.total -= 1;
    job.expandedInto = end.entries;
    job.tries = job.failedTries ?? 0;
    leaveWorker(state, job, at, 'completed');
    return;
  }
  const how = end.status === 'completed' ? 'completed' : end.status === 'failed' ? 'failed' : 'left';
  endLane(state, job, at, how);
  const row = withoutPassing(job);
  state.jobs[job.index] = row;
  clearEnd(state, row);
  setStatus(state, row, end.status);
  row.tries = (row.failedTries ?? 0) + (end.status === 'completed' || end.status === 'failed' ? 1 : 0);
  row.endedAt = at;
  ended(state, row, end);
}

/** A compact copy of the row, without what is gone when a job ends: taking fields out would make it a table. */
function withoutPassing(job: JobState): JobState {
  const { worker, startedAt, stage, percent, wait, writing, ...kept } = job;
  return kept;
}

function ended(state: BatchState, job: JobState, end: Exclude<Outcome, { status: 'expanded' }>): void {
  switch (end.status) {
    case 'completed':
      job.source = end.source;
      job.language = end.language;
      job.captions = end.captions;
      job.meta = job.meta === unknownMeta ? end.meta : { ...job.meta, ...end.meta };
      job.files = end.files;
      job.seconds = end.seconds;
      job.via = end.via;
      pay(state, job, end);
      delete job.paid;
      delete job.redo;
      state.requests += end.requests;
      state.bySource[end.source] = (state.bySource[end.source] ?? 0) + 1;
      return;
    case 'failed':
      settlePaid(job, end.source, end.failure);
      job.failure = end.failure;
      job.seconds = end.seconds;
      state.requests += end.requests;
      if (end.source) job.source = end.source;
      state.byError[end.failure.code] = (state.byError[end.failure.code] ?? 0) + 1;
      return;
    case 'parked':
      if (!end.consent) settlePaid(job, end.source, end.failure);
      job.failure = end.failure;
      if (end.source) job.source = end.source;
      if (end.until !== undefined) job.parkedUntil = end.until;
      // Who waits for an OK has not failed at anything.
      if (end.consent) job.consent = end.consent;
      else state.byError[end.failure.code] = (state.byError[end.failure.code] ?? 0) + 1;
      return;
    case 'skipped':
      job.skip = end;
      return;
    case 'cancelled':
      return;
  }
}

/** Takes back what an earlier end had added, before the job runs or ends anew. */
export function clearEnd(state: BatchState, job: JobState): void {
  if (job.failure) {
    if (!job.consent) {
      const left = (state.byError[job.failure.code] ?? 1) - 1;
      state.byError = withCount(state.byError, job.failure.code, left);
    }
    delete job.failure;
  }
  if (job.files && job.source) {
    const left = (state.bySource[job.source] ?? 1) - 1;
    state.bySource = withCount(state.bySource, job.source, left);
  }
  delete job.writing;
  delete job.source;
  delete job.files;
  delete job.language;
  delete job.captions;
  delete job.via;
  delete job.seconds;
  delete job.endedAt;
  delete job.skip;
  delete job.parkedUntil;
  delete job.consent;
}

/** A count set, or taken out at zero. */
function withCount<K extends string>(
  counts: Partial<Record<K, number>>,
  key: K,
  count: number,
): Partial<Record<K, number>> {
  const entries = Object.entries(counts).filter(([name]) => name !== key);
  return Object.fromEntries(count > 0 ? [...entries, [key, count]] : entries) as Partial<Record<K, number>>;
}

/** Another status, counted. */
export function setStatus(state: BatchState, job: JobState, status: JobStatus): void {
  state.counts[job.status] -= 1;
  state.counts[status] += 1;
  job.status = status;
}
