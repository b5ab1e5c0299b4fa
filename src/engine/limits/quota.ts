/**
 * One quota: everything that can delay a start from it (window, pace, spacing, places, day, holds, block,
 * the first answer), and what the service's answers teach about it. Independent of other quotas; never
 * waits. Times are engine times (quotaClock.ts) unless a name says `wall`.
 */
import type { QuotaBound, QuotaSharing, QuotaView, Wait } from '../../model/events';
import type { Random } from '../../model/ports';
import type { QuotaNews } from './answerHeaders';
import { allowedOf, type QuotaSpec } from './quotaSpecs';
import { LearntLimits } from './learntLimits';
import type { RecordedQuota, SharedRule } from './sharedRecordParts';
import { DayCount } from './dayCount';
import { dayMs, type QuotaTime } from './quotaClock';
import { SlidingLog } from './slidingLog';

const holdMs = 60_000;
const holdMaxMs = 900_000;
/** Hold at the second refusal in a row, whatever the service said; doubled with each further one. */
const againMs = 1_000;
const spacingJitter = 0.3;
const columns = 24;

/** What delays a start: the window with its steady pace, the spacing, running requests, the day, … */
type Cause = 'window' | 'spacing' | 'requests' | 'day' | 'held' | 'first-answer' | 'breaker' | 'connection';
const waitFor: Readonly<Record<Cause, Wait['for']>> = {
  window: 'rate',
  spacing: 'rate',
  requests: 'rate',
  day: 'rate',
  held: 'held',
  'first-answer': 'first-answer',
  breaker: 'breaker',
  connection: 'connection',
};

export class Quota implements RecordedQuota {
  readonly log: SlidingLog;
  private rule: QuotaSpec;
  private inFlight = 0;
  private spacedUntil = -Infinity;
  private foreignAt = -Infinity;
  private holdUntil = -Infinity;
  /** A daily limit is used up: wall time, because it ends at 00:00 UTC however long the machine slept. */
  private heldUntilWall = -Infinity;
  private refusals = 0;
  private answered = false;
  private readonly learnt = new LearntLimits();
  /** Machines that share it say that nothing may start before. */
  private sharedUntil = -Infinity;
  private sharing: QuotaSharing | undefined;
  private blockedUntilWall: number | undefined;
  private blockedBy: 'breaker' | 'connection' = 'breaker';
  private probing = false;
  private readonly today: DayCount;

  constructor(
    spec: QuotaSpec,
    private readonly time: QuotaTime,
    private readonly random: Random,
  ) {
    this.rule = spec;
    this.today = new DayCount(time);
    this.log = new SlidingLog(this.pace());
  }

  get spec(): QuotaSpec {
    return this.rule;
  }

  configure(spec: QuotaSpec): void {
    // A new limit starts over; other settings keep what refusals have taught.
    if (spec.limit !== this.rule.limit) this.learnt.startOver();
    // A wait from a longer spacing than the new one ends sooner; counting it from now is safe.
    if (spec.spacingMs < this.rule.spacingMs)
      this.spacedUntil = Math.min(this.spacedUntil, this.time.now() + spec.spacingMs);
    this.rule = spec;
    this.log.setPace(this.pace());
  }

  /** Whether starts have to be remembered, on disk as well. */
  get counts(): boolean {
    const { perDay, spacingMs, learns } = this.rule;
    return this.limit() > 0 || perDay > 0 || spacingMs > 0 || learns;
  }

  /**
   * The earliest time at which a start could be granted; -Infinity: at once, Infinity: not before something
   * changes. `rides`: for the rest of a start that was counted before. `own`: running starts of the same
   * caller: it need not wait for their answer, which it may be about to bring, and works in their place.
   * `ownProbe`: one of them is the probe of a blocked quota.
   */
  readyAt(rides = false, own = 0, ownProbe = false): number {
    return this.binding(rides, own, ownProbe).at;
  }

