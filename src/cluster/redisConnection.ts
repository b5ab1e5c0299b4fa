/**
 * The connection to Redis: its options, the first greeting, and what is said when it fails. The password is never part
 * of the address, so that neither is it part of what is shown.
 */
import { Redis, type RedisOptions } from 'ioredis';
import { judgeInfo, troubleOf, unreachable } from './redisTroubles';

export interface RedisPlace {
  /** `redis://` or `rediss://`, without a password. */
  readonly url: string;
  readonly password?: string | undefined;
  /** Whether a Redis that does not answer now is an error, or one that is waited for. */
  readonly mustAnswer: boolean;
}

/** Longest wait for an answer. Longer than what a blocking command waits by itself. */
const commandMs = 4_000;
const greetingMs = 8_000;
/** Between two tries to connect, at most: helpers are taken again within five seconds. */
const longestGapMs = 1_500;

/** A connection that is not open yet. `special`: where it differs from the others. */
export function connectionTo(
  { url, password }: Omit<RedisPlace, 'mustAnswer'>,
  lazyConnect = false,
  special: Omit<RedisOptions, 'protocol' | 'replyMapping'> = {},
): Redis {
  const address = new URL(url);
  const host = address.hostname.replace(/^\[|\]$/g, '');
  return new Redis({
    host,
    port: Number(address.port || '6379'),
    db: databaseOf(address),
    ...(address.username === '' ? {} : { username: decodeURIComponent(address.username) }),
    ...(password === undefined ? {} : { password }),
    // An IP address is no name that TLS may send along (RFC 6066, section 3).
    ...(address.protocol === 'rediss:' ? { tls: isAddress(host) ? {} : { servername: host } } : {}),
    // Nothing waits for a Redis that is away, and nothing is sent twice when it is back.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: null,
    commandTimeout: commandMs,
    connectTimeout: commandMs,
    keepAlive: 5_000,
    retryStrategy: (times) => Math.min(times * 150, longestGapMs),
    lazyConnect,
    ...special,
  });
}

const isAddress = (host: string): boolean => host.includes(':') || /^[\d.]+$/.test(host);

const databaseOf = ({ pathname }: URL): number => {
  const written = Number(pathname.slice(1) || '0');
  return Number.isInteger(written) ? written : 0;
};

/** `info`: what it says of itself; undefined: it does not answer yet. Throws Error with a sentence for the user. */
export async function connect(
  place: RedisPlace,
): Promise<{ readonly redis: Redis; readonly info: string | undefined }> {
  const redis = connectionTo(place, true);
  let last = '';
  const onError = ({ message }: Error): void => {
    last = message;
  };
  redis.on('error', onError);
  try {
    return { redis, info: await first(redis, place, () => last) };
  } catch (error) {
    const why = last || (error instanceof Error ? error.message : String(error));
    const trouble = troubleOf(place.url, why);
    if (trouble?.isFinal !== true && !place.mustAnswer) return { redis, info: undefined };
    redis.disconnect();
    throw new Error(trouble?.text ?? unreachable(place.url, why), { cause: error });
  } finally {
    redis.off('error', onError);
  }
}

async function first(redis: Redis, place: RedisPlace, last: () => string): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(last() || 'no answer')), greetingMs);
  });
  try {
    await Promise.race([redis.connect(), late]);
    return await greet(redis, place.url);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves with the answer to INFO. Throws Error with what `troubleOf` knows where it cannot be worked with. */
export async function greet(redis: Redis, url: string): Promise<string> {
  const info = await redis.info();
  judgeInfo(info);
  // A number that it does not have leaves the connection at the first one, without an error that anybody waits for.
  const database = databaseOf(new URL(url));
  if (database !== 0) await redis.select(database);
  await write(redis);
  return info;
}

/** Whether it takes writes: one that is full, or may not save, answers everything else. */
export async function write(redis: Redis): Promise<void> {
  await redis.set('bulk-transcribe:beat', '1', 'EX', 60);
}
