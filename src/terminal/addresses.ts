/** How far the quotas are used, in a terminal: of each internet address where machines help, and of a helper's own. */
import type { ReadonlyState } from '../engine/state/reducer';
import type { QuotaView } from '../model/events';
import { byAddress, summed, type AddressQuota } from '../model/helperWords';
import { formatCount, formatDuration, untilWords } from '../model/numberWords';
import { capitalised, serviceName } from '../model/serviceNames';

/** With more of them a line has no room: they are added up. */
const mostAddresses = 4;
const windows = { minute: 'this minute', hour: 'this hour', day: 'today' } as const;

/**
 * "YouTube this hour: here 284 of 300, office 97 of 300 (held until 14:28)", a line a quota; none where nobody helps.
 */
export function addressLines({ quotas, helpers }: ReadonlyState, now: number): readonly string[] {
  if (helpers.length === 0) return [];
  const kinds = new Map<string, AddressQuota[]>();
  for (const one of byAddress(quotas, helpers)) {
    if (!isUsed(one.view)) continue;
    const key = `${nameOf(one.view)} ${windows[one.view.unit]}`;
    kinds.set(key, [...(kinds.get(key) ?? []), one]);
  }
  return [...kinds].map(([key, all]) => {
    const shown = all.length > mostAddresses ? summed(all) : all;
    const parts = shown.map(({ view, at = 'here' }) => `${at} ${usedWords(view)}${standsWords(view, now)}`);
    return `${key}: ${parts.join(', ')}`;
  });
}

/** "YouTube 97 of 300 this hour, next in 8 s": a helper's own. */
export function quotaWords(view: QuotaView, now: number): string {
  const { unit, nextAt } = view;
  const stands = standsWords(view, now);
  const next =
    stands === '' && nextAt !== undefined && nextAt > now
      ? `, next in ${formatDuration(Math.max(1000, nextAt - now))}`
      : stands;
  return `${nameOf(view)} ${usedWords(view)} ${windows[unit]}${next}`;
}

const isUsed = ({ limit, used, heldUntil, blocked, unreached }: QuotaView): boolean =>
  limit > 0 && (used > 0 || heldUntil !== undefined || blocked === true || unreached === true);

const nameOf = ({ name, service }: QuotaView): string => capitalised(service ?? serviceName(name));

const usedWords = ({ used, limit }: QuotaView): string => `${formatCount(used)} of ${formatCount(limit)}`;

function standsWords({ heldUntil, blocked, unreached }: QuotaView, now: number): string {
  if (blocked === true) return ' (blocked)';
  if (unreached === true) return ' (no connection)';
  return heldUntil !== undefined && heldUntil > now ? ` (held ${untilWords(heldUntil, now)})` : '';
}
