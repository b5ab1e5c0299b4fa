/**
 * Cuts long work into slices, so that the host stays responsive: after a few milliseconds other work gets
 * its turn.
 */
import type { Clock } from '../../model/ports';

const sliceMs = 12;

export class Slices {
  private startedAt: number;

  constructor(private readonly clock: Clock) {
    this.startedAt = clock.monotonic();
  }

  /** Whether this slice has used up its time. */
  due(): boolean {
    return this.clock.monotonic() - this.startedAt >= sliceMs;
  }

  /** Lets all other pending work run, then begins a new slice. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.clock.after(0, resolve);
    });
    this.startedAt = this.clock.monotonic();
  }
}
