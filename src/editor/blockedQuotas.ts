/** Which services a batch finds blocked: as long as the answer is the same, so is what could go on with it. Pure. */
import type { ReadonlyState } from '../engine/state/reducer';

/** The quotas that are blocked, one text for the same ones. */
export function blockedQuotas({ quotas }: ReadonlyState): string {
  return quotas
    .filter(({ blocked }) => blocked === true)
    .map(({ name }) => name)
    .sort()
    .join(' ');
}
