/**
 * A batch's state as lines of its journal: a head and runs of jobs. Folding a snapshot gives the same state
 * as folding the events before it, without transient fields.
 */
import { isFailureCode } from '../../model/failure';
import { isSourceId } from '../../model/transcript';
import { isPlain, type Plain } from '../../model/plain';
import { every, isAmount, isIndex, isText } from './checks';
import { isBatchId, isFailure, isJobState, isNote } from './recordChecks';
import { journalSettings } from './settingsOnDisk';
import { jobsOf, packed } from './snapshotRows';
import { runOf } from './weight';
import { emptyState } from '../state/reducer';
import type { HeadField, LastingRow, Same } from '../state/fields';
import type { BatchState, JobState } from '../state/reducer';

/** A job without transient fields; a running one is pending again. */
export function lastingJob(job: JobState): JobState {
  if (job.status !== 'running' && job.worker === undefined && job.wait === undefined) return job;
  const { worker: _w, startedAt: _s, stage: _st, percent: _p, part: _part, wait: _wait, ...rest } = job;
  const lasting = rest satisfies Same<keyof typeof rest, keyof LastingRow>;
  if (lasting.status !== 'running') return lasting;
  const { source: _source, ...pending } = lasting;
  return { ...pending, status: 'pending', tries: job.memory?.failedTries ?? 0 };
}

/** The state's own fields without jobs and transient fields. */
export function lastingHead(state: BatchState): Plain {
  const head: Record<string, unknown> = {};
  for (const name of headFields) if (state[name] !== undefined) head[name] = state[name];
  return head;
}

/**
 * The lines of a snapshot, as plain values; `last` is the number of the last record it contains, `rows` says how many
 * jobs follow.
 */
export function* snapshotLines(state: BatchState, last: number): Iterable<Plain> {
  yield { type: 'snapshot', last, rows: state.jobs.length, head: lastingHead(state) };
  for (let first = 0; first < state.jobs.length;) {
    const run = runOf(state.jobs, first);
    first += run.length;
    yield { type: 'snapshot-jobs', ...packed(run.map(lastingJob)) };
  }
}

/** A field of the head; undefined if this version cannot use it. */
const headReaders: { readonly [Name in HeadField]: (value: unknown) => BatchState[Name] | undefined } = {
  id: (value) => (isBatchId(value) ? value : undefined),
  name: textOf,
  machine: textOf,
  list: textOf,
  listed: amountOf,
  settings: journalSettings,
  hasPrivate: (value) => (value === true ? true : undefined),
  createdAt: amountOf,
  updatedAt: amountOf,
  phase: (value) =>
    value === 'running' || value === 'paused' || value === 'stopped' || value === 'finished'
      ? value
      : undefined,
  phaseBy: (value) => (value === 'user' || value === 'engine' ? value : undefined),
  why: (value) => (isFailure(value) ? value : undefined),
  phaseAt: amountOf,
  starts: amountOf,
  ranMs: amountOf,
  requests: amountOf,
  rateLimited: amountOf,
  retries: amountOf,
  cost: amountOf,
  bySource: (value) => countsBy(value, isSourceId),
  byError: (value) => countsBy(value, isFailureCode),
  consents: (value) => (Array.isArray(value) ? value.filter(isAgreed).map(agreedOf) : undefined),
  notes: (value) => (Array.isArray(value) ? value.filter(isNote) : undefined),
  next: (value) => (Array.isArray(value) ? value.filter(isIndex) : undefined),
};

/** In the order of writing. */
const headFields = Object.keys(headReaders).filter((name): name is HeadField =>
  Object.hasOwn(headReaders, name),
);

function textOf(value: unknown): string | undefined {
  return isText(value) ? value : undefined;
}

function amountOf(value: unknown): number | undefined {
  return isAmount(value) ? value : undefined;
}

function countsBy<Name extends string>(
  value: unknown,
  isName: (name: unknown) => name is Name,
): Partial<Record<Name, number>> | undefined {
  if (!isPlain(value)) return undefined;
  const counts: Partial<Record<Name, number>> = {};
  for (const [name, count] of Object.entries(value)) if (isName(name) && isIndex(count)) counts[name] = count;
  return counts;
}

type Agreed = BatchState['consents'][number];
function isAgreed(value: unknown): value is Agreed {
  return (
    isPlain(value) &&
    every<Agreed>({
      service: isSourceId(value.service),
      origin: isText(value.origin),
      cost: isAmount(value.cost),
    })
  );
}
const agreedOf = ({ service, origin, cost }: Agreed): Agreed => ({ service, origin, cost });

/** A new state from a snapshot's head; undefined when the record is not one. Counts come from the jobs. */
export function stateFromHead(head: unknown): BatchState | undefined {
  if (!isPlain(head) || !isBatchId(head.id) || !isText(head.name) || !isText(head.machine)) return undefined;
  const state = emptyState();
  for (const name of headFields) take(state, name, head[name]);
  return state;
}

function take<Name extends HeadField>(state: Pick<BatchState, Name>, name: Name, said: unknown): void {
  const value = headReaders[name](said);
  if (value !== undefined) state[name] = value;
}

/**
 * Adds a record's run of jobs to the state being read from a snapshot: all of them, or none if one is
 * invalid.
 */
export function addSnapshotJobs(state: BatchState, record: Plain): boolean {
  const jobs = jobsOf(record);
  if (!jobs) return false;
  // A copy of a line that was read.
  if (jobs.length > 0 && jobs.every((job) => isJobState(job) && job.index < state.jobs.length)) return true;
  const taken: JobState[] = [];
  for (const job of jobs) {
    if (!isJobState(job) || job.index !== state.jobs.length + taken.length) return false;
    taken.push(job);
  }
  for (const job of taken) {
    state.jobs.push(job);
    if (job.expandedInto === undefined) {
      state.counts[job.status] += 1;
      state.total += 1;
    }
  }
  return true;
}
