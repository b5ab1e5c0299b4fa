/**
 * The time that windows are measured in: reads like wall time, but runs with the machine's monotonic clock,
 * so that a corrected date or a laptop's sleep never makes a start look older than it is. While the machine
 * sleeps it may stand still; then windows are a little too careful, never too generous.
 */
import type { Clock } from '../model/ports';

export const dayMs = 86_400_000;

export class QuotaTime {
  readonly #zero: number;

  constructor(private readonly clock: Clock) {
    this.#zero = clock.now() - clock.monotonic();
  }

  now(): number {
    return this.#zero + this.clock.monotonic();
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
}
