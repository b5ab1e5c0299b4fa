/** How many of a batch's videos are done or over: counted here for panel, tree, status bar, terminal and report. */
import type { JobStatus } from '../../model/events';

type Counts = Readonly<Record<JobStatus, number>>;

/** Their transcript is there, from this batch or an earlier one. */
export function doneOf({ completed, skipped }: Pick<Counts, 'completed' | 'skipped'>): number {
  return completed + skipped;
}

/** Nothing more happens to them by itself. */
export function endedOf({
  completed,
  failed,
  skipped,
  cancelled,
}: Pick<Counts, 'completed' | 'failed' | 'skipped' | 'cancelled'>): number {
  return completed + failed + skipped + cancelled;
}

/** Under way or waiting for their turn; parked ones are neither. */
export function toGoOf({ pending, running }: Pick<Counts, 'pending' | 'running'>): number {
  return pending + running;
}
