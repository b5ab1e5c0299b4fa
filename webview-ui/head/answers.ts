/** The two big answers of the head: how far, and how long. Pure words over the state. */
import { endedOf } from '../../src/engine/state/counts';
import type { BatchState } from '../../src/engine/state/reducer';
import {
  endWords,
  formatCount,
  formatDuration,
  formatSoon,
  formatTime,
  thinSpace,
  type EndSpan,
} from '../../src/model/words';

/** The two big answers: how far, and how long. */
export interface Answers {
  readonly seen: number;
  readonly side: string;
  readonly big: string;
  /** Both as a full sentence, for the tooltip and for panels too narrow for both. */
  readonly full?: string;
}

/**
 * `span`: the expected end as shown last (`endSpan`). `triesAt`: when parked videos are tried again without the user,
 * epoch ms.
 */
export function answers(
  state: BatchState,
  now: number,
  span: EndSpan | undefined,
  triesAt: number | undefined,
): Answers {
  const { counts } = state;
  const seen = endedOf(counts);
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
        return {
          seen,
          side: triesAt === undefined ? 'waits for you' : `tries again ${formatSoon(triesAt, now)}`,
          big: `${formatCount(counts.parked)} parked`,
        };
      if (endsAt === undefined) return { seen, side: '', big: '' };
      return {
        seen,
        side: endWords(endsAt, span, now),
        big: `${leftWords} left`,
        full: span
          ? `Done between ${formatTime(span.from, now)} and ${formatTime(span.to, now)}, most likely about ${formatTime(endsAt, now)}`
          : `Done about ${formatTime(endsAt, now)}`,
      };
  }
}

/** As `formatDuration`, but with plain spaces, which look better at 20 px, and with seconds only where they matter. */
function bigDuration(ms: number, exact = false): string {
  if (ms < 60_000 && !exact) return 'under a minute';
  return formatDuration(ms).replaceAll(thinSpace, ' ');
}
