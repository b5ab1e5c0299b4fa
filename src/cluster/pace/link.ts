/** The connection to Redis or Valkey by which quotas are shared: one that gives up early and comes back by itself. */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { connectionTo } from '../redisConnection';
import { paceScript } from './script';

/** A connection that comes back by itself. */
export interface PaceLink {
  readonly ready: boolean;
  /** Called whenever it is connected, also again. */
  onReady: (() => void) | undefined;
  /** Runs the script. Rejects when it is not answered in time, or Redis refuses it. */
  run(keys: readonly string[], ask: string): Promise<string>;
  /** Redis is to know by this channel that we are connected. */
  listen(channel: string): void;
  /** This connection gives no answers: another one is made. */
  renew(): void;
  close(): void;
}

export interface LinkOptions {
  /** redis:// or rediss://, with a number of the database where it is not 0. */
  readonly url: string;
  readonly password?: string | undefined;
}

const scriptId = createHash('sha1').update(paceScript).digest('hex');
const commandTimeoutMs = 500;
const connectTimeoutMs = 1_000;
const firstRetryMs = 100;
const longestRetryMs = 1_000;

export class RedisLink implements PaceLink {
  onReady: (() => void) | undefined;
  private readonly redis: Redis;
  private readonly channels = new Set<string>();

  constructor({ url, password }: LinkOptions, problem: (message: string) => void) {
    this.redis = connectionTo({ url, password }, false, {
      commandTimeout: commandTimeoutMs,
      connectTimeout: connectTimeoutMs,
      // The first call shows whether it answers; a question of ioredis's own would have no time limit.
      enableReadyCheck: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times) => Math.min(longestRetryMs, firstRetryMs * times),
    });
    this.redis.on('error', (error) => problem(error.message));
    this.redis.on('ready', () => {
      for (const channel of this.channels) this.subscribe(channel);
      this.onReady?.();
    });
  }

  get ready(): boolean {
    return this.redis.status === 'ready';
  }

  async run(keys: readonly string[], ask: string): Promise<string> {
    if (!this.ready) throw new Error('no connection');
    let answer: unknown;
    try {
      answer = await this.redis.evalsha(scriptId, keys.length, ...keys, ask);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      answer = await this.redis.eval(paceScript, keys.length, ...keys, ask);
    }
    if (typeof answer !== 'string') throw new Error('The answer of Redis is no text.');
    return answer;
  }

  listen(channel: string): void {
    this.channels.add(channel);
    if (this.ready) this.subscribe(channel);
  }

  renew(): void {
    if (this.ready) this.redis.disconnect(true);
  }

  close(): void {
    this.redis.disconnect();
  }

  /** By RESP3, which is what ioredis speaks, subscriptions and calls share a connection. */
  private subscribe(channel: string): void {
    this.redis.subscribe(channel).catch(() => undefined);
  }
}