  /** Approximate time from now until this many more starts have been granted; 0: nothing limits them. */
  leftMs(starts: number): number {
    const now = this.time.now();
    const { spacingMs } = this.rule;
    const perDay = this.perDay();
    const from = Math.max(now, this.heldUntil);
    const spaced = from - now + starts * spacingMs * (1 + spacingJitter / 2);
    const granted = this.log.grantedAt(starts, from) - now;
    const days = perDay > 0 ? Math.ceil((this.today.used + starts) / perDay) - 1 : 0;
    const nextDays = days > 0 ? this.today.midnightWall - this.time.wall() + (days - 1) * dayMs : 0;
    return Math.max(spacingMs > 0 || from > now ? spaced : 0, granted, nextDays);
  }

  /** What limits now, or undefined when a start could be granted. `until` is wall time. */
  why(rides: boolean): Wait | undefined {
    const { at, cause } = this.binding(rides, 0);
    if (cause === undefined || at <= this.time.now()) return undefined;
    const until = this.time.toWall(at);
    return { for: waitFor[cause], quota: this.rule.name, ...(Number.isFinite(until) ? { until } : {}) };
  }

  /** What delays the next start; undefined: nothing, or a hold or block. */
  bound(rides: boolean): QuotaBound | undefined {
    const { at, cause } = this.binding(rides, 0);
    if (at <= this.time.now()) return undefined;
    switch (cause) {
      case undefined:
      case 'held':
      case 'breaker':
      case 'connection':
        return undefined;
      case 'window':
        return { by: this.log.boundBy() };
      case 'spacing':
        return { by: 'spacing', everyMs: this.rule.spacingMs };
      default:
        return { by: cause };
    }
  }

  private binding(rides: boolean, own: number, ownProbe = false): { at: number; cause?: Cause } {
    let at = -Infinity;
    let cause: Cause | undefined;
    const bind = (candidate: number, why: Cause): void => {
      if (candidate <= at) return;
      at = candidate;
      cause = why;
    };
    const { concurrency, learns } = this.rule;
    if (!rides) {
      bind(this.log.readyAt(), 'window');
      bind(this.sharedUntil, 'window');
      bind(this.spacedUntil, 'spacing');
    }
    if (concurrency > 0 && this.inFlight - own >= concurrency) bind(Infinity, 'requests');
    const perDay = this.perDay();
    if (!rides && perDay > 0 && this.today.used >= perDay)
      bind(this.time.fromWall(this.today.midnightWall), 'day');
    bind(this.holdUntil, 'held');
    if (this.heldUntilWall > -Infinity) bind(this.time.fromWall(this.heldUntilWall), 'held');
    if (learns && !this.answered && this.inFlight > own) bind(Infinity, 'first-answer');
    if (this.blockedUntilWall !== undefined && !ownProbe) {
      bind(this.time.fromWall(this.blockedUntilWall), this.blockedBy);
      if (this.probing) bind(Infinity, this.blockedBy);
    }
    return cause === undefined ? { at } : { at, cause };
  }

  /**
   * Takes one start; the caller has checked that `readyAt()` has come. Returns true if it is a blocked
   * quota's probe; a start beside the caller's own probe is not.
   */
  take(now: number, rides = false, ownProbe = false): boolean {
    const probe = this.blockedUntilWall !== undefined && !ownProbe;
    this.inFlight++;
    if (probe) this.probing = true;
    if (rides) return probe;
    this.space(now);
    if (this.counts) this.log.add(now);
    this.today.add(1);
    return probe;
  }

  /** The start that was taken at `taken` goes out at `now`. */
  granted(taken: number, now: number): void {
    if (!this.counts) return;
    this.log.move(taken, now);
    this.space(now);
  }

  /** The start taken at `taken` was not made; its place is still held. */
  unmade(taken: number): void {
    this.log.remove(taken);
    this.today.add(-1);
  }

  /** The start taken at `taken` was not made, and its place is free. */
  giveBack(taken: number, probe: boolean): void {
    this.unmade(taken);
    this.release(probe);
  }

