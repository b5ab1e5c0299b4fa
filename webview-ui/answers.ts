/** The two big answers of the head: how far, and how long. Pure words over the state. */
import type { BatchState } from '../src/engine/state';
import { formatCount, formatDuration, formatTime, thinSpace } from '../src/model/words';

/** The two big answers: how far, and how long. */
export interface Answers {
  readonly seen: number;
  readonly side: string;
  readonly big: string;
}

export function answers(state: BatchState, now: number): Answers {
  const { counts } = state;
  const seen = counts.completed + counts.failed + counts.skipped + counts.cancelled;
  const endsAt = state.pace?.endsAt;
  const left = endsAt === undefined ? undefined : Math.max(0, endsAt - now);
  const leftWords = left === undefined ? '' : bigDuration(left);
  switch (state.phase) {
    case 'finished':
      return {
        seen,
        side: `done at ${formatTime(state.phaseAt, now)}`,
        big: bigDuration(state.ranMs, true),
      };
    case 'paused':
    case 'stopped':
      return {
        seen,
        side: left === undefined || state.counts.pending === 0 ? '' : `${bigDuration(left)} of work left`,
        big: state.phase,
      };
    case 'running':
      if (counts.parked > 0 && counts.pending === 0 && counts.running <= 1)
        return { seen, side: 'waits for you', big: `${formatCount(counts.parked)} parked` };
      return {
        seen,
        side: endsAt === undefined ? '' : `about ${dayTime(endsAt, now)}`,
        big: leftWords === '' ? '' : `${leftWords} left`,
      };
  }
}

/** As `formatDuration`, but with plain spaces, which stand better in 20 px, and seconds only where they count. */
function bigDuration(ms: number, exact = false): string {
  if (ms < 60_000 && !exact) return 'under a minute';
  return formatDuration(ms).replaceAll(thinSpace, ' ');
}

function dayTime(at: number, now: number): string {
  if (at - now < 20 * 3_600_000) return formatTime(at, now);
  return new Date(at).toLocaleDateString('en', { weekday: 'short', day: 'numeric', month: 'short' });
}
