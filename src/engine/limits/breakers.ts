/**
 * One breaker for each quota at its server, or for a source without a quota, shared by all jobs. An open one blocks its
 * quota in the rate limiter; a block is saved with the quota's record: a restart, and another window, keep the same
 * backoff. They also know which servers have answered: only of those a lost connection is waited for.
 */
import type { Clock } from '../../model/ports';
import { Breaker, parseBreakerState } from './breaker';
import type { RateLimiter } from './rateLimiter';

const prefix = 'breaker:';
/** No probe is further away than this; a later time comes from a damaged record. */
const longestMs = 25 * 3_600_000;

/** A network that was there is gone where so many servers say so: of a single one only its name may be wrong. */
const severalGone = 3;

/** What is known of a server that a request did not reach, and of why. */
export interface Unreached {
  readonly isKnown: boolean;
  /** The failure says so of every server. */
  readonly isNetworkGone: boolean;
  /** The network wants a sign-in first. */
  readonly isSignIn: boolean;
}

export class Breakers {
  /** By the quota's key. */
  private readonly all = new Map<string, Breaker>();
  /** Servers that have answered since the program started, by the quota's key. */
  private readonly answering = new Set<string>();
  /** When a server last answered, and when one that had answered could not be reached, monotonic ms. */
  private answeredAt = -Infinity;
  private lostAt = -Infinity;
  /** Servers that have never answered: since when each cannot be reached because no server can, monotonic ms. */
  private readonly goneSince = new Map<string, number>();
  /** Servers that could not be reached because no server can, since one last answered. */
  private readonly gone = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly limiter: RateLimiter,
  ) {
    limiter.onNote((note) => {
      if (!note.startsWith(prefix)) return;
      const key = note.slice(prefix.length);
      const saved = this.saved(key);
      const breaker = this.at(key);
      if (!saved) return;
      breaker.restore(saved);
      this.shut(key, breaker);
      breaker.putBack();
    });
  }

  /** That of the server which the settings name now. */
  of(name: string): Breaker {
    return this.at(this.limiter.keyOf(name));
  }

  known(name: string): Breaker | undefined {
    return this.all.get(this.limiter.keyOf(name));
  }

  /** The server has answered, whatever it said. */
  answered(name: string): void {
    const key = this.limiter.keyOf(name);
    this.answeredAt = this.clock.monotonic();
    this.answering.add(key);
    this.goneSince.delete(key);
    this.gone.clear();
    this.all.get(key)?.connected();
  }

  /**
   * A request did not reach the server. `until`: the connection is waited for, and the next single request may try
   * then, epoch ms; `given-up`: it was waited for long enough. Undefined: the server may be wrong or gone for good,
   * because it has never answered and nothing says that the network is gone. `isKnown`: it has answered an earlier run.
   */
  unreached(
    name: string,
    since: number | undefined,
    { isKnown, isNetworkGone, isSignIn }: Unreached,
  ): { until: number } | 'given-up' | undefined {
    const key = this.limiter.keyOf(name);
    const hasAnswered = isKnown || this.answering.has(key);
    if (hasAnswered) this.lostAt = this.clock.monotonic();
    const isLost = hasAnswered || this.lostAt > this.answeredAt;
    if (!isLost && !(isNetworkGone && this.areOthersSilent(key))) {
      this.all.get(key)?.connected();
      return undefined;
    }
    if (isNetworkGone) this.gone.add(key);
    const isSure = isLost || isSignIn || (this.answeredAt !== -Infinity && this.gone.size >= severalGone);
    const until = this.of(name).unreached(since, { signIn: isSignIn, isShort: !isSure });
    if (until !== undefined) return { until };
    this.goneSince.delete(key);
    return 'given-up';
  }

  /** Whether no server has answered since this one could not be reached: an answer shows that there is a network. */
  private areOthersSilent(key: string): boolean {
    const now = this.clock.monotonic();
    const from = this.goneSince.get(key) ?? now;
    this.goneSince.set(key, from);
    return this.answeredAt < from;
  }

  /** The wall clock was set back. */
  putBack(): void {
    for (const breaker of this.all.values()) breaker.putBack();
  }

  private at(key: string): Breaker {
    const known = this.all.get(key);
    if (known) return known;
    const breaker: Breaker = new Breaker(this.clock, this.saved(key), (lasting) => {
      if (lasting) this.limiter.note(prefix + key, JSON.stringify(breaker));
      this.shut(key, breaker);
    });
    this.all.set(key, breaker);
    this.shut(key, breaker);
    // The record may be from a clock that was ahead.
    breaker.putBack();
    return breaker;
  }

  private saved(key: string): ReturnType<typeof parseBreakerState> {
    const saved = parseBreakerState(this.limiter.noted(prefix + key) ?? '');
    return saved?.until !== undefined && saved.until > this.clock.now() + longestMs ? undefined : saved;
  }

  private shut(key: string, breaker: Breaker): void {
    if (breaker.until === undefined) this.limiter.unblock(key);
    else this.limiter.block(key, breaker.until, breaker.isAway);
  }
}
