/**
 * One batch: its handle for the outside, its controls, and its part in the scheduling. What happens to a
 * single job is in jobFlow.
 */
import { dirname } from 'node:path';
import type { BatchEvent, JobAction, LastingEvent, NewJob, Outcome, Pace, QuotaView } from '../model/events';
import { nextMoveOf, toFailure } from '../model/failure';
import type { Failure } from '../model/failure';
import type { Settings } from '../model/settings';
import type { SourceId } from '../model/transcript';
import type { BatchHandle } from './api';
import { BatchCore } from './batchCore';
import { BatchPace } from './batchPace';
import type { ReadySource } from './chain';
import { anyAmount, Consent } from './consent';
import { DerivedKeeper } from './derivedKeeper';
import { EventLog } from './eventLog';
import { consentNeed } from './jobAnswer';
import { JobFlow } from './jobFlow';
import { journalSettings } from './guards';
import { Expansions } from './expansions';
import type { Journal } from './journal';
import type { Ownership } from './owner';
import { LookAhead } from './lookAhead';
import { Parking } from './parking';
import { JobQueue, Rank } from './queue';
import { quotaName } from './ride';
import type { Lane } from './queue';
import type { Runnable } from './scheduler';
import type { Shared } from './shared';
import { Slices } from './slices';
import type { BatchState, JobState } from './state';

/** Jobs in one `jobs-added` event. */
const jobsAnEvent = 500;
/** Steps that need no worker and are taken in one go. */
const instantSteps = 200;
/** So many events may wait for the disk before fewer jobs are started. */
const mostBacklog = 4_000;
/** A journal above this size is worth the work. */
const compactBytes = 4_000_000;
const diskRetryMs = 5_000;

export interface BatchRunParts {
  readonly shared: Shared;
  readonly folder: string;
  readonly state: BatchState;
  readonly journal: Journal;
  readonly ownership: Ownership;
  readonly settings: Settings;
  /** Whether the video was done before, in this folder or another batch of the output folder. */
  readonly alreadyDone: (job: JobState, settings: Settings) => Promise<Outcome | undefined>;
  /** Ids of videos that may be done already and are looked for before anyone is asked. */
  readonly maybeDone: (id: string) => boolean;
  /** It runs from now on. */
  readonly begun: () => void;
  readonly recordSettings: (settings: Partial<Settings>) => Promise<void>;
  readonly recordPaid: (source: SourceId, requestId: string) => Promise<void>;
  readonly recordConsent: (service: SourceId, origin: string, cost: number) => Promise<void>;
}

export class BatchRun implements BatchHandle, Runnable {
  readonly folder: string;
  readonly core: BatchCore;
  private readonly log: EventLog;
  private readonly flow: JobFlow;
  private readonly expansions: Expansions;
  private readonly lookAhead: LookAhead;
  private readonly paces: BatchPace;
  private readonly derived: DerivedKeeper;
  private settledWaiters: ((why: Failure | undefined) => void)[] = [];
  private adding = 0;
  /** Set while the disk refuses; `shown`: the pause could not wait for the disk. */
  private disk: { readonly resume: boolean; readonly shown: boolean; wake: () => void } | undefined;
  private closed = false;

  constructor(private readonly parts: BatchRunParts) {
    const { shared, folder, state, settings } = parts;
    const { clock } = shared.parts;
    this.folder = folder;
    this.log = new EventLog(state, clock, {
      write: (events) => this.write(events),
      refused: (fail) => this.refused(fail),
      mended: () => this.mended(),
    });
    const queue = new JobQueue(settings.order, (job) => state.jobs[job]?.meta.duration);
    this.core = new BatchCore(shared, folder, this.log, queue, new Parking(clock), new Consent(), settings);
    this.derived = new DerivedKeeper(shared.parts.derived, folder, state, clock, shared.parts.log);
    this.flow = new JobFlow(this.core, {
      diskFailed: (fail) => this.diskFailed(fail),
      failed: (_index, fail) => this.jobFailed(fail),
      alreadyDone: async (index) => {
        const job = this.core.job(index);
        return job ? parts.alreadyDone(job, this.core.settings) : undefined;
      },
      recordPaid: async (_job, source, requestId) => {
        if (requestId !== undefined) await parts.recordPaid(source, requestId);
      },
    });
    this.expansions = new Expansions(this.core, (jobs) => this.add(jobs));
    this.lookAhead = new LookAhead(this.core);
    this.paces = new BatchPace(this.core);
    this.core.onMoved = () => this.moved();
    this.log.onEvents((events) => this.folded(events));
  }

