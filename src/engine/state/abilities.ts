/** Which actions a job's state allows: the same for the panel's menu, keys and buttons. */
import { isFailureCode, nextMoveOf } from '../../model/failure';
import { canRetry } from '../../model/failureRules';
import type { ReadonlyState, ReadonlyRow } from './reducer';

export interface Abilities {
  /** It has a transcript to open, of this batch or of an earlier one. */
  readonly canOpen: boolean;
  readonly canRetry: boolean;
  readonly canRunNext: boolean;
  readonly canSkip: boolean;
  /** It is done, and can be transcribed again. */
  readonly canRedo: boolean;
}

/** What of a row decides; also a row that is known by its manifest only. */
export type Decisive = Pick<ReadonlyRow, 'status' | 'files' | 'expandedInto'> & {
  readonly skip?: { readonly file?: string };
};

/** A job that became a list has no transcript of its own, so there is nothing to retry or redo. */
export function abilities(job: Decisive): Abilities {
  const isList = job.expandedInto !== undefined;
  return {
    canOpen: (job.files?.length ?? 0) > 0 || job.skip?.file !== undefined,
    canRetry: !isList && (job.status === 'failed' || job.status === 'cancelled' || job.status === 'parked'),
    canRunNext: job.status === 'pending',
    canSkip: job.status === 'pending' || job.status === 'running' || job.status === 'parked',
    canRedo: !isList && (job.status === 'completed' || job.status === 'skipped'),
  };
}

/** "Retry failed" includes it: it failed, and another try may end differently. `now`: epoch ms. */
export const isRetryable = (job: ReadonlyRow, now: number): boolean =>
  job.status === 'failed' && job.failure !== undefined && canRetry(job.failure, job.endedAt, now);

/** It failed because its broadcast had not begun: when another try makes sense is its own affair. */
export const isNotBegun = (job: ReadonlyRow): boolean =>
  job.status === 'failed' && job.failure?.code === 'not-started';

/**
 * How many videos "Retry failed" includes; from the counts, so that 100,000 rows cost nothing.
 * @param notBegun the jobs of which `isNotBegun` is true
 */
export function retryableCount(
  { byError, counts }: Pick<ReadonlyState, 'byError' | 'counts'>,
  notBegun: Iterable<ReadonlyRow>,
  now: number,
): number {
  let final = 0;
  for (const [code, count] of Object.entries(byError))
    if (isFailureCode(code) && nextMoveOf[code] === 'final') final += count;
  let begun = 0;
  for (const job of notBegun) if (isRetryable(job, now)) begun += 1;
  return Math.max(0, counts.failed - final + begun);
}
