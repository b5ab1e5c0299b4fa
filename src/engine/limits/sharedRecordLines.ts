/**
 * The lines of the quotas' record. A line begins with a newline, so that a half-written line before it
 * cannot swallow it, and ends with a full stop, so that a half-written one is recognised.
 */
export type Line =
  | {
      readonly type: 'start';
      readonly token: string;
      readonly keys: readonly string[];
      readonly wall: number;
    }
  | { readonly type: 'withdrawn'; readonly token: string }
  /** `written`: when the line was; absent in earlier versions' lines. */
  | { readonly type: 'hold'; readonly key: string; readonly value: number; readonly written?: number }
  | { readonly type: 'limit'; readonly key: string; readonly value: number }
  | { readonly type: 'note'; readonly key: string; readonly text: string };

/** The start of the named quotas (keys without spaces) under a token. */
export function startLine(wall: number, token: string, keys: readonly string[]): string {
  return written('+', Math.round(wall), token, ...keys);
}
/** The start under this token was not made. */
export function withdrawnLine(token: string): string {
  return written('-', token);
}
/** Nothing starts from the quota until then, said at `wall`; both epoch ms. */
export function holdLine(key: string, untilWall: number, wall: number): string {
  return written('h', key, Math.round(untilWall), Math.round(wall));
}
/** The limit that the service reported, in starts a window. */
export function limitLine(key: string, limit: number): string {
  return written('l', key, limit);
}
/** Anything else that all processes of the user share, such as the state of a breaker. */
export function noteLine(key: string, text: string): string {
  return written('n', encodeURIComponent(key), encodeURIComponent(text));
}

function written(...words: readonly (string | number)[]): string {
  return `\n${words.join(' ')} .`;
}

/** One line; undefined for an unknown or half-written one. */
export function parseLine(text: string): Line | undefined {
  if (!text.endsWith(' .')) return undefined;
  const [type, first = '', second = '', ...rest] = text.slice(0, -2).split(' ');
  if (type === '+') {
    const wall = Number(first);
    return Number.isSafeInteger(wall) && second !== '' && rest.length > 0
      ? { type: 'start', wall, token: second, keys: rest }
      : undefined;
  }
  if (type === '-') return { type: 'withdrawn', token: first };
  if (type === 'n') return note(first, second);
  const value = Number(second);
  if (first === '' || !Number.isSafeInteger(value) || value <= 0) return undefined;
  if (type === 'h') {
    const at = Number(rest[0]);
    return { type: 'hold', key: first, value, ...(Number.isSafeInteger(at) ? { written: at } : {}) };
  }
  if (type === 'l') return { type: 'limit', key: first, value };
  return undefined;
}

function note(key: string, encoded: string): Line | undefined {
  try {
    return { type: 'note', key: decodeURIComponent(key), text: decodeURIComponent(encoded) };
  } catch {
    return undefined;
  }
}
