/** Whether money is at stake for a row: then its record is kept twice, and it is not submitted again without a word. */
import type { JobState } from './reducer';

/** A paid request for it was begun and did not certainly fail for free. */
export function mayBePaid({ paid, requestId, cost, failure }: JobState): boolean {
  return (
    paid !== undefined || requestId !== undefined || (cost ?? 0) > 0 || failure?.code === 'maybe-charged'
  );
}
