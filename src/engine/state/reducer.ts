/**
 * Room `state`: what is known of a batch, as the one fold of its events. This is the reducer: it folds
 * events into the state of a batch. Journal, panel, manifest, tree and terminal all read this state and
 * count nothing themselves. Deterministic; changes the given state in place, because 100,000 rows must not
 * be copied for one of them.
 */
import type { BatchEvent, BatchNote, JobAction, NewJob } from '../../model/events';
import { confirmed } from '../../model/link';
import { afterDeath } from './deaths';
import { lane, leaveWorker, worker } from './workerLanes';
import { clearEnd, outcome, pay, setStatus, unknownMeta } from './ends';
import { afterAttempt, afterRelease, noMemory, paidAfter } from './memory';
import type { MemoryEvent } from './memory';
import type { BatchState, JobState } from './shape';

export { emptyState, missingJobs } from './shape';
export type {
  AttemptState,
  BatchState,
  JobState,
  LaneSegment,
  ReadonlyRow,
  ReadonlyState,
  WorkerState,
} from './shape';

/** Notes kept of a batch; a list has a few. */
const mostNotes = 1000;
/** Attempts kept for a row's details; throttled ones could be hundreds. */
const mostAttempts = 40;

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
      if (event.private) state.hasPrivate = true;
      state.createdAt = state.updatedAt = state.phaseAt = event.at;
      return state;
    case 'settings':
      state.settings = { ...state.settings, ...event.settings };
      if (event.private) state.hasPrivate = true;
      return touched(state, event.at);
    case 'jobs-added':
      for (const job of event.jobs) addJob(state, job);
      return touched(state, event.at);
    case 'notes-added':
      for (const note of event.notes) addNote(state, note);
      return touched(state, event.at);
    case 'control':
      return control(state, event);
    case 'job-control':
      for (const index of event.jobs) jobControl(state, index, event.action, event.atEnd === true);
      return touched(state, event.at);
    case 'process-died':
      for (const index of event.jobs) {
        const job = state.jobs[index];
        if (job) {
          const wasReading = event.reading?.includes(index) === true;
          job.deaths = afterDeath(job.deaths, event.jobs.length === 1, wasReading);
        }
      }
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
    case 'helpers':
      state.helpers = event.helpers;
      if (event.trouble === undefined) delete state.helpersTrouble;
      else state.helpersTrouble = event.trouble;
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

/** The rows that an event changes; those that it adds come after the last one. */
export function rowsOf(event: BatchEvent): readonly number[] {
  if ('job' in event) return [event.job];
  return event.type === 'job-control' || event.type === 'process-died' ? event.jobs : [];
}

type JobEvent = Extract<BatchEvent, { readonly job: number }>;

function jobEvent(state: BatchState, job: JobState, event: JobEvent): void {
  switch (event.type) {
    case 'job-learnt':
      job.meta = { ...job.meta, ...event.meta };
      touched(state, event.at);
      return;
    case 'attempt':
      attempt(state, job, event);
      touched(state, event.at);
      return;
    case 'intent':
    case 'request-id':
      recordPaid(job, event);
      touched(state, event.at);
      return;
    case 'writing':
      job.writing = event.outcome;
      return;
    case 'charged':
      // After a crash the service may report the same again: a request is paid for once.
      if (event.requestId === undefined || event.requestId !== job.requestId) pay(state, job, event);
      touched(state, event.at);
      return;
    case 'outcome':
      outcome(state, job, event.outcome, event.at);
      touched(state, event.at);
      return;
    case 'job-started':
      // Transient events never change lasting facts: an ended job has to be made pending first.
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
      if (event.part === undefined) delete job.part;
      else job.part = event.part;
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
      job.tries = job.memory?.failedTries ?? 0;
      delete job.source;
      leaveWorker(state, job, event.at, 'left');
      return;
  }
}

/** One source had no transcript; the event says whether that counts as a try. */
function attempt(state: BatchState, job: JobState, event: Extract<JobEvent, { type: 'attempt' }>): void {
  (job.attempts ??= []).push({
    at: event.at,
    ...(event.source === undefined ? {} : { source: event.source }),
    failure: event.failure,
    seconds: event.seconds,
    requests: event.requests,
  });
  if (job.attempts.length > mostAttempts) job.attempts.splice(0, job.attempts.length - mostAttempts);
  job.memory = afterAttempt(job.memory ?? noMemory, event);
  state.requests += event.requests;
  if (event.failure.code === 'rate-limited') state.rateLimited += 1;
  if (event.counts) {
    job.tries = job.memory.failedTries;
    job.retries += 1;
    state.retries += 1;
  }
  recordPaid(job, event);
}

function recordPaid(job: JobState, event: MemoryEvent): void {
  const paid = paidAfter(job.paid, event);
  if (paid) job.paid = paid;
  else delete job.paid;
}

/** A list that is read again reports the same notes again. */
function addNote(state: BatchState, note: BatchNote): void {
  if (state.notes.length >= mostNotes) return;
  if (state.notes.some(({ job, line, text }) => job === note.job && line === note.line && text === note.text))
    return;
  state.notes.push(note);
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

function jobControl(state: BatchState, index: number, action: JobAction, atEnd: boolean): void {
  const job = state.jobs[index];
  if (!job) return;
  if (action === 'next') {
    state.next = [...state.next.filter((other) => other !== index), index];
    return;
  }
  if (action === 'skip') return; // The outcome `skipped` follows.
  if (action === 'allow') job.link = confirmed(job.link);
  // It may have ended between the user's click and now: what is done is done again only by `redo` or `retry`.
  const isFreed = action === 'release' || action === 'allow';
  if (isFreed && job.status !== 'parked') return;
  if (action === 'redo') job.redo = true;
  // A submitted request stays recorded: when read back, a running job looks like a waiting one.
  if (job.status === 'pending' || job.status === 'running') return;
  if (!atEnd && (action === 'retry' || action === 'redo')) delete job.deaths;
  if (action === 'redo') delete job.paid;
  if (action === 'retry' && job.failure?.code === 'maybe-charged') job.paysAgain = true;
  // After a failure, by the user or at the end of the batch; a parked job continues its earlier try.
  if (action === 'retry' && job.status === 'failed') {
    job.retries += 1;
    state.retries += 1;
  }
  // Only the user's own retry allows a paid submit with an unknown result to be made again.
  if (action === 'retry' && job.paid && job.paid.requestId === undefined) delete job.paid;
  if (job.expandedInto !== undefined) {
    // It is read again; until it has been expanded again it counts like any other.
    delete job.expandedInto;
    state.total += 1;
    state.counts.completed += 1;
  }
  clearEnd(state, job);
  job.tries = 0;
  // What its sources have reported is asked again only when the user wants it: it may cost money.
  if (!isFreed && !atEnd) delete job.memory;
  else if (job.memory) job.memory = afterRelease(job.memory);
  if (atEnd) job.triedAtEnd = true;
  else if (!isFreed) delete job.triedAtEnd;
  setStatus(state, job, 'pending');
}

function touched(state: BatchState, at: number): BatchState {
  state.updatedAt = Math.max(state.updatedAt, at);
  return state;
}
