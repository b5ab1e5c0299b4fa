/**
 * List links that expand into their entries, beside the workers: the first entries start before the last
 * one is known, and reading a list never occupies a worker.
 */
import type { NewJob } from '../../model/events';
import { failure, FailureError, toFailure } from '../../model/failure';
import { fitFailure, fitMeta, fitText, isFitLink, longestMessage } from '../../model/fit';
import type { Failure } from '../../model/failure';
import type { QuotaName } from '../../model/quotaNames';
import type { Settings } from '../../model/settings';
import type { ExpandRequest, ListItem } from '../../model/source';
import { isSetAside } from '../state/deaths';
import { triesOf } from '../state/memory';
import type { JobState } from '../state/reducer';
import type { AfterFailure, Next } from './afterFailure';
import { brokenOff, graceMs } from './attempt';
import type { BatchCore } from './context';
import type { JobUnderWay } from './jobUnderWay';
import { setAside } from './transitions';
import { Rank } from '../pool/queue';
import type { ServiceHealth } from './serviceHealth';

/** Lists that are read at the same time. */
const together = 2;
/** Entries are added in groups of this size, or after this time; the very first one at once. */
const lotSize = 100;
const lotMs = 200;

/** One try at a list. */
interface Reading {
  readonly index: number;
  readonly job: JobState;
  readonly live: JobUnderWay;
  readonly settings: Settings;
  /** When it began, monotonic. */
  readonly from: number;
  /** When its last request was let out, epoch ms. */
  since: number | undefined;
  /** Entries so far. */
  entries: number;
  requests: number;
}

type Later = Extract<Next, { readonly goesOn: true }>;

/** A list's wait for another try. */
interface Delayed {
  readonly cancel: () => void;
  /** What it waits for; empty: only for its own delay. */
  readonly quotas: readonly QuotaName[];
}

export class ListReader {
  private readonly waiting: number[] = [];
  private readonly reading = new Map<number, AbortController>();
  /** Lists that wait for another try. */
  private readonly delayed = new Map<number, Delayed>();
  /** Lists that wait for a start of these quotas. */
  private readonly acquiring = new Map<number, readonly QuotaName[]>();
  private known: Set<string> | undefined;
  found = 0;

  constructor(
    private readonly core: BatchCore,
    /** A failed list is treated like a failed video. */
    private readonly flow: { readonly after: AfterFailure; readonly reach: ServiceHealth },
    private readonly add: (jobs: readonly NewJob[]) => Promise<void>,
  ) {}

  get active(): number {
    return this.reading.size;
  }

  get idle(): boolean {
    return this.reading.size === 0 && this.waiting.length === 0 && this.delayed.size === 0;
  }

  /** For each list the quotas it waits for; none while one is being read, or only waits for its own delay. */
  get waitsFor(): readonly (readonly QuotaName[])[] {
    const delayed = [...this.delayed.values()].map(({ quotas }) => quotas);
    const isBusy = this.reading.size > this.acquiring.size;
    return isBusy ? [] : [...this.acquiring.values(), ...delayed].filter((quotas) => quotas.length > 0);
  }

  /** What waits for a quota that is open by now, because the user has asked for a try, waits no longer. */
  hurry(): void {
    const { core } = this;
    for (const [index, { cancel, quotas }] of this.delayed)
      if (quotas.length > 0 && core.shared.limiter.readyAt(quotas) <= core.now) {
        cancel();
        this.delayed.delete(index);
        this.enter(index);
      }
    this.wake();
  }

  remove(index: number): void {
    const at = this.waiting.indexOf(index);
    if (at >= 0) this.waiting.splice(at, 1);
    this.delayed.get(index)?.cancel();
    this.delayed.delete(index);
    this.reading.get(index)?.abort();
  }

  abort(): void {
    for (const controller of this.reading.values()) controller.abort();
  }

  /** A list link was added; it is read when its turn comes. */
  enter(index: number): void {
    if (!this.waiting.includes(index) && !this.reading.has(index)) this.waiting.push(index);
  }

  wake(): void {
    while (this.core.phase === 'running' && this.reading.size < together) {
      const index = this.waiting.shift();
      if (index === undefined) return;
      void this.read(index);
    }
  }

  private async read(index: number): Promise<void> {
    const { core } = this;
    const { clock, expander } = core.shared.parts;
    const job = core.job(index);
    const live = core.live(index);
    // What has just left its worker is pending only once that event is folded.
    if (!job || !live || (job.status !== 'pending' && job.status !== 'running')) return;
    if (isSetAside(job)) {
      core.end(index, { status: 'failed', failure: setAside(), seconds: 0, requests: 0 });
      return;
    }
    const controller = new AbortController();
    this.reading.set(index, controller);
    const { memory } = live;
    const tries = triesOf(memory, undefined);
    const from = clock.monotonic();
    const { settings } = core;
    const reading: Reading = { index, job, live, settings, from, since: undefined, entries: 0, requests: 0 };
    core.emit({ type: 'job-started', at: core.now, job: index, worker: 0, attempt: memory.failedTries + 1 });
    core.emit({ type: 'stage', at: core.now, job: index, stage: 'expanding' });
    const quotas = new Set<QuotaName>();
    const request: ExpandRequest = {
      link: job.link,
      settings,
      signal: controller.signal,
      identity: `${job.link.id}-${tries.all}`,
      sent: () => (reading.requests += 1),
      permit: async (names) => {
        const [service] = names;
        if (quotas.size === 0 && service !== undefined) core.shared.budgets.of(service).sent();
        for (const name of names) quotas.add(name);
        this.acquiring.set(index, names);
        try {
          return await core.shared.limiter.acquire(names, controller.signal);
        } finally {
          this.acquiring.delete(index);
          reading.since = core.now;
        }
      },
      note: (text) => core.note(index, fitText(text, longestMessage)),
    };
    try {
      await core.underWay.begun(index);
      await this.handOn(reading, expander.expand(request), controller.signal);
      const { entries } = reading;
      this.flow.reach.reached(index, [...quotas]);
      core.shared.governor.succeeded();
      core.shared.budgets.answered([...quotas]);
      core.end(index, { status: 'expanded', entries });
    } catch (error) {
      if (controller.signal.aborted) this.aborted(index);
      else if (job.link.kind !== 'list' && reading.entries === 0) this.isNone(reading);
      else await this.failed(reading, toFailure(error), [...quotas]);
    } finally {
      this.reading.delete(index);
      core.underWay.ended(index);
      this.wake();
      core.onMoved();
    }
  }

