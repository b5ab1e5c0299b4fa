/**
 * What the user has agreed to pay, service by service, and what of it is taken. Amounts are reserved before
 * a submit goes out, so that several workers cannot spend the same money.
 */
import type { Quote } from '../model/source';

/** Stands for "whatever it costs": JSON has no infinity. */
export const anyAmount = Number.MAX_VALUE;

export class Consent {
  /** `service origin` → amount agreed by the user. */
  private readonly agreed = new Map<string, number>();
  /** Spent and reserved together. */
  private readonly taken = new Map<string, number>();
  private readonly before = new Map<string, number>();
  private readonly reserved = new Map<number, { readonly key: string; readonly cost: number }>();

  /** The user's OK for more of a service. */
  agree(service: string, origin: string, cost: number): void {
    const key = keyOf(service, origin);
    this.agreed.set(key, Math.min(anyAmount, (this.agreed.get(key) ?? 0) + Math.max(0, cost)));
  }

  /** Money that was spent on a service before this process began. */
  spent(service: string, cost: number): void {
    this.before.set(service, (this.before.get(service) ?? 0) + cost);
  }

  /**
   * Whether the job's paid step is agreed to; reserves its amount. `maxCost` starts without asking. A step
   * without a price needs an OK for whatever it costs; one that costs nothing needs none.
   */
  reserve(job: number, quote: Quote, maxCost: number): boolean {
    const key = keyOf(quote.service, quote.origin);
    const mine = this.reserved.get(job);
    if (mine?.key === key) return true;
    if (quote.cost === 0) return true;
    const allowed = (this.agreed.get(key) ?? 0) + maxCost;
    if (quote.cost === undefined) return (this.agreed.get(key) ?? 0) >= anyAmount;
    const taken = (this.taken.get(key) ?? 0) + (this.before.get(quote.service) ?? 0);
    // A hair for sums of decimals: 0.1 + 0.2 is more than 0.3.
    if (taken + quote.cost > allowed * (1 + 1e-9) + 1e-9) return false;
    this.taken.set(key, (this.taken.get(key) ?? 0) + quote.cost);
    this.reserved.set(job, { key, cost: quote.cost });
    return true;
  }

  /** The paid step is over: what it really cost counts; without a cost (it failed for free) the amount is free again. */
  settle(job: number, cost: number | undefined, failed: boolean): void {
    const mine = this.reserved.get(job);
    if (!mine) return;
    this.reserved.delete(job);
    const real = cost ?? (failed ? 0 : mine.cost);
    this.taken.set(mine.key, (this.taken.get(mine.key) ?? 0) - mine.cost + real);
  }
}

function keyOf(service: string, origin: string): string {
  return `${service} ${origin}`;
}
