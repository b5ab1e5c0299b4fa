/**
 * When a failed try goes out again: exponential backoff with full jitter, and a budget that keeps retries
 * from overloading a failing service. Both are arithmetic; the engine does the waiting.
 */
import type { Failure } from '../../model/failure';
import type { Clock, Random } from '../../model/ports';

const retryBaseMs = 1_000;
const retryCapMs = 60_000;

/**
 * Milliseconds until the next try. `attempt` is the number of the try that failed, from 1. Full jitter,
 * U(0, min(cap, base × 2^(attempt − 1))), as in the AWS architecture note on backoff; never earlier than
 * the service requested (`retryAfterMs`), and then spread a little so that retries do not all come at once.
 */
export function retryDelayMs(attempt: number, failure: Failure, random: Random): number {
  const doublings = Math.min(Math.max(attempt, 1) - 1, 30);
  const delayMs = Math.round(random.next() * Math.min(retryCapMs, retryBaseMs * 2 ** doublings));
  return failure.retryAfterMs === undefined ? delayMs : Math.max(0, failure.retryAfterMs) + delayMs;
}

const budgetWindowMs = 120_000;
const budgetFloor = 10;
const budgetShare = 0.1;
/** Counted by the second: a hundred thousand requests cost no memory. */
const sliceMs = 1_000;

/**
 * Retries may be at most max(10, a tenth of everything sent in the last two minutes), as in Google's
 * "Handling Overload". Counted when a request is sent: counted at its return, a slow service would look
 * idle.
 */
export class RetryBudget {
  private readonly slices: { readonly slice: number; sends: number; retries: number }[] = [];
  private sends = 0;
  private retries = 0;

  constructor(private readonly clock: Clock) {}

  /** Call for every try that is sent, first ones and retries. */
  sent(retry = false): void {
    this.forget();
    const slice = this.slice();
    let last = this.slices.at(-1);
    if (last?.slice !== slice) this.slices.push((last = { slice, sends: 0, retries: 0 }));
    last.sends++;
    this.sends++;
    if (retry) {
      last.retries++;
      this.retries++;
    }
  }

  /** Whether one more retry may be sent now. */
  allows(): boolean {
    this.forget();
    return this.retries + 1 <= Math.max(budgetFloor, this.sends * budgetShare);
  }

  /** Epoch ms at which a retry may be sent if nothing else happens; now when it may at once. */
  readyAt(): number {
    if (this.allows()) return this.clock.now();
    let retries = this.retries;
    let sends = this.sends;
    for (const old of this.slices) {
      retries -= old.retries;
      sends -= old.sends;
      if (retries + 1 <= Math.max(budgetFloor, sends * budgetShare)) {
        const leavesAt = (old.slice + 1) * sliceMs + budgetWindowMs;
        return this.clock.now() + Math.max(1, leavesAt - this.clock.monotonic());
      }
    }
    return this.clock.now();
  }

  private slice(): number {
    return Math.floor(this.clock.monotonic() / sliceMs);
  }

  private forget(): void {
    const oldest = this.slice() - budgetWindowMs / sliceMs;
    for (let first = this.slices[0]; first && first.slice < oldest; first = this.slices[0]) {
      this.sends -= first.sends;
      this.retries -= first.retries;
      this.slices.shift();
    }
  }
}

/** One retry budget for each service: a failing one does not use up the retries of the others. */
export class RetryBudgets {
  private readonly all = new Map<string, RetryBudget>();

  constructor(private readonly clock: Clock) {}

  of(name: string): RetryBudget {
    let budget = this.all.get(name);
    if (!budget) {
      budget = new RetryBudget(this.clock);
      this.all.set(name, budget);
    }
    return budget;
  }
}