  get state(): BatchState {
    return this.log.state;
  }

  get seq(): number {
    return this.log.seq;
  }

  get owner(): string | undefined {
    return this.core.phase === 'lost' ? this.parts.ownership.lostTo : undefined;
  }

  onEvents(listener: (events: readonly BatchEvent[], first: number) => void): () => void {
    return this.log.onEvents(listener);
  }

  // ------------------------------------------------------------------------------------------ beginning

  /** Makes the batch known on disk. */
  async create(event: Extract<LastingEvent, { type: 'batch-created' }>): Promise<void> {
    await this.log.lasting(event);
  }

  /** Does not finish, however little there is to do, until the work is done. */
  async while(work: () => Promise<void>): Promise<void> {
    this.adding += 1;
    try {
      await work();
    } finally {
      this.adding -= 1;
      this.moved();
    }
  }

  /** Adds jobs, in slices; they start as soon as they are on disk. */
  async add(jobs: readonly NewJob[]): Promise<void> {
    await this.while(async () => {
      const slices = new Slices(this.core.shared.parts.clock);
      let last: Promise<void> | undefined;
      for (let first = 0; first < jobs.length; first += jobsAnEvent) {
        last = this.log.lasting({
          type: 'jobs-added',
          at: this.core.now,
          jobs: jobs.slice(first, first + jobsAnEvent),
        });
        // Only the last one is waited for; if it is on disk, so are those before it.
        last.catch(() => undefined);
        if (slices.due()) await slices.next();
      }
      await last;
    });
  }

  /** Puts what is pending into the queue, in slices. Restoring sends nothing. */
  async restore(): Promise<void> {
    const slices = new Slices(this.core.shared.parts.clock);
    for (const job of this.state.jobs) {
      if (job.status === 'parked') this.restoreParked(job);
      else if (job.status === 'pending') this.arrive(job.index);
      if (slices.due()) await slices.next();
    }
  }

  /** Starts or goes on; everything that was parked is freed, because the user asked for it. */
  async begin(by: 'user' | 'engine', action: 'start' | 'resume'): Promise<void> {
    const { core } = this;
    core.phase = 'running';
    this.paces.begun();
    const started = this.log.lasting({ type: 'control', at: core.now, action, by });
    const parked = core.parking.openAll();
    if (parked.length > 0) this.flow.release(parked);
    await Promise.all([started, this.refreshSources()]);
    await this.requeue();
    this.enter();
    void this.derived.write(false);
    this.expansions.wake();
    this.moved();
  }

  // ------------------------------------------------------------------------------------------- controls

  async pause(): Promise<void> {
    const { core } = this;
    if (core.phase !== 'running') return;
    core.phase = 'paused';
    await this.control('pause', 'user');
  }

  async resume(): Promise<void> {
    const { core } = this;
    if (this.disk) {
      this.disk.wake();
      return;
    }
    if (core.phase === 'running' || core.phase === 'lost') return;
    core.phase = 'running';
    await this.refreshSources();
    const parked = core.parking.openAll();
    if (parked.length > 0)
      await this.log.lasting({ type: 'job-control', at: core.now, jobs: parked, action: 'release' });
    await this.control('resume', 'user');
    this.enter();
    this.expansions.wake();
    core.shared.scheduler.wake();
    this.moved();
  }

  async stop(): Promise<void> {
    await this.halt('user');
  }

  async retryFailed(): Promise<{ readonly retried: number; readonly of: number }> {
    const all = this.state.jobs.filter((job) => job.status === 'failed');
    const again = all.filter((job) => job.failure && nextMoveOf[job.failure.code] !== 'final');
    if (again.length > 0)
      await this.rows(
        again.map((job) => job.index),
        'retry',
      );
    return { retried: again.length, of: all.length };
  }

