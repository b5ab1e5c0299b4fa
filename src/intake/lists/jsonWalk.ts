/**
 * Walks through JSON, JSON Lines or concatenated values without building them, in slices, so that an export
 * of 60 MB blocks nothing; reports the position of each value. Truncated text is read up to its end.
 */

export interface JsonHandler {
  open(kind: 'object' | 'array', key: string | undefined): void;
  close(): void;
  /** The key of an object's next value; `at` is its place in the text. */
  key(value: string, at: number): void;
  /** A string value; `at` is its place in the text. */
  text(value: string, key: string | undefined, at: number): void;
}

type Expected = 'value' | 'key' | 'colon' | 'next';

const charactersInSlice = 16 * 1024;
const deepest = 500;

/** Returns whether all of the text (or the part `from`, `until`) was JSON. */
export function* walkJson(
  text: string,
  handler: JsonHandler,
  until: number,
  from: number,
): Generator<undefined, boolean> {
  /** `}` or `]` that closes each open value. */
  const open: string[] = [];
  let key: string | undefined;
  let expects: Expected = 'value';
  let at = from;
  let pausedAt = from;
  const afterValue = (): Expected => (open.length === 0 ? 'value' : 'next');
  while (at < until) {
    if (at - pausedAt > charactersInSlice) {
      pausedAt = at;
      yield;
    }
    const character = text[at] ?? '';
    if (character <= ' ' || character === '\ufeff') at += 1;
    else if (expects === 'colon') {
      if (character !== ':') return false;
      expects = 'value';
      at += 1;
    } else if (character === '"' && (expects === 'key' || expects === 'value')) {
      const end = endOfString(text, at);
      if (end === -1) return until < text.length;
      const value = decoded(text.slice(at, end));
      if (value === undefined) return false;
      if (expects === 'key') {
        key = value;
        handler.key(value, at);
        expects = 'colon';
      } else {
        handler.text(value, key, at);
        key = undefined;
        expects = afterValue();
      }
      at = end;
    } else if (character === open.at(-1)) {
      open.pop();
      handler.close();
      key = undefined;
      expects = afterValue();
      at += 1;
    } else if (expects === 'next' || (open.length === 0 && (character === ',' || character === ';'))) {
      if (character !== ',' && open.length > 0) return false;
      expects = open.at(-1) === '}' ? 'key' : 'value';
      at += 1;
    } else if (expects === 'value' && (character === '{' || character === '[')) {
      if (open.length >= deepest) return false;
      handler.open(character === '{' ? 'object' : 'array', key);
      open.push(character === '{' ? '}' : ']');
      key = undefined;
      expects = character === '{' ? 'key' : 'value';
      at += 1;
    } else if (expects === 'value') {
      const scalar = /^(?:true|false|null|NaN|-?(?:Infinity|\d[\d.eE+-]{0,40}))(?![\w.])/.exec(
        text.slice(at, at + 60),
      );
      if (!scalar) return false;
      at += scalar[0].length;
      key = undefined;
      expects = afterValue();
    } else return false;
  }
  return true;
}

/** After the closing quote; -1 when there is none. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 92) at += 1;
    else if (code === 34) return at + 1;
  }
  return -1;
}

function decoded(literal: string): string | undefined {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
