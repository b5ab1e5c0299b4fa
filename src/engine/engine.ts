/**
 * The engine: opens and starts batches and holds what they share. `createEngine` is the only way in; see
 * api.ts for the contract.
 */
import { join } from 'node:path';
import type { NewJob } from '../model/events';
import { failure, FailureError } from '../model/failure';
import { defaultSettings, readSettings, settingNames } from '../model/settings';
import type { Settings } from '../model/settings';
import type { ListItem } from '../model/source';
import type { BatchHandle, Engine, EngineParts, EntriesRequest, StartRequest } from './api';
import { Archive } from './folder/archive';
import { allowConfirmed } from './batch/confirmed';
import { Opening, type OpenRequest } from './batch/opening';
import type { BatchRun } from './batch/run';
import { BatchView } from './batch/view';
import { journalSettings } from './journal/settingsOnDisk';
import { Governor } from './limits/governor';
import { InTurn } from '../model/inTurn';
import { journalName } from './journal/journal';
import { lackingWords, withoutFiles, withoutNotes } from './folder/alreadyDone';
import { hasPrivate, Origin, type Found } from './folder/origin';
import { runsElsewhere } from './folder/owner';
import { RateLimiter } from './limits/rateLimiter';
import { Isolation } from './pool/isolation';
import { MemoryRoom } from './pool/memoryRoom';
import { Scheduler } from './pool/scheduler';
import { Breakers } from './limits/breakers';
import { Reservations } from './limits/reservations';
import { RetryBudgets } from './limits/retryPolicy';
import type { Shared } from './job/context';
import { batchId, folderNames, knownIn, noBatch, safeFolderName, sameList } from './folder/names';
import { elsewhere, notRecorded, paceOf, withoutPace } from './folder/foreign';
import type { BatchState } from './state/reducer';
import { EverySecond } from './batch/everySecond';
import { WorkerPool } from './pool/workerPool';

/** Creates the engine; reads and sends nothing until a batch is started or opened. */
export function createEngine(parts: EngineParts, settings: Settings = defaultSettings): Engine {
  return new EngineImpl(parts, settings);
}

class EngineImpl implements Engine {
  private readonly open_ = new Map<string, BatchRun>();
  private readonly listeners = new Set<() => void>();
  private readonly shared: Shared;
  private readonly origin: Origin;
  private readonly opening: Opening;
  private readonly archive: Archive;
  private readonly everySecond: EverySecond;
  private disposed = false;

  /** By folder, until the batch that is started there has all its rows. */
  private readonly starting = new InTurn();
  /** Names of this process's batches, including those whose journal is still being written. */
  private readonly taken = new Set<string>();

  constructor(
    private readonly parts: EngineParts,
    private inForce: Settings,
  ) {
    const { clock } = parts;
    const limiter = new RateLimiter(parts, inForce);
    const pool = new WorkerPool();
    const scheduler = new Scheduler(clock, pool);
    this.shared = {
      parts,
      limiter,
      governor: new Governor(clock),
      pool,
      scheduler,
      breakers: new Breakers(clock, limiter),
      budgets: new RetryBudgets(clock),
      isolation: new Isolation(clock),
      memory: new MemoryRoom(parts.machine),
      reservations: new Reservations(limiter, () => scheduler.wake()),
    };
    this.origin = new Origin(parts);
    this.archive = new Archive(parts.files, clock);
    this.everySecond = new EverySecond(
      this.shared,
      () => [...this.open_.values()],
      () => this.inForce,
    );
    this.opening = new Opening(this.shared, this.origin, this.archive, () => this.everySecond.wake());
    limiter.onChange(() => scheduler.wake());
    parts.elsewhere?.onChange(() => this.everySecond.helpers());
    this.shared.governor.onChange(() => this.capacity());
  }

  get settings(): Settings {
    return this.inForce;
  }

  get batches(): readonly BatchHandle[] {
    return [...this.open_.values()];
  }

