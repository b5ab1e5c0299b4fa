/**
 * Which jobs the table shows and in what order. Built when a tab, a search or a sort is chosen; after that a
 * change never moves a row: one that no longer fits stays, one that fits newly is added at the end, until the
 * tab is chosen again. A change costs the same whatever the size of the batch.
 */
import type { JobStatus } from '../../src/model/events';
import type { FailureCode } from '../../src/model/failure';
import type { SourceId } from '../../src/model/transcript';
import type { FailureWords } from '../../src/model/words';
import type { BatchState, JobState } from '../../src/engine/state/reducer';
import { causeOf } from '../../src/engine/state/causes';
import { failureWords, sourceOf } from '../shared/jobWords';
import { titleOf } from '../shared/titles';
import type { Column, Sort, Tab } from './ui';

const statusesOf: Readonly<Record<Exclude<Tab, 'all' | 'running'>, readonly JobStatus[]>> = {
  failed: ['failed'],
  done: ['completed'],
  waiting: ['pending'],
  skipped: ['skipped', 'cancelled'],
  parked: ['parked'],
};

/** How many a tab holds, from the state's own counts. */
export function tabCount(state: BatchState, tab: Tab): number {
  if (tab === 'all') return state.total;
  if (tab === 'running') return state.counts.running;
  return statusesOf[tab].reduce((sum, status) => sum + state.counts[status], 0);
}

/** A head line over failures of one cause, in the tab Failed. */
export interface Group {
  readonly code: FailureCode;
  /** Of all of them: a premiere on the 24th is another group than one on the 25th. */
  readonly words: FailureWords;
  readonly source: SourceId | undefined;
  /** The rows below it, which keep their places until the tab is chosen again. */
  readonly jobs: number[];
  /** Those of them that still fail for this cause. */
  readonly failing: Set<number>;
  open: boolean;
}

/** The content of a row: a job, a worker's slot in the tab Running, or the head of a group. */
export type Item =
  | { readonly kind: 'job'; readonly job: number }
  | { readonly kind: 'worker'; readonly worker: number; readonly job: number | undefined }
  | { readonly kind: 'group'; readonly group: Group };

export class Rows {
  /** Undefined: every job in the list's order. A number below 0 is the head of group −1 − n. */
  private order: number[] | undefined;
  /** Row of a job plus one; 0 where it has none. */
  private rowByJob = new Int32Array(0);
  private groups: Group[] = [];
  private readonly groupOf = new Map<number, Group>();
  private closed = new Set<string>();
  private haystack: (string | undefined)[] = [];
  private state: BatchState | undefined;
  private chosenTab: Tab = 'all';
  private searchWords = '';
  private sort: Sort = { column: 'index', descending: false };

  get tab(): Tab {
    return this.chosenTab;
  }

  get grouped(): boolean {
    return this.chosenTab === 'failed' && this.sort.column === 'index' && !this.sort.descending;
  }

  get length(): number {
    if (!this.state) return 0;
    if (this.chosenTab === 'running') return Math.max(this.state.workers.length, this.state.effectiveWorkers);
    return this.order?.length ?? this.state.jobs.length;
  }

  at(row: number): Item | undefined {
    const state = this.state;
    if (!state || row < 0 || row >= this.length) return undefined;
    if (this.chosenTab === 'running') {
      return { kind: 'worker', worker: row + 1, job: state.workers[row]?.job };
    }
    const place = this.order ? this.order[row] : row;
    if (place === undefined) return undefined;
    if (place >= 0) return { kind: 'job', job: place };
    const group = this.groups[-1 - place];
    return group && { kind: 'group', group };
  }

  /** The job on a row; asked for every row when the ruler is drawn, so it makes no objects. */
  jobAt(row: number): number | undefined {
    if (this.chosenTab === 'running') return this.state?.workers[row]?.job;
    const place = this.order ? this.order[row] : row;
    return place !== undefined && place >= 0 && row < this.length ? place : undefined;
  }

