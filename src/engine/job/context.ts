/**
 * What one batch consists of while it is open: its state and events, its queue, and the jobs that run, wait
 * for a time or are parked. BatchRun controls it, JobWalk runs its jobs.
 */
import type { BatchEvent, BatchNote, BatchPhase, LastingEvent, Outcome } from '../../model/events';
import type { OfferedWork } from '../../model/elsewhere';
import type { Failure } from '../../model/failure';
import type { Link } from '../../model/link';
import { elsewhereName, linkQuota, rideNames } from '../../model/quotaNames';
import type { PermitName, QuotaName } from '../../model/quotaNames';
import type { Settings } from '../../model/settings';
import type { Source } from '../../model/source';
import { sourceFacts, type SourceId } from '../../model/transcript';
import type { EngineParts } from '../api';
import type { Breakers } from '../limits/breakers';
import type { Governor } from '../limits/governor';
import type { RateLimiter } from '../limits/rateLimiter';
import type { Reservations } from '../limits/reservations';
import type { RetryBudgets } from '../limits/retryPolicy';
import type { Isolation } from '../pool/isolation';
import type { MemoryRoom } from '../pool/memoryRoom';
import type { Scheduler } from '../pool/scheduler';
import type { WorkerPool } from '../pool/workerPool';
import { Abortion } from './abortion';
import type { Attempt } from './attempt';
import { JobMap } from '../state/jobMap';
import { remaining } from './chain';
import type { ReadySource } from './chain';
import type { Consent } from './consent';
import type { AlreadyDone } from '../folder/alreadyDone';
import type { BatchKeptSteps } from '../folder/keptSteps';
import type { UnderWay } from '../folder/underWay';
import type { EventLog } from '../journal/eventLog';
import { JobUnderWay } from './jobUnderWay';
import type { Parking } from './parking';
import { Track } from '../pace/progress';
import { Rank } from '../pool/queue';
import type { JobQueue } from '../pool/queue';
import { noMemory } from '../state/memory';
import type { MemoryEvent, PaidState } from '../state/memory';
import { isSuspect } from '../state/deaths';
import type { BatchState, JobState } from '../state/reducer';

/** What all batches of one engine share. */
export interface Shared {
  readonly parts: EngineParts;
  readonly limiter: RateLimiter;
  readonly governor: Governor;
  readonly pool: WorkerPool;
  readonly scheduler: Scheduler;
  readonly breakers: Breakers;
  readonly budgets: RetryBudgets;
  readonly reservations: Reservations;
  readonly isolation: Isolation;
  readonly memory: MemoryRoom;
}

/** A job on a worker. A class, for the reason given in jobUnderWay.ts. */
export class Running {
  attempt: Attempt | undefined = undefined;
  /** When its work began, monotonic; waits for a start do not count as work. */
  workFrom: number | undefined = undefined;
  /** When its last request was let out, epoch ms. */
  since: number | undefined = undefined;
  /** When its source expects to be done, monotonic; undefined: it does not know. */
  endsAt: number | undefined = undefined;
  /** Aborts everything the job does. */
  readonly abortion = new Abortion();
  /** Why it is being ended from outside; `close`: this process leaves the batch, and another may go on with it. */
  ending: 'stop' | 'skip' | 'close' | undefined = undefined;
  /** Frees its place for the next job: only the disk still works on this one. */
  leavePlace: (() => void) | undefined = undefined;

  constructor(
    readonly worker: number,
    /** Quotas of which a start is reserved and not acquired yet. */
    public reserved: readonly PermitName[],
  ) {}
}

export class BatchCore {
  readonly lives = new JobMap<JobUnderWay>();
  readonly running = new JobMap<Running>();
  /** Sources by id with their readiness; undefined while that is being determined. */
  sources: ReadonlyMap<SourceId, ReadySource> | undefined;
  /** Sources that cannot help any job until a setting changes or the user retries, each with what it answered. */
  readonly out = new Map<SourceId, Failure>();
  /**
   * Jobs that another batch of this output folder may have done already: checked on the disk, not with a
   * source.
   */
  readonly toCheck = new Set<number>();
  readonly track: Track;
  /** What the user should know of the whole batch, in the order in which it was found out. */
  readonly news: string[] = [];
  /** The batch was started or resumed in this process. */
  hasBegun = false;
  /** Of the jobs that run, those that are offered to other machines or run there. */
  away = 0;
  /** Jobs that have left their place and are being written. */
  writingAside = 0;
  /** Starts taken from each quota. */
  readonly startsOf = new Map<string, number>();
  /** Quotas whose block the user has passed: their jobs go on with the next source until the service answers again. */
  readonly passed = new Set<string>();
  /** Quotas whose server was waited for in vain, with why: their jobs fail until it answers or the user tries again. */
  readonly lost = new Map<string, Failure>();

