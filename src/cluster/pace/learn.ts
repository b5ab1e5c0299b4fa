/** What an answer of Redis teaches the quotas here: starts, holds, limits and notes of other machines. */
import type { QuotaTime } from '../../engine/limits/quotaClock';
import { noteOfQuota } from './names';
import type { SharedQuota } from './sharedQuota';
import { dayMs } from './times';
import { peerOf, type Answer, type News } from './wire';

export interface Learner {
  readonly id: string;
  readonly time: QuotaTime;
  readonly quotas: ReadonlyMap<string, SharedQuota>;
  /** Engine time of a time of Redis. */
  readonly toTime: (at: number) => number;
  readonly noted: (key: string, text: string) => void;
}

/** No service asks for more; a longer hold is not from one of us. */
const longestHoldMs = 2 * dayMs;

/** The whole record of quotas that were asked for, and all notes. */
export function learnAll(answer: Answer, learner: Learner): void {
  for (const [key, state] of answer.all) {
    const shared = learner.quotas.get(key);
    if (!shared) continue;
    shared.fresh = false;
    for (const [token, at] of state.starts) learnStart(shared, token, at, learner);
    if (state.hold > 0) learnHold(shared, state.hold, learner);
    if (state.limit > 0) shared.quota.learnLimit(state.limit);
  }
  for (const [key, text] of answer.notes) learnNote(key, text, learner);
}

export function learnNews(news: readonly News[], learner: Learner): void {
  for (const one of news) {
    if (one.kind === 'start' || one.kind === 'withdrawn') {
      for (const key of one.keys) {
        const shared = learner.quotas.get(key);
        if (!shared) continue;
        if (one.kind === 'start') learnStart(shared, one.token, one.at, learner);
        else if (peerOf(one.token) !== learner.id) forgetStart(shared, one.token, learner);
      }
    } else if (one.by === learner.id) continue;
    else if (one.kind === 'note') learnNote(one.key, one.text, learner);
    else {
      const shared = learner.quotas.get(one.key);
      if (shared && one.kind === 'hold') learnHold(shared, one.value, learner);
      else shared?.quota.learnLimit(one.value);
    }
  }
}

/** A start of ours that we do not know was not made: its answer came too late, and it is being withdrawn. */
function learnStart(shared: SharedQuota, token: string, at: number, { id, time, toTime }: Learner): void {
  if (peerOf(token) === id) return;
  const here = Math.min(time.now(), toTime(at));
  const wall = time.toWall(here);
  if (shared.add(token, here, wall, id)) shared.quota.learnStart(here, wall, token);
}

function forgetStart(shared: SharedQuota, token: string, { id }: Learner): void {
  const known = shared.remove(token, id);
  if (known) shared.quota.forgetStart(known.at, known.wall, token);
}

function learnHold(shared: SharedQuota, until: number, { time, toTime }: Learner): void {
  const leftMs = toTime(until) - time.now();
  if (leftMs <= 0 || leftMs > longestHoldMs) return;
  const untilWall = time.wall() + leftMs;
  // The end of a day is told by wall time, which a calculation must not move.
  const midnight = Math.round(untilWall / dayMs) * dayMs;
  shared.quota.learnHold(Math.abs(untilWall - midnight) < 1_000 ? midnight : untilWall);
}

function learnNote(key: string, text: string, { noted }: Learner): void {
  if (noteOfQuota(key) !== undefined) noted(key, text);
}
