/** Cuts long work into slices, so that the host never stands still: after a few milliseconds others get their turn. */
import type { Clock } from '../../model/ports';

const sliceMs = 12;

export class Slices {
  private startedAt: number;

  constructor(private readonly clock: Clock) {
    this.startedAt = clock.monotonic();
  }

  /** Whether this slice has lasted long enough. */
  due(): boolean {
    return this.clock.monotonic() - this.startedAt >= sliceMs;
  }

  /** Lets everything else run that is ready, then begins a new slice. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.clock.after(0, resolve);
    });
    this.startedAt = this.clock.monotonic();
  }
}