  async rows(jobs: readonly number[], action: JobAction): Promise<void> {
    const { core } = this;
    if (core.phase === 'lost') return;
    if (action === 'skip') {
      for (const job of jobs) this.skip(job);
      while (jobs.some((job) => core.running.has(job)))
        await new Promise<void>((resolve) => this.leavers.push(resolve));
      await this.log.settled();
      return;
    }
    if (action === 'next') for (const job of jobs) if (core.queue.has(job)) core.enqueueNext(job);
    for (const job of jobs) if (action !== 'next') core.parking.remove(job);
    await this.log.lasting({ type: 'job-control', at: core.now, jobs, action });
    if (action !== 'next' && core.phase === 'finished') {
      core.phase = 'running';
      await this.refreshSources();
      await this.control('resume', 'user');
      this.enter();
    }
    core.shared.scheduler.wake();
  }

  async agree(service: string, origin: string, cost: number): Promise<void> {
    const { core } = this;
    const known = this.state.jobs.find((job) => job.consent?.service === service)?.consent?.service;
    const source = known ?? core.shared.parts.sources.find((one) => one.id === service)?.id;
    if (source === undefined) return;
    const amount = Math.min(anyAmount, cost);
    core.consent.agree(service, origin, amount);
    await this.parts.recordConsent(source, origin, amount);
    await this.log.lasting({ type: 'consent', at: core.now, service: source, origin, cost: amount });
    const freed = core.parking.open(consentNeed(service, origin));
    if (freed.length > 0)
      await this.log.lasting({ type: 'job-control', at: core.now, jobs: freed, action: 'release' });
  }

  async changeSettings(settings: Partial<Settings>): Promise<void> {
    const { core } = this;
    core.settings = { ...core.settings, ...settings };
    core.queue.reorder(core.settings.order);
    this.lookAhead.again();
    await this.parts.recordSettings(settings);
    await this.log.lasting({ type: 'settings', at: core.now, settings: journalSettings(settings) });
    await this.refreshSources();
    await this.requeue();
    core.shared.scheduler.wake();
  }

  settled(): Promise<Failure | undefined> {
    if (this.isSettled()) return Promise.resolve(this.state.why);
    return new Promise((resolve) => this.settledWaiters.push(resolve));
  }

  /** Ends the run and keeps its state; what runs is aborted. */
  async close(): Promise<void> {
    if (this.closed) return;
    if (this.core.phase === 'running') await this.halt('engine');
    else await this.abortAll();
    this.closed = true;
    this.disk?.wake();
    await this.log.settled();
    this.log.close();
    this.core.shared.scheduler.remove(this);
    await this.derived.close();
    await this.compact();
    await this.parts.journal.close();
    await this.parts.ownership.release();
    this.tellSettled();
  }

  /** A long journal becomes a snapshot, so that the next resume is quick. What goes wrong leaves it as it was. */
  private async compact(): Promise<void> {
    if (this.core.phase === 'lost' || this.parts.journal.size < compactBytes) return;
    try {
      await this.parts.ownership.check();
      await this.parts.journal.compact();
    } catch (error) {
      this.core.shared.parts.log.write('warn', `The journal stays long: ${toFailure(error).message}`);
    }
  }

  // ----------------------------------------------------------------------------------------- scheduling

  readyJob(now: number): number | undefined {
    const { core } = this;
    if (core.phase !== 'running' || !core.sources) return undefined;
    this.behind = this.log.backlog > mostBacklog;
    if (this.behind) return undefined;
    for (const job of core.queue.takeDue(now)) core.enqueue(job, Rank.front);
    const probes = core.parking.dueProbes(now);
    if (probes.length > 0) this.flow.release(probes);
    for (let instant = 0; instant < instantSteps; instant += 1) {
      const index = core.queue.first((lane) => this.laneReady(lane, now));
      if (index === undefined) return undefined;
      const job = core.job(index);
      if (!job) {
        core.queue.remove(index);
        continue;
      }
      const step = this.flow.step(index, job);
      if (step.kind === 'end') {
        core.end(index, step.outcome);
        continue;
      }
      const wanted = step.kind === 'ask' ? step.lane : [];
      const lane = core.queue.laneOf(index);
      if (lane?.key === wanted.join(' ')) return index;
      core.queue.move(index, wanted);
    }
    core.shared.scheduler.wake();
    return undefined;
  }

  take(job: number, worker: number): void {
    this.shownJobs.delete(job);
    this.lookAhead.left(job);
    this.flow.take(job, worker);
    this.lookAhead.soon();
  }

  run(job: number): Promise<void> {
    return this.flow.run(job);
  }

