/**
 * How jobs enter a batch's queue: added, read from a list, restored from the journal, freed or retried, and
 * sorted again when the sources or settings change.
 */
import type { BatchEvent, NewJob } from '../../model/events';
import { isInAChain } from '../../model/chainOf';
import { needOf } from '../../model/failureRules';
import { plural } from '../../model/numberWords';
import type { Settings } from '../../model/settings';
import type { Readiness } from '../../model/source';
import type { SourceId } from '../../model/transcript';
import { probeBlocked } from './blockedQuotas';
import type { BatchCore } from '../job/context';
import type { ReadySource } from '../job/chain';
import type { ListReader } from '../job/listReader';
import { Rank } from '../pool/queue';
import { Slices } from '../journal/slices';
import { mostRows, runOf } from '../journal/weight';
import type { JobState } from '../state/reducer';

/** Of a source that no link is asked of. One that holds a paid request is polled all the same. */
const notListed: Readiness = {
  ready: false,
  code: 'unsupported',
  why: 'It is not among the sources.',
  nextStep: 'Add it to the setting sources.',
};

/** Settings that decide whether a source can work. */
const ofSources = /^(?:sources$|proxies$|(?:youtube|ytDlp|deapi|openai|whisper|speech)\.)/;

export class Admission {
  /** Jobs that are being written. */
  private entering = 0;

  constructor(
    private readonly core: BatchCore,
    private readonly lists: ListReader,
  ) {}

  /**
   * Adds jobs, in slices; resolves when all are on disk. Each may start as soon as it is queued. Those that are more
   * than a batch may have are left out, with a note.
   */
  async add(wanted: readonly NewJob[]): Promise<void> {
    const { core } = this;
    const { jobs, note } = whatFits(wanted, core.state.jobs.length + this.entering);
    if (note !== undefined) core.addNotes([{ text: note }]);
    const slices = new Slices(core.shared.parts.clock);
    let last: Promise<void> | undefined;
    for (let first = 0; first < jobs.length;) {
      const lot = runOf(jobs, first);
      first += lot.length;
      this.entering += lot.length;
      last = core
        .lasting({ type: 'jobs-added', at: core.now, jobs: lot })
        .finally(() => (this.entering -= lot.length));
      // Only the last one is awaited; once it is on disk, so are all before it.
      last.catch(() => undefined);
      if (slices.due()) await slices.next();
    }
    await last;
  }

  /** Queues the pending jobs, in slices. Restoring sends nothing. */
  async restore(): Promise<void> {
    const slices = new Slices(this.core.shared.parts.clock);
    for (const job of this.core.state.jobs) {
      if (job.status === 'parked') this.restoreParked(job);
      else if (job.status === 'pending') this.arrive(job.index);
      if (slices.due()) await slices.next();
    }
  }

  /** Call after an event was folded: queues a job that became pending; true when something may start. */
  folded(event: BatchEvent, events: readonly BatchEvent[]): boolean {
    if (event.type === 'jobs-added') {
      const first = this.core.state.jobs.length - addedLater(events, event) - event.jobs.length;
      for (let index = first; index < first + event.jobs.length; index += 1) this.arrive(index);
      return true;
    }
    if (event.type === 'job-control' && event.action !== 'next' && event.action !== 'skip') {
      // A freed job has waited in the queue before.
      const isFreed = event.action === 'release' || event.action === 'allow';
      const rank = isFreed ? Rank.front : Rank.normal;
      for (const index of event.jobs) this.pendingAgain(index, rank);
      return true;
    }
    return false;
  }

  /** Assigns all subqueues again, after the sources or settings have changed. */
  async requeue(): Promise<void> {
    const { core } = this;
    const slices = new Slices(core.shared.parts.clock);
    for (const index of [...core.queue.jobs()]) {
      core.queue.move(index, core.permitNamesOf(index));
      if (slices.due()) await slices.next();
    }
  }

