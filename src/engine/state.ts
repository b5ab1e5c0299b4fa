/**
 * The one reducer: folds events into the state of a batch. Journal, panel, manifest, tree and terminal all
 * read this state and count nothing themselves. Deterministic; changes the given state in place, because
 * 100,000 rows are not copied for one of them.
 */
import type { BatchEvent, JobStatus, NewJob, Outcome } from '../model/events';
import { accessCodes, nextMoveOf } from '../model/failure';
import type { Failure } from '../model/failure';
import type { VideoMeta } from '../model/link';
import type { SourceId } from '../model/transcript';
import type { BatchState, JobState, LaneSegment, WorkerState } from './stateShape';

export { emptyState, missingJobs } from './stateShape';
export type { AttemptState, BatchState, JobState, LaneSegment, WorkerState } from './stateShape';

/** A row of which nothing is known yet costs no object of its own; `meta` is replaced, never changed. */
const unknownMeta: VideoMeta = Object.freeze({});

/** Attempts kept for a row's details; throttled ones could be hundreds. */
const mostAttempts = 40;

/** How far back lanes are kept, ms: a little more than the widest panel shows. */
const laneSpanMs = 15 * 60_000;
/** Most segments of a lane: more than the widest screen has columns for. */
const mostSegments = 2_000;

/** Folds one event into the state and returns the same state. An event for an unknown job changes nothing. */
export function reduce(state: BatchState, event: BatchEvent): BatchState {
  switch (event.type) {
    case 'batch-created':
      state.id = event.id;
      state.name = event.name;
      state.machine = event.machine;
      if (event.list !== undefined) state.list = event.list;
      state.listed = event.jobs ?? 0;
      state.settings = event.settings;
      state.createdAt = state.updatedAt = state.phaseAt = event.at;
      return state;
    case 'settings':
      state.settings = { ...state.settings, ...event.settings };
      return touched(state, event.at);
    case 'jobs-added':
      for (const job of event.jobs) addJob(state, job);
      return touched(state, event.at);
    case 'control':
      return control(state, event);
    case 'job-control':
      for (const index of event.jobs) jobControl(state, index, event.action);
      return touched(state, event.at);
    case 'consent':
      state.consents.push({ service: event.service, origin: event.origin, cost: event.cost });
      return touched(state, event.at);
    case 'workers':
      state.configuredWorkers = event.configured;
      state.effectiveWorkers = event.effective;
      state.parallel = event.parallel;
      return state;
    case 'quotas':
      state.quotas = event.quotas;
      return state;
    case 'pace':
      state.pace = event.pace;
      return state;
    case 'machine':
      state.memoryMB = event.memoryMB;
      state.cpuPercent = event.cpuPercent;
      return state;
    default: {
      const job = state.jobs[event.job];
      if (job) jobEvent(state, job, event);
      return state;
    }
  }
}

type JobEvent = Extract<BatchEvent, { readonly job: number }>;

