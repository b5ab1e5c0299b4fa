/** The text of a job's status: what it does, what it waits for or how it ended. */
import type { JobStatus, Wait } from './events';
import { formatCount, formatPercent, formatSoon, formatTime, thinSpace } from './numberWords';
import type { Stage, StagePart } from './source';

const stageNames: Readonly<Record<Stage, string>> = {
  fetching: 'Fetching captions',
  downloading: 'Downloading',
  uploading: 'Uploading',
  transcribing: 'Transcribing',
  noting: 'Writing notes',
  writing: 'Writing',
  expanding: 'Reading the list',
};

/** `Fetching captions`, `Downloading 38 %`, `Writing notes, part 3 of 7`. */
export function stageWords(stage: Stage, percent?: number, part?: StagePart): string {
  if (part !== undefined && part.of > 1) return `${stageNames[stage]}, part ${part.at} of ${part.of}`;
  const share = formatPercent(percent);
  return share === '' ? stageNames[stage] : `${stageNames[stage]} ${share}`;
}

/**
 * `Rate limit 3 s`, `Rate limit, about 36 s`, `Held to 14:32`, `Held 12 s`, `No connection, 49 s`,
 * `Retry in 8 s`; a time instead of a duration where it is over a minute.
 */
export function waitWords(wait: Wait, now: number): string {
  const { until } = wait;
  const when = (soon: string, late: string, unknown: string): string => {
    if (until === undefined) return unknown;
    const leftMs = until - now;
    // Overdue: the remaining time is unknown, and "1 s" would stay for as long as it takes.
    if (leftMs < -1000) return unknown;
    if (leftMs > 60_000) return `${late} ${formatTime(until, now)}`;
    const seconds = Math.max(1, Math.ceil(leftMs / 1000));
    // Others in line may take longer or give way.
    return `${soon}${wait.for === 'rate' && seconds >= 10 ? ', about' : ''} ${seconds}${thinSpace}s`;
  };
  switch (wait.for) {
    case 'rate':
      return when('Rate limit', 'Rate limit to', 'Rate limit');
    case 'held':
      return when('Held', 'Held to', 'Held');
    case 'retry':
      return when('Retry in', 'Retry at', 'Retry soon');
    case 'first-answer':
      return 'First answer';
    case 'breaker':
      return when('Held', 'Held to', 'Blocked');
    case 'connection':
      return when('No connection,', 'No connection,', 'No connection');
    case 'memory':
      return 'Memory is short';
    case 'consent':
      return 'Needs your OK';
  }
}

/** Whether a batch writes notes about transcripts; all its rows are of that kind. */
export function writesNotes({
  jobs,
}: {
  readonly jobs: readonly { readonly link: { readonly kind: string } }[];
}): boolean {
  return jobs[0]?.link.kind === 'transcript';
}

/**
 * `None of 5 000 could be transcribed: YouTube blocks this network`; without a cause where there are several. `notes`:
 * of a batch of notes.
 */
export function noneDoneWords(total: number, cause: string | undefined, notes: boolean): string {
  const none = notes
    ? total === 1
      ? 'The notes could not be written'
      : `None of the ${formatCount(total)} notes could be written`
    : total === 1
      ? 'The video could not be transcribed'
      : `None of ${formatCount(total)} could be transcribed`;
  return cause === undefined ? none : `${none}: ${cause}`;
}

/** The part of a job that its status text needs; engine/state's JobState fits. */
export interface StatusOf {
  readonly status: JobStatus;
  readonly stage?: Stage;
  readonly percent?: number;
  readonly part?: StagePart;
  readonly wait?: Wait;
  readonly skip?: { readonly reason: 'by-user' | 'already-done' };
  readonly consent?: unknown;
  readonly parkedUntil?: number;
}

/** The word in the status column; a running job shows what it does or waits for. */
export function statusWords(job: StatusOf, now: number): string {
  switch (job.status) {
    case 'pending':
      return job.wait ? waitWords(job.wait, now) : 'Waiting';
    case 'running':
      if (job.wait) return waitWords(job.wait, now);
      return job.stage === undefined ? 'Running' : stageWords(job.stage, job.percent, job.part);
    case 'completed':
      return 'Done';
    case 'failed':
      return 'Failed';
    case 'skipped':
      return job.skip?.reason === 'already-done' ? 'Already done' : 'Skipped';
    case 'cancelled':
      return 'Cancelled';
    case 'parked':
      if (job.consent !== undefined) return 'Needs your OK';
      return job.parkedUntil === undefined
        ? 'Waiting for you'
        : `Tries again ${formatSoon(job.parkedUntil, now)}`;
  }
}
