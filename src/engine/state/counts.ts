/**
 * How many of a batch's videos are done or have ended: counted here for panel, tree, status bar, terminal
 * and report.
 */
import type { JobStatus } from '../../model/events';

type Counts = Readonly<Record<JobStatus, number>>;

/** Their transcript exists, from this batch or an earlier one. */
export function doneOf({ completed, skipped }: Pick<Counts, 'completed' | 'skipped'>): number {
  return completed + skipped;
}

/** Nothing more happens to them without the user. */
export function endedOf({
  completed,
  failed,
  skipped,
  cancelled,
}: Pick<Counts, 'completed' | 'failed' | 'skipped' | 'cancelled'>): number {
  return completed + failed + skipped + cancelled;
}

/** Running or waiting for their turn; parked ones are neither. */
export function toGoOf({ pending, running }: Pick<Counts, 'pending' | 'running'>): number {
  return pending + running;
}
