/** Starts that are reserved for a job and not acquired from the limiter yet. */
import type { PermitName } from '../../model/quotaNames';
import type { Permit } from '../../model/source';
import type { RateLimiter } from './rateLimiter';

/**
 * Acquires starts from the limiter, one at a time for each quota: its `readyAt` is then true for the next
 * job as well, and no worker waits inside the limiter while another job could run.
 */
export class Reservations {
  private readonly asking = new Map<PermitName, number>();

  constructor(
    private readonly limiter: RateLimiter,
    private readonly onFree: () => void,
  ) {}

  /** Whether a start from one of these quotas is being taken. */
  busy(quotas: readonly PermitName[]): boolean {
    if (this.asking.size === 0) return false;
    return quotas.some((name) => this.asking.has(name));
  }

  /** A job was chosen that will acquire in a moment; `acquire` or `release` follows. */
  reserve(quotas: readonly PermitName[]): void {
    for (const name of quotas) this.asking.set(name, (this.asking.get(name) ?? 0) + 1);
  }

  release(quotas: readonly PermitName[]): void {
    for (const name of quotas) {
      const left = (this.asking.get(name) ?? 1) - 1;
      if (left > 0) this.asking.set(name, left);
      else this.asking.delete(name);
    }
    this.onFree();
  }

  /** The start that was reserved. Throws FailureError `cancelled` on abort. */
  acquire(quotas: readonly PermitName[], signal: AbortSignal): Promise<Permit> {
    // Taken when this returns, also when the grant itself comes later (spacing).
    const permit = this.limiter.acquire(quotas, signal);
    this.release(quotas);
    return permit;
  }
}
