/**
 * What the panel's page is sent by itself, at most one message per 100 ms however busy the engine is: each
 * kind of news waits for its turn and is made when the turn has come, so that it is the newest.
 */
import type { Clock } from '../../model/ports';
import type { ToPage } from '../../protocol';

export const messageGapMs = 100;

export class Outbox {
  /** In the order in which they were announced; a kind that waits already keeps its place. */
  private readonly waiting = new Map<string, () => ToPage | undefined>();
  private cancelTimer: (() => void) | undefined;
  private lastSentAt = -Infinity;

  constructor(
    private readonly clock: Clock,
    /** False when the page did not take it (hidden, closing). */
    private readonly send: (message: ToPage) => Promise<boolean>,
  ) {}

  /** Sends at once what the page has asked for. False when the page did not take it. */
  async post(message: ToPage): Promise<boolean> {
    this.lastSentAt = this.clock.monotonic();
    return this.send(message);
  }

  /** Announces news; `make` is called when its turn has come and may find that there is nothing to say. */
  later(kind: string, make: () => ToPage | undefined): void {
    this.waiting.set(kind, make);
    this.arm();
  }

  /** Forgets news of this kind, or all. */
  forget(kind?: string): void {
    if (kind === undefined) this.waiting.clear();
    else this.waiting.delete(kind);
    if (this.waiting.size > 0) return;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  private arm(): void {
    if (this.cancelTimer || this.waiting.size === 0) return;
    const wait = Math.max(0, this.lastSentAt + messageGapMs - this.clock.monotonic());
    this.cancelTimer = this.clock.after(wait, () => {
      this.cancelTimer = undefined;
      this.turn();
    });
  }

  private turn(): void {
    // Something the page had asked for went out meanwhile.
    if (this.clock.monotonic() < this.lastSentAt + messageGapMs) {
      this.arm();
      return;
    }
    for (const [kind, make] of this.waiting) {
      this.waiting.delete(kind);
      const message = make();
      if (!message) continue;
      void this.post(message).then((taken) => {
        if (!taken) this.forget();
      });
      break;
    }
    this.arm();
  }
}
