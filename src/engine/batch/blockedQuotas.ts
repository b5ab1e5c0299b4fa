/**
 * The user's word about what blocks jobs of a batch: that it is over, or that the next source is to be used meanwhile.
 */
import { unblocked } from '../../model/need';
import { quotaName } from '../../model/quotaNames';
import type { BatchCore } from '../job/context';
import type { ListReader } from '../job/listReader';

/** Lets one request out, at once, to each service that blocks jobs or lists of this batch. */
export function probeBlocked(core: BatchCore, lists: Pick<ListReader, 'waitsFor' | 'hurry'>): void {
  const names = [...core.parking.blockedQuotas(), ...quotasInQueue(core), ...lists.waitsFor.flat()];
  for (const name of new Set(names)) core.shared.breakers.known(name)?.tryNow();
  lists.hurry();
}

/** What waits for a block of this moment, parked or not, goes on with the next source. */
export async function passBlocked(core: BatchCore): Promise<void> {
  const { breakers, scheduler } = core.shared;
  for (const name of quotasInQueue(core))
    if ((breakers.known(name)?.phase ?? 'closed') !== 'closed') core.passed.add(name);
  const freed: number[] = [];
  for (const name of core.parking.blockedQuotas()) {
    core.passed.add(name);
    freed.push(...core.parking.open(unblocked(name)));
  }
  if (freed.length > 0)
    await core.lasting({ type: 'job-control', at: core.now, jobs: freed, action: 'release' });
  scheduler.wake();
}

function quotasInQueue(core: BatchCore): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { quotas } of core.queue.activeSubqueues())
    for (const name of quotas) names.add(quotaName(name));
  return names;
}
