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
/** While the budget is used up, single retries go out: this share of the time since its first apart. */
const gapShare = 1 / 14;
const leastGapMs = 1_000;
const mostGapMs = 60_000;

/**
 * How many retries a service gets while it does not answer: max(10, a tenth of everything sent in the last two
 * minutes), as in Google's "Handling Overload". After that single ones go out at growing distances, and the first
 * answer begins the budget again, so that a service that is back is not left waiting. Requests are counted when they
 * are sent: counted at their return, a slow service would look idle.
 */
export class RetryBudget {
  private readonly slices: { readonly slice: number; sends: number }[] = [];
  private sends = 0;
  /** Retries since the last answer, and when the first and the last of them went, monotonic. */
  private retries = 0;
  private firstAt = 0;
  private lastAt = 0;

  constructor(private readonly clock: Clock) {}

  /** Call for every try that is sent, first ones and retries. */
  sent(): void {
    this.forget();
    const slice = this.slice();
    let last = this.slices.at(-1);
    if (last?.slice !== slice) this.slices.push((last = { slice, sends: 0 }));
    last.sends++;
    this.sends++;
  }

  /** The service has answered, with a transcript or with a failure that no retry would change. */
  answered(): void {
    this.retries = 0;
  }

  /** Takes one retry; false where none may go before `readyAt`. */
  take(): boolean {
    if (!this.allows()) return false;
    this.lastAt = this.clock.monotonic();
    if (this.retries === 0) this.firstAt = this.lastAt;
    this.retries++;
    return true;
  }

  /** Whether one more retry may go now. */
  allows(): boolean {
    return this.waitMs() <= 0;
  }

  /** Epoch ms at which a retry may go if the service does not answer before; now when it may at once. */
  readyAt(): number {
    return this.clock.now() + Math.max(0, this.waitMs());
  }

  private waitMs(): number {
    this.forget();
    if (this.retries < Math.max(budgetFloor, Math.floor(this.sends * budgetShare))) return 0;
    const gapMs = Math.round((this.lastAt - this.firstAt) * gapShare);
    const nextAt = this.lastAt + Math.min(mostGapMs, Math.max(leastGapMs, gapMs));
    return nextAt - this.clock.monotonic();
  }

  private slice(): number {
    return Math.floor(this.clock.monotonic() / sliceMs);
  }

  private forget(): void {
    const oldest = this.slice() - budgetWindowMs / sliceMs;
    for (let first = this.slices[0]; first && first.slice < oldest; first = this.slices[0]) {
      this.sends -= first.sends;
      this.slices.shift();
    }
  }
}

/** One retry budget for each service: a failing one does not use up the retries of the others. */
export class RetryBudgets {
  private readonly all = new Map<string, RetryBudget>();

  constructor(private readonly clock: Clock) {}

  /** `name`: a quota's, or a source's that has none. */
  of(name: string): RetryBudget {
    let budget = this.all.get(name);
    if (!budget) {
      budget = new RetryBudget(this.clock);
      this.all.set(name, budget);
    }
    return budget;
  }

  /** These services have answered. */
  answered(names: readonly string[]): void {
    for (const name of names) this.all.get(name)?.answered();
  }
}