  /** How fast it goes and when it ends, for the views. */
  pace(views: readonly QuotaView[]): Pace {
    return this.paces.now(views, this.expansions);
  }

  /** The disk is behind: nothing starts before it has caught up. */
  private behind = false;

  waitingJobs(count: number): readonly number[] {
    if (this.core.phase !== 'running' || !this.core.sources) return [];
    return this.core.queue.heads(count).map((head) => head.job);
  }

  show(index: number, worker: number): void {
    const { core } = this;
    const lane = core.queue.laneOf(index);
    const live = core.live(index);
    if (!lane || !live) return;
    const wait = core.shared.limiter.why(lane.quotas);
    if (!wait) return;
    const at = core.now;
    core.emit({ type: 'job-started', at, job: index, worker, attempt: live.failedTries + 1 });
    core.emit({ type: 'wait', at, job: index, wait });
    this.shownJobs.add(index);
  }
  private readonly shownJobs = new Set<number>();

  unshow(index: number): void {
    if (this.shownJobs.delete(index)) this.core.emit({ type: 'job-left', at: this.core.now, job: index });
  }

  nextAt(now: number): number {
    const { core } = this;
    if (core.phase !== 'running') return Infinity;
    let at = Math.min(core.queue.nextDue, core.parking.nextProbe);
    for (const lane of core.queue.activeLanes()) if (lane.readyAt > now) at = Math.min(at, lane.readyAt);
    return at;
  }

  private laneReady(lane: Lane, now: number): boolean {
    const { shared } = this.core;
    if (lane.quotas.length === 0) return true;
    if (shared.starts.busy(lane.quotas)) return false;
    lane.readyAt = shared.limiter.readyAt(lane.quotas);
    if (lane.readyAt <= now) return true;
    // Nobody waits here: these jobs go on with another source, or park.
    const name = quotaName(lane.quotas[0] ?? '');
    if (this.core.parking.parkedFor(`blocked:${name}`)) return true;
    return this.core.settings.onBlocked === 'nextSource' && shared.breakers.known(name)?.phase === 'open';
  }

  // -------------------------------------------------------------------------------------------- innards

  private async write(events: readonly LastingEvent[]): Promise<void> {
    await this.parts.ownership.check();
    await this.parts.journal.write(events);
  }

  /** After events were folded: what became pending stands in the queue. */
  private folded(events: readonly BatchEvent[]): void {
    const { core } = this;
    let more = false;
    for (const event of events) {
      if (event.type === 'jobs-added') {
        const first = this.state.jobs.length - this.addedLater(events, event) - event.jobs.length;
        for (let index = first; index < first + event.jobs.length; index += 1) this.arrive(index);
        more = true;
      } else if (event.type === 'job-control' && event.action !== 'next' && event.action !== 'skip') {
        for (const index of event.jobs) this.pendingAgain(index);
        more = true;
      } else if (event.type === 'job-learnt') core.queue.weigh(event.job);
      else if (event.type === 'outcome') {
        this.lookAhead.left(event.job);
        this.derived.changed();
      }
    }
    if (this.behind && this.log.backlog <= mostBacklog) core.shared.scheduler.wake();
    if (more && core.phase === 'running') {
      this.expansions.wake();
      core.shared.scheduler.wake();
    }
  }

  private addedLater(events: readonly BatchEvent[], event: BatchEvent): number {
    let later = 0;
    for (const other of events.slice(events.indexOf(event) + 1))
      if (other.type === 'jobs-added') later += other.jobs.length;
    return later;
  }

  private arrive(index: number): void {
    const job = this.core.job(index);
    if (job?.status !== 'pending' || this.core.running.has(index)) return;
    if (job.link.kind === 'list' && !job.invalid) this.expansions.enter(index);
    else {
      if (job.redo !== true && this.parts.maybeDone(job.link.id)) this.core.toCheck.add(index);
      if (this.core.sources) this.core.enqueue(index);
      else this.core.queue.add(index, []);
    }
  }

  private pendingAgain(index: number): void {
    const job = this.core.job(index);
    if (job?.status !== 'pending' || this.core.running.has(index) || this.core.queue.has(index)) return;
    this.core.lives.delete(index);
    this.arrive(index);
  }

