/** A true sliding window, as strict services count: a maximum in any period of the window's length. */
export class SlidingWindow {
  private readonly starts: number[] = [];
  private first = 0;

  constructor(
    private readonly count: number,
    private readonly windowMs: number,
  ) {}

  /** Takes a place at `now` (ms); false when there is none. Refused ones are not counted. */
  take(now: number): boolean {
    this.forget(now);
    if (this.starts.length - this.first >= this.count) return false;
    this.starts.push(now);
    return true;
  }

  /** When the next place is free. */
  nextAt(now: number): number {
    this.forget(now);
    if (this.starts.length - this.first < this.count) return now;
    return (this.starts[this.starts.length - this.count] ?? now) + this.windowMs;
  }

  private forget(now: number): void {
    while (this.first < this.starts.length && (this.starts[this.first] ?? 0) <= now - this.windowMs)
      this.first++;
    if (this.first > 10_000) (this.starts.splice(0, this.first), (this.first = 0));
  }
}
