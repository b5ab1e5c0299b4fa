/**
 * How a row ends and what its end adds to the sums; undone when the row starts again. Part of the reducer.
 */
import type { JobStatus, Outcome } from '../../model/events';
import type { Failure } from '../../model/failure';
import { canPass } from '../../model/failureRules';
import type { VideoMeta } from '../../model/link';
import type { SourceId } from '../../model/transcript';
import { dropEnd } from './fields';
import type { FieldOf, Same } from './fields';
import { paidAfterFailure } from './memory';
import { endLane, leaveWorker } from './workerLanes';
import type { BatchState, JobState } from './shape';

/** A row without metadata needs no object of its own; `meta` is replaced, never changed. */
export const unknownMeta: VideoMeta = Object.freeze({});

interface Payment {
  readonly cost?: number;
  readonly paidSeconds?: number;
  readonly requestId?: string;
}

/** A video may be paid for more than once: at a service that found no speech, then at the next one. */
export function pay(state: BatchState, job: JobState, { cost, paidSeconds, requestId }: Payment): void {
  if (cost !== undefined) job.cost = (job.cost ?? 0) + cost;
  if (paidSeconds !== undefined) job.paidSeconds = (job.paidSeconds ?? 0) + paidSeconds;
  if (requestId !== undefined) job.requestId = requestId;
  state.cost += cost ?? 0;
}

/** The paid request on record after a failure that ended the job for now. */
function settlePaid(job: JobState, source: SourceId | undefined, failure: Failure): void {
  if (!paidAfterFailure(job.paid, source, failure)) delete job.paid;
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
    job.tries = job.memory?.failedTries ?? 0;
    delete job.memory;
    leaveWorker(state, job, at, 'completed');
    return;
  }
  const how = end.status === 'completed' ? 'completed' : end.status === 'failed' ? 'failed' : 'left';
  endLane(state, job, at, how);
  uncount(state, job);
  state.jobs[job.index] = endedRow(state, job, end, at);
  state.counts[job.status] -= 1;
  state.counts[end.status] += 1;
}

/**
 * The row of an ended job, without transient fields and without a previous outcome. It is a new object,
 * created with all its fields: deleting or adding them one by one would cost twice the memory.
 */
function endedRow(
  state: BatchState,
  job: JobState,
  end: Exclude<Outcome, { status: 'expanded' }>,
  at: number,
): JobState {
  const { index, link, count, meta, retries, paid, redo, paysAgain, memory, ...more } = kept(job);
  const failedTries = memory?.failedTries ?? 0;
  if (end.status === 'completed') {
    state.requests += end.requests;
    state.bySource[end.source] = (state.bySource[end.source] ?? 0) + 1;
    const row: JobState = {
      index,
      link,
      count,
      status: 'completed',
      meta: meta === unknownMeta ? end.meta : { ...meta, ...end.meta },
      tries: failedTries + 1,
      retries,
      source: end.source,
      language: end.language,
      captions: end.captions,
      files: end.files,
      seconds: end.seconds,
      via: end.via,
      ...(end.viaMachine === undefined ? {} : { viaMachine: end.viaMachine }),
      endedAt: at,
      ...more,
    };
    pay(state, row, end);
    return row;
  }
  const tries = failedTries + (end.status === 'failed' ? 1 : 0);
  const row: JobState = {
    index,
    link,
    count,
    status: end.status,
    meta,
    tries,
    retries,
    endedAt: at,
    ...more,
  };
  if (paid) row.paid = paid;
  if (memory && goesOn(end)) row.memory = memory;
  unfinished(state, row, end);
  if (isWordUsed(row, end)) return row;
  if (redo !== undefined) row.redo = redo;
  if (paysAgain === true) row.paysAgain = paysAgain;
  return row;
}

/**
 * The user's word that a video may be paid for a second time is good for one payment: once something was paid, or may
 * have been, only another word allows the next. When in doubt it is used.
 */
