/**
 * The circuit breaker of one quota, or of what keeps jobs parked: the one place that knows since when it is shut, until
 * when, and whether the user has asked for a probe. A service that refuses this network is left alone for 60 s, 5 min,
 * 30 min; then its jobs are parked and one probe goes out after 1, 2 and 4 hours, then daily. One that cannot be
 * reached any more is tried after 1, 2, 4 … 60 s, for about half an hour. A pure state machine over a Clock; a block is
 * a plain object, so that a restart continues with the same backoff.
 */
import { isPlain } from '../../model/plain';
import type { Clock } from '../../model/ports';

export type OnBlocked = 'wait' | 'nextSource' | 'park';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const holdsMs: readonly number[] = [minuteMs, 5 * minuteMs, 30 * minuteMs];
const probesMs: readonly number[] = [hourMs, 2 * hourMs, 4 * hourMs, 24 * hourMs];
const unavailableForProbe = 5;
const firstAwayMs = 1_000;
const mostAwayMs = 60_000;
/** Tries without a connection, the first one included: counted, because a laptop that sleeps does not try. */
const mostAwayTries = 35;
/** About a minute, where nobody knows that the connection ever will be there. */
const mostShortTries = 6;

export interface BreakerState {
  /** Consecutive blocks that caused a hold. */
  readonly holds: number;
  /** Consecutive blocks that caused parking. */
  readonly parks: number;
  /** Epoch ms at which the next single request may go out; absent: closed, all may. */
  readonly until?: number;
  readonly unavailable: number;
}

/** What the engine does with a job that was blocked, and until when the quota stays closed to it. */
export type BlockVerdict =
  | { readonly move: 'hold'; readonly until: number }
  | { readonly move: 'nextSource'; readonly until: number }
  | { readonly move: 'park'; readonly until: number };

export class Breaker {
  private holds = 0;
  private parks = 0;
  private shutUntil: number | undefined;
  /** When the last block was found: a refusal of what went out before is of that block, however late it comes. */
  private shutAt = -Infinity;
  private unavailableInARow = 0;
  /** Until when the breaker was shut when the user asked for a probe at once; undefined: nobody has. */
  private before: number | undefined;
  /** No connection to the server: until when nothing is tried, since when, and tries so far. Never saved. */
  private awayUntil: number | undefined;
  private awayAt = -Infinity;
  private awayTries = 0;
  private signIn = false;

  /** `changed` is called after every change; `lasting`: it has to survive a restart. */
  constructor(
    private readonly clock: Clock,
    saved?: BreakerState,
    private readonly changed?: (lasting: boolean) => void,
  ) {
    if (saved) this.restore(saved);
  }

  /** Takes over the state of an earlier run, or of another process of this user. */
  restore(saved: BreakerState): void {
    this.holds = saved.holds;
    this.parks = saved.parks;
    this.shutUntil = saved.until;
    this.unavailableInARow = saved.unavailable;
    this.before = undefined;
    this.shutAt = this.clock.now();
  }

  /**
   * The user says that the block is over: one request may go out at once. Only its success changes what is saved, so
   * that no other process sends a probe of its own, and a restart waits as long as before.
   */
  tryNow(): void {
    if (this.phase !== 'open') return;
    const now = this.clock.now();
    if (this.shutUntil !== undefined && this.shutUntil > now) {
      this.before = this.shutUntil;
      this.shutUntil = now;
    }
    if (this.awayUntil !== undefined) {
      this.awayUntil = Math.min(this.awayUntil, now);
      this.awayTries = 0;
    }
    this.changed?.(false);
  }

  /** The request the user asked for has proved nothing: the wait is as long as before. */
  tryFailed(): void {
    const { before } = this;
    if (before === undefined) return;
    this.before = undefined;
    // Where it has passed meanwhile, the next probe is due.
    this.shutUntil = Math.max(before, this.clock.now());
    this.changed?.(false);
  }

  /**
   * `closed`: all may start. `open`: none. `half-open`: one may, the probe; the rate limiter holds back the
   * others.
   */
  get phase(): 'closed' | 'open' | 'half-open' {
    const { until } = this;
    if (until === undefined) return 'closed';
    return this.clock.now() < until ? 'open' : 'half-open';
  }

  /**
   * The wall clock was set back: the wait is limited to its original length. Idempotent, also across the
   * processes that share this state.
   */
  putBack(): void {
    const now = this.clock.now();
    if (this.awayUntil !== undefined && this.awayUntil > now + mostAwayMs) {
      this.awayUntil = now + mostAwayMs;
      this.changed?.(false);
    }
    if (this.shutUntil === undefined) return;
    if (this.before !== undefined && this.shutUntil > now) {
      // The probe that the user asked for stays due.
      this.shutUntil = now;
      this.changed?.(false);
    }
    const waitMs =
      this.parks > 0 ? probesMs[Math.min(this.parks, probesMs.length) - 1] : holdsMs[this.holds - 1];
    const latest = now + (waitMs ?? 0);
    if (waitMs === undefined || (this.before ?? this.shutUntil) <= latest) return;
    if (this.before === undefined) this.shutUntil = latest;
    else this.before = latest;
    this.changed?.(true);
  }

  /** When the next single request may try, epoch ms; undefined while closed. */
  get until(): number | undefined {
    const { awayUntil, shutUntil } = this;
    return awayUntil === undefined || shutUntil === undefined
      ? (awayUntil ?? shutUntil)
      : Math.max(awayUntil, shutUntil);
  }

