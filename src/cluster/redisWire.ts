/**
 * The wire on BullMQ and Redis: a queue for each lane, cards and pieces beside them. A file of its own
 * (dist/cluster.js), loaded on use. Nothing waits for a Redis that is away: commands reject at once, the connection is
 * tried again for ever, and what was lost meanwhile is for owner.ts and helper.ts to find out.
 */
import { randomUUID } from 'node:crypto';
import { Queue, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { connect, connectionTo, greet, write, type RedisPlace } from './redisConnection';
import { LaneEvents, parsed } from './redisEvents';
import { troubleOf, warningOf } from './redisTroubles';
import {
  answerSeconds,
  cardSeconds,
  claimMs,
  type CardKind,
  type LaneEntry,
  type LaneEvent,
  type LaneQueue,
  type LaneWorker,
  type TakenAttempt,
  type Wire,
} from './wire';

export { openPeers } from './pace/peers';

const prefix = 'bulk-transcribe';
/** Events of a lane that are kept for an owner whose connection was cut. */
const eventsKept = 20_000;

/** Opens the connection. Throws Error with a sentence for the user where it cannot be used, whoever answers. */
export async function openWire(place: RedisPlace, onError: (message: string) => void): Promise<Wire> {
  const { redis, info } = await connect(place);
  return new RedisWire(redis, info, place, onError);
}

class RedisWire implements Wire {
  private readonly queues = new Map<string, RedisLane>();
  private readonly workers: RedisLaneWorker[] = [];
  private readonly listeners = new Set<(isUp: boolean) => void>();
  private readonly blocking = new Set<Redis>();
  private events: LaneEvents | undefined;
  private pulse: NodeJS.Timeout | undefined;
  private up: boolean;
  private closed = false;
  private trouble: string | undefined;
  /** Why the events of the lanes cannot be read, as a sentence. */
  private refusal: string | undefined;

  constructor(
    private readonly redis: Redis,
    /** What it says of itself; undefined: it has not been greeted since it was connected. */
    private info: string | undefined,
    private readonly place: RedisPlace,
    private readonly onError: (message: string) => void,
  ) {
    redis.on('ready', () => void this.beat());
    redis.on('close', () => {
      this.info = undefined;
      this.trouble = undefined;
      this.turn(false);
    });
    redis.on('error', () => undefined);
    this.up = info !== undefined;
    this.pulse = setInterval(() => void this.beat(), 1_000);
  }

  get isUp(): boolean {
    return this.up;
  }

  get why(): string | undefined {
    return this.trouble;
  }

  get warning(): string | undefined {
    return this.info === undefined ? undefined : warningOf(this.place.url, this.info);
  }

  onUp(listener: (isUp: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  queue(lane: string): LaneQueue {
    let queue = this.queues.get(lane);
    if (!queue) {
      queue = new RedisLane(lane, this.redis, this.onError);
      this.queues.set(lane, queue);
    }
    return queue;
  }

  worker(lane: string, name: string): LaneWorker {
    const worker = new RedisLaneWorker(lane, name, this.redis, this.onError);
    this.workers.push(worker);
    return worker;
  }

  follow(
    lanes: readonly string[],
    prefixes: () => readonly string[],
    onEvent: (event: LaneEvent) => void,
  ): Promise<void> {
    const reader = connectionTo(this.place);
    reader.on('error', () => undefined);
    this.blocking.add(reader);
    const keys = lanes.map((lane) => `${prefix}:${lane}:events`);
    const onRefusal = (why: string | undefined): void => {
      const text = why === undefined ? undefined : troubleOf(this.place.url, why)?.text;
      if (text === this.refusal) return;
      this.refusal = text;
      void this.beat();
    };
    this.events = new LaneEvents(reader, keys, prefixes, onEvent, onRefusal);
    void this.events.run();
    return this.events.ready;
  }

  async putCard(kind: CardKind, id: string, card: object): Promise<void> {
    const names = this.key('cards', kind);
    await this.redis
      .multi()
      .set(this.key('card', kind, id), JSON.stringify(card), 'EX', cardSeconds)
      .sadd(names, id)
      .expire(names, answerSeconds)
      .exec();
  }

  async removeCard(kind: CardKind, id: string): Promise<void> {
    await this.redis
      .multi()
      .del(this.key('card', kind, id))
      .srem(this.key('cards', kind), id)
      .exec();
  }

  async cards(kind: CardKind): Promise<readonly unknown[]> {
    const names = this.key('cards', kind);
    const ids = (await this.redis.smembers(names)).slice(0, mostCards);
    if (ids.length === 0) return [];
    const texts = await this.redis.mget(ids.map((id) => this.key('card', kind, id)));
    const gone = ids.filter((_, at) => texts[at] === null);
    if (gone.length > 0) await this.redis.srem(names, gone);
    return texts.flatMap((text) => (text === null ? [] : [parsed(text)]));
  }

  async putPiece(id: string, at: number, bytes: Uint8Array, seconds = answerSeconds): Promise<void> {
    await this.redis.set(this.key('piece', id, at), Buffer.from(bytes), 'EX', seconds);
  }

  async piece(id: string, at: number, most: number): Promise<Uint8Array | undefined> {
    // No more than may be: another program may have put a gigabyte there.
    const bytes = await this.redis.getrangeBuffer(this.key('piece', id, at), 0, most);
    return bytes.length === 0 || bytes.length > most ? undefined : bytes;
  }

  async dropPieces(id: string, count: number): Promise<void> {
    const keys = Array.from({ length: count }, (_, at) => this.key('piece', id, at));
    if (keys.length > 0) await this.redis.unlink(keys);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.pulse);
    this.events?.close();
    for (const reader of this.blocking) reader.disconnect();
    await Promise.all(this.workers.map((worker) => worker.close()));
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
    this.redis.disconnect();
  }

  /**
   * Whether it can be worked with. A connection that was cut without a word looks open: another one is made when it
   * does not answer.
   */
  private async beat(): Promise<void> {
    if (!this.isOpen()) return;
    try {
      if (this.info === undefined) this.info = await greet(this.redis, this.place.url);
      else await write(this.redis);
      this.trouble = this.refusal;
      this.turn(this.refusal === undefined);
    } catch (error) {
      if (this.closed) return;
      const why = error instanceof Error ? error.message : String(error);
      this.trouble = troubleOf(this.place.url, why)?.text;
      this.turn(false);
      if (this.trouble !== undefined || !this.isOpen()) return;
      this.redis.disconnect(true);
      for (const reader of this.blocking) reader.disconnect(true);
    }
  }

  private isOpen(): boolean {
    return this.redis.status === 'ready';
  }

  private turn(isUp: boolean): void {
    if (this.up === isUp || this.closed) return;
    this.up = isUp;
    for (const listener of [...this.listeners]) listener(isUp);
  }

  private key(...parts: readonly (string | number)[]): string {
    return [prefix, ...parts].join(':');
  }
}

/** One that waits may be taken in the middle of it. */
const cancelTries = 3;
/** Helpers and owners that one Redis serves; more cards than that are not ours. */
const mostCards = 500;

class RedisLane implements LaneQueue {
  private readonly queue: Queue<unknown, unknown>;

  constructor(
    lane: string,
    private readonly redis: Redis,
    onError: (message: string) => void,
  ) {
    this.queue = new Queue(lane, {
      connection: redis,
      prefix,
      skipVersionCheck: true,
      streams: { events: { maxLen: eventsKept } },
      defaultJobOptions: {
        removeOnComplete: { age: answerSeconds, count: 100_000 },
        removeOnFail: { age: answerSeconds, count: 1_000 },
      },
    });
    this.queue.on('error', ({ message }) => onError(message));
  }

  async add(id: string, data: object): Promise<void> {
    await this.queue.add('attempt', data, { jobId: id });
  }

  async remove(id: string): Promise<boolean> {
    return (await this.queue.remove(id)) === 1 || (await this.look(id)).state === 'gone';
  }

  async cancel(id: string): Promise<void> {
    for (let tries = 0; tries < cancelTries; tries += 1) {
      // Without its claim it cannot be answered: what is not done now is removed, whoever has it.
      await this.redis.del(`${this.queue.toKey(id)}:lock`);
      if ((await this.look(id)).state === 'done' || (await this.remove(id))) return;
    }
    throw new Error(`${id} is taken again and again.`);
  }

  async look(id: string): Promise<LaneEntry> {
    const job: Job<unknown, unknown> | undefined = await this.queue.getJob(id);
    if (!job) return { state: 'gone' };
    const state = await job.getState();
    const { data, returnvalue: value } = job;
    if (state === 'completed') return { state: 'done', data, value };
    if (state === 'failed') return { state: 'failed', data };
    return { state: state === 'active' ? 'active' : 'waiting', data };
  }

  async ids(begin: string): Promise<readonly string[]> {
    const key = (name: string): string => this.queue.toKey(name);
    const [done, failed, waiting, active] = await Promise.all([
      this.redis.zrange(key('completed'), '0', '-1'),
      this.redis.zrange(key('failed'), '0', '-1'),
      this.redis.lrange(key('wait'), 0, -1),
      this.redis.lrange(key('active'), 0, -1),
    ]);
    return [...done, ...failed, ...waiting, ...active].filter((id) => id.startsWith(begin));
  }

  close(): Promise<void> {
    return this.queue.close().catch(() => undefined);
  }
}

class RedisLaneWorker implements LaneWorker {
  private readonly worker: Worker<unknown, unknown>;
  private readonly taken = new Map<string, TakenAttempt & { readonly token: string }>();
  private readonly renewal: NodeJS.Timeout;
  private checks = false;

  constructor(
    lane: string,
    name: string,
    redis: Redis,
    private readonly onError: (message: string) => void,
  ) {
    this.worker = new Worker(lane, null, {
      connection: redis,
      prefix,
      name,
      autorun: false,
      skipVersionCheck: true,
      lockDuration: claimMs,
      stalledInterval: claimMs / 2,
      // What two machines have died of is left to the owner.
      maxStalledCount: 1,
      removeOnComplete: { age: answerSeconds, count: 100_000 },
      removeOnFail: { age: answerSeconds, count: 1_000 },
    });
    this.worker.on('error', ({ message }) => this.onError(message));
    this.renewal = setInterval(() => void this.renew(), claimMs / 3);
  }

  async next(): Promise<TakenAttempt | undefined> {
    if (!this.checks) {
      this.checks = true;
      void this.worker.startStalledCheckTimer();
    }
    const token = randomUUID();
    const job = await this.ask(token);
    return job?.id === undefined ? undefined : this.take(job, job.id, token);
  }

  async close(): Promise<void> {
    clearInterval(this.renewal);
    await this.worker.close(true).catch(() => undefined);
  }

  /** Its type leaves out that there may be none. */
  private async ask(token: string): Promise<Job<unknown, unknown> | undefined> {
    return this.worker.getNextJob(token, { block: false });
  }

  private take(job: Job<unknown, unknown>, id: string, token: string): TakenAttempt {
    const over = async <T>(work: Promise<T>): Promise<T> => {
      const done = await work;
      this.taken.delete(id);
      return done;
    };
    const attempt = {
      id,
      token,
      data: job.data,
      at: job.timestamp,
      report: (data: object) => job.updateProgress(data),
      answer: async (value: object) => {
        if (!this.taken.has(id)) return false;
        await over(job.moveToCompleted(value, token, false));
        return true;
      },
      giveBack: async () => {
        if (this.taken.has(id)) await over(job.moveToWait(token));
      },
      refuse: async (reason: string) => {
        await over(job.moveToFailed(new Error(reason), token, false));
      },
      onLost: () => undefined,
    };
    this.taken.set(id, attempt);
    return attempt;
  }

  /** Claims that were not renewed in time belong to somebody else. */
  private async renew(): Promise<void> {
    const all = [...this.taken.values()];
    if (all.length === 0) return;
    try {
      const lost = await this.worker.extendJobLocks(
        all.map(({ id }) => id),
        all.map(({ token }) => token),
        claimMs,
      );
      for (const id of lost) {
        const attempt = this.taken.get(id);
        this.taken.delete(id);
        attempt?.onLost();
      }
    } catch (error) {
      this.onError(error instanceof Error ? error.message : String(error));
    }
  }
}
