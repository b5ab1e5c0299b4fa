/**
 * The one place that knows bottleneck. It grants a start that our own log has found to be due: a job that
 * does nothing, scheduled just in time, with `minTime` as the spacing. Nothing ever queues in it, it is never
 * updated and never stopped: a new spacing gets a new limiter (its updates and deep queues hang, see its
 * issue 185).
 */
import Bottleneck from 'bottleneck/light';
import type { Clock } from '../model/ports';

export interface Pacer {
  /** Settles when a start of this quota may go out; `spacingMs` is above 0. */
  pass(quota: string, spacingMs: number): Promise<void>;
}

/** The wall clock has moved by more than this against the monotonic one: bottleneck's own times are void. */
const jumpMs = 250;

export class BottleneckPacer implements Pacer {
  readonly #limiters = new Map<string, { readonly spacingMs: number; readonly limiter: Bottleneck }>();
  #drift: number;

  constructor(private readonly clock: Clock) {
    this.#drift = this.#driftNow();
  }

  async pass(quota: string, spacingMs: number): Promise<void> {
    const drift = this.#driftNow();
    // It reads the wall clock: after a jump back it would wait for as long as the jump was.
    if (Math.abs(drift - this.#drift) > jumpMs) this.#limiters.clear();
    this.#drift = drift;
    let entry = this.#limiters.get(quota);
    if (entry?.spacingMs !== spacingMs) {
      entry = { spacingMs, limiter: new Bottleneck({ minTime: spacingMs }) };
      this.#limiters.set(quota, entry);
    }
    await entry.limiter.schedule(() => Promise.resolve());
  }

  #driftNow(): number {
    return this.clock.now() - this.clock.monotonic();
  }
}
