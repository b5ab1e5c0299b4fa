/**
 * Counts the parked jobs as they change: by what the user must agree to, and by cause. There can be 100,000 of
 * them, and the sentence under the bar asks every second.
 */
import { AskedSums, type Asked } from '../../src/engine/state/asked';
import type { JobState } from '../../src/engine/state/reducer';
import type { Failure, FailureCode } from '../../src/model/failure';
import type { Link } from '../../src/model/link';
import type { Quote } from '../../src/model/source';
import type { SourceId } from '../../src/model/transcript';

/** Jobs parked for one cause; failure, source and link are those of one of them. */
export interface Cause {
  readonly code: FailureCode;
  readonly failure: Failure;
  readonly source: SourceId | undefined;
  readonly link: Link;
  count: number;
}

interface Parked {
  readonly consent?: Quote;
  readonly failure?: Failure;
  readonly until?: number;
}

export class ParkedJobs {
  private readonly jobs = new Map<number, Parked>();
  private readonly sums = new AskedSums();
  private readonly causes = new Map<FailureCode, Cause>();
  private earliest: number | undefined;
  private untilKnown = true;
  /** When the first of them was parked, epoch ms. */
  since: number | undefined;

  get count(): number {
    return this.jobs.size;
  }

  /** What waits for an OK, the service with the most videos first. */
  get asked(): readonly Asked[] {
    return [...this.sums.all].sort((a, b) => b.count - a.count);
  }

  /** What parks most of the others. */
  get mainCause(): Cause | undefined {
    let main: Cause | undefined;
    for (const cause of this.causes.values()) if (cause.count > (main?.count ?? 0)) main = cause;
    return main;
  }

  /** How many wait for something other than an OK. */
  get waiting(): number {
    let count = 0;
    for (const cause of this.causes.values()) count += cause.count;
    return count;
  }

  /** When the first of them is tried again, epoch ms. */
  get until(): number | undefined {
    if (!this.untilKnown) {
      this.earliest = undefined;
      for (const { until } of this.jobs.values()) this.soonest(until);
      this.untilKnown = true;
    }
    return this.earliest;
  }

  /** When all that is parked is tried again without the user; undefined while some of it needs an OK or a next step. */
  get triesAt(): number | undefined {
    return this.sums.all.length > 0 ? undefined : this.until;
  }

  clear(): void {
    this.jobs.clear();
    this.sums.clear();
    this.causes.clear();
    this.earliest = this.since = undefined;
    this.untilKnown = true;
  }

  /** Counts a job by its present state. */
  see(job: JobState): void {
    this.remove(job.index);
    if (job.status === 'parked') this.add(job);
  }

  private add(job: JobState): void {
    const { consent, failure } = job;
    const until = consent ? undefined : job.parkedUntil;
    this.jobs.set(job.index, {
      ...(consent ? { consent } : {}),
      ...(failure ? { failure } : {}),
      ...(until === undefined ? {} : { until }),
    });
    if (job.endedAt !== undefined) this.since = Math.min(this.since ?? Infinity, job.endedAt);
    this.soonest(until);
    if (consent) this.sums.add(consent);
    else if (failure) {
      const { code } = failure;
      const { source, link } = job;
      const cause = this.causes.get(code) ?? { code, failure, source, link, count: 0 };
      this.causes.set(code, cause);
      cause.count += 1;
    }
  }

  private remove(index: number): void {
    const parked = this.jobs.get(index);
    if (!parked) return;
    this.jobs.delete(index);
    if (this.jobs.size === 0) {
      this.clear();
      return;
    }
    if (parked.until !== undefined && parked.until === this.earliest) this.untilKnown = false;
    if (parked.consent) this.sums.remove(parked.consent);
    else if (parked.failure) {
      const cause = this.causes.get(parked.failure.code);
      if (cause) cause.count -= 1;
      if (cause?.count === 0) this.causes.delete(parked.failure.code);
    }
  }

  private soonest(until: number | undefined): void {
    if (until !== undefined) this.earliest = Math.min(this.earliest ?? Infinity, until);
  }
}
