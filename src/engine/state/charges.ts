/** What may have been charged without an answer: it is in no sum of what was paid, and the user should know of it. */
import type { ReadonlyState } from './reducer';

export interface MaybeCharged {
  readonly count: number;
  /** Of those with a quote, in the account's currency. */
  readonly cost: number;
  /** Videos without a quoted price. */
  readonly unpriced: number;
}

const nothing: MaybeCharged = { count: 0, cost: 0, unpriced: 0 };

/** Visits the rows only where some have failed so. */
export function maybeCharged({ jobs, byError }: Pick<ReadonlyState, 'jobs' | 'byError'>): MaybeCharged {
  if ((byError['maybe-charged'] ?? 0) === 0) return nothing;
  let { count, cost, unpriced } = nothing;
  for (const { failure, paid } of jobs) {
    if (failure?.code !== 'maybe-charged') continue;
    count += 1;
    if (paid?.quote.cost === undefined) unpriced += 1;
    else cost += paid.quote.cost;
  }
  return { count, cost, unpriced };
}