  /** The request is over. A request that began before the block does not end the probe. */
  release(probe: boolean): void {
    this.inFlight--;
    if (probe) this.probing = false;
  }

  get key(): string {
    return this.rule.key;
  }

  /** Another process has just started something, closer to our start than the spacing. */
  get spaced(): boolean {
    const { spacingMs } = this.rule;
    return spacingMs > 0 && this.time.now() - this.foreignAt < spacingMs;
  }

  /** More starts than allowed, now that those of other processes are known. */
  get overfull(): boolean {
    const perDay = this.perDay();
    return this.log.overfullAt(this.time.now()) || (perDay > 0 && this.today.used > perDay);
  }

  /** A start of another process, or of an earlier run. */
  learnStart(at: number, wall: number): void {
    this.foreignAt = Math.max(this.foreignAt, at);
    this.log.add(at);
    this.space(at);
    this.today.addAt(wall, 1);
  }
  forgetStart(at: number, wall: number): void {
    this.log.remove(at);
    this.today.addAt(wall, -1);
  }
  /** A hold that another process received; one that ends with the day ends by wall time. */
  learnHold(untilWall: number): void {
    if (untilWall % dayMs === 0) this.heldUntilWall = Math.max(this.heldUntilWall, untilWall);
    else this.hold(this.time.fromWall(untilWall) - this.time.now());
  }
  /** What another process or run learnt; the first answer is awaited all the same. */
  learnLimit(limit: number): void {
    this.learnt.said(limit);
    this.log.setPace(this.pace());
  }
  learnShared(until: number, sharing: QuotaSharing | undefined): void {
    this.sharedUntil = until;
    this.sharing = sharing;
  }

  /** What other machines keep to as well. */
  get shared(): SharedRule {
    const { name, spacingMs, concurrency } = this.rule;
    const pace = this.pace();
    return { name, ...pace, spacingMs, concurrency, perDay: this.perDay() };
  }

  /** Applies an answer; true when something may be ready earlier or later than before. */
  heard(news: QuotaNews): boolean {
    const first = !this.answered;
    this.answered = true;
    const before = this.limit();
    this.learnt.heard(news);
    let held = false;
    if (news.throttled) held = this.refused(news);
    else if (news.ok) this.succeeded();
    if (news.waitMs !== undefined && !news.throttled) held = this.hold(news.waitMs);
    if (news.dailyRemaining === 0) held = this.holdDay() || held;
    this.log.setPace(this.pace());
    // Where the service says how long to wait, that is when its own count allows the next one.
    if (!news.throttled || news.waitMs === undefined) this.catchUp(news);
    return first || held || this.limit() !== before;
  }

  /** Nothing starts for this long; a longer hold is kept. */
  hold(ms: number): boolean {
    const until = this.time.now() + ms;
    if (until <= this.holdUntil) return false;
    this.holdUntil = until;
    return true;
  }

  get heldUntil(): number {
    const day = this.heldUntilWall > -Infinity ? this.time.fromWall(this.heldUntilWall) : -Infinity;
    return Math.max(this.holdUntil, day);
  }

  get toldLimit(): number | undefined {
    return this.learnt.toldLimit;
  }
  /** Nothing starts until `untilWall`, then one at a time until `unblock`. `isAway`: there is no connection. */
  block(untilWall: number, isAway: boolean): void {
    this.blockedUntilWall = untilWall;
    this.blockedBy = isAway ? 'connection' : 'breaker';
    this.probing = false;
  }
  unblock(): void {
    this.blockedUntilWall = undefined;
    this.probing = false;
  }