  private restoreParked(job: JobState): void {
    const { core } = this;
    if (!job.failure) return;
    const need = job.failure.needs ?? `${job.failure.code}:${job.source ?? ''}`;
    if (core.parking.parkedFor(need) === undefined)
      core.parking.close(need, job.failure, job.parkedUntil ?? Infinity);
    core.parking.add(need, job.index);
  }

  /** Lanes anew, after the sources or settings have changed. */
  private async requeue(): Promise<void> {
    const { core } = this;
    const slices = new Slices(core.shared.parts.clock);
    for (const index of [...core.queue.jobs()]) {
      core.queue.move(index, core.lanesOf(index));
      if (slices.due()) await slices.next();
    }
  }

  private async refreshSources(): Promise<void> {
    const { core } = this;
    const { sources, log } = core.shared.parts;
    const entries = await Promise.all(
      sources.map(async (source): Promise<readonly [SourceId, ReadySource]> => {
        try {
          return [source.id, { source, readiness: await source.readiness(core.settings) }];
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

  private enter(): void {
    this.core.shared.scheduler.add(this);
    this.parts.begun();
  }

  private skip(index: number): void {
    const { core } = this;
    const running = core.running.get(index);
    if (running) {
      running.ending = 'skip';
      running.abortion.abort();
      return;
    }
    const job = core.job(index);
    const waits = core.queue.has(index) || job?.status === 'parked' || job?.status === 'pending';
    if (!waits) return;
    core.shared.scheduler.forget(this, index);
    this.shownJobs.delete(index);
    core.parking.remove(index);
    this.expansions.remove(index);
    core.end(index, { status: 'skipped', reason: 'by-user' });
  }

  private async control(
    action: 'pause' | 'resume' | 'stop' | 'finish',
    by: 'user' | 'engine',
    why?: Failure,
  ): Promise<void> {
    await this.log.lasting({
      type: 'control',
      at: this.core.now,
      action,
      by,
      ...(why === undefined ? {} : { why }),
    });
    const final = action === 'stop' || action === 'finish';
    await this.derived.write(final);
    this.checkSettled();
  }

  private async halt(by: 'user' | 'engine', why?: Failure): Promise<void> {
    const { core } = this;
    if (core.phase === 'stopped' || core.phase === 'finished' || core.phase === 'lost') return;
    core.phase = 'stopped';
    core.shared.scheduler.remove(this);
    for (const index of [...this.shownJobs]) this.unshow(index);
    await this.abortAll();
    await this.control('stop', by, why);
  }

  private async abortAll(): Promise<void> {
    this.expansions.abort();
    this.lookAhead.abort();
    for (const running of this.core.running.values()) {
      running.ending ??= 'stop';
      running.abortion.abort();
    }
    while (this.core.running.size > 0 || this.expansions.active > 0)
      await new Promise<void>((resolve) => (this.quiet = resolve));
  }
  private quiet: (() => void) | undefined;

  private readonly leavers: (() => void)[] = [];

  /** A job has left its worker, or something else has ended. */
  private moved(): void {
    const { core } = this;
    for (const resolve of this.leavers.splice(0)) resolve();
    if (core.running.size === 0 && this.expansions.active === 0) {
      const { quiet } = this;
      this.quiet = undefined;
      quiet?.();
    }
    core.shared.scheduler.wake();
    this.lookAhead.soon();
    this.checkSettled();
  }

  private isSettled(): boolean {
    const { core } = this;
    if (this.closed || core.phase === 'lost') return true;
    if (core.running.size > 0 || this.expansions.active > 0 || this.adding > 0) return false;
    if (core.phase !== 'running') {
      const ended = core.phase === 'stopped' || core.phase === 'finished';
      return this.state.phase === core.phase && (ended || this.state.why !== undefined);
    }
    return this.isIdle() && core.parking.count > 0 && this.state.counts.parked === core.parking.count;
  }

  private isIdle(): boolean {
    const { core } = this;
    const { queue } = core;
    return (
      queue.waiting === 0 &&
      queue.delayedCount === 0 &&
      core.running.size === 0 &&
      this.expansions.idle &&
      this.adding === 0 &&
      this.log.backlog === 0
    );
  }

  private finishing = false;

  private checkSettled(): void {
    const { core } = this;
    if (core.phase === 'running' && core.sources && !this.finishing && this.isIdle()) {
      const { pending, running } = this.state.counts;
      if (core.parking.count === 0 && pending + running === 0) {
        this.finishing = true;
        void this.finish().finally(() => {
          this.finishing = false;
          // It may have been started anew while its end was being written.
          this.checkSettled();
        });
      }
    }
    if (this.isSettled()) this.tellSettled();
    else if (core.phase === 'running' && !this.watching && this.log.backlog > 0) {
      // What was decided is not folded yet; look again when it is.
      this.watching = true;
      void this.log.settled().then(() => {
        this.watching = false;
        this.checkSettled();
      });
    }
  }
  private watching = false;

  private async finish(): Promise<void> {
    const { core } = this;
    if (core.settings.onError === 'retryAtEnd' && (await this.retryAtEnd())) return;
    core.phase = 'finished';
    core.shared.scheduler.remove(this);
    core.emit({ type: 'pace', at: core.now, pace: this.paces.last() });
    await this.control('finish', 'engine');
  }

  /** Failures that can pass run once more after the rest; true when there were any. */
  private async retryAtEnd(): Promise<boolean> {
    const again = this.state.jobs.filter(
      (job) =>
        job.status === 'failed' &&
        job.failure !== undefined &&
        nextMoveOf[job.failure.code] === 'retry' &&
        !this.retriedAtEnd.has(job.index),
    );
    if (again.length === 0) return false;
    const jobs = again.map((job) => job.index);
    for (const job of jobs) this.retriedAtEnd.add(job);
    await this.log.lasting({ type: 'job-control', at: this.core.now, jobs, action: 'retry' });
    return true;
  }
  private readonly retriedAtEnd = new Set<number>();

  private tellSettled(): void {
    for (const resolve of this.settledWaiters.splice(0)) resolve(this.state.why);
  }

  private jobFailed(fail: Failure): void {
    if (this.core.settings.onError === 'stop') void this.halt('engine', fail).catch(() => undefined);
  }

  // ----------------------------------------------------------------------------------------------- disk

  /** A transcript could not be written: nothing new starts until the disk takes it again. */
  private diskFailed(fail: Failure): void {
    const { core } = this;
    if (this.disk || core.phase !== 'running') return;
    core.phase = 'paused';
    this.disk = { resume: true, shown: false, wake: () => undefined };
    this.core.emit({ type: 'control', at: core.now, action: 'pause', by: 'engine', why: fail });
    void this.mended().then((ok) => {
      if (ok) this.goOn();
    });
  }

  /** The journal could not be written: shown at once, and paused. */
  private refused(fail: Failure): LastingEvent | undefined {
    const { core } = this;
    if (core.phase === 'lost' || this.disk?.shown === true) return undefined;
    const resume = this.disk?.resume ?? core.phase === 'running';
    if (resume) core.phase = 'paused';
    this.disk = { resume, shown: true, wake: this.disk?.wake ?? (() => undefined) };
    return { type: 'control', at: core.now, action: 'pause', by: 'engine', why: fail };
  }

  /** Waits until the folder takes writes again; false when the batch was closed or taken over meanwhile. */
  private async mended(): Promise<boolean> {
    const { clock, files } = this.core.shared.parts;
    for (;;) {
      if (this.closed || this.parts.ownership.lostTo !== undefined) {
        this.lose();
        return false;
      }
      await new Promise<void>((resolve) => {
        const cancel = clock.after(diskRetryMs, resolve);
        if (this.disk)
          this.disk.wake = () => {
            cancel();
            resolve();
          };
      });
      try {
        await files.makeFolder(dirname(this.parts.journal.path));
        await this.parts.journal.mend();
        const probe = `${this.parts.journal.path}.probe`;
        await files.writeWhole(probe, 'x'.repeat(65_536));
        await files.remove(probe);
        if (this.disk) this.goOn();
        return true;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
    }
  }

  private goOn(): void {
    const { core } = this;
    const { disk } = this;
    this.disk = undefined;
    if (!disk?.resume || core.phase !== 'paused') return;
    core.phase = 'running';
    core.emit({ type: 'control', at: core.now, action: 'resume', by: 'engine' });
    core.shared.scheduler.wake();
  }

  private lose(): void {
    const { core } = this;
    if (core.phase === 'lost') return;
    core.phase = 'lost';
    core.shared.scheduler.remove(this);
    for (const running of core.running.values()) running.abortion.abort();
    this.tellSettled();
  }
}
