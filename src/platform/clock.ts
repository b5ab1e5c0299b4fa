/**
 * The operating system's time. `after` re-arms for waits longer than a timer can hold (about 24.8 days;
 * Node fires those at once), and for timers that fire early.
 */
import { performance } from 'node:perf_hooks';
import type { Clock } from '../model/ports';

const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const due = performance.now() + Math.max(0, ms);
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = due - performance.now();
      timer = setTimeout(
        () => {
          if (performance.now() < due) arm();
          else callback();
        },
        Math.min(Math.max(0, Math.ceil(left)), longestTimerMs),
      );
    };
    arm();
    return () => {
      clearTimeout(timer);
    };
  },
};
