/**
 * The queue of one batch. Jobs wait in subqueues, one for each set of quotas that their next step needs, so
 * that a job that waits for one quota never hides one that could run on another. Every operation is O(log
 * n) or O(subqueues); removal is lazy (an entry is marked and dropped when it reaches the top).
 */
import { quotasKey, sameQuotas } from '../../model/quotaNames';
import type { PermitName, QuotasKey } from '../../model/quotaNames';
import type { Settings } from '../../model/settings';
import { JobMap } from '../state/jobMap';
import { Heap } from './heap';

export type Order = Settings['order'];

/** Put first by the user, back from a worker, in their order, or after all others: they may end the process. */
export const enum Rank {
  next = 0,
  front = 1,
  normal = 2,
  last = 3,
}

export interface Subqueue {
  readonly key: QuotasKey;
  readonly quotas: readonly PermitName[];
  /** The subqueue cannot start before this time (epoch ms), as of the last `ready`. */
  readyAt: number;
}

interface Entry {
  readonly job: number;
  rank: Rank;
  /** Smaller starts earlier within its rank. */
  readonly weight: number;
  readonly subqueue: SubqueueHeap;
  gone: boolean;
}

interface SubqueueHeap extends Subqueue {
  readonly heap: Heap<Entry>;
  live: number;
}

interface Due {
  readonly job: number;
  readonly at: number;
  /** A retry: it leaves when the budget of this service lets it. */
  readonly service: string | undefined;
  gone: boolean;
}

const before = (a: Entry, b: Entry): boolean =>
  a.rank !== b.rank ? a.rank < b.rank : a.weight !== b.weight ? a.weight < b.weight : a.job < b.job;

export class JobQueue {
  private readonly subqueues = new Map<QuotasKey, SubqueueHeap>();
  private readonly entries = new JobMap<Entry>();
  private readonly delayed = new Map<number, Due>();
  private readonly due = new Heap<Due>((a, b) => (a.at !== b.at ? a.at < b.at : a.job < b.job));
  /** Retries whose time has come and which their service's budget does not let go yet, the oldest first. */
  private readonly held = new Map<string, Due[]>();
  private nextWeight = 0;

  constructor(
    private order: Order,
    /** Seconds, where known. */
    private readonly durationOf: (job: number) => number | undefined,
  ) {}

  /** Jobs that wait for their turn or for a quota. */
  get waiting(): number {
    return this.entries.size;
  }

  /** Jobs that wait for a time (a retry). */
  get delayedCount(): number {
    return this.delayed.size;
  }

  has(job: number): boolean {
    return this.entries.has(job) || this.delayed.has(job);
  }

  add(job: number, quotas: readonly PermitName[], rank: Rank = Rank.normal): void {
    this.remove(job);
    const subqueue = this.subqueue(quotas);
    const weight = rank === Rank.next ? (this.nextWeight += 1) : this.weight(job);
    const entry: Entry = { job, rank, weight, subqueue, gone: false };
    this.entries.set(job, entry);
    subqueue.heap.push(entry);
    subqueue.live += 1;
  }

  /** The job's next step needs other quotas: it keeps its position in the order. */
  move(job: number, quotas: readonly PermitName[]): void {
    const entry = this.entries.get(job);
    if (!entry || sameQuotas(entry.subqueue.quotas, quotas)) return;
    const { rank, weight } = entry;
    this.remove(job);
    const subqueue = this.subqueue(quotas);
    const moved: Entry = { job, rank, weight, subqueue, gone: false };
    this.entries.set(job, moved);
    subqueue.heap.push(moved);
    subqueue.live += 1;
  }

  /** The job waits until `at` (epoch ms), a retry also for the budget of its service; then `takeDue` returns it. */
  delay(job: number, at: number, service?: string): void {
    this.remove(job);
    const due = { job, at, service, gone: false };
    this.delayed.set(job, due);
    this.due.push(due);
  }

  /** When the next delayed job is due; Infinity when there is none. */
  get nextDue(): number {
    for (let top = this.due.peek(); top; top = this.due.peek()) {
      if (!top.gone) return top.at;
      this.due.pop();
    }
    return Infinity;
  }

  /** The delayed jobs that may go on; they leave the queue. `mayRetry` takes one retry of a service's budget. */
  takeDue(now: number, mayRetry: (service: string) => boolean): readonly number[] {
    const jobs: number[] = [];
    const leave = ({ job }: Due): void => {
      this.delayed.delete(job);
      jobs.push(job);
    };
    while (this.nextDue <= now) {
      const top = this.due.pop();
      if (!top) break;
      if (top.service === undefined) leave(top);
      else listIn(this.held, top.service).push(top);
    }
    for (const [service, waiting] of this.held) {
      let at = 0;
      for (let first = waiting[at]; first && (first.gone || mayRetry(service)); first = waiting[(at += 1)])
        if (!first.gone) leave(first);
      waiting.splice(0, at);
      if (waiting.length === 0) this.held.delete(service);
    }
    return jobs;
  }