  /** Not a list after all: the job ends as one that no source reads. */
  private isNone({ index, live }: Reading): void {
    const { core } = this;
    live.isNoList = true;
    core.emit({ type: 'job-left', at: core.now, job: index });
    core.enqueue(index, Rank.front);
  }

  private aborted(index: number): void {
    const { core } = this;
    core.parking.probeLost(index);
    core.emit({ type: 'job-left', at: core.now, job: index });
    if (core.job(index)?.status !== 'skipped' && core.phase !== 'running') this.enter(index);
  }

  /**
   * Adds entries as they arrive; those already received do not wait for the rest of a slow list. Throws
   * what the list throws, and `cancelled` when it does not end after an abort.
   */
  private async handOn(reading: Reading, items: AsyncIterable<ListItem>, signal: AbortSignal): Promise<void> {
    const { clock } = this.core.shared.parts;
    const { index } = reading;
    let lot: NewJob[] = [];
    let handed: Promise<void> = Promise.resolve();
    let cancel: (() => void) | undefined;
    const hand = (): void => {
      cancel?.();
      cancel = undefined;
      if (lot.length === 0) return;
      handed = this.add(lot);
      // Awaited below, where its errors are handled.
      handed.catch(() => undefined);
      lot = [];
    };
    const iterator = items[Symbol.asyncIterator]();
    const abandoned = this.abandoned(signal);
    try {
      for (;;) {
        const next = await Promise.race([iterator.next(), abandoned.promise]);
        if (next.done === true) break;
        const { link, meta } = next.value;
        reading.entries += 1;
        this.found += 1;
        if (!isFitLink(link) || !this.isNew(link.id)) continue;
        const redo = this.core.job(index)?.redo === true;
        lot.push({ link, meta: fitMeta(meta), parent: index, ...(redo ? { redo } : {}) });
        if (reading.entries === 1 || lot.length >= lotSize) {
          hand();
          await handed;
        } else cancel ??= clock.after(lotMs, hand);
      }
      hand();
      await handed;
    } catch (error) {
      hand();
      // Not awaited, because it may be the part that does not end. It stops at its next step.
      iterator.return?.().catch(() => undefined);
      throw error;
    } finally {
      abandoned.end();
      cancel?.();
    }
  }

  private abandoned(signal: AbortSignal): { readonly promise: Promise<never>; readonly end: () => void } {
    let cancel: (() => void) | undefined;
    let onAbort: () => void = () => undefined;
    const promise = new Promise<never>((_resolve, reject) => {
      onAbort = () => {
        cancel = this.core.shared.parts.clock.after(graceMs, () =>
          reject(new FailureError(failure('cancelled', 'The list did not end when it was told to.'))),
        );
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
    promise.catch(() => undefined);
    return {
      promise,
      end: () => {
        signal.removeEventListener('abort', onAbort);
        cancel?.();
      },
    };
  }

  private async failed(reading: Reading, fail: Failure, quotas: readonly QuotaName[]): Promise<void> {
    const { core } = this;
    const { index, job, live, settings, from, since, requests } = reading;
    const { clock, log } = core.shared.parts;
    const seconds = (clock.monotonic() - from) / 1_000;
    try {
      const next = await this.flow.after.follow(
        { index, job, live, settings, quotas, seconds, requests, since },
        { failure: brokenOff(fail) ?? fitFailure(fail) },
      );
      if (next.goesOn) this.later(index, next, quotas);
    } catch (error) {
      log.write('error', toFailure(error).message, index);
    }
  }

  /**
   * Waits beside the workers, a retry also for the budget of its service; a quota without a known opening time is
   * waited for when it is acquired.
   */
  private later(index: number, next: Later, asked: readonly QuotaName[]): void {
    const { core } = this;
    const { limiter } = core.shared;
    const quotas = next.at === undefined ? asked : [];
    const at = next.at ?? limiter.readyAt(quotas);
    const until = at === Infinity ? core.now : at;
    const service = next.retryOf;
    const why = quotas.length === 0 ? undefined : limiter.why(quotas);
    core.emit({ type: 'job-left', at: core.now, job: index });
    core.emit({ type: 'wait', at: core.now, job: index, wait: why ?? { for: 'retry', until } });
    const wait = (untilAt: number): void => {
      const cancel = core.shared.parts.clock.after(untilAt - core.now, () => {
        const budget = service === undefined ? undefined : core.shared.budgets.of(service);
        if (budget?.take() === false) {
          wait(budget.readyAt());
          return;
        }
        this.delayed.delete(index);
        this.enter(index);
        this.wake();
      });
      this.delayed.set(index, { cancel, quotas });
    };
    wait(until);
  }

  /** The same video twice, also from two lists, is one job. */
  private isNew(id: string): boolean {
    this.known ??= new Set(this.core.state.jobs.map((job) => job.link.id));
    if (this.known.has(id)) return false;
    this.known.add(id);
    return true;
  }
}
