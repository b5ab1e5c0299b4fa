/** The workers' lanes on the time axis: which job was on which worker, and what it did there. Part of the reducer. */
import { dropPassing } from './fields';
import type { BatchState, JobState, LaneSegment, WorkerState } from './shape';

/** How far back lanes are kept, ms: a little more than the widest panel shows. */
const laneSpanMs = 15 * 60_000;
/** Most segments of a lane: more than the widest screen has columns. */
const mostSegments = 2_000;

/** The worker's entry in the state, created on first use. */
export function worker(state: BatchState, number: number): WorkerState {
  for (let next = state.workers.length + 1; next <= number; next += 1) {
    state.workers.push({ number: next, lane: [] });
  }
  return state.workers[number - 1] ?? { number, lane: [] };
}

/** What the job does from now on, as a segment of its worker's lane. */
export function lane(state: BatchState, job: JobState, kind: LaneSegment['kind'], at: number): void {
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

export type LaneEnd = 'completed' | 'failed' | 'left';

/** Ends the job's last segment; its worker is free unless the next job has begun there already. */
export function endLane(state: BatchState, job: JobState, at: number, end: LaneEnd): void {
  if (job.worker === undefined) return;
  const slot = worker(state, job.worker);
  // While it was being written, the next job may have begun in its place.
  const last = slot.lane.findLast((segment) => segment.job === job.index);
  if (last) {
    last.to ??= at;
    last.end = end;
  }
  if (slot.job === job.index) delete slot.job;
}

/** The job leaves its worker; its transient fields are removed. */
export function leaveWorker(state: BatchState, job: JobState, at: number, end: LaneEnd): void {
  endLane(state, job, at, end);
  dropPassing(job);
}
