/**
 * The names of quotas and what is built from them. They are texts, because journals, records and views hold them;
 * they are made and taken apart in this file alone.
 */
import { isOfYouTube } from './link';
import type { Link } from './link';
import { quotaTable } from './quotas';
import type { QuotaRow } from './quotas';
import { urlOf } from './webUrl';

type Table = typeof quotaTable;
type OwnQuota = Exclude<keyof Table, 'host'>;
type PartOf<K extends OwnQuota> = Table[K] extends { readonly parts: readonly (infer P extends string)[] }
  ? `${K}.${P}`
  : never;

/** A quota of the table: `youtube`, `deapi.submit` and its account `deapi`, `host:example.org`. */
export type QuotaName = OwnQuota | { [K in OwnQuota]: PartOf<K> }[OwnQuota] | `host:${string}`;

/**
 * `youtube+`: the rest of a start that was counted before. A video counts once, also when the look-ahead has sent the
 * first of its requests some time before the others. It takes no start from the window; holds, blocks and places
 * apply to it as to all others.
 */
export type RideName = `${QuotaName}${typeof rideMark}`;

/** What a permit is asked for. */
export type PermitName = QuotaName | RideName;

/** Several names as one text: jobs with the same key wait for the same permit. */
export type QuotasKey = string & { readonly [quotasKeyBrand]: true };

declare const quotasKeyBrand: unique symbol;
const rideMark = '+';
const keyGap = ' ';

const rows: Readonly<Record<string, QuotaRow>> = quotaTable;

/** The quotas that have a name before a link is known: all but those of other hosts. */
export const namedQuotas: readonly string[] = Object.entries(rows).flatMap(([name, { parts = [] }]) =>
  name === 'host' ? [] : [name, ...parts.map((part) => `${name}.${part}`)],
);

/** The service in front of a quota's part (`deapi` of `deapi.submit`), and the rest. A source is its own service. */
export function splitQuota(name: string): { readonly service: string; readonly rest: string } {
  const end = name.search(/[:/.]/);
  return end < 0 ? { service: name, rest: '' } : { service: name.slice(0, end), rest: name.slice(end + 1) };
}

/** The row of a quota; undefined for a name that no row limits. */
export function quotaRow(name: string): QuotaRow | undefined {
  const { service } = splitQuota(name);
  return Object.hasOwn(rows, service) ? rows[service] : undefined;
}

/** The quota of a host that has no row of its own. `host` as in an address, with its port. */
export function hostQuota(host: string): QuotaName {
  return `host:${host}`;
}

const elsewhereMark = 'host:elsewhere/';

/**
 * Not a quota: what waits under this name, and maybe others behind it, starts on another machine alone. No host is
 * called so. One name for each source, so that what one machine can do does not wait behind what none can.
 */
export function elsewhereName(source: string): QuotaName {
  return `${elsewhereMark}${source}`;
}

/** Whether it waits for another machine. */
export function isElsewhere([first]: readonly PermitName[]): boolean {
  return first?.startsWith(elsewhereMark) === true;
}

/** The names under which it would wait here; none: it cannot be done here at all. */
export function namesHere(names: readonly PermitName[]): readonly PermitName[] {
  return isElsewhere(names) ? names.slice(1) : names;
}

/** The quota that requests for a link count in: `youtube`, or its host's own. Local files: none. */
export function linkQuota(link: Link): QuotaName | undefined {
  if (link.path !== undefined) return undefined;
  if (isOfYouTube(link)) return 'youtube';
  const host = urlOf(link.url)?.host;
  return host === undefined ? undefined : hostQuota(host);
}

/** The names under which the limiter grants the rest of such a start. */
export function rideNames(quotas: readonly QuotaName[]): readonly RideName[] {
  return quotas.map((name): RideName => `${name}${rideMark}`);
}

export function isRide(name: string | undefined): boolean {
  return name?.endsWith(rideMark) === true;
}

/** The quota's own name, for either form. */
export function quotaName(name: string): string {
  return isRide(name) ? name.slice(0, -rideMark.length) : name;
}

/** One name is its own key, so that the common case makes no text. */
export function quotasKey(names: readonly PermitName[]): QuotasKey {
  return (names.length === 1 ? (names[0] ?? '') : names.join(keyGap)) as QuotasKey;
}

/** Whether both name the same quotas in the same order. */
export function sameQuotas(a: readonly PermitName[], b: readonly PermitName[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
