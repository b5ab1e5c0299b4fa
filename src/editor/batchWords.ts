/** What tree and status bar say about a batch as a whole; what is said at its end is in endSentence.ts. Pure. */
import { doneOf, endedOf, toGoOf } from '../engine/state/counts';
import { formatCount, plural } from '../model/numberWords';
import type { KnownBatch } from './knownBatch';

type Summary = Pick<KnownBatch, 'phase' | 'counts' | 'total' | 'owner' | 'asks'> & {
  readonly handle?: unknown;
};

/** A batch that was running when its process ended, and that nobody runs now. */
export function isInterrupted(batch: Summary): boolean {
  return batch.phase === 'running' && batch.handle === undefined && batch.owner === undefined;
}

/** The state comes first: a narrow view cuts the end. */
export function batchStateWords(batch: Summary): { readonly words: string; readonly icon: string } {
  const { counts, total } = batch;
  const failed = counts.failed > 0 ? ` · ${formatCount(counts.failed)} failed` : '';
  const parked = counts.parked > 0 ? ` · ${formatCount(counts.parked)} parked` : '';
  const progress = `${formatCount(doneOf(counts))} of ${formatCount(total)} done${failed}`;
  if (batch.owner !== undefined) return { words: `in another window · ${progress}`, icon: 'lock' };
  if (isInterrupted(batch)) return { words: `interrupted · ${progress}`, icon: 'history' };
  const asks = batch.asks ?? 0;
  if (asks > 0 && batch.phase !== 'finished')
    return {
      words: `${formatCount(asks)} ${asks === 1 ? 'needs' : 'need'} your OK · ${progress}`,
      icon: 'bell-dot',
    };
  switch (batch.phase) {
    case 'running':
      return toGoOf(counts) === 0 && counts.parked > 0
        ? { words: `${formatCount(counts.parked)} parked · ${progress}`, icon: 'debug-pause' }
        : { words: `${progress}${parked}`, icon: 'sync~spin' };
    case 'paused':
      return { words: `paused · ${progress}`, icon: 'debug-pause' };
    case 'stopped':
      return { words: `stopped · ${progress}`, icon: 'debug-stop' };
    case 'finished':
      return {
        words: `${formatCount(doneOf(counts))} done${failed}`,
        icon: failed === '' ? 'check' : 'warning',
      };
  }
}

/** One line for the status bar over all batches that run here; undefined when none does. */
export function statusLine(
  batches: readonly Summary[],
): { readonly text: string; readonly tooltip: string } | undefined {
  const running = batches.filter(
    (batch) => batch.handle !== undefined && batch.owner === undefined && batch.phase === 'running',
  );
  if (running.length === 0) return undefined;
  const ended = running.reduce((sum, batch) => sum + endedOf(batch.counts), 0);
  const total = running.reduce((sum, batch) => sum + batch.total, 0);
  const failed = running.reduce((sum, batch) => sum + batch.counts.failed, 0);
  // Where all that is left is parked, nothing turns.
  const works = running.some(({ counts }) => toGoOf(counts) > 0);
  return {
    text: `$(${works ? 'sync~spin' : 'debug-pause'}) ${formatCount(ended)}/${formatCount(total)}`,
    tooltip: `Bulk Transcribe: ${formatCount(ended)} of ${plural(total, 'video')}${failed > 0 ? `, ${formatCount(failed)} failed` : ''}. Click to show the panel.`,
  };
}