  constructor(
    readonly shared: Shared,
    readonly folder: string,
    readonly log: EventLog,
    readonly queue: JobQueue,
    readonly parking: Parking,
    readonly consent: Consent,
    /** What was done before, in this folder or another batch of the output folder. */
    readonly done: AlreadyDone,
    /** Which jobs run, for the process after this one. */
    readonly underWay: UnderWay,
    private readonly phases: { readonly now: BatchPhase | 'lost' },
    public settings: Settings,
    /** Finished steps of jobs; undefined in a batch of others, whose steps would not be trusted. */
    readonly kept: BatchKeptSteps | undefined,
  ) {
    this.track = new Track(shared.parts.clock.monotonic());
  }

  /** What a block of this quota means for its jobs. */
  onBlocked(quota: string): Settings['onBlocked'] {
    return this.passed.has(quota) ? 'nextSource' : this.settings.onBlocked;
  }

  /** Called when a source has left the chain: the waiting jobs wait for another one. */
  onSourceOut: () => void = () => undefined;
  /** Called when a job has left its place, for good or for now. */
  onMoved: () => void = () => undefined;

  /** As decided; the state follows once it is on disk. Changed by batch/phase.ts only. */
  get phase(): BatchPhase | 'lost' {
    return this.phases.now;
  }

  get state(): BatchState {
    return this.log.state;
  }

  get now(): number {
    return this.shared.parts.clock.now();
  }

  job(index: number): JobState | undefined {
    return this.state.jobs[index];
  }

  emit(event: BatchEvent): void {
    this.log.emit(event);
  }

  /** Something the user should know about a row; kept in the journal and logged. */
  note(job: number, text: string): void {
    this.shared.parts.log.write('info', text, job);
    this.addNotes([{ job, text }]);
  }

  /**
   * Something the user should know of the whole batch: logged, among the batch's notes, and said at once, the first
   * time, also while the batch is paused. Before it begins, its notes cannot take it: `begin` adds it to them.
   */
  tell(text: string): void {
    if (this.news.includes(text)) return;
    this.news.push(text);
    this.shared.parts.log.write('warn', text);
    if (this.phase === 'running' || (this.phase === 'paused' && this.hasBegun)) this.addNotes([{ text }]);
  }

  /**
   * The source is not asked any more; every job that would ask it gets the same answer. `asked`: the settings of the
   * try, which may have been mended since.
   */
  leaveOut(source: SourceId, failure: Failure, asked: Settings): void {
    if (asked !== this.settings || this.out.has(source)) return;
    this.shared.parts.log.write('warn', `${source} is left out of this batch: ${failure.message}`);
    this.out.set(source, failure);
    this.onSourceOut();
  }

  /** What was left out, or waited for in vain, may work now. */
  askAgain(): void {
    this.out.clear();
    this.lost.clear();
  }

  /** Not awaited: losing a note with the disk does little harm. */
  addNotes(notes: readonly BatchNote[]): void {
    if (notes.length === 0) return;
    void this.lasting({ type: 'notes-added', at: this.now, notes }).catch(() => undefined);
  }

  lasting(event: LastingEvent): Promise<void> {
    return this.log.lasting(event);
  }

  live(index: number): JobUnderWay | undefined {
    let live = this.lives.get(index);
    if (!live) {
      const job = this.job(index);
      if (!job) return undefined;
      live = new JobUnderWay(job);
      this.lives.set(index, live);
    }
    return live;
  }

  /** Folds the event into the running job's memory, then emits it. */
  remember(live: JobUnderWay, event: MemoryEvent): void {
    live.fold(event);
    this.emit(event);
  }

  /** As `remember`; resolves when the event is on disk. */
  rememberLasting(live: JobUnderWay, event: MemoryEvent): Promise<void> {
    live.fold(event);
    return this.lasting(event);
  }

  /** The sources that a job may still ask, in order; none before the user has confirmed what its link names. */
  chain(link: Link, { memory, paid }: Pick<JobUnderWay, 'memory' | 'paid'> = nothing): readonly Source[] {
    if (!this.sources || link.outside === true) return [];
    const { settings, sources } = this;
    const chain = remaining({
      link,
      settings,
      sources,
      memory,
      ...(paid?.requestId === undefined ? {} : { paid: paid.source }),
    });
    // What only another machine can do is no help for a link that must not leave this one.
    return chain.filter(({ id }) => sources.get(id)?.isAway !== true || this.mayTake(awayRow, id, link));
  }

