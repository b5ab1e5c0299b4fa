/**
 * What the cluster needs of its Redis, without its client: queues of attempts, cards of who is there, pieces of
 * answers. Implemented in redisWire.ts, which is a file of its own and loaded on use; tests have one in memory.
 * Everything that comes out of it is `unknown`: whoever can write to that Redis can send anything.
 */

/** What happened to one attempt of a lane. */
export type LaneEvent =
  /** Somebody has it. */
  | { readonly kind: 'taken'; readonly id: string }
  /** It was added, or handed back, or whoever had it is gone: anybody may take it. */
  | { readonly kind: 'waiting'; readonly id: string }
  /** What was to be added is there already, in whatever state. */
  | { readonly kind: 'known'; readonly id: string }
  | { readonly kind: 'progress'; readonly id: string; readonly data: unknown }
  | { readonly kind: 'done'; readonly id: string; readonly value: unknown }
  /** Nobody will take it any more. */
  | { readonly kind: 'failed'; readonly id: string };

export type LaneState = 'waiting' | 'active' | 'done' | 'failed' | 'gone';

export interface LaneEntry {
  readonly state: LaneState;
  readonly data?: unknown;
  /** What was answered, where it is done. */
  readonly value?: unknown;
}

/** One lane as the owners of batches see it. All reject while Redis is away. */
export interface LaneQueue {
  /** Does nothing where the id is there already, in whatever state. */
  add(id: string, data: object): Promise<void>;
  /** False: somebody works on it. */
  remove(id: string): Promise<boolean>;
  /** Whoever works on it loses its claim, and hears of it when it next renews it; what is done stays. */
  cancel(id: string): Promise<void>;
  look(id: string): Promise<LaneEntry>;
  /** The ids that begin so, in any state. */
  ids(prefix: string): Promise<readonly string[]>;
}

/** An attempt that this process has taken, until it answers, hands it back or loses it. */
export interface TakenAttempt {
  readonly id: string;
  readonly data: unknown;
  /** When it was offered, epoch ms. */
  readonly at: number;
  report(data: object): Promise<void>;
  /** False: it was lost to another machine meanwhile, and nobody wants the answer. */
  answer(value: object): Promise<boolean>;
  /** Anybody may take it again. */
  giveBack(): Promise<void>;
  /** Nobody can do anything with it. */
  refuse(reason: string): Promise<void>;
  /** Called once when it was lost: this process did not renew its claim in time, or it is not wanted any more. */
  onLost: () => void;
}

/** One lane as a helper sees it. */
export interface LaneWorker {
  /** The next attempt that waits; undefined: none does. Rejects while Redis is away. */
  next(): Promise<TakenAttempt | undefined>;
}

export type CardKind = 'helper' | 'owner';

export interface Wire {
  /** It answers, and takes writes. */
  readonly isUp: boolean;
  /** Why it takes none though it answers, and what to do, as a sentence. Absent: it does not answer, or all is well. */
  readonly why?: string | undefined;
  /** What should be changed in it though it works, as a sentence. Absent: nothing. */
  readonly warning?: string | undefined;
  /** Called when Redis has come or gone; the result unsubscribes. */
  onUp(listener: (isUp: boolean) => void): () => void;
  queue(lane: string): LaneQueue;
  worker(lane: string, name: string): LaneWorker;
  /** Events of these lanes whose ids begin so, from when it resolves on. */
  follow(
    lanes: readonly string[],
    prefix: () => readonly string[],
    onEvent: (event: LaneEvent) => void,
  ): Promise<void>;
  /** Says who is there; forgotten after `cardSeconds` unless it is put again. */
  putCard(kind: CardKind, id: string, card: object): Promise<void>;
  removeCard(kind: CardKind, id: string): Promise<void>;
  cards(kind: CardKind): Promise<readonly unknown[]>;
  /** It is forgotten after so many seconds; without them as an answer is. */
  putPiece(id: string, at: number, bytes: Uint8Array, seconds?: number): Promise<void>;
  /** At most `most` bytes of it; undefined: it is not there. */
  piece(id: string, at: number, most: number): Promise<Uint8Array | undefined>;
  dropPieces(id: string, count: number): Promise<void>;
  /** Sends nothing more. */
  close(): Promise<void>;
}

/** A card is put again after a third of this. */
export const cardSeconds = 15;
/** A claim on an attempt is renewed after a third of this; then another machine may have it. */
export const claimMs = 8_000;
/** How long an answer that nobody fetches is kept. */
export const answerSeconds = 24 * 3_600;