  onBatches(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async start(request: StartRequest): Promise<BatchHandle> {
    this.use(request.settings);
    await Promise.all([this.origin.load(), this.shared.limiter.load()]);
    // One after the other: each must see what the other added, or every video would run twice.
    const place = join(request.outputFolder, request.folderName ?? safeFolderName(request.name));
    const settings = { ...request.settings, ...request.forBatch };
    return this.starting.run(place, () => this.startNow({ ...request, settings }));
  }

  private async startNow(request: StartRequest): Promise<BatchHandle> {
    const foreign: string[] = [];
    for (const name of folderNames(request)) {
      const folder = join(request.outputFolder, name);
      const running = this.open_.get(folder);
      if (running) {
        if (!(await sameList(running.state, request, this.parts.files))) continue;
        // As it would be in a new process: what it is started with now counts.
        const changed = changes(running.core.settings, request.settings);
        if (Object.keys(changed).length > 0) await running.while(() => running.changeSettings(changed));
        return this.goOn(running, request);
      }
      let found = await this.origin.read(folder);
      if (!found.journal.found)
        try {
          const run = await this.create(folder, request);
          if (foreign.length > 0) run.tell(elsewhere(foreign, name));
          return run;
        } catch (error) {
          found = await this.origin.begunByOther(folder, error);
        }
      if (!(await sameList(found.journal.state, request, this.parts.files))) continue;
      if (found.foreign) {
        foreign.push(name);
        continue;
      }
      const anew = { found, settingsOf: () => request.settings, anew: true };
      const run = await this.own(folder, anew);
      await run.while(() => this.keepSettings(run, found.place, request.settings));
      return this.goOn(run, request);
    }
    throw new FailureError(failure('internal', 'No name is free for the batch.'));
  }

  /** What the batch is started with now is what a later resume of it has to go on with. */
  private async keepSettings(run: BatchRun, place: string, settings: Settings): Promise<void> {
    const before = readSettings(
      run.state.settings,
      this.origin.ledger.settingsOf(run.state.id, place),
    ).settings;
    const changed = changes(before, settings);
    if (Object.keys(changed).length > 0) await run.changeSettings(changed);
  }

  async open(
    folder: string,
    mode: 'view' | 'resume',
    overrides: Partial<Settings> = {},
    resumeForeign?: (batch: BatchState) => Promise<boolean>,
  ): Promise<BatchHandle> {
    const known = this.open_.get(folder);
    if (known) {
      if (mode === 'resume') await known.resume();
      return known;
    }
    if (mode === 'view') {
      // Not among the open batches, because it does nothing by itself.
      await this.origin.load();
      const place = await this.origin.placeOf(folder);
      const view = await BatchView.open(folder, this.parts, place, await this.origin.sealOf(place));
      const { state, author } = view;
      view.foreign = this.origin.isForeign(state, author, place) || this.origin.lacksSettings(state, place);
      return view;
    }
    await Promise.all([this.origin.load(), this.shared.limiter.load()]);
    if ((await this.parts.files.stat(join(folder, journalName))) === undefined) throw noBatch(folder);
    const settingsOf = (found: Found): Settings => {
      // Nothing in it is readable: continuing would overwrite it with an empty batch.
      if (!found.journal.found) throw noBatch(folder);
      return readSettings(...this.settingsOf(found), overrides).settings;
    };
    const run = await this.own(folder, { settingsOf, resumeForeign });
    this.use(run.core.settings);
    await this.orDropped(run, run.begin('user', 'resume'));
    return run;
  }

  async *entries(request: EntriesRequest): AsyncGenerator<ListItem> {
    const { limiter, parts } = this.shared;
    // What runs already has its limits from its own settings.
    if (this.open_.size === 0) this.use(request.settings);
    await limiter.load();
    yield* parts.expander.expand({
      ...request,
      identity: `${request.link.id}-look`,
      sent: () => undefined,
      permit: (quotas) => limiter.acquire(quotas, request.signal),
    });
  }

  changeSettings(settings: Settings): void {
    const before = this.inForce;
    const changed = changes(before, settings);
    this.use(settings);
    if (Object.keys(changed).length === 0) return;
    for (const run of this.open_.values()) void run.changeSettings(changed).catch(() => undefined);
  }

  sourcesChanged(): void {
    for (const run of this.open_.values()) void run.sourcesChanged().catch(() => undefined);
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await Promise.all([...this.open_.values()].map((run) => run.close()));
    this.everySecond.close();
    this.shared.scheduler.close();
    await this.shared.limiter.close();
    await this.origin.ledger.close();
  }

  // -------------------------------------------------------------------------------------------- innards

  private async create(folder: string, request: StartRequest): Promise<BatchRun> {
    const { parts } = this;
    const { clock, machine } = parts;
    await parts.files.makeFolder(folder);
    const settingsOf = ({ journal }: Found): Settings => {
      // Since the folder was seen free, another process has begun a batch there, and let go of it.
      if (journal.found) throw runsElsewhere(folder, 'in another window or terminal');
      return request.settings;
    };
    const run = await this.own(folder, { settingsOf, list: request.list });
    const at = clock.now();
    const different = changes(defaultSettings, request.settings);
    const id = this.freeId(at);
    const place = await this.origin.placeOf(folder);
    await this.origin.started(id, place, different);
    await this.warnUnwritten(run);
    const created = run.create({
      type: 'batch-created',
      at,
      id,
      name:
        request.folderName === undefined
          ? folder.slice(request.outputFolder.length).replace(/^[\\/]+/, '')
          : request.name,
      machine: machine.id,
      ...(request.list === undefined ? {} : { list: request.list }),
      jobs: request.jobs.length,
      settings: journalSettings(different),
      ...hasPrivate(different),
    });
    await this.orDropped(run, created);
    await run.while(async () => {
      run.core.addNotes(request.notes ?? []);
      const added = run.add(wantedJobs(request));
      added.catch(() => undefined);
      await this.orDropped(run, run.begin('user', 'start'));
      await added;
    });
    return run;
  }

  /**
   * The random part keeps batches apart that several processes start in one second, before any reads the others' lines.
   */
  private freeId(at: number): string {
    const open = new Set([...this.open_.values()].map((batch) => batch.state.id));
    for (;;) {
      const id = batchId(at, this.parts.random.id());
      if (this.archive.knows(id) || open.has(id) || this.taken.has(id) || this.origin.ledger.knows(id))
        continue;
      this.taken.add(id);
      return id;
    }
  }

  /**
   * A list that is run again: new links are added, finished videos are kept while their files exist,
   * retryable failures are tried again.
   */
  private async goOn(run: BatchRun, request: StartRequest): Promise<BatchRun> {
    const { state } = run;
    const { again, fresh } = knownIn(state, request.jobs);
    await run.while(async () => {
      if (run.core.phase !== 'running') await this.orDropped(run, run.begin('user', 'start'));
      run.core.addNotes(request.notes ?? []);
      if (fresh.length > 0) await run.add(wantedJobs({ ...request, jobs: fresh }));
      await allowConfirmed(run, request.jobs);
      // Naming a list link means its entries.
      for (const { index, parent } of state.jobs)
        if (parent !== undefined && again.has(parent)) again.add(index);
      if (request.redo === true) {
        await run.rows([...again], 'redo');
        return;
      }
      const lacking = await withoutFiles(run.folder, state, request.settings, this.parts);
      const asked = lacking.filter(({ index }) => again.has(index));
      for (const words of lackingWords(asked)) run.core.tell(words);
      const wanted = asked.filter(({ isPaid, isKept }) => isKept || !isPaid);
      run.core.done.lack(wanted.filter(({ isKept }) => isKept));
      const rows = [
        ...wanted.map(({ index }) => index),
        ...(await withoutNotes(run, request, again, this.parts)),
      ];
      if (rows.length > 0) await run.rows(rows, 'retry');
      await run.retryFailed();
    });
    return run;
  }

  /** A batch's own settings, and over them the user's: of a stranger's batch its pace does not count. */
  private settingsOf({
    journal: { state },
    place,
    foreign,
  }: Found): readonly [Partial<Settings>, Partial<Settings>] {
    return foreign
      ? [withoutPace(state.settings), paceOf(this.inForce)]
      : [state.settings, this.origin.ledger.settingsOf(state.id, place)];
  }

  /** A batch whose first line the disk refuses is closed again; throws what the work throws. */
  private async orDropped(run: BatchRun, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.open_.delete(run.folder);
      for (const listener of [...this.listeners]) listener();
      await run.close();
      throw error;
    }
  }

