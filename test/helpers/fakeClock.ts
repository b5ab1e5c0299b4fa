/**
 * A clock that only moves when told to. Timers fire in order of their time; between two of them all
 * promises that can settle do, so that a test advances hours in milliseconds and stays deterministic.
 */
import type { Clock } from '../../src/model/ports';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

export class FakeClock implements Clock {
  private wall: number;
  private mono = 0;
  private order = 0;
  private readonly timers = new Set<Timer>();

  /** Starts at 2026-11-20 10:15:00 UTC unless told otherwise. */
  constructor(start = Date.UTC(2026, 10, 20, 10, 15)) {
    this.wall = start;
  }

  now(): number {
    return this.wall;
  }

  monotonic(): number {
    return this.mono;
  }

  after(ms: number, callback: () => void): () => void {
    this.order += 1;
    const timer = { at: this.mono + Math.max(0, ms), order: this.order, callback };
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
    };
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.timers.size;
  }

  /** Lets `ms` pass, firing what falls due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.mono + ms;
    await this.settle();
    for (let timer = this.first(end); timer; timer = this.first(end)) {
      this.timers.delete(timer);
      this.moveTo(timer.at);
      timer.callback();
      await this.settle();
    }
    this.moveTo(end);
    await this.settle();
  }

  /** Advances from timer to timer until `done` says so; fails after `limitMs` of fake time. */
  async advanceUntil(done: () => boolean, limitMs = 24 * 3_600_000): Promise<void> {
    const end = this.mono + limitMs;
    await this.settle();
    while (!done()) {
      const timer = this.first(end);
      if (!timer) throw new Error(`nothing more happens, or not within ${limitMs} ms of fake time`);
      this.timers.delete(timer);
      this.moveTo(timer.at);
      timer.callback();
      await this.settle();
    }
  }

  /** The wall clock jumps (a laptop sleep without timers, a corrected date); no timer fires for it. */
  jump(ms: number): void {
    this.wall += ms;
  }

  /** Lets every promise that can settle do so, without any time passing. */
  async settle(): Promise<void> {
    // Real macrotasks, so that file and crypto promises of Node get their turn too.
    for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  private first(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.at > end) continue;
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer;
    }
    return first;
  }

  private moveTo(mono: number): void {
    if (mono <= this.mono) return;
    this.wall += mono - this.mono;
    this.mono = mono;
  }
}