function jobEvent(state: BatchState, job: JobState, event: JobEvent): void {
  switch (event.type) {
    case 'job-learnt':
      job.meta = { ...job.meta, ...event.meta };
      touched(state, event.at);
      return;
    case 'attempt':
      (job.attempts ??= []).push({
        at: event.at,
        source: event.source,
        failure: event.failure,
        seconds: event.seconds,
        requests: event.requests,
      });
      if (job.attempts.length > mostAttempts) job.attempts.splice(0, job.attempts.length - mostAttempts);
      if (passesOn(event.failure))
        job.passed = [...(job.passed ?? []).filter((id) => id !== event.source), event.source];
      state.requests += event.requests;
      if (event.failure.code === 'rate-limited') state.rateLimited += 1;
      if (event.counts) {
        job.failedTries = (job.failedTries ?? 0) + 1;
        job.tries = job.failedTries;
        job.retries += 1;
        state.retries += 1;
      }
      settlePaid(job, event.source, event.failure);
      touched(state, event.at);
      return;
    case 'intent':
      job.paid = { source: event.quote.service, quote: event.quote };
      touched(state, event.at);
      return;
    case 'writing':
      job.writing = event.outcome;
      return;
    case 'request-id':
      if (job.paid) job.paid = { ...job.paid, requestId: event.requestId };
      touched(state, event.at);
      return;
    case 'charged':
      pay(state, job, event);
      touched(state, event.at);
      return;
    case 'outcome':
      outcome(state, job, event.outcome, event.at);
      touched(state, event.at);
      return;
    case 'job-started':
      // Passing events never touch lasting facts: an ended job has to be made pending first.
      if (job.status !== 'pending' && job.status !== 'running') return;
      if (job.worker !== undefined) leaveWorker(state, job, event.at, 'left');
      setStatus(state, job, 'running');
      job.worker = event.worker;
      job.startedAt = event.at;
      job.tries = event.attempt;
      worker(state, event.worker).job = job.index;
      return;
    case 'stage': {
      if (job.status !== 'running') return;
      const changed = job.stage !== event.stage || job.wait !== undefined;
      job.stage = event.stage;
      delete job.wait;
      if (event.percent === undefined) delete job.percent;
      else job.percent = event.percent;
      if (event.source) job.source = event.source;
      if (changed && job.worker !== undefined) lane(state, job, event.stage, event.at);
      return;
    }
    case 'wait':
      if (event.wait === null) delete job.wait;
      else if (job.status === 'pending' || job.status === 'running') {
        job.wait = event.wait;
        if (job.worker !== undefined) lane(state, job, event.wait.for === 'held' ? 'held' : 'wait', event.at);
      }
      return;
    case 'job-left':
      if (job.status !== 'running') return;
      setStatus(state, job, 'pending');
      job.tries = job.failedTries ?? 0;
      delete job.source;
      leaveWorker(state, job, event.at, 'left');
      return;
  }
}

function addJob(state: BatchState, added: NewJob): void {
  const job: JobState = {
    index: state.jobs.length,
    link: added.link,
    count: added.count ?? 1,
    status: 'pending',
    meta: added.meta ?? unknownMeta,
    tries: 0,
    retries: 0,
    ...(added.line === undefined ? {} : { line: added.line }),
    ...(added.parent === undefined ? {} : { parent: added.parent }),
    ...(added.invalid === undefined ? {} : { invalid: added.invalid }),
    ...(added.redo === true ? { redo: true } : {}),
  };
  state.jobs.push(job);
  state.counts.pending += 1;
  state.total += 1;
}

function control(state: BatchState, event: Extract<BatchEvent, { type: 'control' }>): BatchState {
  const phases = {
    start: 'running',
    resume: 'running',
    pause: 'paused',
    stop: 'stopped',
    finish: 'finished',
  } as const;
  const phase = phases[event.action];
  const wasRunning = state.phase === 'running';
  if (wasRunning) state.ranMs += Math.max(0, event.at - state.phaseAt);
  if (event.action === 'start') state.starts += 1;
  state.phase = phase;
  state.phaseBy = event.by;
  state.phaseAt = event.at;
  if (event.why) state.why = event.why;
  else delete state.why;
  return touched(state, event.at);
}

function jobControl(state: BatchState, index: number, action: string): void {
  const job = state.jobs[index];
  if (!job) return;
  if (action === 'next') {
    state.next = [...state.next.filter((other) => other !== index), index];
    return;
  }
  if (action === 'skip') return; // The outcome `skipped` follows.
  if (action === 'redo') {
    job.redo = true;
    if (job.status !== 'running') delete job.paid;
  }
  if (job.status === 'pending' || job.status === 'running') return;
  // The user's own retry is what allows a paid submit of unknown fate to be made again.
  if (action === 'retry' && job.paid && job.paid.requestId === undefined) delete job.paid;
  if (job.expandedInto !== undefined) {
    // Read again; until it has become its entries anew it counts like any other.
    delete job.expandedInto;
    state.total += 1;
    state.counts.completed += 1;
  }
  clearEnd(state, job);
  job.tries = 0;
  delete job.failedTries;
  if (action !== 'release') delete job.passed;
  setStatus(state, job, 'pending');
}

