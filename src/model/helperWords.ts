/** The sentences on machines that help, the same in the panel and in the terminal. */
import type { HelperView, QuotaView } from './events';
import { formatCount, plural } from './numberWords';

const small = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** "three", and from thirteen on the digits. */
const counted = (count: number): string => small[count] ?? formatCount(count);

const perUnit = { minute: 'a minute', hour: 'an hour', day: 'a day' } as const;

/** What several addresses may start together from a quota. */
export interface Together {
  readonly addresses: number;
  /** Starts in the quota's window. */
  readonly allowed: number;
}

/** A quota at one internet address. */
export interface AddressQuota {
  readonly view: QuotaView;
  /** The address's name, or that of the machine which has it alone; undefined: of this computer. */
  readonly at?: string;
}

/** The quotas by address: this computer's, then those of helpers. Of machines behind one address each is there once. */
export function byAddress(
  own: readonly QuotaView[],
  helpers: readonly HelperView[],
): readonly AddressQuota[] {
  const seen = new Set(
    own.flatMap(({ name, shared }) => (shared === undefined ? [] : [`${shared.by} ${name}`])),
  );
  const found: AddressQuota[] = own.map((view) => ({ view }));
  for (const { name: machine, egress, quotas } of helpers)
    for (const view of quotas) {
      const key = `${egress} ${view.name}`;
      if (egress !== undefined && seen.has(key)) continue;
      if (egress !== undefined) seen.add(key);
      found.push({ view, at: egress ?? machine });
    }
  return found;
}

/**
 * This computer and those that help it; helpers behind one address count once. Undefined: nobody helps, or it has no
 * limit here.
 */
export function togetherAt(
  quota: string,
  own: QuotaView | undefined,
  helpers: readonly HelperView[],
): Together | undefined {
  if (own === undefined || own.limit === 0 || helpers.length === 0) return undefined;
  const same = byAddress([own], helpers).filter(
    ({ view }) => view.name === quota && view.limit > 0 && view.unit === own.unit,
  );
  if (same.length < 2) return undefined;
  return { addresses: same.length, allowed: same.reduce((sum, { view }) => sum + view.allowed, 0) };
}

/**
 * The quotas of several addresses as one each, for where they have no room: what is used and allowed together, and held
 * or blocked only where all of them are. `at`: "12 addresses".
 */
export function summed(quotas: readonly AddressQuota[]): readonly AddressQuota[] {
  const kinds = new Map<string, QuotaView[]>();
  for (const { view } of quotas) {
    const key = `${view.name} ${view.unit}`;
    kinds.set(key, [...(kinds.get(key) ?? []), view]);
  }
  return [...kinds.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    if (others.length === 0) return [{ view: first }];
    return [{ view: sumOf([first, ...others], first), at: `${formatCount(others.length + 1)} addresses` }];
  });
}

function sumOf(views: readonly QuotaView[], { name, service, unit }: QuotaView): QuotaView {
  const sum = (of: (view: QuotaView) => number): number => views.reduce((all, view) => all + of(view), 0);
  const earliest = (of: (view: QuotaView) => number | undefined): number | undefined => {
    const times = views.flatMap((view) => of(view) ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  };
  const limit = sum((view) => view.limit);
  const columns = Math.max(...views.map(({ history }) => history.length));
  const history = Array.from({ length: columns }, (_, column) =>
    limit === 0 ? 0 : sum((view) => (view.history.at(column - columns) ?? 0) * view.limit) / limit,
  );
  const stands = views.every(({ heldUntil, blocked }) => heldUntil !== undefined || blocked === true);
  const heldUntil = stands ? earliest((view) => view.heldUntil) : undefined;
  const nextAt = stands
    ? undefined
    : earliest((view) => (view.heldUntil === undefined ? view.nextAt : undefined));
  return {
    name,
    unit,
    limit,
    history,
    allowed: sum((view) => view.allowed),
    used: sum((view) => view.used),
    ...(service === undefined ? {} : { service }),
    ...(nextAt === undefined ? {} : { nextAt }),
    ...(heldUntil === undefined ? {} : { heldUntil }),
    ...(stands && heldUntil === undefined ? { blocked: true } : {}),
  };
}

/** "Three addresses: 855 an hour"; undefined as above. */
export function addressesWords(
  quota: string,
  own: QuotaView | undefined,
  helpers: readonly HelperView[],
): string | undefined {
  const together = togetherAt(quota, own, helpers);
  if (!together || !own) return undefined;
  const words = counted(together.addresses);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} addresses: ${formatCount(together.allowed)} ${perUnit[own.unit]}`;
}

/** "gpu-box helps with 3 workers." */
export function helpsWords({ name, workers, egress }: HelperView): string {
  const where = egress === undefined ? '' : `, behind ${egress}`;
  return `${name} helps with ${plural(workers.length, 'worker')}${where}.`;
}

/** Name of a lane that another machine works on: the machine, and which of its workers; undefined: it is one here. */
export function laneName(helpers: readonly HelperView[], lane: number): string | undefined {
  for (const { name, workers } of helpers) {
    const at = workers.indexOf(lane);
    if (at >= 0) return workers.length === 1 ? name : `${name} ${at + 1}`;
  }
  return undefined;
}
