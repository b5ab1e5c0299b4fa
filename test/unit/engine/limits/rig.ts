/** Rate limiters on a fake clock that share a folder in memory, as processes of one user share theirs. */
import assert from 'node:assert/strict';
import { RateLimiter } from '../../../../src/engine/limits/rateLimiter';
import type { PermitName } from '../../../../src/model/quotaNames';
import type { Settings } from '../../../../src/model/settings';
import { readSettings } from '../../../../src/model/settings';
import type { Permit } from '../../../../src/model/source';
import { FakeClock } from '../../../helpers/fakeClock';
import { MemoryFiles } from '../../../helpers/memoryFiles';
import { SeededRandom } from '../../../helpers/seededRandom';

export interface Start {
  /** Milliseconds of true time. */
  readonly at: number;
  readonly names: readonly string[];
}

export class Rig {
  readonly clock = new FakeClock();
  readonly files = new MemoryFiles();
  readonly logged: string[] = [];
  readonly starts: Start[] = [];
  settings: Settings;
  private readonly stops = new Map<RateLimiter, Set<AbortController>>();
  /** Every process has its own id, also in another rig that reads the same record. */
  private static seed = 1;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.settings = this.read(settings);
  }

  read(settings: Readonly<Record<string, unknown>>): Settings {
    const { settings: read, problems } = readSettings(settings);
    if (problems.length > 0) throw new Error(problems.join(' '));
    return read;
  }

  async limiter(): Promise<RateLimiter> {
    const limiter = new RateLimiter(
      {
        clock: this.clock,
        random: new SeededRandom(Rig.seed++),
        files: this.files,
        stateFolder: '/state',
        log: { write: (level, message) => this.logged.push(`${level}: ${message}`) },
        // Bottleneck lives in real time; our own log decides when a start is due.
        pacer: { pass: () => Promise.resolve() },
      },
      this.settings,
    );
    this.stops.set(limiter, new Set());
    await limiter.load();
    return limiter;
  }

  /** Workers that start one job after the other for ever, each taking `workMs`. */
  work(limiter: RateLimiter, workers: number, names: readonly PermitName[], workMs = 0): void {
    const worker = async (): Promise<void> => {
      const signal = this.signal(limiter);
      while (!signal.aborted) {
        const permit = await limiter.acquire(names, signal);
        this.starts.push({ at: this.clock.monotonic(), names });
        permit.heard({ status: 200, headers: {} });
        if (workMs > 0) await new Promise<void>((resolve) => this.clock.after(workMs, resolve));
        permit.release();
      }
    };
    for (let i = 0; i < workers; i++) worker().catch(() => undefined);
  }

  /** One start now or when it comes; tells nothing of an answer. */
  async start(limiter: RateLimiter, ...names: PermitName[]): Promise<Permit> {
    const permit = await limiter.acquire(names, this.signal(limiter));
    this.starts.push({ at: this.clock.monotonic(), names });
    return permit;
  }

  /** Ends a process the hard way: nothing is flushed or closed. */
  kill(limiter: RateLimiter): void {
    for (const stop of this.stops.get(limiter) ?? []) stop.abort();
  }

  private signal(limiter: RateLimiter): AbortSignal {
    const stop = new AbortController();
    this.stops.get(limiter)?.add(stop);
    return stop.signal;
  }
}

/** The most times inside any window of this length. */
export function mostWithin(times: readonly number[], windowMs: number): number {
  let most = 0;
  let from = 0;
  times.forEach((at, i) => {
    while (at - (times[from] ?? at) >= windowMs) from++;
    most = Math.max(most, i - from + 1);
  });
  return most;
}

/** A promise's value if it has one by now. */
export async function now<T>(rig: Rig, promise: Promise<T>): Promise<T | 'waits'> {
  let state: T | 'waits' = 'waits';
  void promise.then((value) => (state = value));
  await rig.clock.settle();
  return state;
}

/** A start that was granted by now. */
export async function within(rig: Rig, permit: Promise<Permit>): Promise<Permit> {
  const got = await now(rig, permit);
  assert.ok(got !== 'waits');
  return got;
}
