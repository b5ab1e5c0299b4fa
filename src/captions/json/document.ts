/**
 * What is JSON, or nearly, as one object: an object, a list, a stream of events, one object a line, and JSON with the
 * slips that programs make. Pure, sliced.
 */
import { endOfString, parseJsonObject } from '../jsonParts';
import { piecesOf, type Pieces, type Sliced } from '../sliced';
import type { Plain } from '../../model/plain';
import { mendedJson } from './mended';
import { readEvents } from './stream';

/**
 * What the JSON of a file or an answer holds: an object as it is, a list as the `items` of one, a string, or the text
 * within a fence. Undefined for what is no JSON; false for a stream that holds an error or is cut off, which is no text
 * either. Long lists are parsed in parts. Throws TooMuch.
 */
export function* documentIn(text: Pieces): Sliced<Plain | string | false | undefined> {
  const head = text[0]?.trimStart() ?? '';
  if (head.startsWith('"')) return yield* textIn(text);
  if (head.startsWith('```')) {
    const whole = text.join('');
    const inside = unfenced(whole);
    return inside === whole ? undefined : inside;
  }
  const found = yield* objectIn(text);
  if (found !== undefined) return found;
  const joined = text.join('');
  const mended = yield* mendedJson(joined);
  const object = mended === undefined ? undefined : yield* objectIn(piecesOf(mended));
  if (object !== undefined) return object;
  return yield* readEvents(joined);
}

function* objectIn(text: Pieces): Sliced<Plain | undefined> {
  // A byte order mark counts as white space here, and is none in JSON.
  const [first = '', ...rest] = text;
  const head = first.trimStart();
  if (head.startsWith('{')) return yield* parseJsonObject([head, ...rest]);
  return head.startsWith('[') ? yield* parseJsonObject([`{"items":${head}`, ...rest, '}']) : undefined;
}

/** The text of a JSON string, piece by piece. */
function* textIn(json: Pieces): Sliced<string | undefined> {
  const texts: string[] = [];
  let held = '';
  let isOver = false;
  for (const [at, piece] of json.entries()) {
    if (at > 0) yield;
    const part = held + (at === 0 ? piece.trimStart().slice(1) : piece);
    const end: number = isOver ? 0 : endOfString(part, -1);
    if (end >= 0 && part.slice(isOver ? 0 : end + 1).trim() !== '') return undefined;
    if (isOver) continue;
    isOver = end >= 0;
    const until = isOver ? end : beforeEscape(part);
    const text = stringOf(`"${part.slice(0, until)}"`);
    if (text === undefined) return undefined;
    texts.push(text);
    held = isOver ? '' : part.slice(until);
  }
  return isOver ? texts.join('') : undefined;
}

/** Where the escape begins that goes on behind the part; else its end. */
function beforeEscape(part: string): number {
  const last = part.lastIndexOf('\\');
  if (last < part.length - longestEscape) return part.length;
  let first = last;
  while (part[first - 1] === '\\') first -= 1;
  return (last - first) % 2 === 1 ? part.length : last;
}

/** `\u0041` */
const longestEscape = 6;

function stringOf(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Without the fence that language models put around what they write. */
function unfenced(text: string): string {
  const open = /^\s*```[a-z]{0,12}[ \t]*\n/.exec(text)?.[0];
  const end = text.trimEnd();
  return open !== undefined && end.endsWith('```') ? end.slice(open.length, -3) : text;
}
