/**
 * Room `batch`: one batch while it is open. This file is its handle for the outside, with its controls.
 * What happens to a single job is in the room `job`; how jobs enter is in admission.ts, scheduling in
 * startChooser.ts, the disk in disk.ts, the end in idle.ts.
 */
import type { BatchEvent, JobAction, LastingEvent, NewJob, Pace } from '../../model/events';
import type { Failure } from '../../model/failure';
import type { Settings } from '../../model/settings';
import type { BatchHandle } from '../api';
import { Admission } from './admission';
import { BatchCore } from '../job/context';
import { blame } from './blame';
import { BatchDisk } from './disk';
import { BatchPace } from './pace';
import { orRefused } from './orRefused';
import { passBlocked, probeBlocked } from './blockedQuotas';
import { StartChooser } from './startChooser';
import { Consent } from '../job/consent';
import { DerivedFilesWriter } from './derivedFiles';
import { EventLog } from '../journal/eventLog';
import { HandOut } from './handOut';
import { ListReader } from '../job/listReader';
import { journalSettings } from '../journal/settingsOnDisk';
import { JobWalk } from '../job/walk';
import { LookAhead } from '../job/lookAhead';
import { hasPrivate } from '../folder/origin';
import { Parking } from '../job/parking';
import { Phases } from './phase';
import { JobQueue } from '../pool/queue';
import { RowActions } from './rowActions';
import type { BatchRunParts } from './runParts';
import { IdleWatch } from './idle';
import { toGoOf } from '../state/counts';
import { missingJobs } from '../state/reducer';
import type { BatchState } from '../state/reducer';

export class BatchRun implements BatchHandle {
  readonly folder: string;
  readonly core: BatchCore;
  private readonly log: EventLog;
  private readonly flow: JobWalk;
  private readonly lists: ListReader;
  private readonly lookAhead: LookAhead;
  private readonly paces: BatchPace;
  private readonly derived: DerivedFilesWriter;
  private readonly admission: Admission;
  private readonly turns: StartChooser;
  private readonly others: HandOut;
  private readonly idle: IdleWatch;
  private readonly disk: BatchDisk;
  private readonly rowActions: RowActions;
  private readonly phases = new Phases();

