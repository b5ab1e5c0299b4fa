/** What a batch learns from the death of the process that ran it before: which jobs may have ended it. */
import { plural } from '../../model/numberWords';
import type { BatchCore } from '../job/context';

/** Records the jobs that were under way, and lets them run last. Until they are recorded, their marks stay. */
export async function blame(core: BatchCore): Promise<void> {
  const { underWay, shared } = core;
  const left = await underWay.left();
  const jobs = left.jobs.filter((job) => core.job(job)?.status === 'pending');
  const reading = left.reading.filter((job) => jobs.includes(job));
  if (jobs.length > 0) {
    const what = plural(jobs.length, 'video was', 'videos were');
    shared.parts.log.write(
      'warn',
      `The last process died while ${what} under way; these run last, one at a time.`,
    );
    try {
      const more = reading.length === 0 ? {} : { reading };
      await core.lasting({ type: 'process-died', at: core.now, jobs, ...more });
    } catch {
      // The batch is closed already; the next process finds the marks.
      return;
    }
  }
  await underWay.over();
  for (const job of jobs) if (core.queue.has(job)) core.enqueue(job);
}
