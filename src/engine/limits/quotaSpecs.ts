/**
 * The numbers of each quota: the rows of `model/quotas.ts` with the settings put in. A quota that no number limits
 * costs nothing to pass.
 */
import { namedQuotas, quotaRow, splitQuota } from '../../model/quotaNames';
import type { QuotaRow } from '../../model/quotas';
import type { Settings } from '../../model/settings';

export interface QuotaSpec {
  readonly name: string;
  /**
   * The quota and its server, because another server counts and blocks separately: names its log, hold, limit and
   * block, on disk and among machines.
   */
  readonly key: string;
  /** Starts a window as the service counts them. 0: unlimited. */
  readonly limit: number;
  readonly windowMs: number;
  /** The share of `limit` that is used. */
  readonly utilization: number;
  /** Starts that may follow each other closely after a rest. */
  readonly burst: number;
  readonly spacingMs: number;
  /** Starts running at the same time. 0: unlimited. */
  readonly concurrency: number;
  /** Starts a day, reset at 00:00 UTC. 0: unlimited. */
  readonly perDay: number;
  /** Quotas from which the same start is also taken, all at once or none. */
  readonly parents: readonly string[];
  /**
   * The service reports its limits in its answers, and the first answer is awaited before others may start.
   */
  readonly learns: boolean;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Most starts in any window: bursts are part of it, and it is never below one. 0: unlimited. */
export function allowedOf(limit: number, utilization: number): number {
  // A small tolerance, because 100 × 0.29 is 28.999999999999996 in floating point.
  return limit === 0 ? 0 : Math.max(1, Math.floor(limit * utilization + 1e-9));
}

/** The spec of any quota name; an unknown name is a quota without limits. */
export function quotaSpec(name: string, settings: Settings): QuotaSpec {
  const row = quotaRow(name) ?? { unit: 'request' };
  const number = (setting: QuotaRow['limit']): number => (setting === undefined ? 0 : settings[setting]);
  const counting = countingOf(name, row, settings);
  return {
    name,
    key: recordKey(name, row.endpoint === undefined ? undefined : settings[row.endpoint]),
    limit: counting.counts ? number(row.limit) : 0,
    windowMs: row.window === 'hour' ? hourMs : minuteMs,
    utilization: settings['rate.utilization'],
    burst: Math.max(1, number(row.burst)),
    spacingMs: number(row.spacing) * 1000,
    concurrency: number(row.concurrency),
    perDay: counting.countsDay ? number(row.perDay) : 0,
    parents: counting.parents,
    learns: counting.counts && row.learns === true,
  };
}

/** Whether any quota has a limit a day, so that the starts of the whole day have to be known. */
export function anyDayLimit(specOf: (name: string) => QuotaSpec): boolean {
  return namedQuotas.some((name) => specOf(name).perDay > 0);
}

interface Counting {
  readonly counts: boolean;
  readonly countsDay: boolean;
  readonly parents: readonly string[];
}

const alone: Counting = { counts: true, countsDay: true, parents: [] };

/**
 * A service with a scope counts each kind of request apart, all together, or both. Limits per day go with it:
 * an unpaid account of deAPI has 10 transcriptions a day while asking for results goes on.
 */
function countingOf(name: string, row: QuotaRow, settings: Settings): Counting {
  if (row.scope === undefined) return alone;
  const scope = settings[row.scope];
  const { service, rest } = splitQuota(name);
  if (rest === '') {
    const counts = scope !== 'perEndpoint';
    return { counts, countsDay: counts, parents: [] };
  }
  return {
    counts: scope !== 'shared',
    // With both, the day is the account's: a video needs several requests, and all of them count there.
    countsDay: scope === 'perEndpoint',
    parents: scope === 'perEndpoint' ? [] : [service],
  };
}

/** The name in a quota's key, percent-encoded. */
export function nameOfKey(key: string): string {
  return key.split('@', 1)[0] ?? '';
}

/** A word without spaces, as the lines of the record need it. */
function recordKey(name: string, endpoint: string | undefined): string {
  return endpoint === undefined ? encodeURI(name) : `${name}@${encodeURI(endpoint)}`;
}
