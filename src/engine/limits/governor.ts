/**
 * How many workers may work at the same time. The pool runs the work, the governor sets the capacity:
 * throttling halves it, successes raise it again one by one, memory and a busy event loop limit it.
 */
import type { Clock } from '../../model/ports';

/** Throttled answers within this time count as one. */
const halvingGapMs = 5_000;
const successesForOneMore = 10;
/** An event loop that is later than this is busy; the extension host must stay responsive. */
const busyLagMs = 50;
/** Above this share of the allowed memory fewer jobs start. */
const memoryShare = 0.8;
const loadGapMs = 2_000;

export interface GovernorLimits {
  readonly workers: number;
  readonly parallel: boolean;
  readonly adaptive: boolean;
}

export interface MachineLoad {
  /** Memory added since activation, megabytes. */
  readonly memoryMB: number;
  readonly maxMemoryMB: number;
  /** How late the event loop was recently, milliseconds. */
  readonly lagMs: number;
}

export class Governor {
  private limits: GovernorLimits = { workers: 5, parallel: true, adaptive: true };
  /** The limit after throttling; Infinity when nothing was throttled. */
  private throttledTo = Infinity;
  /** The limit from memory and the event loop. */
  private loadedTo = Infinity;
  private successes = 0;
  private halvedAt = -Infinity;
  private loadAt = -Infinity;
  private isQuotaBound = false;
  private told = this.effective();
  private readonly listeners = new Set<() => void>();
  private overMemory = false;

  constructor(
    private readonly clock: Clock,
    limits?: GovernorLimits,
  ) {
    if (limits) this.configure(limits);
  }

  /** Workers that may start a job now, 1 at least. */
  effective(): number {
    const most = this.most();
    if (!this.limits.adaptive) return Math.max(1, Math.min(most, this.memoryOnly()));
    return Math.max(1, Math.min(most, this.throttledTo, this.loadedTo));
  }

  /**
   * New settings; take effect at once. The limit after throttling is kept unless `adaptive` is switched
   * off.
   */
  configure(limits: GovernorLimits): void {
    this.limits = limits;
    if (!limits.adaptive) {
      this.throttledTo = Infinity;
      this.successes = 0;
    }
    this.tell();
  }

  /** A service throttled us: half as many, at most once in five seconds, at least one. */
  throttled(): void {
    this.successes = 0;
    if (!this.limits.adaptive) return;
    const now = this.clock.monotonic();
    if (now - this.halvedAt < halvingGapMs) return;
    this.halvedAt = now;
    this.throttledTo = Math.max(1, Math.floor(this.effective() / 2));
    this.tell();
  }

  /**
   * Ten of these in a row give one worker back, unless a quota is the limit: more workers would only wait.
   */
  succeeded(): void {
    if (this.throttledTo === Infinity || this.isQuotaBound) return;
    if (++this.successes < successesForOneMore) return;
    this.successes = 0;
    this.throttledTo++;
    if (this.throttledTo >= this.most()) this.throttledTo = Infinity;
    this.tell();
  }

  /** Whether a quota, not the number of workers, limits the pace. */
  quotaBound(bound: boolean): void {
    this.isQuotaBound = bound;
  }

  /** The machine's load, about once a second: changes the limit by one worker every two seconds. */
  load(load: MachineLoad): void {
    const now = this.clock.monotonic();
    if (now - this.loadAt < loadGapMs) return;
    const used = load.maxMemoryMB > 0 ? load.memoryMB / load.maxMemoryMB : 0;
    const current = Math.min(this.loadedTo, this.most());
    if (used >= 1) this.loadedTo = 1;
    else if (used >= memoryShare || load.lagMs > busyLagMs) this.loadedTo = Math.max(1, current - 1);
    else if (this.loadedTo < Infinity)
      this.loadedTo = this.loadedTo + 1 >= this.most() ? Infinity : this.loadedTo + 1;
    else return;
    this.overMemory = used >= memoryShare;
    this.loadAt = now;
    this.tell();
  }

  /** Why fewer work than configured; undefined when all may. */
  why(): 'throttled' | 'memory' | undefined {
    if (this.effective() >= this.most()) return undefined;
    return this.limits.adaptive && this.throttledTo <= this.loadedTo ? 'throttled' : 'memory';
  }

  /** Called after `effective()` has changed; the result unsubscribes. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private most(): number {
    return this.limits.parallel ? Math.max(1, this.limits.workers) : 1;
  }

  /** Low memory counts even with `adaptive` off. */
  private memoryOnly(): number {
    return this.overMemory ? this.loadedTo : Infinity;
  }

  private tell(): void {
    const now = this.effective();
    if (now === this.told) return;
    this.told = now;
    for (const listener of [...this.listeners]) listener();
  }
}
