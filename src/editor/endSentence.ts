/** What is said of a batch that has come to rest. Pure; with the words of all failures, so loaded when it is needed. */
import { isRetryable } from '../engine/state/abilities';
import { doneOf } from '../engine/state/counts';
import type { ReadonlyState } from '../engine/state/reducer';
import { formatCount, formatDuration, noneDoneWords, plural, writesNotes } from '../model/words';
import { onlyCause } from '../engine/state/causes';

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** What the system says of a disk has no full stop. */
const sentenceOf = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** The one sentence at the end. The name of a batch of notes says what it is: "talks: notes". */
export function endSentence(state: ReadonlyState): string {
  const { counts } = state;
  const done = doneOf(counts);
  const cause = onlyCause(state, state.updatedAt);
  const notes = writesNotes(state);
  if (state.phase === 'finished' && counts.failed > 0 && counts.failed === state.total)
    return `${state.name}: ${lowerFirst(noneDoneWords(state.total, cause, notes))}.`;
  const why = cause === undefined ? '' : ` (${cause})`;
  const parts = [
    counts.failed > 0 ? `${formatCount(counts.failed)} failed${why}` : '',
    counts.parked > 0 ? `${formatCount(counts.parked)} parked` : '',
    counts.cancelled > 0 ? `${formatCount(counts.cancelled)} cancelled` : '',
  ].filter((part) => part !== '');
  const took = state.ranMs >= 60_000 ? ` in ${formatDuration(state.ranMs)}` : '';
  if (state.phase === 'paused' && state.why)
    return `${state.name} is paused: ${sentenceOf(state.why.message)} ${formatCount(done)} of ${plural(state.total, 'video')} done, nothing is lost.`;
  if (parts.length === 0 && done === 1)
    return `${state.name}: ${notes ? 'written' : 'the video is done'}${took}.`;
  return parts.length === 0
    ? `${state.name}: ${notes ? `all ${formatCount(done)} written` : `all ${plural(done, 'video')} done`}${took}.`
    : `${state.name}: ${formatCount(done)} of ${plural(state.total, 'video')} done${took}, ${parts.join(', ')}.`;
}

/**
 * Whether another try can help any video that failed, as the panel's button says it. Where the batch has paused for a
 * reason, such as a full disk, that comes first. `now`: epoch ms.
 */
export function offersRetry({ jobs, counts, phase, why }: ReadonlyState, now: number): boolean {
  const halted = phase === 'paused' && why !== undefined;
  return !halted && counts.failed > 0 && jobs.some((job) => isRetryable(job, now));
}