  view(): QuotaView | undefined {
    const now = this.time.now();
    const limit = this.limit();
    const dayOnly = limit === 0 && this.perDay() > 0;
    const used = dayOnly ? this.today.used : this.log.usedAt(now);
    const held = this.heldUntil > now;
    const blocked = this.blockedUntilWall !== undefined;
    const away = this.sharing?.away === true;
    if (used === 0 && !held && !blocked && !away && this.inFlight === 0) return undefined;
    const at = this.readyAt();
    const shown = dayOnly ? this.perDay() : limit;
    return {
      name: this.rule.name,
      limit: shown,
      allowed: dayOnly ? shown : allowedOf(limit, this.rule.utilization),
      used,
      ...(!dayOnly && limit > 0 && limit < this.rule.limit ? { set: this.rule.limit } : {}),
      unit:
        dayOnly || this.rule.windowMs > 3_600_000 ? 'day' : this.rule.windowMs > 60_000 ? 'hour' : 'minute',
      ...(at > now && Number.isFinite(at) ? { nextAt: this.time.toWall(at) } : {}),
      ...(held ? { heldUntil: this.time.toWall(this.heldUntil) } : {}),
      ...(blocked ? (this.blockedBy === 'breaker' ? { blocked: true } : { unreached: true }) : {}),
      ...(this.sharing ? { shared: this.sharing } : {}),
      history: dayOnly
        ? Array.from({ length: columns }, () => Math.min(1, used / shown))
        : this.log.history(now, columns).map((count) => (limit === 0 ? 0 : Math.min(1, count / limit))),
    };
  }

  /** Requests a window that are known to be allowed, before utilization. 0: unlimited. */
  private limit(): number {
    return this.learnt.limit(this.rule.limit);
  }

  private perDay(): number {
    return this.learnt.perDay(this.rule.perDay);
  }

  private pace(): { allowed: number; windowMs: number; burst: number } {
    const { windowMs, burst, utilization } = this.rule;
    const allowed = allowedOf(this.limit(), utilization);
    return { allowed, windowMs, burst: Math.max(1, Math.min(burst, allowed || burst)) };
  }

  private refused(news: QuotaNews): boolean {
    const now = this.time.now();
    // Requests that ran together are refused together: that counts as one refusal.
    const fresh = this.heldUntil <= now;
    if (fresh) this.refusals = Math.min(this.refusals + 1, 8);
    if (news.limit === undefined && news.daily !== true) this.learnt.lower(this.rule.limit, now);
    // A service that keeps answering "at once" must not be asked ever faster.
    const floor = fresh && this.refusals > 1 ? againMs * 2 ** (this.refusals - 2) : 0;
    if (news.waitMs !== undefined) return this.hold(Math.max(news.waitMs, floor));
    if (news.daily === true) return this.holdDay();
    if (!fresh) return false;
    const growth = Math.min(holdMaxMs, holdMs * 2 ** (this.refusals - 1)) - holdMs;
    return this.hold(holdMs + Math.round(this.random.next() * growth));
  }

  private succeeded(): void {
    if (this.refusals > 0) this.refusals--;
    this.learnt.succeeded(this.rule.limit);
  }

  private holdDay(): boolean {
    const until = this.today.midnightWall;
    if (until <= this.heldUntilWall) return false;
    this.heldUntilWall = until;
    return true;
  }

  /**
   * The service has counted more than we know of (another machine, an earlier run): count those as well.
   */
  private catchUp(news: QuotaNews): void {
    if (news.limit !== undefined && news.remaining !== undefined) {
      const now = this.time.now();
      const missing = Math.min(news.limit - news.remaining, this.pace().allowed) - this.log.usedAt(now);
      for (let i = 0; i < missing; i++) this.log.add(now);
    }
    if (news.dailyLimit !== undefined && news.dailyRemaining !== undefined) {
      const missing = news.dailyLimit - news.dailyRemaining - this.today.used;
      if (missing > 0) this.today.add(missing);
    }
  }

  private space(now: number): void {
    const { spacingMs } = this.rule;
    if (spacingMs === 0) return;
    const until = now + spacingMs * (1 + spacingJitter * this.random.next());
    this.spacedUntil = Math.max(this.spacedUntil, until);
  }
}
