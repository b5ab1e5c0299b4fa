/**
 * Jobs that wait for something to be mended: a key, money, a block to be lifted. Jobs with the same need
 * form a group; one of them is sent as a probe when its breaker lets one out, and its success frees the rest.
 */
import type { Failure, FailureCode } from '../../model/failure';
import type { Clock } from '../../model/ports';
import { needText } from '../../model/need';
import type { Need } from '../../model/need';
import type { SourceId } from '../../model/transcript';
import { Breaker } from '../limits/breaker';
import type { Breakers } from '../limits/breakers';

/** What a new key, program or setting can mend; another server or account has another day's limit. */
const mendable: ReadonlySet<FailureCode> = new Set(['auth', 'payment', 'quota-exhausted', 'tool-missing']);

interface Group {
  readonly need: Need;
  readonly jobs: Set<number>;
  /** The source that cannot be used until then. */
  readonly source: SourceId | undefined;
  failure: Failure;
  /** The job that runs as the probe. */
  probe: number | undefined;
}

export class Parking {
  /** By the text of their need. */
  private readonly groups = new Map<string, Group>();
  private readonly groupOf = new Map<number, Group>();
  /** Of needs that no other batch has, by their text. They outlive their group, to know late answers from new ones. */
  private readonly own = new Map<string, Breaker>();

  constructor(
    private readonly clock: Clock,
    private readonly breakers: Pick<Breakers, 'of'>,
  ) {}

  get count(): number {
    return this.groupOf.size;
  }

  /** Why jobs with this need are parked now; undefined: they are not. */
  parkedFor(need: Need): Failure | undefined {
    const group = this.group(need);
    return group && (group.jobs.size > 0 || group.probe !== undefined) ? group.failure : undefined;
  }

  /** The group that keeps jobs from asking this source. */
  needOfSource(source: SourceId): Need | undefined {
    for (const group of this.groups.values()) if (group.source === source) return group.need;
    return undefined;
  }

  /** One of the jobs with this need; undefined: none waits. */
  firstOf(need: Need): number | undefined {
    return this.group(need)?.jobs.values().next().value;
  }

  untilOf(need: Need): number | undefined {
    return this.group(need) && this.breakerOf(need).until;
  }

  /**
   * Opens or prolongs a group for a failure. `at` is when it may work again; without it the time that the failure
   * names, or the group's own backoff (1, 2, 4 h, then daily), counts. A block's time is its quota's. `since`: when the
   * request went out, epoch ms. Returns until when its jobs are parked.
   */
  close(need: Need, failure: Failure, at?: number, source?: SourceId, since?: number): number | undefined {
    const breaker = this.breakerOf(need);
    const group = this.group(need) ?? { need, jobs: new Set(), source, failure, probe: undefined };
    this.groups.set(needText(need), group);
    group.failure = failure;
    if (need.kind === 'unblocked') return at ?? breaker.until;
    // A time that has passed would send probes without a pause.
    const { notBefore = 0 } = failure;
    const named = at ?? (notBefore > this.clock.now() ? notBefore : undefined);
    return named === undefined ? breaker.blocked('park', since).until : breaker.shut(named, since);
  }

  /** The wall clock was set back: no probe waits longer than our backoff. */
  putBack(): void {
    for (const breaker of this.own.values()) breaker.putBack();
  }

  /** Puts a job into a group that `close` has opened. */
  add(need: Need, job: number): void {
    const group = this.group(need);
    if (!group) return;
    group.jobs.add(job);
    this.groupOf.set(job, group);
  }

  /** The user or a probe takes a job out. */
  remove(job: number): void {
    this.groupOf.get(job)?.jobs.delete(job);
    this.groupOf.delete(job);
  }

  /** Whether the job runs as the probe of its group. */
  isProbe(job: number, need: Need): boolean {
    return this.group(need)?.probe === job;
  }

  /** Jobs whose time has come, one for each group; each is its group's probe from now on. */
  dueProbes(now: number): readonly number[] {
    const due: number[] = [];
    for (const group of this.groups.values()) {
      if (group.probe !== undefined || this.dueAt(group) > now) continue;
      const first = Math.min(...[...group.jobs].slice(0, 1000));
      if (first === Infinity) continue;
      group.probe = first;
      this.remove(first);
      due.push(first);
    }
    return due;
  }

  /** When the next probe is due; Infinity when there is none. */
  get nextProbe(): number {
    let at = Infinity;
    for (const group of this.groups.values())
      if (group.probe === undefined && group.jobs.size > 0) at = Math.min(at, this.dueAt(group));
    return at;
  }

  /**
   * A job got an answer: the need it probed is met, unless it `stillNeeds` exactly that. Returns the jobs
   * that are freed.
   */
  mendedBy(job: number, stillNeeds?: Need): readonly number[] {
    for (const group of this.groups.values())
      if (group.probe === job)
        return stillNeeds && needText(stillNeeds) === needText(group.need) ? [] : this.open(group.need);
    return [];
  }

  /** The job has ended or waits again: if it was a probe, that has ended without an answer, and another one may go. */
  probeLost(job: number): void {
    for (const group of this.groups.values()) {
      if (group.probe !== job) continue;
      group.probe = undefined;
      this.breakerOf(group.need).tryFailed();
    }
  }

  /** Something was mended, perhaps what these wait for: the next probe of each is due. */
  tryMended(): void {
    for (const { need, failure } of this.groups.values())
      if (need.kind === 'mended' && mendable.has(failure.code)) this.breakerOf(need).tryNow();
  }

  /** The quotas whose block parks jobs. */
  blockedQuotas(): readonly string[] {
    return [...this.groups.values()].flatMap(({ need }) => (need.kind === 'unblocked' ? [need.quota] : []));
  }

  /** Frees a whole group. */
  open(need: Need): readonly number[] {
    const group = this.group(need);
    if (!group) return [];
    this.groups.delete(needText(need));
    if (need.kind !== 'unblocked') this.breakerOf(need).succeeded();
    for (const job of group.jobs) this.groupOf.delete(job);
    return [...group.jobs].sort((a, b) => a - b);
  }

  /** Frees all groups, on the user's request. */
  openAll(): readonly number[] {
    return [...this.groups.values()].flatMap(({ need }) => this.open(need)).sort((a, b) => a - b);
  }

  /** Says when the next probe goes out. A blocked quota's belongs to all batches, and changes with the server. */
  private breakerOf(need: Need): Breaker {
    if (need.kind === 'unblocked') return this.breakers.of(need.quota);
    const key = needText(need);
    const breaker = this.own.get(key) ?? new Breaker(this.clock);
    this.own.set(key, breaker);
    return breaker;
  }

  /** When its next probe is due, epoch ms. */
  private dueAt({ need }: Group): number {
    return this.breakerOf(need).until ?? -Infinity;
  }

  private group(need: Need): Group | undefined {
    return this.groups.size === 0 ? undefined : this.groups.get(needText(need));
  }
}