  rowOf(job: number): number | undefined {
    if (!this.state || job >= this.state.jobs.length) return undefined;
    if (this.chosenTab === 'running') {
      const row = this.state.workers.findIndex((worker) => worker.job === job);
      return row < 0 ? undefined : row;
    }
    if (!this.order) return job;
    const row = (this.rowByJob[job] ?? 0) - 1;
    return row < 0 ? undefined : row;
  }

  get search(): string {
    return this.searchWords;
  }

  /** The jobs were replaced. */
  forget(): void {
    this.haystack = [];
  }

  /** Rebuilds the view: another tab, sort or search was chosen, or another batch. */
  choose(state: BatchState, tab: Tab, search: string, sort: Sort): void {
    if (this.state !== state) this.closed.clear();
    this.state = state;
    this.chosenTab = tab;
    this.searchWords = plainWords(search.trim());
    this.sort = sort;
    this.groups = [];
    this.groupOf.clear();
    const plain = tab === 'all' && this.searchWords === '' && sort.column === 'index' && !sort.descending;
    if (plain || tab === 'running') {
      this.order = undefined;
      return;
    }
    const order: number[] = [];
    // By index: while a snapshot is on its way there are holes.
    for (let index = 0; index < state.jobs.length; index += 1) {
      const job = state.jobs[index];
      if (job && this.fits(job)) order.push(index);
    }
    if (this.grouped) this.group(order);
    else this.order = sorted(state, order, sort);
    this.index();
  }

  /** A group is folded or unfolded by the user. */
  toggle(group: Group): void {
    const key = groupKey(group);
    if (!this.closed.delete(key)) this.closed.add(key);
    if (this.state) this.choose(this.state, this.chosenTab, this.searchWords, this.sort);
  }

  /** A job has changed or is new. Returns true when the number of rows did. */
  changed(job: JobState): boolean {
    this.haystack[job.index] = undefined;
    if (!this.state || this.chosenTab === 'running') return false;
    if (!this.order) return job.index === this.state.jobs.length - 1;
    this.regroup(job);
    if (this.rowOf(job.index) !== undefined || !this.fits(job)) return false;
    if (this.grouped) this.append(job);
    else this.place(job.index);
    return true;
  }

  private place(entry: number): void {
    const order = (this.order ??= []);
    order.push(entry);
    if (entry < 0) return;
    if (entry >= this.rowByJob.length) {
      const wider = new Int32Array(Math.max(entry + 1, this.rowByJob.length * 2, 64));
      wider.set(this.rowByJob);
      this.rowByJob = wider;
    }
    this.rowByJob[entry] = order.length;
  }

  private index(): void {
    const order = this.order ?? [];
    this.rowByJob = new Int32Array(this.state?.jobs.length ?? 0);
    for (let row = 0; row < order.length; row += 1) {
      const job = order[row];
      if (job !== undefined && job >= 0) this.rowByJob[job] = row + 1;
    }
  }

  /** One line a cause, the most frequent first, its videos below it. */
  private group(jobs: readonly number[]): void {
    const byKey = new Map<string, Group>();
    for (const index of jobs) {
      const job = this.state?.jobs[index];
      if (!job) continue;
      const fresh = newGroup(this.state, job);
      const key = groupKey(fresh);
      const group = byKey.get(key) ?? fresh;
      this.join(group, index);
      byKey.set(key, group);
    }
    this.groups = [...byKey.values()].sort((a, b) => b.jobs.length - a.jobs.length);
    this.order = [];
    this.groups.forEach((group, at) => {
      group.open = !this.closed.has(groupKey(group));
      this.order?.push(-1 - at);
      if (group.open) for (const job of group.jobs) this.order?.push(job);
    });
  }

  /** A failure that comes while the tab is open goes to the end, below a head of its own. */
  private append(job: JobState): void {
    const fresh = newGroup(this.state, job);
    let last = this.groups.at(-1);
    const lastIsAtEnd = last?.open === true && groupKey(last) === groupKey(fresh);
    if (!last || !lastIsAtEnd) {
      this.groups.push(fresh);
      this.place(-this.groups.length);
      last = fresh;
    }
    this.join(last, job.index);
    this.place(job.index);
  }

