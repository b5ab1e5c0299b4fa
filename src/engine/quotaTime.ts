/**
 * The time that windows are measured in: reads like wall time, but runs with the machine's monotonic clock,
 * so that a corrected date or a laptop's sleep never makes a start look older than it is. While the machine
 * sleeps it may stand still; then windows are a little too careful, never too generous.
 */
import type { Clock } from '../model/ports';

export const dayMs = 86_400_000;

export class QuotaTime {
  readonly #zero: number;
  /** The greatest difference between this time and the wall clock since `checked`. */
  #mostAhead = -Infinity;
  #lowestWall = Infinity;

  constructor(private readonly clock: Clock) {
    this.#zero = clock.now() - clock.monotonic();
  }

  now(): number {
    const now = this.#zero + this.clock.monotonic();
    const wall = this.clock.now();
    this.#mostAhead = Math.max(this.#mostAhead, now - wall);
    this.#lowestWall = Math.min(this.#lowestWall, wall);
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
   * The latest this time can have been when another process read `wall` from the clock, since `checked`:
   * if the clock was put forward meanwhile, that may have been before it or after.
   */
  latestFromWall(wall: number): number {
    const now = this.now();
    return Math.min(now, wall + this.#mostAhead);
  }
  /** The earliest wall time that the clock has shown since `checked`. */
  get lowestWall(): number {
    return this.#lowestWall;
  }
  checked(): void {
    this.#mostAhead = -Infinity;
    this.#lowestWall = Infinity;
    this.now();
  }
}