  /** Whether what is waited for is the connection to the server, and no block. */
  get isAway(): boolean {
    return this.awayUntil !== undefined;
  }

  /** Whether the network answers in the server's place, because it wants a sign-in first. */
  get wantsSignIn(): boolean {
    return this.isAway && this.signIn;
  }

  /**
   * A request did not reach the server. Returns when the next single one may try, epoch ms; undefined: it was tried
   * long enough. `since` as for `blocked`: requests that fail together count once. `isShort`: about a minute is enough.
   */
  unreached(since = Infinity, { signIn = false, isShort = false } = {}): number | undefined {
    const now = this.clock.now();
    this.signIn = signIn;
    if (this.awayUntil !== undefined && since < this.awayAt && this.awayAt <= now) return this.awayUntil;
    this.awayTries++;
    if (this.awayTries > (isShort ? mostShortTries : mostAwayTries)) {
      this.connected();
      return undefined;
    }
    this.awayAt = now;
    this.awayUntil = now + Math.min(mostAwayMs, firstAwayMs * 2 ** (this.awayTries - 1));
    this.changed?.(false);
    return this.awayUntil;
  }

  /** The server can be reached, whatever it says. */
  connected(): void {
    this.awayTries = 0;
    if (this.awayUntil === undefined) return;
    this.awayUntil = undefined;
    this.changed?.(false);
  }

  /**
   * A request was refused. Requests that were running when the breaker opened come back blocked as well, some of them
   * after the wait or the whole block is over; they do not lengthen it. `since`: when it went out, epoch ms.
   */
  blocked(policy: OnBlocked, since = Infinity): BlockVerdict {
    this.unavailableInARow = 0;
    this.connected();
    if (this.isOfBefore(since)) {
      const { waitsUntil: until } = this;
      return this.phase === 'closed' ? { move: 'hold', until } : this.verdict(until, policy);
    }
    // The user's own try counts as no further block: the wait that was running goes on.
    this.tryFailed();
    const now = this.clock.now();
    if (this.shutUntil !== undefined && now < this.shutUntil) return this.verdict(this.shutUntil, policy);
    const waitMs = policy === 'park' ? undefined : holdsMs[this.holds];
    if (waitMs !== undefined) this.holds++;
    const parkMs = probesMs[Math.min(this.parks, probesMs.length - 1)] ?? 0;
    if (waitMs === undefined) this.parks++;
    this.shutUntil = now + (waitMs ?? parkMs);
    this.shutAt = now;
    this.changed?.(true);
    return this.verdict(this.shutUntil, policy);
  }

  /**
   * A request was refused until a time that the service named, or that only the user ends (Infinity). The backoff of
   * our own begins again after it. `since` as for `blocked`. Returns until when it is shut, epoch ms.
   */
  shut(until: number, since = Infinity): number {
    if (this.isOfBefore(since)) return this.waitsUntil;
    this.holds = 0;
    this.parks = 0;
    this.before = undefined;
    this.shutUntil = until;
    this.shutAt = this.clock.now();
    this.changed?.(true);
    return until;
  }

  /** The service answered properly. True when that closed the breaker: parked jobs may be freed. */
  succeeded(): boolean {
    this.connected();
    const wasShut = this.shutUntil !== undefined;
    this.holds = 0;
    this.parks = 0;
    this.shutUntil = undefined;
    this.before = undefined;
    this.unavailableInARow = 0;
    if (wasShut) this.changed?.(true);
    return wasShut;
  }

  /**
   * A video was reported unavailable. True at the fifth in a row: probe a video known to exist, because a
   * blocking service may say "unavailable" instead. Then `succeeded()` or `blocked()` follows.
   */
  unavailable(): boolean {
    this.unavailableInARow++;
    if (this.unavailableInARow < unavailableForProbe) return false;
    this.unavailableInARow = 0;
    return true;
  }

  toJSON(): BreakerState {
    const until = this.before ?? this.shutUntil;
    return {
      holds: this.holds,
      parks: this.parks,
      ...(until === undefined ? {} : { until }),
      unavailable: this.unavailableInARow,
    };
  }

  /** What a block means for jobs that come upon it now. */
  moveNow(policy: OnBlocked): BlockVerdict['move'] {
    // Without a connection nothing says that another source would have one.
    if (this.shutUntil === undefined) return 'hold';
    if (policy === 'nextSource') return 'nextSource';
    return this.parks > 0 ? 'park' : 'hold';
  }

  /** A clock that was set back says nothing. */
  private isOfBefore(since: number): boolean {
    return since < this.shutAt && this.shutAt <= this.clock.now();
  }

  /** As `until`, but for the user's try; now, where it is closed. */
  private get waitsUntil(): number {
    return this.before ?? this.shutUntil ?? this.clock.now();
  }

  private verdict(until: number, policy: OnBlocked): BlockVerdict {
    return { move: this.moveNow(policy), until };
  }
}

/** Reads a saved state; undefined for anything else. */
export function parseBreakerState(text: string): BreakerState | undefined {
  let saved: unknown;
  try {
    saved = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isPlain(saved)) return undefined;
  const number = (name: string): number | undefined => {
    const value = saved[name];
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  const holds = number('holds');
  const parks = number('parks');
  const unavailable = number('unavailable');
  const until = number('until');
  if (holds === undefined || parks === undefined || unavailable === undefined) return undefined;
  return { holds, parks, unavailable, ...(until === undefined ? {} : { until }) };
}