  constructor(private readonly parts: BatchRunParts) {
    const { shared, folder, state, settings } = parts;
    const { clock } = shared.parts;
    this.folder = folder;
    this.log = new EventLog(state, clock, {
      write: (events) => this.disk.write(events),
      refused: (fail) => this.disk.refused(fail),
      mended: () => this.disk.mended(),
    });
    const queue = new JobQueue(settings.order, (job) => state.jobs[job]?.meta.duration);
    this.core = new BatchCore(
      shared,
      folder,
      this.log,
      queue,
      new Parking(clock, shared.breakers),
      new Consent(),
      parts.done,
      parts.underWay,
      this.phases,
      settings,
      parts.kept,
    );
    this.derived = new DerivedFilesWriter(shared.parts.derived, folder, state, clock, shared.parts.log);
    this.flow = new JobWalk(this.core, {
      diskFailed: (fail) => this.disk.writeFailed(fail),
      failed: (_index, fail) => this.jobFailed(fail),
      readAsList: (index) => {
        this.lists.enter(index);
        this.lists.wake();
      },
      recordIntent: parts.recordIntent,
      recordRefused: parts.recordRefused,
      recordPaid: parts.recordPaid,
    });
    this.lists = new ListReader(this.core, this.flow, (jobs) => this.add(jobs));
    this.lookAhead = new LookAhead(this.core);
    this.paces = new BatchPace(this.core);
    this.admission = new Admission(this.core, this.lists);
    this.others = new HandOut(this.core, this.flow);
    this.turns = new StartChooser(this.core, this.flow, this.lookAhead, this.others);
    this.idle = new IdleWatch(this.core, this.lists, {
      finish: () => this.finish(),
      moved: () => this.moved(),
    });
    this.rowActions = new RowActions(this.core, this.turns, this.lists, this.idle, {
      runAgain: () => this.runAgain(),
      recordConsent: (agreed) => parts.recordConsent(agreed),
      refreshSources: () => this.admission.refreshSources(),
    });
    this.disk = new BatchDisk(this.core, this.phases, parts.journal, parts.ownership, {
      closed: () => this.idle.closed,
      lose: () => this.lose(),
    });
    this.core.onMoved = () => this.moved();
    this.core.onSourceOut = () => void this.admission.requeue().then(() => this.moved());
    this.log.onEvents((events) => this.folded(events));
    this.log.onEvents((events) => parts.live.seen(events));
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

  /** Writes the start of the batch to disk. Throws FailureError `disk` where the disk refuses it. */
  create(event: Extract<LastingEvent, { type: 'batch-created' }>): Promise<void> {
    return orRefused(this.log, this.log.lasting(event));
  }

  /** Something that the user should know at once; it is kept among the batch's notes. */
  tell(text: string): void {
    this.core.tell(text);
  }

  get news(): readonly string[] {
    return this.core.news;
  }

  /** Keeps the batch from finishing until the work is done. */
  while(work: () => Promise<void>): Promise<void> {
    return this.idle.while(work);
  }

  /** Adds jobs, in slices; they start as soon as they are on disk. */
  add(jobs: readonly NewJob[]): Promise<void> {
    return this.while(() => this.admission.add(jobs));
  }

  /** Queues the pending jobs, in slices. Restoring sends nothing. */
  restore(): Promise<void> {
    return this.admission.restore();
  }

  /**
   * Starts or resumes the run; every parked job is freed, because the user asked for it. Throws FailureError `disk`
   * where the disk refuses to record that.
   */
  async begin(by: 'user' | 'engine', action: 'start' | 'resume'): Promise<void> {
    const { core } = this;
    this.phases.go('running');
    this.paces.begun();
    const started = this.log.lasting({ type: 'control', at: core.now, action, by });
    // Not before the journal's first line, which says what the batch is.
    core.addNotes(this.news.map((text) => ({ text })));
    core.hasBegun = true;
    for (const text of core.shared.limiter.news()) core.tell(text);
    const parked = core.parking.openAll();
    if (parked.length > 0) this.flow.release(parked);
    await Promise.all([
      orRefused(this.log, started),
      blame(core),
      this.admission.refreshSources(),
      this.derived.warn((text) => core.tell(text)),
    ]);
    await this.admission.requeue();
    await this.others.adopt();
    this.enter();
    // With nothing left to do the end writes them, a moment from now.
    const { counts } = core.state;
    if (toGoOf(counts) + counts.parked + missingJobs(core.state) > 0) void this.derived.write(false);
    this.lists.wake();
    if (by === 'user' && action === 'resume') probeBlocked(core, this.lists);
    this.moved();
  }

  // ------------------------------------------------------------------------------------------- controls

  async pause(): Promise<void> {
    const { core } = this;
    if (core.phase !== 'running') return;
    this.phases.go('paused');
    this.flow.away.withdrawAll();
    await this.control('pause', 'user');
  }

  async resume(): Promise<void> {
    const { core } = this;
    if (this.disk.waits) {
      this.disk.wake();
      return;
    }
    if (core.phase === 'running') return this.tryNow();
    if (await this.runAgain()) probeBlocked(core, this.lists);
    this.moved();
  }

  tryNow(): Promise<void> {
    if (this.core.phase === 'running') probeBlocked(this.core, this.lists);
    this.core.shared.scheduler.wake();
    return Promise.resolve();
  }

  passBlocked(): Promise<void> {
    return passBlocked(this.core);
  }

  async stop(): Promise<void> {
    await this.halt('user', 'stop');
  }

  retryFailed(): Promise<{ readonly retried: number; readonly of: number }> {
    return this.rowActions.retryFailed();
  }

  rows(jobs: readonly number[], action: JobAction): Promise<void> {
    return this.rowActions.rows(jobs, action);
  }

  agree(service: string, origin: string, cost: number, count?: number): Promise<void> {
    return this.rowActions.agree(service, origin, cost, count);
  }

  agreedTo(service: string, origin: string): { readonly cost: number; readonly count: number } {
    return this.core.consent.agreedTo(service, origin);
  }

  async changeSettings(settings: Partial<Settings>): Promise<void> {
    const { core } = this;
    core.settings = { ...core.settings, ...settings };
    core.queue.reorder(core.settings.order);
    this.lookAhead.again();
    await this.parts.recordSettings(settings);
    await this.log.lasting({
      type: 'settings',
      at: core.now,
      settings: journalSettings(settings),
      ...hasPrivate(settings),
    });
    await this.admission.sourcesChanged(settings);
  }

  sourcesChanged = (): Promise<void> => this.admission.sourcesChanged();

  settled(): Promise<Failure | undefined> {
    return this.idle.settled();
  }

  /** Speed and expected end, for the views. */
  pace(): Pace {
    return this.paces.now(this.lists);
  }

  /** Ends the run and keeps its state; running jobs are aborted. */
  async close(): Promise<void> {
    if (this.idle.closed) return;
    if (this.core.phase === 'running') await this.halt('engine', 'close');
    else await this.abortAll('close');
    this.idle.closed = true;
    this.disk.wake();
    await this.log.settled();
    this.log.close();
    this.core.shared.scheduler.remove(this.turns);
    await this.derived.close();
    await this.core.underWay.over(this.core.phase === 'lost');
    await this.parts.live.close(this.core.phase === 'lost');
    await this.disk.compact();
    await this.parts.journal.close();
    await this.parts.ownership.release();
    this.idle.tell();
  }

  // -------------------------------------------------------------------------------------------- innards

  /** After events were folded. */
  private folded(events: readonly BatchEvent[]): void {
    const { core } = this;
    let more = false;
    for (const event of events) {
      if (this.admission.folded(event, events)) {
        more = true;
        this.derived.changed();
      } else if (event.type === 'job-learnt') core.queue.weigh(event.job);
      else if (event.type === 'outcome') {
        this.lookAhead.left(event.job);
        this.derived.changed();
      }
    }
    this.turns.caughtUp();
    if (more && core.phase === 'running') {
      this.lists.wake();
      core.shared.scheduler.wake();
    }
  }

  private enter(): void {
    this.core.shared.scheduler.add(this.turns);
    this.parts.begun();
  }

  /** False where the user has stopped or paused it before it ran. */
  private async runAgain(): Promise<boolean> {
    const { core } = this;
    const isRunning = (): boolean => core.phase === 'running';
    if (!this.phases.go('running')) return false;
    await this.admission.refreshSources();
    if (!isRunning()) return false;
    const parked = core.parking.openAll();
    if (parked.length > 0)
      await this.log.lasting({ type: 'job-control', at: core.now, jobs: parked, action: 'release' });
    if (!isRunning()) return false;
    await this.control('resume', 'user');
    if (!isRunning()) return false;
    this.enter();
    this.lists.wake();
    return true;
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
    this.idle.check();
  }

  private async halt(by: 'user' | 'engine', ending: 'stop' | 'close', why?: Failure): Promise<void> {
    if (this.core.phase === 'stopped' || !this.phases.go('stopped')) return;
    this.turns.end();
    await this.abortAll(ending);
    // Resumed meanwhile: the record must not end with what was decided first.
    if (this.phases.now === 'stopped') await this.control('stop', by, why);
  }

  private async abortAll(ending: 'stop' | 'close'): Promise<void> {
    this.lists.abort();
    this.lookAhead.abort();
    for (const running of this.core.running.values()) {
      running.ending ??= ending;
      running.abortion.abort();
    }
    await Promise.all([this.core.underWay.ending(), this.idle.quiet()]);
  }

  /** A job has left its worker, or something else has ended. */
  private moved(): void {
    const { core } = this;
    this.idle.left();
    core.shared.scheduler.wake();
    this.lookAhead.soon();
    this.idle.check();
  }

  private async finish(): Promise<void> {
    const { core } = this;
    if (!this.phases.go('finished')) return;
    core.shared.scheduler.remove(this.turns);
    core.emit({ type: 'pace', at: core.now, pace: this.paces.last() });
    await this.control('finish', 'engine');
  }

  private jobFailed(fail: Failure): void {
    if (this.core.settings.onError === 'stop') void this.halt('engine', 'stop', fail).catch(() => undefined);
  }

  /** Closed or taken over while the disk refused: nothing more is done or written here. */
  private lose(): void {
    const { core } = this;
    if (core.phase === 'lost') return;
    this.phases.go('lost');
    core.shared.scheduler.remove(this.turns);
    for (const running of core.running.values()) running.abortion.abort();
    this.idle.tell();
  }
}