  /** Services whose budget holds retries back, and how many of them. */
  heldBack(): readonly { readonly service: string; readonly jobs: number }[] {
    return [...this.held]
      .map(([service, waiting]) => ({ service, jobs: waiting.filter(({ gone }) => !gone).length }))
      .filter(({ jobs }) => jobs > 0);
  }

  /** The wall clock was set back by this much, ms: delayed jobs must not wait longer because of it. */
  putBack(ms: number): void {
    const jobs = [...this.delayed.values()];
    for (const { job, at, service } of jobs) this.delay(job, at - ms, service);
  }

  /** Removes a job, wherever it waits; false when it does not. */
  remove(job: number): boolean {
    const due = this.delayed.get(job);
    if (due) {
      due.gone = true;
      this.delayed.delete(job);
      return true;
    }
    const entry = this.entries.get(job);
    if (!entry) return false;
    entry.gone = true;
    entry.subqueue.live -= 1;
    this.entries.delete(job);
    return true;
  }

  /** The job that should start next among the subqueues that `ready` lets through; it stays in the queue. */
  first(ready: (subqueue: Subqueue) => boolean): number | undefined {
    let best: Entry | undefined;
    for (const subqueue of this.subqueues.values()) {
      if (subqueue.live === 0) continue;
      const top = this.top(subqueue);
      if (!top || (best && !before(top, best))) continue;
      if (ready(subqueue)) best = top;
    }
    return best?.job;
  }

  /** Up to `count` jobs that wait for a quota, the earliest to start first; they stay in the queue. */
  heads(count: number): readonly { readonly job: number; readonly subqueue: Subqueue }[] {
    const subqueues = [...this.subqueues.values()]
      .filter((subqueue) => subqueue.live > 0)
      .sort((a, b) => (a.readyAt === b.readyAt ? 0 : a.readyAt - b.readyAt));
    const found: { job: number; subqueue: Subqueue }[] = [];
    for (const subqueue of subqueues) {
      const taken: Entry[] = [];
      while (found.length < count) {
        const top = this.top(subqueue);
        if (!top) break;
        subqueue.heap.pop();
        taken.push(top);
        found.push({ job: top.job, subqueue });
      }
      for (const entry of taken) subqueue.heap.push(entry);
      if (found.length >= count) break;
    }
    return found;
  }

  subqueueOf(job: number): Subqueue | undefined {
    return this.entries.get(job)?.subqueue;
  }

  /** The subqueues that hold jobs. */
  activeSubqueues(): readonly Subqueue[] {
    return [...this.subqueues.values()].filter((subqueue) => subqueue.live > 0);
  }

  countIn(subqueue: Subqueue): number {
    return this.subqueues.get(subqueue.key)?.live ?? 0;
  }

  jobs(): Iterable<number> {
    return this.entries.keys();
  }

  /** A new order for all waiting jobs; those put first stay first. */
  reorder(order: Order): void {
    if (order === this.order) return;
    this.order = order;
    for (const entry of [...this.entries.values()]) {
      if (entry.rank === Rank.next) continue;
      this.add(entry.job, entry.subqueue.quotas, entry.rank);
    }
  }

  /** A length became known: the job moves to its position. */
  weigh(job: number): void {
    const entry = this.entries.get(job);
    if (!entry || this.order === 'list' || entry.rank === Rank.next) return;
    if (entry.weight !== this.weight(job)) this.add(job, entry.subqueue.quotas, entry.rank);
  }

  private top(subqueue: SubqueueHeap): Entry | undefined {
    for (let top = subqueue.heap.peek(); top; top = subqueue.heap.peek()) {
      if (!top.gone) return top;
      subqueue.heap.pop();
    }
    return undefined;
  }

  private subqueue(quotas: readonly PermitName[]): SubqueueHeap {
    const key = quotasKey(quotas);
    let subqueue = this.subqueues.get(key);
    if (!subqueue) {
      subqueue = { key, quotas, readyAt: 0, heap: new Heap(before), live: 0 };
      this.subqueues.set(key, subqueue);
    }
    return subqueue;
  }

  private weight(job: number): number {
    if (this.order === 'list') return 0;
    const duration = this.durationOf(job);
    // Unknown lengths come after the known short ones and before the known long ones.
    if (duration === undefined) return this.order === 'shortestFirst' ? Number.MAX_VALUE : 0;
    return this.order === 'shortestFirst' ? duration : -duration;
  }
}

function listIn<K, V>(map: Map<K, V[]>, key: K): V[] {
  let list = map.get(key);
  if (!list) map.set(key, (list = []));
  return list;
}
