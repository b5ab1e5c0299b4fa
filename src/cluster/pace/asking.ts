/** Makes the requests of a group: which quotas a call is about, by their places in it, and what is told in it. */
import type { SharedQuota } from './sharedQuota';
import type { Ask, AskedQuota, Tell } from './wire';

/** The places in a request of the quotas with these keys. */
export type Places = (keys: readonly string[]) => readonly number[];

/** What is to be told by the next call; undefined: not any more. */
export type Waiting = (places: Places) => Tell | undefined;

/** About one quota. */
export function aboutOne(key: string, tell: (place: number) => Tell | undefined): Waiting {
  return (places) => {
    const [place] = places([key]);
    return place === undefined ? undefined : tell(place);
  };
}

export interface Asked {
  /** Of the quotas that it is about. */
  readonly keys: readonly string[];
  readonly quotas: readonly AskedQuota[];
  readonly tell: readonly Tell[];
  readonly want?: NonNullable<Ask['want']>;
}

/** Quotas whose record is to be read are part of every request. */
export function asking(
  quotas: ReadonlyMap<string, SharedQuota>,
  tells: readonly Waiting[],
  want?: { readonly token: string; readonly keys: readonly string[] },
): Asked {
  const used: string[] = [];
  const places: Places = (keys) =>
    keys.flatMap((key) => {
      if (!quotas.has(key)) return [];
      if (!used.includes(key)) used.push(key);
      return [used.indexOf(key) + 1];
    });
  for (const [key, quota] of quotas) if (quota.fresh) places([key]);
  const tell = tells.map((waiting) => waiting(places)).filter((told) => told !== undefined);
  const wanted = want === undefined ? {} : { want: [want.token, places(want.keys)] as const };
  return {
    keys: used,
    quotas: used.flatMap((key) => quotas.get(key)?.asked() ?? []),
    tell,
    ...wanted,
  };
}

/** Tells all that is known here, for a Redis that may have lost it. */
export function everything(quotas: ReadonlyMap<string, SharedQuota>, now: number): readonly Waiting[] {
  const starts = new Map<string, { readonly at: number; readonly keys: string[] }>();
  const days: Waiting[] = [];
  for (const [key, quota] of quotas) {
    for (const [token, at] of quota.recent(now)) {
      const start = starts.get(token) ?? { at, keys: [] };
      start.keys.push(key);
      starts.set(token, start);
    }
    const { here } = quota.today;
    if (quota.rule.perDay > 0 && here > 0) days.push(aboutOne(key, (place) => ['d', place, here]));
  }
  const inOrder = [...starts].sort(([, a], [, b]) => a.at - b.at);
  return [
    ...inOrder.map(([token, { at, keys }]): Waiting => (places) => [
      's',
      token,
      places(keys),
      Math.max(0, Math.floor(now - at)),
    ]),
    ...days,
  ];
}
