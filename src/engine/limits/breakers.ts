/**
 * One breaker for each quota or need, shared by all jobs. An open one blocks its quota in the rate limiter
 * and is saved with the quota's record: a restart, and another window, keep the same backoff.
 */
import type { Clock } from '../../model/ports';
import { Breaker, parseBreakerState } from './breaker';
import type { RateLimiter } from './rateLimiter';

const prefix = 'breaker:';
/** No probe is further away than this; a later time comes from a damaged record. */
const longestMs = 25 * 3_600_000;

export class Breakers {
  private readonly all = new Map<string, Breaker>();

  constructor(
    private readonly clock: Clock,
    private readonly limiter: RateLimiter,
  ) {
    limiter.onNote((key) => {
      if (!key.startsWith(prefix)) return;
      const name = key.slice(prefix.length);
      const saved = this.saved(name);
      const breaker = this.of(name);
      if (!saved) return;
      breaker.restore(saved);
      this.shut(name, breaker);
      breaker.putBack();
    });
  }

  of(name: string): Breaker {
    const known = this.all.get(name);
    if (known) return known;
    const breaker: Breaker = new Breaker(this.clock, this.saved(name), (lasting) => {
      if (lasting) this.limiter.note(prefix + name, JSON.stringify(breaker));
      this.shut(name, breaker);
    });
    this.all.set(name, breaker);
    this.shut(name, breaker);
    // The record may be from a clock that was ahead.
    breaker.putBack();
    return breaker;
  }

  known(name: string): Breaker | undefined {
    return this.all.get(name);
  }

  /** The wall clock was set back. */
  putBack(): void {
    for (const breaker of this.all.values()) breaker.putBack();
  }

  private saved(name: string): ReturnType<typeof parseBreakerState> {
    const saved = parseBreakerState(this.limiter.noted(prefix + name) ?? '');
    return saved?.until !== undefined && saved.until > this.clock.now() + longestMs ? undefined : saved;
  }

  private shut(name: string, breaker: Breaker): void {
    if (breaker.until === undefined) this.limiter.unblock(name);
    else this.limiter.block(name, breaker.until);
  }
}
