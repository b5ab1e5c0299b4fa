/**
 * The time that windows are measured in: set to wall time, but driven by the machine's monotonic clock, so
 * that a corrected date or a laptop's sleep never makes a start look older than it is. It may stop while
 * the machine sleeps; then windows are slightly too long, never too short.
 */
import type { Clock } from '../../model/ports';

export const dayMs = 86_400_000;

/** The range that the wall clock has shown over a period. */
interface Shown {
  /** Greatest difference between this time and the wall clock. */
  mostAhead: number;
  lowestWall: number;
}

export class QuotaTime {
  private readonly zero: number;
  /** From the last check on, until the current one. */
  private before = nothingShown();
  private since = nothingShown();

  constructor(private readonly clock: Clock) {
    this.zero = clock.now() - clock.monotonic();
  }

  now(): number {
    const now = this.zero + this.clock.monotonic();
    look(this.since, now - this.clock.now(), this.clock.now());
    return now;
  }
  wall(): number {
    return this.clock.now();
  }
  toWall(time: number): number {
    return time - this.now() + this.clock.now();
  }
  fromWall(wall: number): number {
    return wall - this.clock.now() + this.now();
  }

  /**
   * The latest value this time can have had when another process read `wall` from the clock, since the last
   * check began: if the clock was set forward meanwhile, that reading may be from before or after.
   */
  latestFromWall(wall: number): number {
    const now = this.now();
    return Math.min(now, wall + Math.max(this.before.mostAhead, this.since.mostAhead));
  }
  /** The earliest wall time that the clock has shown since the last check began. */
  get lowestWall(): number {
    return Math.min(this.before.lowestWall, this.since.lowestWall);
  }
  /** Call before the records of others are read. What they write meanwhile belongs to the next check. */
  checking(): void {
    look(this.before, this.since.mostAhead, this.since.lowestWall);
    this.since = nothingShown();
    this.now();
  }
  /** The last check has read everything that was there when it began. */
  checked(): void {
    this.before = nothingShown();
  }
}

function nothingShown(): Shown {
  return { mostAhead: -Infinity, lowestWall: Infinity };
}

function look(shown: Shown, ahead: number, wall: number): void {
  shown.mostAhead = Math.max(shown.mostAhead, ahead);
  shown.lowestWall = Math.min(shown.lowestWall, wall);
}
