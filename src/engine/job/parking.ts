/**
 * Jobs that wait for something to be mended: a key, money, a block to be lifted. Jobs with the same need
 * form a group; one of them is sent as a probe when the time has come, and its success frees the rest.
 */
import type { Failure, FailureCode } from '../../model/failure';
import type { Clock } from '../../model/ports';
import { needText } from '../../model/need';
import type { Need } from '../../model/need';
import type { SourceId } from '../../model/transcript';
import { Breaker } from '../limits/breaker';

/** What a new key, program or setting can mend. */
const mendable: ReadonlySet<FailureCode> = new Set(['auth', 'payment', 'tool-missing']);

interface Group {
  readonly need: Need;
  readonly jobs: Set<number>;
  /** The source that cannot be used until then. */
  readonly source: SourceId | undefined;
  failure: Failure;
  readonly breaker: Breaker;
  /** When the next probe goes out, epoch ms; undefined: only the user can free them. */
  until: number | undefined;
  /** Whether that time is our own backoff, not one that a service named. */
  ours: boolean;
  /** The job that runs as the probe. */
  probe: number | undefined;
  /** When the next probe was due before the user asked for one at once. */
  before: number | undefined;
  /** When the user asked for it, epoch ms. */
  askedAt: number;
}

export class Parking {
  /** By the text of their need. */
  private readonly groups = new Map<string, Group>();
  private readonly groupOf = new Map<number, Group>();

  constructor(private readonly clock: Clock) {}

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
    return this.group(need)?.until;
  }

  /**
   * Opens or prolongs a group for a failure. `at` is when, according to the service or the quota's breaker,
   * it may work again; without it the group's own backoff counts (1, 2, 4 h, then daily).
   */
  close(
    need: Need,
    failure: Failure,
    at?: number,
    source?: SourceId,
  ): { readonly until: number; readonly others: readonly number[] } {
    let group = this.group(need);
    if (!group) {
      group = {
        need,
        jobs: new Set(),
        source,
        failure,
        breaker: new Breaker(this.clock),
        until: undefined,
        ours: false,
        probe: undefined,
        before: undefined,
        askedAt: 0,
      };
      this.groups.set(needText(need), group);
    }
    const before = group.until;
    group.failure = failure;
    group.probe = undefined;
    group.before = undefined;
    // A time that has passed would send probes without a pause.
    const { notBefore = 0 } = failure;
    const named = at ?? (notBefore > this.clock.now() ? notBefore : undefined);
    group.ours = named === undefined;
    group.until = named ?? group.breaker.blocked('park').until;
    return { until: group.until, others: before === group.until ? [] : [...group.jobs] };
  }

  /**
   * The wall clock was set back: no probe waits longer than our backoff. `blockedUntil` returns the new
   * time of a blocked quota.
   */
  putBack(blockedUntil: (quota: string) => number | undefined): void {
    for (const group of this.groups.values()) {
      if (group.ours) {
        group.breaker.putBack();
        group.until = group.breaker.until ?? group.until;
      } else if (group.need.kind === 'unblocked') {
        const until = blockedUntil(group.need.quota);
        if (until !== undefined) group.until = Math.min(group.until ?? Infinity, until);
      }
    }
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
      if (group.probe !== undefined || group.until === undefined || group.until > now) continue;
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
      if (group.probe === undefined && group.jobs.size > 0 && group.until !== undefined)
        at = Math.min(at, group.until);
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

  /** The probe ended without an answer; another one may go, at its time. */
  probeLost(job: number): void {
    for (const group of this.groups.values()) {
      if (group.probe !== job) continue;
      group.probe = undefined;
      group.until = group.before ?? group.until;
      group.before = undefined;
    }
  }

  /** The user says that what blocks these quotas is over: the next probe of each is due. Returns the quotas. */
  tryNow(now: number): readonly string[] {
    return [...this.groups.values()].flatMap((group) => {
      if (group.need.kind !== 'unblocked') return [];
      tryGroup(group, now);
      return [group.need.quota];
    });
  }

  /** Something was mended, perhaps what these wait for: the next probe of each is due. */
  tryMended(now: number): void {
    for (const group of this.groups.values())
      if (group.need.kind === 'mended' && mendable.has(group.failure.code)) tryGroup(group, now);
  }

  /** The quotas whose block parks jobs. */
  blockedQuotas(): readonly string[] {
    return [...this.groups.values()].flatMap(({ need }) => (need.kind === 'unblocked' ? [need.quota] : []));
  }

  /**
   * An attempt that began before the user asked for a probe says nothing about that probe, which is still out or due:
   * until when its job is parked, epoch ms. Undefined: there is none of these. `since`: when the attempt began.
   */
  untilBeforeTry(need: Need, since: number): number | undefined {
    const group = this.group(need);
    return group && since < group.askedAt ? group.before : undefined;
  }

  /** Frees a whole group. */
  open(need: Need): readonly number[] {
    const group = this.group(need);
    if (!group) return [];
    this.groups.delete(needText(need));
    for (const job of group.jobs) this.groupOf.delete(job);
    return [...group.jobs].sort((a, b) => a - b);
  }

  /** Frees all groups, on the user's request. */
  openAll(): readonly number[] {
    return [...this.groups.values()].flatMap(({ need }) => this.open(need)).sort((a, b) => a - b);
  }

  private group(need: Need): Group | undefined {
    return this.groups.size === 0 ? undefined : this.groups.get(needText(need));
  }
}

/** Its next probe is due, once: a failure puts the time back. */
function tryGroup(group: Group, now: number): void {
  if (group.probe !== undefined || group.until === undefined || group.until <= now) return;
  group.before = group.until;
  group.until = group.askedAt = now;
}
