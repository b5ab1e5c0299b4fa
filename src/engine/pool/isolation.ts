/**
 * Keeps a job that may have ended the process apart from all others, in every batch: when the process dies again, it
 * is known which job did it. Where a job takes long, because a service or a program works for it, others may join.
 */
import type { Clock } from '../../model/ports';

/** A job that ends its process does so soon after its answer is there; after this long others start beside it, ms. */
const apartMs = 15_000;

export class Isolation {
  /** Jobs that run, by their worker's record → since when, monotonic. */
  private readonly running = new Map<object, { readonly since: number; readonly suspect: boolean }>();
  private suspects = 0;
  private refused = false;

  constructor(private readonly clock: Clock) {}

  started(job: object, suspect: boolean): void {
    this.running.set(job, { since: this.clock.monotonic(), suspect });
    if (suspect) this.suspects += 1;
  }

  ended(job: object): void {
    if (this.running.get(job)?.suspect === true) this.suspects -= 1;
    this.running.delete(job);
  }

  /** Whether a job may start beside those that run. */
  mayStart(suspect: boolean): boolean {
    this.refused = (suspect || this.suspects > 0) && this.apartUntil(suspect) > this.clock.monotonic();
    return !this.refused;
  }

  /** When what was refused may start, epoch ms; Infinity: nothing was. */
  readyAt(now: number): number {
    return this.refused ? now + Math.max(0, this.apartUntil(true) - this.clock.monotonic()) : Infinity;
  }

  private apartUntil(suspect: boolean): number {
    let until = -Infinity;
    for (const one of this.running.values())
      if (suspect || one.suspect) until = Math.max(until, one.since + apartMs);
    return until;
  }
}