function isWordUsed(
  { paid, cost, requestId }: JobState,
  end: Exclude<Outcome, { status: 'expanded' | 'completed' }>,
): boolean {
  if (end.status === 'skipped') return true;
  if (end.status !== 'failed') return false;
  return (
    end.failure.code === 'maybe-charged' || paid !== undefined || (cost ?? 0) > 0 || requestId !== undefined
  );
}

/**
 * Freed, or run once more at the end of the batch, it continues where it was; any other begins at its first
 * source.
 */
function goesOn(end: Exclude<Outcome, { status: 'expanded' }>): boolean {
  return end.status === 'parked' || (end.status === 'failed' && canPass(end.failure));
}

function unfinished(
  state: BatchState,
  row: JobState,
  end: Exclude<Outcome, { status: 'expanded' | 'completed' }>,
): void {
  switch (end.status) {
    case 'failed':
      settlePaid(row, end.source, end.failure);
      row.failure = sameAsBefore(state, row.index, end.failure);
      row.seconds = end.seconds;
      state.requests += end.requests;
      if (end.source) row.source = end.source;
      state.byError[end.failure.code] = (state.byError[end.failure.code] ?? 0) + 1;
      return;
    case 'parked':
      if (!end.consent) settlePaid(row, end.source, end.failure);
      row.failure = end.failure;
      if (end.source) row.source = end.source;
      if (end.until !== undefined) row.parkedUntil = end.until;
      // A job that waits for an OK has not failed.
      if (end.consent) row.consent = end.consent;
      else state.byError[end.failure.code] = (state.byError[end.failure.code] ?? 0) + 1;
      return;
    case 'skipped':
      row.skip = end;
      return;
    case 'cancelled':
      return;
  }
}

/** Rows of a list that are looked back at. */
const mostBack = 8;

/** Rows near each other often fail for the same reason: it is kept once, and not in 100,000 copies. */
function sameAsBefore({ jobs }: BatchState, index: number, failure: Failure): Failure {
  const entries = Object.entries(failure);
  for (let at = index - 1; at >= Math.max(0, index - mostBack); at -= 1) {
    const other = jobs[at]?.failure;
    if (other?.message !== failure.message || Object.keys(other).length !== entries.length) continue;
    const own = new Map<string, unknown>(Object.entries(other));
    if (entries.every(([name, value]) => own.get(name) === value)) return other;
  }
  return failure;
}

/** What a row keeps when it ends: no field of its time on a worker or of an earlier end. */
function kept(job: JobState): Pick<JobState, FieldOf<'row'>> {
  const {
    status,
    tries,
    worker,
    startedAt,
    stage,
    percent,
    part,
    wait,
    writing,
    failure,
    source,
    language,
    captions,
    files,
    seconds,
    via,
    viaMachine,
    endedAt,
    skip,
    parkedUntil,
    consent,
    ...row
  } = job;
  return row satisfies Same<keyof typeof row, FieldOf<'row'>>;
}

/** Subtracts what an earlier end had added to the sums. */
function uncount(state: BatchState, job: JobState): void {
  if (job.failure && !job.consent) {
    const left = (state.byError[job.failure.code] ?? 1) - 1;
    state.byError = withCount(state.byError, job.failure.code, left);
  }
  if (job.files && job.source) {
    const left = (state.bySource[job.source] ?? 1) - 1;
    state.bySource = withCount(state.bySource, job.source, left);
  }
}

/** Undoes an earlier end and what it had added to the sums, before the job runs again. */
export function clearEnd(state: BatchState, job: JobState): void {
  uncount(state, job);
  dropEnd(job);
}

/** Sets a count, or deletes it at zero. */
function withCount<K extends string>(
  counts: Partial<Record<K, number>>,
  key: K,
  count: number,
): Partial<Record<K, number>> {
  const entries = Object.entries(counts).filter(([name]) => name !== key);
  return Object.fromEntries(count > 0 ? [...entries, [key, count]] : entries) as Partial<Record<K, number>>;
}

/** Sets another status and updates the counts. */
export function setStatus(state: BatchState, job: JobState, status: JobStatus): void {
  state.counts[job.status] -= 1;
  state.counts[status] += 1;
  job.status = status;
}
