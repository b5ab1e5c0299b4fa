/**
 * The time that windows are measured in: reads like wall time, but runs with the machine's monotonic clock,
 * so that a corrected date or a laptop's sleep never makes a start look older than it is. While the machine
 * sleeps it may stand still; then windows are a little too careful, never too generous.
 */
import type { Clock } from '../../model/ports';

export const dayMs = 86_400_000;

/** What the wall clock has shown over a time. */
interface Shown {
  /** The greatest difference between this time and the wall clock. */
  mostAhead: number;
  lowestWall: number;
}

export class QuotaTime {
  readonly #zero: number;
  /** Until the check that is under way, from the last one on. */
  #before = nothingShown();
  #since = nothingShown();

  constructor(private readonly clock: Clock) {
    this.#zero = clock.now() - clock.monotonic();
  }

  now(): number {
    const now = this.#zero + this.clock.monotonic();
    look(this.#since, now - this.clock.now(), this.clock.now());
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
   * The latest this time can have been when another process read `wall` from the clock, since the last check
   * began: if the clock was put forward meanwhile, that may have been before it or after.
   */
  latestFromWall(wall: number): number {
    const now = this.now();
    return Math.min(now, wall + Math.max(this.#before.mostAhead, this.#since.mostAhead));
  }
  /** The earliest wall time that the clock has shown since the last check began. */
  get lowestWall(): number {
    return Math.min(this.#before.lowestWall, this.#since.lowestWall);
  }
  /** Others' records are about to be looked at. What they write meanwhile is the next check's. */
  checking(): void {
    look(this.#before, this.#since.mostAhead, this.#since.lowestWall);
    this.#since = nothingShown();
    this.now();
  }
  /** The check that began last has seen all there was when it began. */
  checked(): void {
    this.#before = nothingShown();
  }
}

function nothingShown(): Shown {
  return { mostAhead: -Infinity, lowestWall: Infinity };
}

function look(shown: Shown, ahead: number, wall: number): void {
  shown.mostAhead = Math.max(shown.mostAhead, ahead);
  shown.lowestWall = Math.min(shown.lowestWall, wall);
}
