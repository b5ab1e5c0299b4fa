/**
 * What a screen reader announces: each tenth of the way, a failure of a new cause, paused, held, parked,
 * finished. Everything else can be looked up.
 */
import { endedOf } from '../../src/engine/state/counts';
import type { BatchState } from '../../src/engine/state/reducer';
import { codeWords, formatCount, paceWords, plural } from '../../src/model/words';

interface Announced {
  readonly id: string;
  readonly tenth: number;
  readonly codes: ReadonlySet<string>;
  readonly failed: number;
  readonly phase: BatchState['phase'];
  readonly parked: boolean;
}

function look(state: BatchState): Announced {
  const { counts, total } = state;
  const seen = endedOf(counts);
  return {
    id: state.id,
    tenth: total === 0 ? 0 : Math.floor((10 * seen) / total),
    codes: new Set(Object.keys(state.byError)),
    failed: counts.failed,
    phase: state.phase,
    parked: counts.parked > 0,
  };
}

export class Announcer {
  private last: Announced | undefined;
  /** The last hold or block that was seen. */
  private hold: string | undefined;

  /** The announcement; empty when nothing noteworthy has happened. */
  next(state: BatchState, now: number): string {
    const before = this.last;
    const after = look(state);
    this.last = after;
    // A pace that changes to and fro while one hold lasts is no news.
    const hold = holdOf(state);
    const isNewHold = hold !== undefined && hold !== this.hold;
    if (isNewHold) this.hold = hold;
    if (before?.id !== after.id) return '';
    const said: string[] = [];
    const { counts } = state;
    if (after.phase !== before.phase) said.push(phaseWords(state));
    if (isNewHold) said.push(heldWords(state, now));
    if (after.parked && !before.parked) said.push(`${plural(counts.parked, 'video')} parked`);
    // What is parked has a cause too, but has not failed.
    const verb = after.failed > before.failed ? 'Failed: ' : '';
    for (const code of after.codes)
      if (!before.codes.has(code)) said.push(verb + codeWords(code as Parameters<typeof codeWords>[0]).cause);
    if (after.tenth > before.tenth && after.phase !== 'finished')
      said.push(`${after.tenth * 10} percent done, ${formatCount(counts.failed)} failed`);
    return said.join('. ');
  }
}

/** Service and end of the hold that sets the pace; undefined: none does. */
function holdOf({ pace }: BatchState): string | undefined {
  const by = pace?.by;
  // Said once, and not at each try.
  if (by?.kind === 'unreached') return `${by.kind} ${by.quota} ${by.signIn}`;
  return by?.kind === 'held' || by?.kind === 'blocked' ? `${by.kind} ${by.quota} ${by.until}` : undefined;
}

function heldWords({ pace, quotas, effectiveWorkers: workers }: BatchState, now: number): string {
  return paceWords(pace, { now, quotas, workers })?.text.replace(/\.$/, '') ?? '';
}

function phaseWords(state: BatchState): string {
  switch (state.phase) {
    case 'paused':
      return 'Paused';
    case 'stopped':
      return 'Stopped';
    case 'running':
      return 'Running';
    case 'finished':
      return `Finished, ${formatCount(state.counts.completed)} done, ${formatCount(state.counts.failed)} failed`;
  }
}
