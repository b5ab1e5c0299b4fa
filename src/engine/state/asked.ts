/** The paid work that waits for the user's OK, summed by service, for panel, terminal and engine. */
import type { Quote } from '../../model/source';
import type { SourceId } from '../../model/transcript';
import type { ReadonlyState } from './shape';

/** Paid work of one service that waits for the user's OK. */
export interface Asked {
  readonly service: SourceId;
  readonly origin: string;
  count: number;
  /** Seconds of sound, as far as known. */
  seconds: number;
  /** The sum of the prices that are known. */
  cost: number;
  /** Number of videos without a price. */
  unpriced: number;
}

export class AskedSums {
  private readonly sums = new Map<string, Asked>();

  /** By service and origin, in the order of their first request. */
  get all(): readonly Asked[] {
    return [...this.sums.values()];
  }

  of(service: string, origin: string): Asked | undefined {
    return this.sums.get(keyOf(service, origin));
  }

  add(quote: Quote): void {
    const { service, origin } = quote;
    const key = keyOf(service, origin);
    const asked = this.sums.get(key) ?? { service, origin, count: 0, seconds: 0, cost: 0, unpriced: 0 };
    this.sums.set(key, asked);
    count(asked, quote, 1);
  }

  remove(quote: Quote): void {
    const key = keyOf(quote.service, quote.origin);
    const asked = this.sums.get(key);
    if (!asked) return;
    count(asked, quote, -1);
    if (asked.count === 0) this.sums.delete(key);
  }

  clear(): void {
    this.sums.clear();
  }
}

/** All that waits for an OK in a batch. */
export function askedIn({ jobs }: Pick<ReadonlyState, 'jobs'>): AskedSums {
  const sums = new AskedSums();
  for (const { status, consent } of jobs) if (status === 'parked' && consent) sums.add(consent);
  return sums;
}

const keyOf = (service: string, origin: string): string => `${service} ${origin}`;

function count(asked: Asked, quote: Quote, by: 1 | -1): void {
  asked.count += by;
  asked.seconds += by * (quote.seconds ?? 0);
  if (quote.cost === undefined) asked.unpriced += by;
  else asked.cost += by * quote.cost;
}
