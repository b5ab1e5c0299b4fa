/**
 * The starts of one quota since 00:00 UTC, by the wall clock: a daily limit is reset then, however long the
 * machine slept.
 */
import { dayMs, type QuotaTime } from './quotaClock';

export class DayCount {
  private day = 0;
  private count = 0;

  constructor(private readonly time: QuotaTime) {}

  get used(): number {
    return this.day === this.today() ? this.count : 0;
  }

  /** The next 00:00 UTC, epoch ms. */
  get midnightWall(): number {
    return (this.today() + 1) * dayMs;
  }

  /** Counts starts of today; negative: they were not made. */
  add(by: number): void {
    const today = this.today();
    if (this.day !== today) {
      this.day = today;
      this.count = 0;
    }
    this.count = Math.max(0, this.count + by);
  }

  /** Counts a start at `wall` (epoch ms), unless it was made before today. */
  addAt(wall: number, by: number): void {
    if (Math.floor(wall / dayMs) >= this.today()) this.add(by);
  }

  private today(): number {
    return Math.floor(this.time.wall() / dayMs);
  }
}
