/** What a batch is doing, and the one place where that changes: which phase may follow which is said here. */
import type { BatchPhase } from '../../model/events';

/** `lost`: another process has taken it over, or the disk refused until it was closed; nothing more is done here. */
export type Phase = BatchPhase | 'lost';

const mayFollow: Readonly<Record<Phase, readonly Phase[]>> = {
  stopped: ['running', 'lost'],
  running: ['paused', 'stopped', 'finished', 'lost'],
  paused: ['running', 'stopped', 'finished', 'lost'],
  finished: ['running', 'lost'],
  lost: [],
};

export class Phases {
  private current: Phase = 'stopped';

  /** As decided; the state follows once it is on disk. */
  get now(): Phase {
    return this.current;
  }

  /** Goes there if that may follow; says whether the batch is there now. */
  go(to: Phase): boolean {
    if (mayFollow[this.current].includes(to)) this.current = to;
    return this.current === to;
  }
}