  /**
   * Keys, programs or these settings have changed. What waits for a key, credit or a program tries again with one job
   * each, and so does a block after another proxy was named.
   */
  async sourcesChanged(settings?: Partial<Settings>): Promise<void> {
    const { core } = this;
    await this.refreshSources();
    await this.requeue();
    const names = Object.keys(settings ?? {});
    if (settings === undefined || names.some((name) => ofSources.test(name))) core.parking.tryMended();
    if (names.includes('proxies') && core.phase === 'running') probeBlocked(core, this.lists);
    core.shared.scheduler.wake();
  }

  /**
   * Asks every source that a link may be asked of whether it is ready; one that cannot tell counts as not ready.
   * Asking the others would hold up the first request: yt-dlp takes half a second to tell its version.
   */
  async refreshSources(): Promise<void> {
    const { core } = this;
    const { sources, log, elsewhere } = core.shared.parts;
    core.askAgain();
    const entries = await Promise.all(
      sources.map(async (source): Promise<readonly [SourceId, ReadySource]> => {
        if (!isInAChain(source.id, core.settings)) return [source.id, { source, readiness: notListed }];
        try {
          const readiness = await source.readiness(core.settings);
          if (readiness.ready || elsewhere?.serves(source.id) !== true)
            return [source.id, { source, readiness }];
          const there = { ready: true, detail: 'On other machines.' } as const;
          return [source.id, { source, readiness: there, isAway: true }];
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          log.write('warn', `${source.id}: ${why}`);
          return [
            source.id,
            { source, readiness: { ready: false, why, nextStep: 'Check Setup', code: 'unsupported' } },
          ];
        }
      }),
    );
    core.sources = new Map(entries);
  }

  private arrive(index: number, rank = Rank.normal): void {
    const job = this.core.job(index);
    if (job?.status !== 'pending' || this.core.running.has(index)) return;
    if (job.link.kind === 'list' && !job.invalid && job.link.outside !== true) this.lists.enter(index);
    else {
      if (job.redo !== true && this.core.done.maybe(job)) this.core.toCheck.add(index);
      if (this.core.sources) this.core.enqueue(index, rank);
      else this.core.queue.add(index, [], this.core.rankOf(index, rank));
    }
  }

  private pendingAgain(index: number, rank: Rank): void {
    const job = this.core.job(index);
    if (job?.status !== 'pending' || this.core.running.has(index) || this.core.queue.has(index)) return;
    this.core.lives.delete(index);
    this.arrive(index, rank);
  }

  private restoreParked(job: JobState): void {
    const { core } = this;
    if (!job.failure) return;
    const asked = core.shared.parts.sources.find(({ id }) => id === job.source);
    const quotas = asked ? core.quotasFor(asked, job.link, { paid: job.paid }) : [];
    const need = needOf(job.failure, job.source, quotas, job.consent);
    if (core.parking.parkedFor(need) === undefined)
      core.parking.close(need, job.failure, job.parkedUntil ?? Infinity);
    core.parking.add(need, job.index);
  }
}

/** The first of the jobs that a batch with so many rows has room for, and what is said of the others. */
export function whatFits(
  wanted: readonly NewJob[],
  rows: number,
): { readonly jobs: readonly NewJob[]; readonly note?: string } {
  const room = Math.max(0, mostRows - rows);
  if (wanted.length <= room) return { jobs: wanted };
  const others = plural(wanted.length - room, 'link was', 'links were');
  return {
    jobs: wanted.slice(0, room),
    note: `${others} left out: a batch has at most ${mostRows.toLocaleString('en')} rows. Put them on a list of their own.`,
  };
}

function addedLater(events: readonly BatchEvent[], event: BatchEvent): number {
  let later = 0;
  for (const other of events.slice(events.indexOf(event) + 1))
    if (other.type === 'jobs-added') later += other.jobs.length;
  return later;
}
