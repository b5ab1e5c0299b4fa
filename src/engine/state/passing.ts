/**
 * What passes in a batch, apart from what its journal has: who works on what, the lanes, quotas, pace, and the machines
 * that help. It is taken from the state of the batch that runs and put into the state of one that is viewed.
 */
import type { PassingEvent } from '../../model/events';
import { setStatus } from './ends';
import { dropPassing } from './fields';
import type { batchLifeOf, FieldOf } from './fields';
import type { BatchState, JobState, LaneSegment, ReadonlyState, WorkerState } from './shape';

type PassingHead = {
  [Name in keyof BatchState]-?: (typeof batchLifeOf)[Name] extends 'passing' ? Name : never;
}[keyof BatchState];

/** A job on a worker, or one that waits for a reason. */
export type PassingJob = Pick<JobState, 'index' | 'tries' | 'source' | FieldOf<'passing'>>;

export interface Passing {
  readonly head: Pick<BatchState, PassingHead>;
  readonly jobs: readonly PassingJob[];
}

/** Segments of all lanes together, newest first to stay: what a panel shows of them is less. */
const mostSegments = 12_000;
/** Jobs that wait for a reason without a worker. */
const mostWaiting = 2_000;

/** A copy of what passes in the state now. Looks at every row. */
export function passingOf(state: ReadonlyState): Passing {
  const { helpersTrouble, pace, memoryMB, cpuPercent } = state;
  const each = Math.max(8, Math.floor(mostSegments / Math.max(1, state.workers.length)));
  const head = {
    workers: state.workers.map(({ number, job, lane }) => ({
      number,
      ...(job === undefined ? {} : { job }),
      lane: lane.slice(-each).map((segment) => ({ ...segment })),
    })),
    configuredWorkers: state.configuredWorkers,
    effectiveWorkers: state.effectiveWorkers,
    parallel: state.parallel,
    quotas: state.quotas,
    helpers: state.helpers,
    ...(helpersTrouble === undefined ? {} : { helpersTrouble }),
    ...(pace === undefined ? {} : { pace }),
    ...(memoryMB === undefined ? {} : { memoryMB }),
    ...(cpuPercent === undefined ? {} : { cpuPercent }),
  };
  const jobs: PassingJob[] = [];
  let waiting = 0;
  for (const { index, status, tries, source, worker, startedAt, stage, percent, part, wait } of state.jobs) {
    if (status !== 'running' && (wait === undefined || (waiting += 1) > mostWaiting)) continue;
    jobs.push({
      index,
      tries,
      ...(source === undefined ? {} : { source }),
      ...(worker === undefined ? {} : { worker }),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(stage === undefined ? {} : { stage }),
      ...(percent === undefined ? {} : { percent }),
      ...(part === undefined ? {} : { part }),
      ...(wait === undefined ? {} : { wait }),
    });
  }
  return { head, jobs };
}

/** Puts it in the place of what passed in the state before. A job that has ended by now stays as it is. */
export function putPassing(state: BatchState, { head, jobs }: Passing): void {
  for (const job of state.jobs) {
    if (job.status !== 'running' && job.wait === undefined) continue;
    if (job.status === 'running') setStatus(state, job, 'pending');
    dropPassing(job);
  }
  for (const { index, ...fields } of jobs) {
    const job = state.jobs[index];
    if (job?.status !== 'pending') continue;
    if (fields.worker !== undefined) setStatus(state, job, 'running');
    Object.assign(job, fields);
  }
  delete state.helpersTrouble;
  delete state.pace;
  delete state.memoryMB;
  delete state.cpuPercent;
  Object.assign(state, head);
  state.workers = head.workers.map((slot) => caughtUp(state, slot));
}

/** A worker whose job has ended since is free. */
function caughtUp(state: BatchState, { number, job: index, lane }: WorkerState): WorkerState {
  const job = index === undefined ? undefined : state.jobs[index];
  if (index === undefined || job?.status === 'running')
    return { number, ...(index === undefined ? {} : { job: index }), lane };
  const last = lane.at(-1);
  if (last?.job !== index || last.end !== undefined) return { number, lane };
  const end: LaneSegment['end'] =
    job?.status === 'completed' || job?.status === 'failed' ? job.status : 'left';
  const to = last.to ?? Math.max(last.from, job?.endedAt ?? last.from);
  return { number, lane: [...lane.slice(0, -1), { ...last, to, end }] };
}

/** The events after which nothing passes any more, at `at`: nobody knows what the workers do. */
export function nothingPasses(state: ReadonlyState, at: number): readonly PassingEvent[] {
  const left = state.jobs.flatMap(({ status, index }): PassingEvent[] =>
    status === 'running' ? [{ type: 'job-left', at, job: index }] : [],
  );
  return [
    ...left,
    { type: 'quotas', at, quotas: [] },
    { type: 'helpers', at, helpers: [] },
    { type: 'workers', at, configured: 0, effective: 0, parallel: true },
    { type: 'pace', at, pace: { by: { kind: 'idle' }, perMinute: 0, lengthsUnknown: 0 } },
  ];
}
