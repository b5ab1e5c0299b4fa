/**
 * Folds what is read of a batch that another process runs in the order in which it happened: the lines of its journal,
 * and what has passed. The two files are not written at the same moment, so a journal's line waits for what passed
 * before it, for a short time: a job's end is worth nothing on a lane before its begin.
 */
import type { BatchEvent } from '../../model/events';
import type { Clock } from '../../model/ports';
import { isNumber } from '../journal/checks';
import type { JournalFold } from '../journal/fold';
import { numberOf, parseLine } from '../journal/record';
import { putPassing } from '../state/passing';
import { reduce } from '../state/reducer';
import type { LiveNews } from './liveReader';

/** Longer than there is between two lines of what passes. */
const patienceMs = 3_000;

export class Merged {
  /** Time of the newest thing that passed, epoch ms. */
  upTo = 0;
  private held: readonly string[] = [];
  private heldSince = 0;

  constructor(private readonly clock: Clock) {}

  /** The journal is read from its beginning. */
  clear(): void {
    this.held = [];
  }

  /** Number of the last line that was given to `take`. */
  lastOf(fold: JournalFold): number {
    return numberOf(this.held.at(-1) ?? '') ?? fold.last;
  }

  /**
   * Folds new lines of the journal, and what has passed; undefined: that is not known. `isAnew`: the state was replaced
   * in part, so that the events alone do not lead to it.
   */
  take(
    fold: JournalFold,
    lines: readonly string[],
    news: LiveNews | undefined,
  ): { readonly events: readonly BatchEvent[]; readonly isAnew: boolean } {
    const waiting = [...this.held, ...lines];
    const events: BatchEvent[] = [];
    let isAnew = false;
    let at = 0;
    const takeBefore = (time: number): void => {
      for (; at < waiting.length; at += 1) {
        const line = waiting[at] ?? '';
        if (time !== Infinity && timeOf(line) >= time) break;
        events.push(...fold.take(line));
      }
    };
    for (const item of news?.items ?? []) {
      // In one millisecond a job is written and has ended, in this order.
      takeBefore(item.at);
      if ('event' in item) {
        reduce(fold.state, item.event);
        events.push(item.event);
        continue;
      }
      putPassing(fold.state, item.all);
      isAnew = true;
    }
    this.upTo = news?.upTo ?? this.upTo;
    const now = this.clock.monotonic();
    const isLate = this.held.length > 0 && now - this.heldSince > patienceMs;
    takeBefore(news === undefined || isLate ? Infinity : news.upTo + 1);
    if (this.held.length === 0 || at > 0) this.heldSince = now;
    this.held = waiting.slice(at);
    return { events, isAnew };
  }
}

/** When it was written; a line without a time waits for nothing. */
function timeOf(line: string): number {
  const at = parseLine(line)?.at;
  return isNumber(at) ? at : -Infinity;
}
