/**
 * What is known about a job while it is worked on, ahead of what is on disk. Classes and no literals: V8 learns
 * from the first objects of a literal whether they stay, and the first jobs do, because they wait for the disk.
 * All later ones would then be put where only the rare large collection sweeps, with all that they name.
 */
import type { Via } from '../../model/ports';
import type { PaidSummary } from '../../model/source';
import type { SourceId, Transcript } from '../../model/transcript';
import { afterAttempt, noMemory, paidAfter } from '../state/memory';
import type { JobMemory, MemoryEvent, PaidState } from '../state/memory';
import type { JobState } from '../state/reducer';

export class JobUnderWay {
  /** The same fold as the row's: what was emitted is known here before it is on disk. */
  memory: JobMemory;
  paid: PaidState | undefined;
  /** Got, but the disk refused it: written before anything is asked again. */
  unwritten: Unwritten | undefined = undefined;
  /** The look-ahead has taken its start and asked the first question; used once, until then. */
  ride: { readonly source: SourceId; readonly until: number } | undefined = undefined;
  /** Requests that the look-ahead sent; counted with the next try. */
  looked: number | undefined = undefined;
  diskRefusals = 0;

  /** Begins with what the journal knows. */
  constructor({ memory = noMemory, paid }: JobState) {
    this.memory = memory;
    this.paid = paid;
  }

  /** Takes in an event of this job that is about to be emitted. */
  fold(event: MemoryEvent): void {
    this.paid = paidAfter(this.paid, event);
    if (event.type === 'attempt') this.memory = afterAttempt(this.memory, event);
  }
}

export class Unwritten {
  constructor(
    readonly transcript: Transcript,
    readonly paid: PaidSummary | undefined,
    readonly seconds: number,
    readonly requests: number,
    readonly via: Via,
  ) {}
}
