/**
 * What a batch is doing, and the one place where that changes, with the rules of which phase may follow
 * which.
 */
import type { BatchPhase } from '../../model/events';

/**
 * `lost`: another process has taken the batch over, or it was closed while the disk refused; nothing more
 * is done here.
 */
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

  /** Changes the phase if the rules allow it; returns whether the batch is in that phase now. */
  go(to: Phase): boolean {
    if (mayFollow[this.current].includes(to)) this.current = to;
    return this.current === to;
  }
}
