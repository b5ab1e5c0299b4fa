/**
 * The only user of bottleneck. It grants a start that our own log has found to be due: an empty job,
 * scheduled just in time, with `minTime` as the spacing. Nothing ever queues in it, and it is never updated
 * or stopped: a new spacing gets a new limiter (updates and deep queues hang, see its issue 185).
 */
import Bottleneck from 'bottleneck/light';
import type { Clock } from '../../model/ports';

export interface Pacer {
  /** Settles when a start of this quota, which is due, may go out; `spacingMs` is above 0. */
  pass(quota: string, spacingMs: number): Promise<void>;
}

/** More than a timer is late: bottleneck has seen less time pass than we have. */
const lagMs = 250;

interface Entry {
  readonly spacingMs: number;
  readonly limiter: Bottleneck;
  readonly at: number;
  readonly wall: number;
}

export class BottleneckPacer implements Pacer {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly clock: Clock) {}

  async pass(quota: string, spacingMs: number): Promise<void> {
    const at = this.clock.monotonic();
    // Not the port's clock: what counts is the clock that bottleneck reads.
    const wall = Date.now();
    const last = this.entries.get(quota);
    // After the wall clock was set back, it would wait for the whole correction. Where the spacing was shorter in
    // between, it would wait for a start that no longer counts, and no later change of the spacing would reach it. Our
    // log says that the start is due.
    const usable =
      last?.spacingMs === spacingMs &&
      at - last.at > spacingMs - lagMs &&
      at - last.at - (wall - last.wall) < lagMs;
    const limiter = usable ? last.limiter : new Bottleneck({ minTime: spacingMs });
    this.entries.set(quota, { spacingMs, limiter, at, wall });
    await limiter.schedule(() => Promise.resolve());
  }
}
