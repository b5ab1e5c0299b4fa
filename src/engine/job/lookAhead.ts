/**
 * Finds out the lengths of videos a little ahead of the workers, where the order depends on length and the
 * list did not give it. A look uses the start that its video needs anyway: the video's own attempt reuses
 * it and sends only the rest of its requests, so looking costs no start and the pace stays the same.
 */
import { toFailure } from '../../model/failure';
import { sameQuotas } from '../../model/quotaNames';
import type { QuotaName } from '../../model/quotaNames';
import type { Permit, Source } from '../../model/source';
import { Abortion } from './abortion';
import { Attempt } from './attempt';
import type { BatchCore } from './context';
import type { JobState } from '../state/reducer';

/** Looks that have not been used yet, at most: enough to choose from, few enough that no answer expires. */
const mostAhead = 50;
/** A source keeps its answer for half an hour; ours must be used before that. */
const rideMs = 25 * 60_000;
/** After this many looks in a row without a result, looking pauses: a service has a problem. */
const mostInVain = 5;
const restMs = 5 * 60_000;
/** Jobs skipped in one go while searching for the next one. */
const searchSpan = 2_000;

interface Choice {
  readonly index: number;
  readonly job: JobState;
  readonly source: Source;
  readonly quotas: readonly QuotaName[];
}

export class LookAhead {
  private readonly looking = new Map<number, Abortion>();
  /** Looked at, and waiting for their worker. */
  private readonly ahead = new Set<number>();
  private readonly seen = new Set<number>();
  /** Where the search continues. */
  private cursor = 0;
  private inVain = 0;
  private restsUntil = -Infinity;
  private planned = false;

  constructor(private readonly core: BatchCore) {}

  get active(): number {
    return this.looking.size;
  }

  /** Aborts the looks that are running. */
  abort(): void {
    for (const abortion of this.looking.values()) abortion.abort();
  }

  /** The order or the sources changed: all waiting jobs are searched again. */
  again(): void {
    this.cursor = 0;
    this.inVain = 0;
    this.restsUntil = -Infinity;
  }

  /** Call when a job has got its worker, or has ended. */
  left(index: number): void {
    this.ahead.delete(index);
  }

  /** Looks when the jobs that start now have taken their starts. */
  soon(): void {
    if (this.planned || this.core.settings.order === 'list') return;
    this.planned = true;
    this.core.shared.parts.clock.after(0, () => {
      this.planned = false;
      this.wake();
    });
  }

  /** Call when something has started or ended. Cheap when there is nothing to do. */
  wake(): void {
    const { core } = this;
    if (core.settings.order === 'list' || core.phase !== 'running' || !core.sources) return;
    // First results come first: no looks before the workers are busy.
    if (core.running.size === 0 || core.shared.parts.clock.monotonic() < this.restsUntil) return;
    const most = Math.max(1, Math.ceil(core.shared.pool.capacity / 2));
    while (this.looking.size < most && this.ahead.size + this.looking.size < mostAhead) {
      const choice = this.choose();
      if (!choice) return;
      void this.look(choice);
    }
  }

  private choose(): Choice | undefined {
    const { core } = this;
    for (const index of core.state.next) {
      const choice = this.seen.has(index) ? undefined : this.choiceOf(index);
      if (choice) return choice;
    }
    const end = Math.min(core.state.jobs.length, this.cursor + searchSpan);
    while (this.cursor < end) {
      const choice = this.choiceOf(this.cursor);
      this.cursor += 1;
      if (choice) return choice;
    }
    return undefined;
  }

  private choiceOf(index: number): Choice | undefined {
    const { core } = this;
    const job = core.job(index);
    if (!job || job.meta.duration !== undefined || this.looking.has(index) || this.ahead.has(index))
      return undefined;
    // It waits for its turn, not for the check whether it is done already.
    if (!core.queue.subqueueOf(index) || core.toCheck.has(index)) return undefined;
    const live = core.live(index);
    const source = core.chain(job.link, live)[0];
    if (!source?.describe || live?.unwritten || live?.paid) return undefined;
    return { index, job, source, quotas: source.quotas(job.link, core.settings) };
  }

  private async look({ index, job, source, quotas }: Choice): Promise<void> {
    const { core } = this;
    const { limiter, parts } = core.shared;
    const abortion = new Abortion();
    this.looking.set(index, abortion);
    this.seen.add(index);
    let permit: Permit | undefined;
    try {
      permit = await limiter.acquire(quotas, abortion.signal);
      // A worker took it while the look waited for its start: that start goes to another video.
      const chosen = core.queue.subqueueOf(index) ? { index, job } : this.other(source, quotas);
      if (!chosen) return;
      if (chosen.index !== index) {
        this.looking.delete(index);
        this.seen.delete(index);
        this.looking.set(chosen.index, abortion);
        this.seen.add(chosen.index);
      }
      for (const name of quotas) core.startsOf.set(name, (core.startsOf.get(name) ?? 0) + 1);
      await this.ask(chosen.index, chosen.job, source, permit, abortion);
    } catch (error) {
      if (toFailure(error).code !== 'cancelled')
        parts.log.write('debug', `Look-ahead: ${toFailure(error).message}`, index);
    } finally {
      permit?.release();
      for (const [at, own] of this.looking) if (own === abortion) this.looking.delete(at);
      core.onMoved();
    }
  }

  private other(source: Source, quotas: readonly QuotaName[]): Pick<Choice, 'index' | 'job'> | undefined {
    const choice = this.choose();
    return choice?.source === source && sameQuotas(choice.quotas, quotas) ? choice : undefined;
  }

  private async ask(
    index: number,
    job: JobState,
    source: Source,
    permit: Permit,
    abortion: Abortion,
  ): Promise<void> {
    const { core } = this;
    const { clock, files } = core.shared.parts;
    const attempt = new Attempt(
      source.id,
      {
        link: job.link,
        settings: core.settings,
        meta: job.meta,
        identity: `${job.link.id}-0`,
      },
      {
        stage: () => undefined,
        left: () => undefined,
        learn: () => undefined,
        note: () => undefined,
        outForAll: () => undefined,
        room: () => Promise.resolve(() => undefined),
        outOfChain: () => undefined,
        consent: () => Promise.resolve(false),
        intent: () => Promise.reject(new Error('A look pays for nothing.')),
        requestId: () => Promise.resolve(),
        permit: (names, signal) => core.shared.limiter.acquire(names, signal),
      },
      clock,
      files,
      abortion,
    );
    if (abortion.signal.aborted) return;
    // The job must not start meanwhile: that would send the same request twice.
    core.queue.delay(index, core.now + core.settings.requestTimeout * 1_000);
    const { meta, requests } = await attempt.describe(source, permit);
    const live = core.live(index);
    if (live) live.looked = (live.looked ?? 0) + requests;
    if (!core.queue.has(index)) return;
    if (meta && live) {
      live.ride = { source: source.id, until: core.now + rideMs };
      this.ahead.add(index);
      core.emit({ type: 'job-learnt', at: core.now, job: index, meta });
    }
    core.enqueue(index);
    if (!abortion.aborted) this.count(meta !== undefined);
  }

  private count(told: boolean): void {
    this.inVain = told ? 0 : this.inVain + 1;
    if (this.inVain < mostInVain) return;
    this.inVain = 0;
    this.restsUntil = this.core.shared.parts.clock.monotonic() + restMs;
  }
}