  /** Whether other machines may try the row at the source. */
  mayTake(row: number, source: OfferedWork, link: Link): boolean {
    return this.shared.parts.elsewhere?.mayTake({ batch: this.state.id, row, source, link }) === true;
  }

  /** The names under which the job's next step waits; none when it needs no start or has no step left. */
  permitNamesOf(index: number): readonly PermitName[] {
    const job = this.job(index);
    if (!job || job.invalid || this.toCheck.has(index)) return none;
    const live = this.lives.get(index) ?? (job.memory || job.paid ? this.live(index) : undefined);
    if (live?.unwritten) return none;
    // One that is out of the chain is passed at once, without a start.
    const source = this.chain(job.link, live).find((one) => this.outFor(one, live) === undefined);
    return source ? this.permitNamesFor(job, source, this.quotasFor(source, job.link, live), live) : none;
  }

  /** What a source answered that cannot help any job now. A submitted request is still polled. */
  outFor(
    source: Pick<Source, 'id'>,
    live: { readonly paid?: PaidState | undefined } | undefined,
  ): Failure | undefined {
    return live?.paid?.source === source.id ? undefined : this.out.get(source.id);
  }

  /** The quotas of one attempt at a source; a submitted request is only polled. */
  quotasFor(
    source: Source,
    link: Link,
    live: { readonly paid?: PaidState | undefined } | undefined,
  ): readonly QuotaName[] {
    const { paid } = live ?? {};
    const resume =
      paid?.source === source.id && paid.requestId !== undefined
        ? { source: paid.source, requestId: paid.requestId }
        : undefined;
    return source.quotas(link, this.settings, resume);
  }

  /**
   * A service blocks this address, and not those of all machines that help: the row is theirs meanwhile, unless the
   * user has passed the block.
   */
  isLeftToOthers(job: JobState, work: OfferedWork, quotas: readonly QuotaName[]): boolean {
    const { breakers, parts } = this.shared;
    if (!parts.elsewhere) return false;
    const isShut = quotas.some((name) => breakers.known(name)?.phase === 'open' && !this.passed.has(name));
    return isShut && parts.elsewhere.reaches(work, quotas) && this.mayTake(job.index, work, job.link);
  }

  /** What an attempt here starts from: nothing for its sound, where that is blocked here and others can bring it. */
  startsHere(job: JobState, source: Pick<Source, 'id'>, quotas: readonly QuotaName[]): readonly QuotaName[] {
    const quota = linkQuota(job.link);
    if (quota === undefined || !quotas.includes(quota) || !sourceFacts[source.id].hearsSound) return quotas;
    return this.isLeftToOthers(job, 'sound', [quota]) ? quotas.filter((name) => name !== quota) : quotas;
  }

  /** Where an attempt waits: one that the look-ahead has started takes no start of its own. */
  permitNamesFor(
    job: JobState,
    source: Source,
    quotas: readonly QuotaName[],
    live: JobUnderWay | undefined,
  ): readonly PermitName[] {
    if (this.sources?.get(source.id)?.isAway === true) return [elsewhereName(source.id)];
    if (this.isLeftToOthers(job, source.id, quotas)) return [elsewhereName(source.id), ...quotas];
    const here = this.startsHere(job, source, quotas);
    const ride = live?.ride;
    return ride?.source === source.id && ride.until > this.now ? rideNames(here) : here;
  }

  enqueue(index: number, rank: Rank = Rank.normal): void {
    this.queue.add(index, this.permitNamesOf(index), this.rankOf(index, rank));
  }

  /** Where it waits, which `rank` says for a job that nothing is known of. */
  rankOf(index: number, rank: Rank): Rank {
    if (this.state.next.includes(index)) return Rank.next;
    const job = this.job(index);
    return job && isSuspect(job) ? Rank.last : rank;
  }

  /** The user wants it first. */
  enqueueNext(index: number): void {
    this.queue.add(index, this.permitNamesOf(index), Rank.next);
  }

  /** The job has ended or is parked: the outcome is on its way to the disk. */
  end(index: number, outcome: Outcome): void {
    this.queue.remove(index);
    this.lives.delete(index);
    this.toCheck.delete(index);
    this.kept?.ended(index, outcome);
    this.parking.probeLost(index);
    this.emit({ type: 'outcome', at: this.now, job: index, outcome });
    this.onMoved();
  }
}

/** Of no row: the link alone is asked about. */
const awayRow = -1;
const none: readonly QuotaName[] = [];
const nothing = { memory: noMemory, paid: undefined };

/** What an attempt's retries count for: its quotas, or its source where it has none. */
export function servicesOf(source: Source | undefined, quotas: readonly QuotaName[]): readonly string[] {
  return quotas.length > 0 || !source ? quotas : [source.id];
}
