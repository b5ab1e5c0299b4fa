/**
 * What a Redis answers that cannot be worked with, as a sentence with the next step. The answers are those of Redis and
 * Valkey (their `src/server.c`), of Node's TLS, and of ioredis where something else answers.
 */

export interface RedisTrouble {
  /** Says what is wrong, and what to do. */
  readonly text: string;
  /** No waiting mends it. Otherwise it is tried again. */
  readonly isFinal: boolean;
}

/** BullMQ's scripts and the functions of the windows are written for it. */
const oldestVersion = 7;
/** Marks of our own for what the greeting finds out. */
const tooOld = 'too old:';
const inCluster = 'cluster mode';
const isCopy = 'READONLY';

type Row = readonly [pattern: RegExp, isFinal: boolean, says: (place: string, why: string) => string];

const rows: readonly Row[] = [
  [
    /^too old:/,
    true,
    (place, why) =>
      `${place} is version ${why.slice(tooOld.length)}. Redis or Valkey ${oldestVersion} or newer is needed: update it.`,
  ],
  [
    /protected mode/i,
    true,
    (place) =>
      `${place} takes connections from its own computer alone (protected mode). Set a password in it (requirepass), and the same in BULK_TRANSCRIBE_REDIS_PASSWORD.`,
  ],
  [
    /NOAUTH|WRONGPASS|invalid (?:username-)?password|\bAUTH\b/i,
    true,
    (place) =>
      `${place} refuses the password. Set BULK_TRANSCRIBE_REDIS_PASSWORD to the right one, and write the user before the host in the address, with an @ between them, where it has users.`,
  ],
  [
    /NOPERM/,
    true,
    (place, why) =>
      `The user of ${the(place)} may not do what is needed (${shortOf(why)}). Give it all commands on the keys bulk-transcribe:*.`,
  ],
  [
    /WRONGTYPE/,
    true,
    (place) =>
      `${place} holds something else under the names that are needed (bulk-transcribe:*). Remove those keys, or use another database of it: its number goes at the end of the address, as in /1.`,
  ],
  [
    /DB index is out of range|invalid DB index|SELECT is not allowed/i,
    true,
    (place) =>
      `${place} has no database of that number. Leave the number at the end of the address out, or allow more in its setting databases.`,
  ],
  [
    /cluster mode|CLUSTERDOWN|CROSSSLOT|^(?:MOVED|ASK) \d/,
    true,
    (place) =>
      `${place} runs in cluster mode, which cannot be used. Name one that runs by itself after --redis.`,
  ],
  [
    /READONLY/,
    true,
    (place) =>
      `${place} is a read-only copy of another one. Name that other one, the primary, after --redis.`,
  ],
  [
    /unknown command/i,
    true,
    (place, why) => `${place} lacks a command that is needed (${shortOf(why)}). Use Redis or Valkey itself.`,
  ],
  [
    /^-?OOM|maxmemory'/,
    false,
    (place) =>
      `The memory of ${the(place)} is full, and it takes nothing more. Raise its maxmemory, or remove what else is in it.`,
  ],
  [
    /MISCONF/,
    false,
    (place) =>
      `${place} cannot save to its disk, and takes nothing more. Make room on that disk; the log of that Redis says why.`,
  ],
  [
    /max number of clients/i,
    false,
    (place) => `${place} has no connection left. Raise its maxclients, or close other programs that use it.`,
  ],
  [/NOREPLICAS/, false, (place) => `${place} takes nothing more while its copies are away. Start them.`],
  [/^-?LOADING/, false, (place) => `${place} is still loading its data. Wait until it has.`],
  [
    /^-?BUSY /,
    false,
    (place) => `${place} is busy with a script of another program. Wait until it has ended.`,
  ],
  [
    /Protocol error|RESP type|wrong version number|packet length|unknown protocol/i,
    true,
    (place) =>
      `What answers at ${at(place)} speaks otherwise: it is no Redis, or TLS is on at one end only (rediss:// means TLS). Check the address.`,
  ],
  [
    /altname/i,
    true,
    (place, why) =>
      `The certificate of ${the(place)} is for another host (${shortOf(why)}). Write the address with a name that is in the certificate.`,
  ],
  [
    /certificate (?:has expired|is not yet valid)|CERT_HAS_EXPIRED/i,
    true,
    (place, why) =>
      `The certificate of ${the(place)} is not valid today (${shortOf(why)}). Renew it, or set this computer's clock right.`,
  ],
  [
    /certificate|self.signed|CERT_/i,
    true,
    (place, why) =>
      `The certificate of ${the(place)} is not trusted (${shortOf(why)}). Name the file with its authority's certificate in NODE_EXTRA_CA_CERTS.`,
  ],
];

/** Undefined: it is none that is known, such as a connection that fails. */
export function troubleOf(url: string, why: string): RedisTrouble | undefined {
  const row = rows.find(([pattern]) => pattern.test(why));
  return row && { text: row[2](`The Redis at ${url}`, why), isFinal: row[1] };
}

/** What is said of one that does not answer. */
export function unreachable(url: string, why: string): string {
  if (/EPIPE|ECONNRESET|[Cc]onnection is closed/.test(why))
    return `What answers at ${url} closes the connection: it is no Redis, has no connection left (maxclients), or TLS is on at one end only (rediss:// means TLS). Check the address.`;
  return `No Redis answers at ${url} (${shortOf(why)}). Start it, or correct the address after --redis.`;
}

/** Throws Error with what `troubleOf` knows, where the answer to INFO names something that cannot be worked with. */
export function judgeInfo(info: string): void {
  const found = fieldOf(info, 'redis_version');
  if (found === undefined || !(Number.parseInt(found, 10) >= oldestVersion))
    throw new Error(`${tooOld}${found ?? 'unknown'}`);
  if (fieldOf(info, 'cluster_enabled') === '1') throw new Error(inCluster);
  if (fieldOf(info, 'role') === 'slave') throw new Error(isCopy);
}

/** What the user should change in a Redis that works meanwhile, as INFO says; undefined: nothing. */
export function warningOf(url: string, info: string): string | undefined {
  const policy = fieldOf(info, 'maxmemory_policy') ?? 'noeviction';
  if (Number(fieldOf(info, 'maxmemory') ?? 0) === 0 || policy === 'noeviction') return undefined;
  return `The Redis at ${url} may throw away what waits in it when its memory is full (maxmemory-policy ${policy.slice(0, 40)}). Set its maxmemory-policy to noeviction.`;
}

const fieldOf = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(\\S{1,100})`, 'm').exec(info)?.[1];

const the = (place: string): string => place.replace(/^The/, 'the');
const at = (place: string): string => place.replace(/^The Redis at /, '');
const shortOf = (why: string): string => why.replace(/\s+/g, ' ').slice(0, 120);
