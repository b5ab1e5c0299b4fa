/**
 * List links that turn into their entries, beside the workers: the first entries start before the last one
 * is known, and a single worker is never taken up by reading a list.
 */
import type { NewJob } from '../model/events';
import { nextMoveOf, toFailure } from '../model/failure';
import type { BatchCore } from './batchCore';
import { retryDelayMs } from './retryPolicy';

/** Lists that are read at the same time. */
const together = 2;
/** Entries are handed on in lots of this size, or after this time. */
const lotSize = 100;
const lotMs = 200;

export class Expansions {
  private readonly waiting: number[] = [];
  private readonly reading = new Map<number, AbortController>();
  private delayed = 0;
  private known: Set<string> | undefined;
  found = 0;

  constructor(
    private readonly core: BatchCore,
    private readonly add: (jobs: readonly NewJob[]) => Promise<void>,
  ) {}

  get active(): number {
    return this.reading.size;
  }

  get idle(): boolean {
    return this.reading.size === 0 && this.waiting.length === 0 && this.delayed === 0;
  }

  remove(index: number): void {
    const at = this.waiting.indexOf(index);
    if (at >= 0) this.waiting.splice(at, 1);
    this.reading.get(index)?.abort();
  }

  abort(): void {
    for (const controller of this.reading.values()) controller.abort();
  }

  /** A list link has come; it is read when its turn comes. */
  enter(index: number): void {
    if (!this.waiting.includes(index) && !this.reading.has(index)) this.waiting.push(index);
  }

  wake(): void {
    while (this.core.phase === 'running' && this.reading.size < together) {
      const index = this.waiting.shift();
      if (index === undefined) return;
      void this.read(index, 1);
    }
  }

  private async read(index: number, attempt: number): Promise<void> {
    const { core } = this;
    const { clock, expander, random } = core.shared.parts;
    const job = core.job(index);
    if (job?.status !== 'pending') return;
    const controller = new AbortController();
    this.reading.set(index, controller);
    const from = clock.monotonic();
    core.emit({ type: 'job-started', at: core.now, job: index, worker: 0, attempt });
    core.emit({ type: 'stage', at: core.now, job: index, stage: 'expanding' });
    let requests = 0;
    let entries = 0;
    let lot: NewJob[] = [];
    let lotAt = from;
    const hand = async (): Promise<void> => {
      const jobs = lot;
      lot = [];
      lotAt = clock.monotonic();
      if (jobs.length > 0) await this.add(jobs);
    };
    try {
      const items = expander.expand({
        link: job.link,
        settings: core.settings,
        signal: controller.signal,
        identity: `${job.link.id}-${attempt}`,
        sent: () => (requests += 1),
        permit: (quotas) => core.shared.limiter.acquire(quotas, controller.signal),
      });
      for await (const item of items) {
        entries += 1;
        this.found += 1;
        if (this.isNew(item.link.id)) lot.push({ link: item.link, meta: item.meta, parent: index });
        if (lot.length >= lotSize || clock.monotonic() - lotAt >= lotMs) await hand();
      }
      await hand();
      core.end(index, { status: 'expanded', entries });
    } catch (error) {
      const fail = toFailure(error);
      if (controller.signal.aborted) {
        core.emit({ type: 'job-left', at: core.now, job: index });
        if (core.job(index)?.status !== 'skipped' && core.phase !== 'running') this.enter(index);
      } else if (nextMoveOf[fail.code] === 'retry' && attempt <= core.settings.retries) {
        core.emit({ type: 'job-left', at: core.now, job: index });
        this.delayed += 1;
        clock.after(retryDelayMs(attempt, fail, random), () => {
          this.delayed -= 1;
          if (core.phase === 'running') void this.read(index, attempt + 1);
          else this.enter(index);
        });
      } else {
        const seconds = (clock.monotonic() - from) / 1000;
        core.end(index, { status: 'failed', failure: fail, seconds, requests });
      }
    } finally {
      this.reading.delete(index);
      this.wake();
      core.onMoved();
    }
  }

  /** The same video twice, also from two lists, is one job. */
  private isNew(id: string): boolean {
    this.known ??= new Set(this.core.state.jobs.map((job) => job.link.id));
    if (this.known.has(id)) return false;
    this.known.add(id);
    return true;
  }
}
