/** A Redis in memory, as the cluster's owner and helpers see it: what one says the others hear in a moment. */
import type {
  CardKind,
  LaneEntry,
  LaneEvent,
  LaneQueue,
  LaneWorker,
  TakenAttempt,
  Wire,
} from '../../src/cluster/wire';

interface Kept {
  state: LaneEntry['state'];
  readonly data: unknown;
  readonly at: number;
  value?: unknown;
  /** Whoever works on it. */
  holder?: TakenAttempt;
}

interface Listener {
  readonly prefixes: () => readonly string[];
  readonly onEvent: (event: LaneEvent) => void;
}

/** What all wires of a test share. */
export class MemoryRedis {
  readonly lanes = new Map<string, Map<string, Kept>>();
  readonly cards = new Map<string, object>();
  readonly pieces = new Map<string, Uint8Array>();
  readonly listeners = new Set<Listener>();
  readonly ups = new Set<(isUp: boolean) => void>();
  isUp = true;

  constructor(private readonly now: () => number) {}

  wire(): MemoryWire {
    return new MemoryWire(this, this.now);
  }

  lane(name: string): Map<string, Kept> {
    let lane = this.lanes.get(name);
    if (!lane) {
      lane = new Map<string, Kept>();
      this.lanes.set(name, lane);
    }
    return lane;
  }

  /** With all that it held, or without. */
  turn(isUp: boolean, keeps = true): void {
    this.isUp = isUp;
    if (!keeps) for (const part of [this.lanes, this.cards, this.pieces]) part.clear();
    for (const listener of [...this.ups]) listener(isUp);
  }

  tell(event: LaneEvent): void {
    for (const { prefixes, onEvent } of [...this.listeners])
      if (prefixes().some((prefix) => event.id.startsWith(prefix))) onEvent(event);
  }
}

export class MemoryWire implements Wire {
  constructor(
    private readonly redis: MemoryRedis,
    private readonly now: () => number,
  ) {}

  get isUp(): boolean {
    return this.redis.isUp;
  }

  onUp(listener: (isUp: boolean) => void): () => void {
    this.redis.ups.add(listener);
    return () => this.redis.ups.delete(listener);
  }

  queue(lane: string): LaneQueue {
    const kept = (): Map<string, Kept> => this.redis.lane(lane);
    return {
      add: (id, data) =>
        this.ask(() => {
          const event = kept().has(id) ? 'known' : 'waiting';
          if (event === 'waiting')
            kept().set(id, { state: 'waiting', data: structuredClone(data), at: this.now() });
          this.redis.tell({ kind: event, id });
        }),
      remove: (id) =>
        this.ask(() => {
          if (kept().get(id)?.state === 'active') return false;
          kept().delete(id);
          return true;
        }),
      cancel: (id) =>
        this.ask(() => {
          const held = kept().get(id);
          if (held?.state === 'done') return;
          kept().delete(id);
          held?.holder?.onLost();
        }),
      look: (id) => this.ask(() => kept().get(id) ?? { state: 'gone' as const }),
      ids: (prefix) => this.ask(() => [...kept().keys()].filter((id) => id.startsWith(prefix))),
    };
  }

  worker(lane: string): LaneWorker {
    return {
      next: () =>
        this.ask(() => {
          const found = [...this.redis.lane(lane)].find(([, { state }]) => state === 'waiting');
          return found && this.take(lane, ...found);
        }),
    };
  }

  follow(
    _lanes: readonly string[],
    prefixes: () => readonly string[],
    onEvent: (event: LaneEvent) => void,
  ): Promise<void> {
    this.redis.listeners.add({ prefixes, onEvent });
    return Promise.resolve();
  }

  putCard(kind: CardKind, id: string, card: object): Promise<void> {
    return this.ask(() => void this.redis.cards.set(`${kind} ${id}`, structuredClone(card)));
  }

  removeCard(kind: CardKind, id: string): Promise<void> {
    return this.ask(() => void this.redis.cards.delete(`${kind} ${id}`));
  }

  cards(kind: CardKind): Promise<readonly unknown[]> {
    return this.ask(() =>
      [...this.redis.cards].flatMap(([key, card]) => (key.startsWith(kind) ? [card] : [])),
    );
  }

  putPiece(id: string, at: number, bytes: Uint8Array): Promise<void> {
    return this.ask(() => void this.redis.pieces.set(`${id} ${at}`, bytes));
  }

  piece(id: string, at: number): Promise<Uint8Array | undefined> {
    return this.ask(() => this.redis.pieces.get(`${id} ${at}`));
  }

  dropPieces(id: string, count: number): Promise<void> {
    return this.ask(() => {
      for (let at = 0; at < count; at += 1) this.redis.pieces.delete(`${id} ${at}`);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private take(lane: string, id: string, kept: Kept): TakenAttempt {
    const { redis } = this;
    kept.state = 'active';
    redis.tell({ kind: 'taken', id });
    const isHeld = (): boolean => redis.lane(lane).get(id) === kept && kept.state === 'active';
    const taken: TakenAttempt = {
      id,
      data: kept.data,
      at: kept.at,
      report: (data) => this.ask(() => redis.tell({ kind: 'progress', id, data: structuredClone(data) })),
      answer: (value) =>
        this.ask(() => {
          if (!isHeld()) return false;
          kept.state = 'done';
          kept.value = structuredClone(value);
          redis.tell({ kind: 'done', id, value: kept.value });
          return true;
        }),
      giveBack: () =>
        this.ask(() => {
          if (!isHeld()) return;
          kept.state = 'waiting';
          redis.tell({ kind: 'waiting', id });
        }),
      refuse: () =>
        this.ask(() => {
          kept.state = 'failed';
          redis.tell({ kind: 'failed', id });
        }),
      onLost: () => undefined,
    };
    kept.holder = taken;
    return taken;
  }

  /** As the real one: nothing waits for a Redis that is away. */
  private async ask<T>(what: () => T): Promise<T> {
    await Promise.resolve();
    if (!this.redis.isUp) throw new Error('Redis is away.');
    return what();
  }
}
