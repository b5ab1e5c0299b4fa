/**
 * What a machine asks the script (script.ts), and what it answers. The answer is untrusted: whoever can write to that
 * Redis can put anything there.
 */

/** What happened here and the others should know; quotas by their place in the request, from 1. */
export type Tell =
  /** A start was not made. */
  | readonly ['w', token: string, quotas: readonly number[]]
  /** A start that was made so many ms ago. */
  | readonly ['s', token: string, quotas: readonly number[], ageMs: number]
  /** Its request is over. */
  | readonly ['e', token: string, quotas: readonly number[]]
  /** Its request still runs. */
  | readonly ['r', token: string, quotas: readonly number[]]
  /** Nothing starts for so many ms. */
  | readonly ['h', quota: number, ms: number]
  /** The service named its limit. */
  | readonly ['l', quota: number, limit: number]
  | readonly ['n', key: string, text: string]
  /** Starts of this peer today. */
  | readonly ['d', quota: number, starts: number];

/** The numbers of a quota in a request. */
export interface AskedQuota {
  readonly key: string;
  readonly allowed: number;
  readonly held: number;
  readonly step: number;
  readonly tol: number;
  readonly spacing: number;
  readonly places: number;
  readonly perDay: number;
  /** The answer has all its starts, its hold and its limit. */
  readonly all: boolean;
}

export interface Ask {
  readonly me: string;
  /** The channel of a peer is this and its id. */
  readonly channel: string;
  readonly hello: boolean;
  readonly born: number;
  readonly read: number;
  /** With how many machines it was last told to share; 0: never. */
  readonly told: number;
  /** What it knows of others, for a Redis that has lost its data. */
  readonly members: Readonly<Record<string, number>>;
  readonly quotas: readonly AskedQuota[];
  readonly tell: readonly Tell[];
  readonly want?: readonly [token: string, quotas: readonly number[]];
}

/** `number` grows by one with each. */
export type News = { readonly number: number } & (
  | { readonly kind: 'start'; readonly token: string; readonly at: number; readonly keys: readonly string[] }
  | { readonly kind: 'withdrawn'; readonly token: string; readonly keys: readonly string[] }
  | {
      readonly kind: 'hold' | 'limit';
      readonly by: string;
      readonly key: string;
      readonly value: number;
    }
  | { readonly kind: 'note'; readonly by: string; readonly key: string; readonly text: string }
);

export interface QuotaState {
  readonly starts: readonly (readonly [token: string, at: number])[];
  /** 0: none; so is `limit`. */
  readonly hold: number;
  readonly limit: number;
}

/** Times are ms of the clock of Redis. */
export interface Answer {
  readonly now: number;
  readonly born: number;
  readonly machines: number;
  readonly told: number;
  readonly parts: ReadonlyMap<string, number>;
  readonly granted: boolean;
  /** When to ask again, where it was not granted. */
  readonly next: number;
  readonly read: number;
  readonly news: readonly News[];
  readonly days: ReadonlyMap<string, number>;
  readonly all: ReadonlyMap<string, QuotaState>;
  readonly notes: ReadonlyMap<string, string>;
}

/** Redis has lost what it knew of this peer: it has to say hello again. */
export type Reply = Answer | 'lost';

const mostNews = 20_000;
const mostMachines = 10_000;
const longestText = 4_000;
const tokenForm = /^[0-9a-f]{16}\.[0-9a-z]{1,13}$/;
const peerForm = /^[0-9a-f]{16}$/;

/** The peer that made a start. */
export const peerOf = (token: string): string => token.slice(0, token.indexOf('.'));

/** Throws an Error that says what is wrong. */
export function readReply(text: string): Reply {
  const raw = parse(text);
  if (!isRecord(raw)) throw new Error('The answer of Redis is no object.');
  if (raw.lost === true) return 'lost';
  const now = time(raw.now);
  const born = time(raw.born);
  const read = whole(raw.read);
  if (now === undefined || born === undefined || read === undefined)
    throw new Error('The answer of Redis lacks its time.');
  return {
    now,
    born,
    read,
    machines: Math.min(mostMachines, whole(raw.machines) ?? 1),
    told: Math.min(mostMachines, whole(raw.told) ?? 0),
    parts: new Map(
      entries(raw.parts).flatMap(([id, told]) => {
        const part = whole(told);
        return peerForm.test(id) && part !== undefined ? [[id, part] as const] : [];
      }),
    ),
    granted: raw.granted === true,
    next: time(raw.next) ?? 0,
    news: list(raw.news)
      .slice(0, mostNews)
      .flatMap((line) => (typeof line === 'string' ? (readNews(parse(line)) ?? []) : [])),
    days: numbersOf(raw.days),
    all: new Map(entries(raw.all).map(([key, state]) => [key, readState(state)])),
    notes: new Map(
      entries(raw.notes).flatMap(([key, value]) => (isText(value) ? [[key, value] as const] : [])),
    ),
  };
}

function readNews(raw: unknown): News | undefined {
  const [count, kind, by, first, second] = list(raw);
  const number = whole(count);
  if (number === undefined || typeof by !== 'string') return undefined;
  switch (kind) {
    case 's': {
      const at = time(first);
      return at !== undefined && tokenForm.test(by)
        ? { number, kind: 'start', token: by, at, keys: texts(second) }
        : undefined;
    }
    case 'w':
      return tokenForm.test(by) ? { number, kind: 'withdrawn', token: by, keys: texts(first) } : undefined;
    case 'h':
    case 'l': {
      const value = time(second);
      if (value === undefined || !isText(first)) return undefined;
      return { number, kind: kind === 'h' ? 'hold' : 'limit', by, key: first, value };
    }
    case 'n':
      return isText(first) && isText(second)
        ? { number, kind: 'note', by, key: first, text: second }
        : undefined;
    default:
      return undefined;
  }
}

function readState(raw: unknown): QuotaState {
  const state = isRecord(raw) ? raw : {};
  const flat = list(state.starts);
  const starts: (readonly [string, number])[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const token = flat[i];
    const at = time(Number(flat[i + 1]));
    if (typeof token === 'string' && tokenForm.test(token) && at !== undefined) starts.push([token, at]);
  }
  return { starts, hold: time(state.hold) ?? 0, limit: whole(state.limit) ?? 0 };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);
const isText = (raw: unknown): raw is string => typeof raw === 'string' && raw.length <= longestText;
/** An empty list of Lua is written as an object. */
const list = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : []);
const entries = (raw: unknown): readonly (readonly [string, unknown])[] =>
  isRecord(raw) ? Object.entries(raw) : [];
const texts = (raw: unknown): readonly string[] => list(raw).filter(isText);
const time = (raw: unknown): number | undefined =>
  typeof raw === 'number' && raw >= 0 && raw <= Number.MAX_SAFE_INTEGER ? raw : undefined;
const whole = (raw: unknown): number | undefined =>
  typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0 ? raw : undefined;

function numbersOf(raw: unknown): ReadonlyMap<string, number> {
  return new Map(
    entries(raw).flatMap(([key, value]) => {
      const number = whole(value);
      return number === undefined ? [] : [[key, number] as const];
    }),
  );
}
