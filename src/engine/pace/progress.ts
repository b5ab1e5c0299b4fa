/**
 * Room `pace`: how fast a batch goes, when it will end, and what limits the pace. Limited by quotas and by
 * workers: an estimate that knows only one of them is wrong by hours. Pure arithmetic on its input.
 */
import type { Pace } from '../../model/events';
import type { QuotaSpec } from '../limits/quotaSpecs';

const minuteMs = 60_000;
/** The recent past, for throughput. */
const recentMs = 5 * minuteMs;
/** One more worker is suggested when it brings the end closer by this share. */
const worthShare = 0.9;
const mostWorkers = 20;

/** What jobs have taken so far. */
export class Track {
  private readonly ends: number[] = [];
  private first = 0;
  private count = 0;
  private sum = 0;
  private squares = 0;
  private starts = 0;
  longest = 0;

  constructor(private startedAt: number) {}

  /** How long a job was on a worker; `finished`: it will not come back. All in ms, `at` monotonic. */
  left(tookMs: number, finished: boolean, at: number): void {
    this.starts += 1;
    this.sum += tookMs;
    this.squares += tookMs * tookMs;
    if (!finished) return;
    this.count += 1;
    this.longest = Math.max(this.longest, tookMs);
    this.ends.push(at);
    if (this.ends.length - this.first > 5_000) this.first += 1;
    if (this.first > 20_000) {
      this.ends.splice(0, this.first);
      this.first = 0;
    }
  }

  restarted(at: number): void {
    this.startedAt = at;
  }

  get finished(): number {
    return this.count;
  }

  /** Worker time a finished job takes, its retries included; undefined before the first. */
  get meanMs(): number | undefined {
    return this.count === 0 ? undefined : this.sum / this.count;
  }

  get workMs(): number {
    return this.sum;
  }

  get deviationMs(): number {
    if (this.starts < 2) return 0;
    const mean = this.sum / this.starts;
    return Math.sqrt(Math.max(0, this.squares / this.starts - mean * mean));
  }

  /** Finished jobs a minute over the recent past. */
  perMinute(now: number): number {
    const from = Math.max(this.startedAt, now - recentMs);
    while (this.first < this.ends.length && (this.ends[this.first] ?? 0) < from) this.first += 1;
    const inWindow = this.ends.length - this.first;
    // With a full list the window is only as long as the list reaches back.
    const oldest = inWindow >= 5_000 ? (this.ends[this.first] ?? from) : from;
    const span = now - oldest;
    return span < 1_000 ? 0 : (inWindow * minuteMs) / span;
  }
}

export interface SubqueueLoad {
  readonly quotas: readonly string[];
  readonly jobs: number;
}

/** A running job whose source knows how much longer it takes. */
export interface ForeseenJob {
  readonly tookMs: number;
  readonly leftMs: number;
}

export interface PaceQuestion {
  readonly now: number;
  readonly monotonic: number;
  readonly track: Track;
  /** Waiting jobs, by the quotas of their next step. */
  readonly subqueues: readonly SubqueueLoad[];
  readonly delayed: number;
  readonly running: number;
  /** Those of the running jobs whose end is known from a measured speed; absent: none. */
  readonly foreseen?: readonly ForeseenJob[];
  /** Approximate time until a quota has granted this many starts, ms. */
  readonly quotaMs: (name: string, starts: number) => number;
  readonly workers: number;
  readonly effective: number;
  readonly binding: Pace['by'];
  readonly lengthsUnknown: number;
}

/** Where a measured speed tells the end of all that is left, it is off by about this share. */
const measuredDoubt = 0.1;

/** While these bind, nobody knows when it ends. */
const endless = new Set<Pace['by']['kind']>(['idle', 'blocked', 'unreached', 'failing']);

