/**
 * The port through which attempts run on other machines. The engine keeps the batch: rows, journal, files, money. What
 * it offers here is one attempt at one source, and what comes back is the source's answer. Implemented in `cluster/`.
 */
import type { HelperView } from './events';
import type { Link, VideoMeta } from './link';
import type { Via } from './ports';
import type { QuotaName } from './quotaNames';
import type { Settings } from './settings';
import type { SourceResult, Stage, StagePart } from './source';
import type { SourceId } from './transcript';

/** What other machines may do: ask a source, or bring the sound of a link for one that is asked here. */
export type OfferedWork = SourceId | 'sound';

/** One attempt, as it is offered. Batch, row and attempt together name it. */
export interface OfferedAttempt {
  readonly batch: string;
  readonly row: number;
  /** Tries of this source before this one. */
  readonly attempt: number;
  readonly source: OfferedWork;
  readonly quotas: readonly QuotaName[];
  readonly link: Link;
  readonly meta: VideoMeta;
  readonly settings: Settings;
}

/** What is reported while it runs. */
export interface OfferActions {
  /** A machine has taken it; `worker`: the number of its lane, above those of this process. */
  taken(worker: number): void;
  stage(stage: Stage, percent?: number, part?: StagePart): void;
  learn(meta: VideoMeta): void;
  note(text: string): void;
}

export type OfferAnswer =
  | {
      readonly kind: 'answered';
      readonly result: SourceResult;
      readonly seconds: number;
      readonly requests: number;
      readonly via: Via;
      /** The name of the machine. */
      readonly machine: string;
    }
  /** The compressed sound. Throws where a part of it is lost. */
  | { readonly kind: 'sound'; readonly pieces: AsyncIterable<Uint8Array> }
  /** Nobody took it, or whoever had it gave it back or is gone: the row waits as before. */
  | { readonly kind: 'back' };

export interface Offer {
  readonly answer: Promise<OfferAnswer>;
  /** Takes it back if no machine has taken it; `answer` then says `back`. */
  withdraw(): void;
  /**
   * Nobody waits for it here any more: `answer` says `back` at once, and what still comes is dropped. What a machine
   * works on goes on, for whoever resumes the batch.
   */
  drop(): void;
  /** As `drop`, and a machine that works on it ends that. What it has finished already stays. */
  cancel(): void;
  /** What was answered is on this disk: the answer may be forgotten everywhere. */
  stored(): void;
}

/** An attempt that an earlier process of the batch had offered. */
export interface LeftOffer {
  readonly row: number;
  readonly attempt: number;
  readonly source: OfferedWork;
}

export interface Elsewhere {
  /** Settings that hold for what runs from now on. */
  use(settings: Settings): void;
  /** How many more attempts with these quotas other machines have use for now. Must not do I/O. */
  room(source: OfferedWork, quotas: readonly QuotaName[]): number;
  /** Whether a machine that helps, or has helped, can ask this source. Must not do I/O. */
  serves(source: SourceId): boolean;
  /**
   * Whether a machine that is there now can ask this source, and is not blocked for these quotas itself. Must not do
   * I/O.
   */
  reaches(source: OfferedWork, quotas: readonly QuotaName[]): boolean;
  /** Whether other machines may try this row at this source. Must not do I/O. */
  mayTake(attempt: Pick<OfferedAttempt, 'batch' | 'row' | 'source' | 'link'>): boolean;
  offer(attempt: OfferedAttempt, actions: OfferActions): Offer;
  /**
   * What an earlier process of this batch offered and nobody has fetched the answers of. Never throws; waits a few
   * seconds at most.
   */
  left(batch: string): Promise<readonly LeftOffer[]>;
  /** These are not wanted any more. */
  forget(batch: string, offers: readonly LeftOffer[]): void;
  /** The machines that help, for display. */
  helpers(): readonly HelperView[];
  /** What the user should know about the connection; undefined: all is well. */
  trouble(): string | undefined;
  /** Called when there may be room, or when machines have come or gone; the result unsubscribes. */
  onChange(listener: () => void): () => void;
}
