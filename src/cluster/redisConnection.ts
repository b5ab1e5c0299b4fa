/**
 * The connection to Redis: its options, the first greeting, and what is said when it fails. The password is never part of
 * the address, so that neither is it part of what is shown.
 */
import { Redis, type RedisOptions } from 'ioredis';

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
/** BullMQ's scripts and the functions of the windows are written for it. */
const oldestVersion = 7;

/** A connection that is not open yet. `special`: where it differs from the others. */
export function connectionTo(
  { url, password }: Omit<RedisPlace, 'mustAnswer'>,
  lazyConnect = false,
  special: Omit<RedisOptions, 'protocol' | 'replyMapping'> = {},
): Redis {
  const address = new URL(url);
  const db = Number(address.pathname.slice(1) || '0');
  return new Redis({
    host: address.hostname.replace(/^\[|\]$/g, ''),
    port: Number(address.port || '6379'),
    db: Number.isInteger(db) ? db : 0,
    ...(address.username === '' ? {} : { username: decodeURIComponent(address.username) }),
    ...(password === undefined ? {} : { password }),
    ...(address.protocol === 'rediss:' ? { tls: { servername: address.hostname } } : {}),
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

/** Throws Error with a sentence for the user. */
export async function connect(place: RedisPlace): Promise<Redis> {
  const redis = connectionTo(place, true);
  let last = '';
  const onError = ({ message }: Error): void => {
    last = message;
  };
  redis.on('error', onError);
  try {
    await greet(redis, () => last);
    return redis;
  } catch (error) {
    const why = last || (error instanceof Error ? error.message : String(error));
    const refused = refusal(place.url, why);
    if (refused === undefined && !place.mustAnswer) return redis;
    redis.disconnect();
    throw new Error(refused ?? unreachable(place.url, why), { cause: error });
  } finally {
    redis.off('error', onError);
  }
}

async function greet(redis: Redis, last: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(last() || 'no answer')), greetingMs);
  });
  try {
    await Promise.race([redis.connect(), late]);
    const [, found] = /^redis_version:(\d+)\.\S*/m.exec(await redis.info('server')) ?? [];
    if (found === undefined || Number(found) < oldestVersion) throw new Error(`${tooOld} ${found ?? '?'}`);
  } finally {
    clearTimeout(timer);
  }
}

const tooOld = 'too old:';

/** What no waiting mends. */
function refusal(url: string, why: string): string | undefined {
  if (why.startsWith(tooOld))
    return `The Redis at ${url} is version ${why.slice(tooOld.length + 1)}. Redis or Valkey ${oldestVersion} or newer is needed: update it.`;
  if (/NOAUTH|WRONGPASS|invalid (?:username-)?password|AUTH/i.test(why))
    return `The Redis at ${url} refuses the password. Set BULK_TRANSCRIBE_REDIS_PASSWORD to the right one, and put the user into the address where it has users: redis://user@host:6379.`;
  if (why.includes('NOPERM'))
    return `The user of the Redis at ${url} may not do what is needed (${shortOf(why)}). Give it all commands on the keys bulk-transcribe:*.`;
  if (/Protocol error|RESP type|wrong version number|packet length|unknown protocol/i.test(why))
    return `What answers at ${url} speaks otherwise: it is no Redis, or TLS is on at one end only (rediss:// means TLS). Check the address.`;
  if (/certificate|self.signed|CERT_|altname/i.test(why))
    return `The certificate of the Redis at ${url} is not trusted (${shortOf(why)}). Name its authority in NODE_EXTRA_CA_CERTS.`;
  return undefined;
}

function unreachable(url: string, why: string): string {
  if (/EPIPE|ECONNRESET|[Cc]onnection is closed/.test(why))
    return `What answers at ${url} closes the connection: it is no Redis, or TLS is on at one end only (rediss:// means TLS). Check the address.`;
  return `No Redis answers at ${url} (${shortOf(why)}). Start it, or correct the address after --redis.`;
}

const shortOf = (why: string): string => why.replace(/\s+/g, ' ').slice(0, 120);
