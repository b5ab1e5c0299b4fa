/**
 * What a panel's page has of a batch that another process runs: it was given the state once, and folds what it
 * receives.
 */
import type { BatchHandle } from '../../src/engine/api';
import { reduce } from '../../src/engine/state/reducer';
import type { BatchState, ReadonlyState } from '../../src/engine/state/reducer';

export interface WatchingPage {
  state: BatchState;
  seq: number;
  /** How often the state was asked for again, because events were missing. */
  gaps: number;
}

/** A copy that may be folded on. */
export const copyOf = (state: ReadonlyState): BatchState => structuredClone<unknown>(state) as BatchState;

/** A page that follows the events of `view` from now on. */
export function watchingPage(view: BatchHandle): WatchingPage {
  const page = { state: copyOf(view.state), seq: view.seq, gaps: 0 };
  view.onEvents((events, first) => {
    if (first !== page.seq + 1) {
      page.gaps += 1;
      page.state = copyOf(view.state);
    } else for (const event of events) reduce(page.state, structuredClone(event));
    page.seq = first + events.length - 1;
  });
  return page;
}
