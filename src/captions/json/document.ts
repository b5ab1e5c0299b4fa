/**
 * What is JSON, or nearly, as one object: an object, a list, a stream of events, one object a line, and JSON with the slips
 * that programs make. Pure, sliced.
 */
import { parseJsonObject } from '../jsonParts';
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
  if (head.startsWith('"')) return textIn(text.join(''));
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
  const events = yield* readEvents(joined);
  return typeof events === 'string' ? yield* objectIn(piecesOf(events)) : events;
}

function* objectIn(text: Pieces): Sliced<Plain | undefined> {
  // A byte order mark counts as white space here, and is none in JSON.
  const [first = '', ...rest] = text;
  const head = first.trimStart();
  if (head.startsWith('{')) return yield* parseJsonObject([head, ...rest]);
  return head.startsWith('[') ? yield* parseJsonObject([`{"items":${head}`, ...rest, '}']) : undefined;
}

function textIn(json: string): string | undefined {
  if (!json.trimEnd().endsWith('"')) return undefined;
  try {
    const value: unknown = JSON.parse(json.trimStart());
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
