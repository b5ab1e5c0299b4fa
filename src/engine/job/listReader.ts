/**
 * List links that turn into their entries, beside the workers: the first entries start before the last one
 * is known, and a single worker is never taken up by reading a list.
 */
import type { NewJob } from '../../model/events';
import { failure, FailureError, nextMoveOf, toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { ExpandRequest, ListItem } from '../../model/source';
import { graceMs } from './attempt';
import type { BatchCore } from './context';
import { needOf } from './chain';
import { retryDelayMs } from '../limits/retryPolicy';

/** Lists that are read at the same time. */
const together = 2;
/** Entries are handed on in lots of this size, or after this time; the very first one at once. */
const lotSize = 100;
const lotMs = 200;
/** A list that is throttled waits so long where nothing was said, and is parked after so many times in a row. */
const throttleMs = 60_000;
const mostThrottles = 50;

/** One list on its way, over all its tries. */
interface Reading {
  readonly index: number;
  /** Tries that count, this one included. */
  attempt: number;
  throttled: number;
  requests: number;
}

export class Expansions {
  private readonly waiting: number[] = [];
  private readonly reading = new Map<number, AbortController>();
  /** Lists that wait for another try, with how to end the wait. */
  private readonly delayed = new Map<number, () => void>();
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
    return this.reading.size === 0 && this.waiting.length === 0 && this.delayed.size === 0;
  }

  remove(index: number): void {
    const at = this.waiting.indexOf(index);
    if (at >= 0) this.waiting.splice(at, 1);
    this.delayed.get(index)?.();
    this.delayed.delete(index);
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
      void this.read({ index, attempt: 1, throttled: 0, requests: 0 });
    }
  }

  private async read(reading: Reading): Promise<void> {
    const { core } = this;
    const { index } = reading;
    const { clock, expander, log } = core.shared.parts;
    const job = core.job(index);
    if (job?.status !== 'pending') return;
    const controller = new AbortController();
    this.reading.set(index, controller);
    const from = clock.monotonic();
    core.emit({ type: 'job-started', at: core.now, job: index, worker: 0, attempt: reading.attempt });
    core.emit({ type: 'stage', at: core.now, job: index, stage: 'expanding' });
    const quotas = new Set<string>();
    const request: ExpandRequest = {
      link: job.link,
      settings: core.settings,
      signal: controller.signal,
      identity: `${job.link.id}-${reading.attempt + reading.throttled}`,
      sent: () => (reading.requests += 1),
      permit: async (names) => {
        for (const name of names) quotas.add(name);
        return core.shared.limiter.acquire(names, controller.signal);
      },
      note: (text) => log.write('info', text, index),
    };
    try {
      const entries = await this.handOn(index, expander.expand(request), controller.signal);
      this.reached(index, quotas);
      core.end(index, { status: 'expanded', entries });
    } catch (error) {
      const seconds = (clock.monotonic() - from) / 1_000;
      this.afterFailure(reading, toFailure(error), [...quotas], controller.signal.aborted, seconds);
    } finally {
      this.reading.delete(index);
      this.wake();
      core.onMoved();
    }
  }

  /**
   * Passes entries on as they come; a slow list keeps nobody waiting for those that it has told already.
   * Throws what the list throws, and `cancelled` when it does not end although it was told to.
   */
  private async handOn(index: number, items: AsyncIterable<ListItem>, signal: AbortSignal): Promise<number> {
    const { clock } = this.core.shared.parts;
    let entries = 0;
    let lot: NewJob[] = [];
    let handed: Promise<void> = Promise.resolve();
    let cancel: (() => void) | undefined;
    const hand = (): void => {
      cancel?.();
      cancel = undefined;
      if (lot.length === 0) return;
      handed = this.add(lot);
      // Waited for below; what goes wrong meanwhile is heard there.
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
        entries += 1;
        this.found += 1;
        if (!this.isNew(link.id)) continue;
        const redo = this.core.job(index)?.redo === true;
        lot.push({ link, meta, parent: index, ...(redo ? { redo } : {}) });
        if (entries === 1 || lot.length >= lotSize) {
          hand();
          await handed;
        } else cancel ??= clock.after(lotMs, hand);
      }
      hand();
      await handed;
      return entries;
    } catch (error) {
      hand();
      // Not waited for: it may be what does not end. It stops at its next step.
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

  private afterFailure(
    reading: Reading,
    fail: Failure,
    quotas: readonly string[],
    aborted: boolean,
    seconds: number,
  ): void {
    const { core } = this;
    const { index } = reading;
    const { shared } = core;
    const move = nextMoveOf[fail.code];
    const left = (): void => core.emit({ type: 'job-left', at: core.now, job: index });
    if (aborted) {
      left();
      if (core.job(index)?.status !== 'skipped' && core.phase !== 'running') this.enter(index);
    } else if (move === 'hold' && reading.throttled < mostThrottles) {
      left();
      reading.throttled += 1;
      for (const name of quotas)
        if (shared.limiter.readyAt([name]) <= core.now)
          shared.limiter.hold(name, fail.retryAfterMs ?? throttleMs);
      this.later(reading, fail.retryAfterMs ?? throttleMs);
    } else if (move === 'retry' && reading.attempt <= core.settings.retries) {
      left();
      const delay = retryDelayMs(reading.attempt, fail, shared.parts.random);
      reading.attempt += 1;
      this.later(reading, delay);
    } else if (move === 'breaker') {
      const name = quotas[0] ?? '';
      // A list has no other source to go to.
      const policy = core.settings.onBlocked === 'park' ? 'park' : 'wait';
      const verdict = shared.breakers.of(name).blocked(policy);
      for (const quota of quotas) shared.limiter.block(quota, verdict.until);
      core.parking.probeLost(index);
      if (verdict.move === 'park') this.park(index, fail, quotas, verdict.until);
      else {
        left();
        this.later(reading, verdict.until - core.now);
      }
    } else if (move === 'park' || move === 'hold') this.park(index, fail, quotas, undefined);
    else core.end(index, { status: 'failed', failure: fail, seconds, requests: reading.requests });
  }

  private park(index: number, fail: Failure, quotas: readonly string[], at: number | undefined): void {
    const { core } = this;
    const need = needOf(fail, undefined, quotas);
    const { until } = core.parking.close(need, fail, at);
    core.parking.add(need, index);
    core.end(index, { status: 'parked', failure: fail, until });
  }

  private later(reading: Reading, delayMs: number): void {
    const { core } = this;
    const { index } = reading;
    const until = core.now + delayMs;
    core.emit({ type: 'wait', at: core.now, job: index, wait: { for: 'retry', until } });
    const cancel = core.shared.parts.clock.after(delayMs, () => {
      this.delayed.delete(index);
      if (core.phase === 'running') void this.read(reading);
      else this.enter(index);
    });
    this.delayed.set(index, cancel);
  }

  /** The service has answered: what was shut because of it opens again. */
  private reached(index: number, quotas: ReadonlySet<string>): void {
    const { core } = this;
    const { breakers, limiter } = core.shared;
    const [name] = quotas;
    if (name !== undefined && breakers.known(name)?.succeeded() === true)
      for (const quota of quotas) limiter.unblock(quota);
    const freed = core.parking.mendedBy(index);
    if (freed.length === 0) return;
    const release = { type: 'job-control', at: core.now, jobs: freed, action: 'release' } as const;
    void core.lasting(release).catch(() => undefined);
  }

  /** The same video twice, also from two lists, is one job. */
  private isNew(id: string): boolean {
    this.known ??= new Set(this.core.state.jobs.map((job) => job.link.id));
    if (this.known.has(id)) return false;
    this.known.add(id);
    return true;
  }
}