  private join(group: Group, job: number): void {
    group.jobs.push(job);
    group.failing.add(job);
    this.groupOf.set(job, group);
  }

  /** A row that has succeeded, or fails for another cause, no longer counts in the head it is below. */
  private regroup(job: JobState): void {
    const group = this.groupOf.get(job.index);
    if (!group) return;
    const still = job.status === 'failed' && groupKey(newGroup(this.state, job)) === groupKey(group);
    if (still) group.failing.add(job.index);
    else group.failing.delete(job.index);
  }

  private fits(job: JobState): boolean {
    if (this.chosenTab !== 'all') {
      if (this.chosenTab === 'running' || job.expandedInto !== undefined) return false;
      if (!statusesOf[this.chosenTab].includes(job.status)) return false;
    }
    return (
      this.searchWords === '' || (this.haystack[job.index] ??= haystackOf(job)).includes(this.searchWords)
    );
  }
}

function newGroup(state: BatchState | undefined, job: JobState): Group {
  const code = job.failure?.code ?? 'internal';
  const own = failureWords(state, job, Date.now());
  const words = causeOf(job, Date.now());
  const { step, ...others } = words;
  // Lines are taken out of a list together, and gone to one by one.
  const inList = step?.action === 'goToLine' || step?.action === 'removeLine';
  const isKept = !inList || (step.action === 'removeLine' && own?.step?.action === 'removeLine');
  return {
    code,
    words: isKept ? words : others,
    source: sourceOf(job.failure, job.source),
    jobs: [],
    failing: new Set(),
    open: true,
  };
}

const groupKey = (group: Group): string => `${group.code} ${group.words.cause}`;

function haystackOf(job: JobState): string {
  const failure = job.failure ? `${causeOf(job, Date.now()).cause} ${job.failure.message}` : '';
  const note =
    job.skip?.batch ??
    (job.captions === 'speech' ? 'Speech' : job.captions === 'automatic' ? 'Automatic captions' : '');
  return plainWords(`${titleOf(job)}\n${job.link.url}\n${failure}\n${note}\n${job.meta.channel ?? ''}`);
}

/** The form that is compared: "é" is one letter, even where a file name has it as two. */
export const plainWords = (text: string): string => text.normalize().toLocaleLowerCase();

const statusRank: Readonly<Record<JobStatus, number>> = {
  running: 0,
  failed: 1,
  parked: 2,
  pending: 3,
  completed: 4,
  skipped: 5,
  cancelled: 6,
};

function sortKey(job: JobState, column: Column): string | number | undefined {
  switch (column) {
    case 'index':
      return job.index;
    case 'status':
      return statusRank[job.status];
    case 'title':
      return titleOf(job).toLocaleLowerCase();
    case 'length':
      return job.meta.duration;
    case 'source':
      return job.source;
    case 'language':
      return job.language;
    case 'tries':
      return job.tries > 1 ? job.tries : undefined;
    case 'time':
      return job.seconds;
    case 'note':
      return job.failure ? causeOf(job, Date.now()).cause : undefined;
  }
}

/** Jobs by a column; unknown values come last in both directions, equal ones keep the list's order. */
function sorted(state: BatchState, jobs: readonly number[], sort: Sort): number[] {
  const keys: (string | number | undefined)[] = [];
  for (const index of jobs) {
    const job = state.jobs[index];
    keys[index] = job && sortKey(job, sort.column);
  }
  const sign = sort.descending ? -1 : 1;
  // Numbers inside titles count as numbers; for very long lists the collator would take seconds.
  const collator = jobs.length <= 20_000 ? new Intl.Collator(undefined, { numeric: true }) : undefined;
  return [...jobs].sort((a, b) => {
    const left = keys[a];
    const right = keys[b];
    if (left === right) return a - b;
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    if (typeof left === 'string' && typeof right === 'string' && collator)
      return sign * collator.compare(left, right) || a - b;
    return left < right ? -sign : sign;
  });
}
