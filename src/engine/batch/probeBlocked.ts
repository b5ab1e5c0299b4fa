/** The user's word that a block is over. */
import { quotaName } from '../../model/quotaNames';
import type { BatchCore } from '../job/context';

/** Lets one request out, at once, to each service that blocks jobs of this batch. */
export function probeBlocked(core: BatchCore): void {
  const names = new Set(core.parking.tryNow(core.now));
  for (const { quotas } of core.queue.activeSubqueues())
    for (const name of quotas) names.add(quotaName(name));
  for (const name of names) core.shared.breakers.tryNow(name);
}
