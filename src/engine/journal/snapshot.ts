/**
 * A batch's state as lines of its journal: a head and runs of jobs. Folding a snapshot gives the state that
 * folding the events before it would have given, without what passes.
 */
import { isFailureCode } from '../../model/failure';
import { isSourceId } from '../../model/transcript';
import type { SourceId } from '../../model/transcript';
import { isPlain, type Plain } from '../../model/plain';
import { isFailure, isIndex, isJobState, isText, journalSettings, isAmount } from './recordChecks';
import { jobsOf, packed } from './snapshotRows';
import { memoryOfOldRow } from '../state/memory';
import { emptyState } from '../state/reducer';
import type { BatchState, JobState } from '../state/reducer';

/** Jobs in one line: a line is parsed in well under a millisecond. */
const jobsALine = 500;

/** A job without what passes; a running one is pending again. */
export function lastingJob(job: JobState): JobState {
  if (job.status !== 'running' && job.worker === undefined && job.wait === undefined) return job;
  const { worker: _w, startedAt: _s, stage: _st, percent: _p, wait: _wait, ...lasting } = job;
  if (lasting.status !== 'running') return lasting;
  const { source: _source, ...pending } = lasting;
  return { ...pending, status: 'pending', tries: job.memory?.failedTries ?? 0 };
}

/** The state's own fields without jobs and without what passes. */
export function lastingHead(state: BatchState): Plain {
  return {
    id: state.id,
    name: state.name,
    machine: state.machine,
    ...(state.list === undefined ? {} : { list: state.list }),
    listed: state.listed,
    settings: state.settings,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    phase: state.phase,
    ...(state.phaseBy === undefined ? {} : { phaseBy: state.phaseBy }),
    ...(state.why === undefined ? {} : { why: state.why }),
    phaseAt: state.phaseAt,
    starts: state.starts,
    ranMs: state.ranMs,
    requests: state.requests,
    rateLimited: state.rateLimited,
    retries: state.retries,
    cost: state.cost,
    bySource: state.bySource,
    byError: state.byError,
    consents: state.consents,
    next: state.next,
  };
}

/** The lines of a snapshot, as plain values; `last` is the number of the last record that it holds. */
export function* snapshotLines(state: BatchState, last: number): Iterable<Plain> {
  yield { type: 'snapshot', last, head: lastingHead(state) };
  for (let first = 0; first < state.jobs.length; first += jobsALine)
    yield {
      type: 'snapshot-jobs',
      ...packed(state.jobs.slice(first, first + jobsALine).map(lastingJob)),
    };
}

/** A fresh state from a snapshot's head; undefined when it is not one. Counts come from the jobs. */
export function stateFromHead(head: unknown): BatchState | undefined {
  if (!isPlain(head) || !isText(head.id) || !/^[\w-]{1,80}$/.test(head.id)) return undefined;
  if (!isText(head.name) || !isText(head.machine)) return undefined;
  const state = emptyState();
  state.id = head.id;
  state.name = head.name;
  state.machine = head.machine;
  if (isText(head.list)) state.list = head.list;
  state.settings = journalSettings(head.settings);
  const { phase, phaseBy } = head;
  if (phase === 'running' || phase === 'paused' || phase === 'stopped' || phase === 'finished')
    state.phase = phase;
  if (phaseBy === 'user' || phaseBy === 'engine') state.phaseBy = phaseBy;
  if (isFailure(head.why)) state.why = head.why;
  const numbers = [
    'listed',
    'createdAt',
    'updatedAt',
    'phaseAt',
    'starts',
    'ranMs',
    'requests',
    'rateLimited',
    'retries',
    'cost',
  ] as const;
  for (const name of numbers) {
    const value = head[name];
    if (isAmount(value)) state[name] = value;
  }
  if (isPlain(head.bySource))
    for (const [source, count] of Object.entries(head.bySource))
      if (isSourceId(source) && isIndex(count)) state.bySource[source] = count;
  if (isPlain(head.byError))
    for (const [code, count] of Object.entries(head.byError))
      if (isFailureCode(code) && isIndex(count)) state.byError[code] = count;
  if (Array.isArray(head.consents))
    for (const consent of head.consents as readonly unknown[])
      if (isPlain(consent) && isSourceId(consent.service) && isText(consent.origin) && isAmount(consent.cost))
        state.consents.push({ service: consent.service, origin: consent.origin, cost: consent.cost });
  if (Array.isArray(head.next)) state.next = (head.next as readonly unknown[]).filter(isIndex);
  return state;
}

/** A row as it is kept now: in older snapshots `passed` and `failedTries` stood beside the other fields. */
function withMemory(job: JobState & { passed?: readonly SourceId[]; failedTries?: number }): JobState {
  const { passed = [], failedTries = 0, ...row } = job;
  if (passed.length === 0 && failedTries === 0) return job;
  const memory =
    row.status === 'pending' || row.status === 'parked'
      ? memoryOfOldRow(row.attempts ?? [], passed, failedTries)
      : undefined;
  return memory === undefined ? row : { ...row, memory };
}

/** Adds a record's run of jobs to a state that is being read from a snapshot: all of them, or none if one is invalid. */
export function addSnapshotJobs(state: BatchState, record: Plain): boolean {
  const jobs = jobsOf(record);
  if (!jobs) return false;
  const believed: JobState[] = [];
  for (const job of jobs) {
    if (!isJobState(job) || job.index !== state.jobs.length + believed.length) return false;
    believed.push(withMemory(job));
  }
  for (const job of believed) {
    state.jobs.push(job);
    if (job.expandedInto === undefined) {
      state.counts[job.status] += 1;
      state.total += 1;
    }
  }
  return true;
}
