/**
 * What the user has agreed to pay, by service, and how much of it is taken. Amounts are reserved before a
 * submit goes out, so that several workers cannot spend the same money. Where a service quotes no price,
 * videos are counted instead: an OK never covers more than what was asked about.
 */
import { settingsSchema } from '../../model/settings';
import type { Quote } from '../../model/source';

/** Means "whatever it costs", because JSON has no infinity. */
export const anyAmount = Number.MAX_VALUE;
/**
 * The highest value of the setting `paid.maxCost`, and `--yes`: whatever it costs, also where no price is
 * known.
 */
const whateverCost = settingsSchema['paid.maxCost'].max;

/** What was agreed to, or how much of it is taken. */
interface Account {
  cost: number;
  /** Videos without a price. */
  count: number;
}

export class Consent {
  /** `service origin` → agreed by the user. */
  private readonly agreed = new Map<string, Account>();
  /** Spent and reserved together. */
  private readonly taken = new Map<string, Account>();
  /** Spent at a service before this process started. */
  private readonly before = new Map<string, Account>();
  private readonly reserved = new Map<number, { readonly key: string; readonly quote: Quote }>();

  /** The user's OK for more of a service: an amount, and videos without a price. */
  agree(service: string, origin: string, cost: number, count = 0): void {
    add(this.agreed, keyOf(service, origin), Math.max(0, cost), count);
  }

  /** What the user has agreed to, whatever of it is taken. */
  agreedTo(service: string, origin: string): Readonly<Account> {
    return this.agreed.get(keyOf(service, origin)) ?? nothing;
  }

  /** What was spent on a service before this process started; without a cost, one video without a price. */
  spent(service: string, cost: number | undefined): void {
    add(this.before, service, cost ?? 0, cost === undefined ? 1 : 0);
  }

  /**
   * Whether the job's paid step is agreed to; reserves its amount. Up to `maxCost` it starts without
   * asking, and free steps need no OK. A job that asks again, because its length was measured, needs an OK
   * for the cost beyond the amount it already holds.
   */
  reserve(job: number, quote: Quote, maxCost: number): boolean {
    const key = keyOf(quote.service, quote.origin);
    const held = this.reserved.get(job);
    const own = held?.key === key ? held.quote : undefined;
    const { cost } = quote;
    if (cost === 0 || (own && noMore(cost, own.cost))) return true;
    if (!this.covers(key, quote, maxCost, own)) return false;
    if (own) this.release(key, own);
    add(this.taken, key, cost ?? 0, cost === undefined ? 1 : 0);
    this.reserved.set(job, { key, quote });
    return true;
  }

  /**
   * The paid step is over: its real cost counts; without a cost (it failed for free) the amount is
   * released.
   */
  settle(job: number, cost: number | undefined, failed: boolean): void {
    const mine = this.reserved.get(job);
    if (!mine) return;
    this.reserved.delete(job);
    const quoted = mine.quote.cost ?? 0;
    const real = cost ?? (failed ? 0 : quoted);
    const uncounted = mine.quote.cost === undefined && failed && cost === undefined ? -1 : 0;
    add(this.taken, mine.key, real - quoted, uncounted);
  }

  /** `own`: what the job holds already. */
  private covers(key: string, { service, cost }: Quote, maxCost: number, own: Quote | undefined): boolean {
    const agreed = this.agreed.get(key) ?? nothing;
    const taken = this.taken.get(key) ?? nothing;
    const before = this.before.get(service) ?? nothing;
    const allowed = maxCost >= whateverCost ? anyAmount : agreed.cost + maxCost;
    if (allowed >= anyAmount) return true;
    if (cost === undefined) return before.count + taken.count < agreed.count;
    // Tolerance for decimal sums: 0.1 + 0.2 is more than 0.3.
    return before.cost + taken.cost - (own?.cost ?? 0) + cost <= allowed * (1 + 1e-9) + 1e-9;
  }

  private release(key: string, { cost }: Quote): void {
    add(this.taken, key, -(cost ?? 0), cost === undefined ? -1 : 0);
  }
}

/** Whether a new price is covered by the previous one; an unknown price covers only itself. */
function noMore(cost: number | undefined, before: number | undefined): boolean {
  return cost === undefined || before === undefined ? cost === before : cost <= before;
}

const nothing: Readonly<Account> = { cost: 0, count: 0 };

function add(accounts: Map<string, Account>, key: string, cost: number, count: number): void {
  const account = accounts.get(key) ?? { ...nothing };
  account.cost = Math.min(anyAmount, account.cost + cost);
  account.count += count;
  accounts.set(key, account);
}

function keyOf(service: string, origin: string): string {
  return `${service} ${origin}`;
}
