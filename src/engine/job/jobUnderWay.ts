/**
 * What is known about a job while it runs, ahead of what is on disk. Classes instead of object literals: V8
 * learns from a literal's first objects how long they live, and the first jobs live long because they wait
 * for the disk. All later ones would then be allocated in the old generation, which only rare major
 * collections sweep, with everything they reference.
 */
import type { Via } from '../../model/ports';
import type { PaidSummary } from '../../model/source';
import type { SourceId, Transcript } from '../../model/transcript';
import { afterAttempt, noMemory, paidAfter } from '../state/memory';
import type { JobMemory, MemoryEvent, PaidState } from '../state/memory';
import type { JobState } from '../state/reducer';

export class JobUnderWay {
  /** The same fold as the row's: emitted events are known here before they are on disk. */
  memory: JobMemory;
  paid: PaidState | undefined;
  /** A transcript that the disk refused: written before any source is asked again. */
  unwritten: Unwritten | undefined = undefined;
  /** The look-ahead has taken its start and sent the first request; used once. */
  ride: { readonly source: SourceId; readonly until: number } | undefined = undefined;
  /** Requests that the look-ahead sent; counted with the next try. */
  looked: number | undefined = undefined;
  diskRefusals = 0;
  /** No source reads the link, and what answers there is no list either. */
  isNoList = false;

  /** Begins with what the journal has. */
  constructor({ memory = noMemory, paid }: JobState) {
    this.memory = memory;
    this.paid = paid;
  }

  /** Folds an event of this job that is about to be emitted. */
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
    /** The machine that fetched it; undefined: this one. */
    readonly machine: string | undefined,
  ) {}
}
