/**
 * Which batches wait for the user, for the badge on the view and the status bar: those with a paid step to agree to,
 * those of which all that is left is parked, the paused and the interrupted ones. Pure.
 */
import { toGoOf } from '../engine/state/counts';
import { batchStateWords, isInterrupted } from './batchWords';
import { plainLine } from '../output/escape';
import type { KnownBatch } from './knownBatch';

type Batch = Omit<KnownBatch, 'handle'> & { readonly handle?: unknown };

export interface Attention {
  /** How many batches wait. */
  readonly count: number;
  /** For the status bar. */
  readonly text: string;
  readonly tooltip: string;
  /** For the badge, after the name of the view. */
  readonly badge: string;
  /** The batch to show for it. */
  readonly batch: Pick<KnownBatch, 'id' | 'folder'>;
}

/** A stopped batch was stopped by the user, and one of another window asks there. */
function waitsForUser(batch: Batch): boolean {
  if (batch.lost === true) return false;
  if (batch.owner !== undefined || batch.phase === 'finished' || batch.phase === 'stopped') return false;
  if ((batch.asks ?? 0) > 0 || batch.phase === 'paused' || isInterrupted(batch)) return true;
  return toGoOf(batch.counts) === 0 && batch.counts.parked > 0;
}

/** Undefined when no batch waits. */
export function attentionOf(batches: readonly Batch[]): Attention | undefined {
  const waiting = batches.filter(waitsForUser);
  const [first] = waiting;
  if (first === undefined) return undefined;
  const lines = waiting.map((batch) => `${plainLine(batch.name)}: ${batchStateWords(batch).words}`);
  return {
    count: waiting.length,
    text:
      waiting.length === 1
        ? `$(bell-dot) ${shortened(first.name)}: ${shortWords(first)}`
        : `$(bell-dot) ${waiting.length} batches wait for you`,
    tooltip: `Bulk Transcribe\n${lines.slice(0, 10).join('\n')}\nClick to show the panel.`,
    badge: waiting.length === 1 ? (lines[0] ?? '') : `${waiting.length} batches wait for you`,
    batch: { id: first.id, folder: first.folder },
  };
}

/** The part of the state before the numbers. */
function shortWords(batch: Batch): string {
  return batchStateWords(batch).words.split(' · ')[0] ?? '';
}

/** A name leaves room for the others. */
function shortened(name: string): string {
  return plainLine(name.length > 30 ? `${name.slice(0, 29)}…` : name);
}
