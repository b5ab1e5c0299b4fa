/** What a task of type `bulkTranscribe` writes into its terminal, and its exit code. Pure. */
import { doneOf } from '../../engine/state/counts';
import type { ReadonlyRow, ReadonlyState } from '../../engine/state/reducer';
import type { BatchEvent } from '../../model/events';
import { formatCount, rowWords } from '../../model/words';

/** The lines for what has just happened: one for each video that has ended. */
export function taskLines(events: readonly BatchEvent[], state: ReadonlyState): readonly string[] {
  const lines: string[] = [];
  for (const event of events) {
    if (event.type !== 'outcome') continue;
    const job = state.jobs[event.job];
    if (!job || job.expandedInto !== undefined) continue;
    const line = endedLine(job);
    if (line === undefined) continue;
    const { completed, skipped, failed } = state.counts;
    lines.push(`${formatCount(completed + skipped + failed)}/${formatCount(state.total)} ${line}`);
  }
  return lines;
}

function endedLine(job: ReadonlyRow): string | undefined {
  const title = plain(job.meta.title ?? job.link.url);
  switch (job.status) {
    case 'completed':
      return `\u2713 ${title}`;
    case 'skipped':
      return `\u2013 ${title}: already done`;
    case 'failed': {
      const words = job.failure && rowWords(job.failure, { link: job.link });
      return `\u2717 ${title}${words ? `: ${plain(words.cause)}. ${plain(words.next)}.` : ''}`;
    }
    default:
      return undefined;
  }
}

/** The terminal program's codes: 0 all done, 1 some failed, 3 some parked, 130 stopped or paused. */
export function taskExitCode({ phase, counts, total }: ReadonlyState): number {
  if (phase === 'stopped' || phase === 'paused') return 130;
  if (counts.parked > 0) return 3;
  return doneOf(counts) === total ? 0 : 1;
}

/** Titles are somebody else's text: nothing in them may steer the terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, ' ');
}