  /** Becomes the owner of a folder. What cannot be recorded for this user is said at once. */
  private async own(folder: string, request: OpenRequest): Promise<BatchRun> {
    const run = await this.opening.own(folder, request);
    await this.warnUnwritten(run);
    this.put(folder, run);
    return run;
  }

  private async warnUnwritten(run: BatchRun): Promise<void> {
    const unwritten = await this.opening.unwritten();
    if (unwritten) run.tell(notRecorded(unwritten));
  }

  private put(folder: string, batch: BatchRun): void {
    this.open_.set(folder, batch);
    // Readers of the new batch's state must see the number of workers before any event changes it.
    this.capacity();
    this.everySecond.helpers(batch);
    for (const listener of [...this.listeners]) listener();
  }

  private use(settings: Settings): void {
    this.inForce = settings;
    this.parts.elsewhere?.use(settings);
    this.shared.limiter.changeSettings(settings);
    this.shared.governor.configure({
      workers: settings.workers,
      parallel: settings.parallel,
      adaptive: settings.adaptive,
    });
    this.capacity();
  }

  private capacity(): void {
    const { governor, pool, scheduler } = this.shared;
    pool.capacity = governor.effective();
    const at = this.parts.clock.now();
    for (const run of this.open_.values())
      run.core.emit({
        type: 'workers',
        at,
        configured: this.inForce.workers,
        effective: pool.capacity,
        parallel: this.inForce.parallel,
      });
    scheduler.wake();
  }
}

/** With "transcribe again", jobs are marked on entry; nothing checks whether they are done already. */
function wantedJobs({ jobs, redo }: StartRequest): readonly NewJob[] {
  return redo === true ? jobs.map((job) => ({ ...job, redo })) : jobs;
}

/** The settings that are not as before. */
function changes(before: Partial<Settings>, after: Partial<Settings>): Partial<Settings> {
  return Object.fromEntries(
    settingNames
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map((name) => [name, after[name]]),
  );
}
