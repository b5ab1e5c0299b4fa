/**
 * Waits until a batch of the terminal is over: finished, stopped, taken over, or with nothing left that happens by
 * itself. Says meanwhile why nothing goes on.
 */
import type { BatchHandle } from '../engine/api';
import type { Clock } from '../model/ports';
import type { Console } from './console';
import type { JsonLines } from './jsonLines';
import { sentence } from './screen';

/** How often a batch that waits is looked at: whether it is still ours. */
const lookMs = 1_000;
/** A disk that refuses is named again after this time. */
const remindMs = 5 * 60_000;

export interface WatchParts {
  readonly clock: Clock;
  readonly console: Console;
  readonly json: JsonLines | undefined;
  /** How long a full disk is waited for where nobody watches, ms. */
  readonly waitDiskMs: number;
}

export class BatchWatch {
  constructor(
    private readonly handle: BatchHandle,
    private readonly parts: WatchParts,
  ) {}

  /** `disk`: nobody watches, and the disk was full for too long. */
  async untilOver(interrupt: AbortSignal): Promise<'disk' | undefined> {
    const refused = new AbortController();
    const unlisten = this.onRefusedStop(interrupt, () => refused.abort());
    const ended = new Promise<undefined>((resolve) => {
      refused.signal.addEventListener('abort', () => resolve(undefined));
    });
    try {
      for (;;) {
        const paused = this.pausedForReason();
        const why = await Promise.race([this.handle.settled(), paused.over, ended]);
        paused.forget();
        if (
          interrupt.aborted ||
          this.handle.state.phase === 'stopped' ||
          this.handle.state.phase === 'finished'
        )
          return undefined;
        if (this.handle.owner !== undefined) return undefined;
        if (this.handle.state.phase === 'paused') {
          // The engine paused it for a reason that can be mended (disk full): say so and wait for the mending.
          // Without a moving screen the event has already been printed.
          if (this.parts.console.redraw)
            this.parts.console.words(sentence(this.handle.state, this.parts.clock.now()));
          const given = this.waitForDisk();
          await this.nextPhase(AbortSignal.any([refused.signal, given.up]));
          given.forget();
          if (!given.up.aborted) continue;
          // The disk may refuse even that; what is on it is kept.
          this.handle.stop().catch(() => undefined);
          return 'disk';
        }
        if (why) return undefined;
        if (!this.waitsForBlock()) return undefined;
        this.parts.console.words(
          'Only blocked videos are left; they are retried automatically. Press Ctrl-C to stop; nothing is lost.',
        );
        await this.nextPhase(refused.signal);
      }
    } finally {
      unlisten();
    }
  }

  /** The engine has paused the batch; what runs may wait for the disk as well, and never settle. */
  private pausedForReason(): { readonly over: Promise<undefined>; readonly forget: () => void } {
    let forget: () => void = () => undefined;
    const over = new Promise<undefined>((resolve) => {
      const look = (): void => {
        const { phase, why } = this.handle.state;
        if (phase === 'paused' && why) resolve(undefined);
      };
      forget = this.handle.onEvents(look);
      look();
    });
    return { over, forget };
  }

  /**
   * While a disk refuses: says so again now and then, in `--json` too. `up` is aborted where nobody watches and it
   * takes too long.
   */
  private waitForDisk(): { readonly up: AbortSignal; readonly forget: () => void } {
    const up = new AbortController();
    if (this.handle.state.why?.code !== 'disk') return { up: up.signal, forget: () => undefined };
    const remind = (): void => {
      this.parts.console.problem(sentence(this.handle.state, this.parts.clock.now()));
      this.parts.json?.batch(this.handle.state, this.handle.folder);
      cancelReminder = this.parts.clock.after(remindMs, remind);
    };
    let cancelReminder = this.parts.clock.after(remindMs, remind);
    const cancelEnd =
      this.parts.console.attended === false
        ? this.parts.clock.after(this.parts.waitDiskMs, () => up.abort())
        : () => undefined;
    return {
      up: up.signal,
      forget: () => {
        cancelReminder();
        cancelEnd();
      },
    };
  }

  /** Calls back when the batch shall stop but the disk, being full or away, does not take even that. */
  private onRefusedStop(interrupt: AbortSignal, callback: () => void): () => void {
    const look = (): void => {
      if (interrupt.aborted && this.handle.state.why?.code === 'disk') callback();
    };
    interrupt.addEventListener('abort', look);
    const stop = this.handle.onEvents(look);
    look();
    return () => {
      interrupt.removeEventListener('abort', look);
      stop();
    };
  }

  /**
   * With `onBlocked: wait` a block, or throttling without end, is sat out, however long; with `park` the program ends.
   */
  private waitsForBlock(): boolean {
    return (
      (this.handle.state.settings.onBlocked ?? 'wait') === 'wait' &&
      this.handle.state.jobs.some(
        ({ status, failure, parkedUntil }) =>
          status === 'parked' &&
          (failure?.code === 'blocked' || failure?.code === 'rate-limited') &&
          parkedUntil !== undefined,
      )
    );
  }

  private nextPhase(refused: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let cancel: () => void = () => undefined;
      const over = (): void => {
        stop();
        cancel();
        refused.removeEventListener('abort', over);
        resolve();
      };
      const stop = this.handle.onEvents((events) => {
        if (events.some((event) => event.type === 'control' || event.type === 'job-started')) over();
      });
      refused.addEventListener('abort', over);
      // A batch that another process has taken over tells nothing more.
      const look = (): void => {
        if (this.handle.owner === undefined && !refused.aborted)
          cancel = this.parts.clock.after(lookMs, look);
        else over();
      };
      look();
    });
  }
}
