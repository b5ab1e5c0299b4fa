/** What all batches of one engine share. */
import type { EngineParts } from './api';
import type { Breakers } from './limits/breakers';
import type { Governor } from './limits/governor';
import type { Permit } from '../model/source';
import type { RateLimiter } from './limits/rateLimiter';
import { RetryBudget } from './limits/retryPolicy';
import type { Scheduler } from './pool/scheduler';
import type { WorkerPool } from './pool/workerPool';

export interface Shared {
  readonly parts: EngineParts;
  readonly limiter: RateLimiter;
  readonly governor: Governor;
  readonly pool: WorkerPool;
  readonly scheduler: Scheduler;
  readonly breakers: Breakers;
  readonly budgets: Budgets;
  readonly starts: Starts;
}

/**
 * Asks the limiter for starts, one at a time for each quota, so that what it says about readiness holds for
 * the next: no worker ends up waiting inside it while another job could run.
 */
export class Starts {
  private readonly asking = new Map<string, number>();

  constructor(
    private readonly limiter: RateLimiter,
    private readonly onFree: () => void,
  ) {}

  /** Whether a start from one of these quotas is just being taken. */
  busy(quotas: readonly string[]): boolean {
    if (this.asking.size === 0) return false;
    return quotas.some((name) => this.asking.has(name));
  }

  /** A job was chosen that will ask in a moment; `acquire` or `release` follows. */
  reserve(quotas: readonly string[]): void {
    for (const name of quotas) this.asking.set(name, (this.asking.get(name) ?? 0) + 1);
  }

  release(quotas: readonly string[]): void {
    for (const name of quotas) {
      const left = (this.asking.get(name) ?? 1) - 1;
      if (left > 0) this.asking.set(name, left);
      else this.asking.delete(name);
    }
    this.onFree();
  }

  /** The start that was reserved. Throws FailureError `cancelled` on abort. */
  acquire(quotas: readonly string[], signal: AbortSignal): Promise<Permit> {
    // Taken when this returns, also when the grant itself comes later (spacing).
    const permit = this.limiter.acquire(quotas, signal);
    this.release(quotas);
    return permit;
  }
}

/** One retry budget a service: one that is dying does not use up the retries of the others. */
export class Budgets {
  private readonly all = new Map<string, RetryBudget>();
  constructor(private readonly parts: Pick<EngineParts, 'clock'>) {}

  of(name: string): RetryBudget {
    let budget = this.all.get(name);
    if (!budget) {
      budget = new RetryBudget(this.parts.clock);
      this.all.set(name, budget);
    }
    return budget;
  }
}