interface Payment {
  readonly cost?: number;
  readonly paidSeconds?: number;
  readonly requestId?: string;
}

/** A video may be paid for more than once: by a service that heard nothing, then by the next one. */
function pay(state: BatchState, job: JobState, { cost, paidSeconds, requestId }: Payment): void {
  if (cost !== undefined) job.cost = (job.cost ?? 0) + cost;
  if (paidSeconds !== undefined) job.paidSeconds = (job.paidSeconds ?? 0) + paidSeconds;
  if (requestId !== undefined) job.requestId = requestId;
  state.cost += cost ?? 0;
}

/** Whether another source is the answer to this failure, so that this one need not be asked again. */
function passesOn(failure: Failure): boolean {
  return (
    nextMoveOf[failure.code] === 'nextSource' || accessCodes.has(failure.code) || failure.paidAnew === true
  );
}

/**
 * A paid request whose fate the service has told is settled: another try submits anew. Kept are a request
 * that can be picked up again by its id, and an intent whose fate nobody knows.
 */
function settlePaid(job: JobState, source: SourceId | undefined, failure: Failure): void {
  if (!job.paid || job.paid.source !== source) return;
  const { code } = failure;
  if (code === 'cancelled' || code === 'maybe-charged' || code === 'internal') return;
  const move = nextMoveOf[code];
  const passes = move === 'retry' || move === 'hold' || move === 'park' || move === 'breaker';
  if (job.paid.requestId !== undefined && passes && failure.paidAnew !== true) return;
  delete job.paid;
}

function outcome(state: BatchState, job: JobState, end: Outcome, at: number): void {
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
function clearEnd(state: BatchState, job: JobState): void {
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

function setStatus(state: BatchState, job: JobState, status: JobStatus): void {
  state.counts[job.status] -= 1;
  state.counts[status] += 1;
  job.status = status;
}

function worker(state: BatchState, number: number): WorkerState {
  for (let next = state.workers.length + 1; next <= number; next += 1) {
    state.workers.push({ number: next, lane: [] });
  }
  return state.workers[number - 1] ?? { number, lane: [] };
}

function lane(state: BatchState, job: JobState, kind: LaneSegment['kind'], at: number): void {
  if (job.worker === undefined) return;
  const { lane: segments } = worker(state, job.worker);
  const last = segments.at(-1);
  if (last && last.to === undefined) {
    if (last.kind === kind && last.job === job.index) return;
    last.to = at;
  }
  segments.push({ job: job.index, from: at, kind });
  const oldest = at - laneSpanMs;
  let gone = 0;
  while (gone < segments.length && (segments[gone]?.to ?? at) < oldest) gone += 1;
  if (gone > 32 || segments.length > mostSegments + 32)
    segments.splice(0, Math.max(gone, segments.length - mostSegments));
}

type LaneEnd = 'completed' | 'failed' | 'left';

function endLane(state: BatchState, job: JobState, at: number, end: LaneEnd): void {
  if (job.worker === undefined) return;
  const slot = worker(state, job.worker);
  // While it was being written the next job may have begun on its place.
  const last = slot.lane.findLast((segment) => segment.job === job.index);
  if (last) {
    last.to ??= at;
    last.end = end;
  }
  if (slot.job === job.index) delete slot.job;
}

function leaveWorker(state: BatchState, job: JobState, at: number, end: LaneEnd): void {
  endLane(state, job, at, end);
  delete job.worker;
  delete job.startedAt;
  delete job.stage;
  delete job.percent;
  delete job.wait;
}

function touched(state: BatchState, at: number): BatchState {
  state.updatedAt = Math.max(state.updatedAt, at);
  return state;
}
