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

/** This computer and those that help it; helpers behind one address count once. Undefined: nobody helps, or it has no limit here. */
export function togetherAt(
  quota: string,
  own: QuotaView | undefined,
  helpers: readonly HelperView[],
): Together | undefined {
  if (own === undefined || own.limit === 0 || helpers.length === 0) return undefined;
  const seen = new Set<string>(own.shared === undefined ? [] : [own.shared.by]);
  let addresses = 1;
  let { allowed } = own;
  for (const { egress, quotas } of helpers) {
    const view = quotas.find(({ name }) => name === quota);
    if (!view || view.limit === 0 || view.unit !== own.unit) continue;
    if (egress !== undefined && seen.has(egress)) continue;
    if (egress !== undefined) seen.add(egress);
    addresses += 1;
    allowed += view.allowed;
  }
  return addresses === 1 ? undefined : { addresses, allowed };
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