/** Throughput, end and advice. */
export function paceOf(question: PaceQuestion): Pace {
  const { now, track, workers, effective } = question;
  const perMinute = track.perMinute(question.monotonic);
  const base = { by: question.binding, perMinute, lengthsUnknown: question.lengthsUnknown };
  const waiting = question.subqueues.reduce((sum, subqueue) => sum + subqueue.jobs, 0) + question.delayed;
  const { foreseen = [] } = question;
  const mean = track.meanMs ?? meanOf(foreseen);
  const left = waiting + question.running;
  if (left === 0 || endless.has(question.binding.kind)) return base;
  const perQuota = new Map<string, number>();
  for (const subqueue of question.subqueues)
    for (const name of subqueue.quotas) perQuota.set(name, (perQuota.get(name) ?? 0) + subqueue.jobs);
  let byQuota = 0;
  for (const [name, starts] of perQuota) byQuota = Math.max(byQuota, question.quotaMs(name, starts));
  if (mean === undefined && byQuota === 0) return base;
  // A running job of which nothing is known has half its time behind it, on average.
  const guessed = waiting + (question.running - foreseen.length) / 2;
  const work = (mean ?? 0) * guessed + foreseen.reduce((sum, { leftMs: ms }) => sum + ms, 0);
  const longest = foreseen.reduce((most, { leftMs: ms }) => Math.max(most, ms), 0);
  const byWorkers = Math.max(longest, work / Math.max(1, Math.min(effective, left)));
  const tail = byQuota > byWorkers ? (mean ?? 0) : 0;
  const leftMs = Math.max(byQuota + tail, byWorkers);
  const spread = track.deviationMs * Math.sqrt(guessed <= 0 ? 0 : left) * (1 / Math.max(1, effective));
  const doubt = guessed <= 0 ? leftMs * measuredDoubt : leftMs / Math.sqrt(track.finished + 1) / 2;
  const pace: Pace = {
    ...base,
    endsAt: Math.round(now + leftMs),
    endsWithinMs: Math.round(Math.min(leftMs, spread + doubt)),
  };
  const advice =
    question.binding.kind === 'workers' ? adviceOn(work, byQuota, byWorkers, workers, left) : undefined;
  return advice
    ? { ...pace, advice: { workers: advice.workers, endsAt: Math.round(now + advice.ms) } }
    : pace;
}

/** How long a job takes, as those that run foresee it. */
function meanOf(foreseen: readonly ForeseenJob[]): number | undefined {
  if (foreseen.length === 0) return undefined;
  return foreseen.reduce((sum, { tookMs, leftMs }) => sum + tookMs + leftMs, 0) / foreseen.length;
}

/** The number of workers that would be worth it; none where a quota would take over at once. */
export function adviceOn(
  work: number,
  byQuota: number,
  byWorkers: number,
  workers: number,
  left: number,
): { readonly workers: number; readonly ms: number } | undefined {
  const most = Math.min(mostWorkers, left);
  if (workers >= most || work === 0) return undefined;
  const enough = byQuota === 0 ? most : Math.min(most, Math.ceil(work / byQuota));
  if (enough <= workers) return undefined;
  const ms = Math.max(byQuota, work / enough);
  return ms <= byWorkers * worthShare ? { workers: enough, ms } : undefined;
}

/**
 * The shortest possible time for these jobs: the work shared out, the longest job, the starts of the quota.
 */
export function leastMs(workMs: number, workers: number, longestMs: number, byQuotaMs: number): number {
  return Math.max(workMs / Math.max(1, workers), longestMs, byQuotaMs);
}

/** A timer fires late and is caught up: the limiter lets a start through early by this share of a step. */
const caughtUp = 0.25;

/**
 * The shortest time in which a limiter could have granted this many starts: the burst after a rest is free,
 * the rest comes at the quota's pace. `allowed` starts a window; 0: unlimited.
 */
export function startsLeastMs(
  quota: Pick<QuotaSpec, 'windowMs' | 'burst' | 'spacingMs'>,
  allowed: number,
  starts: number,
): number {
  const spaced = Math.max(0, starts - 1) * quota.spacingMs;
  if (allowed === 0) return spaced;
  const paced = Math.max(0, starts - Math.max(1, quota.burst) - caughtUp);
  return Math.max(spaced, (paced * quota.windowMs) / allowed);
}
