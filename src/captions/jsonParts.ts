/**
 * Parses a JSON object with a long list part by part: JSON.parse of 10 MB in one go blocks everything for a
 * tenth of a second and more. What JSON.parse refuses is refused here, too.
 */
import { isPlain, type Plain } from '../model/plain';
import { sliceLength, type Sliced } from './sliced';
import { checkValues } from './tooMuch';

/** Longest element of a list, and longest text around the lists, in a caption file. */
const longestPart = 1024 * 1024;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/**
 * The object in the text; its top-level lists with the given names are parsed in parts. Undefined when it
 * is not a JSON object, or one that cannot be a caption file.
 */
export function* parseJsonObject(text: string, lists: readonly string[]): Sliced<Plain | undefined> {
  if (text.length <= sliceLength) return parsedObject(text);
  const found = new Map<string, readonly unknown[]>();
  /** The text without the elements of the lists. */
  let rest = '';
  let taken = 0;
  let depth = 0;
  let values = 0;
  /** The last string at the top, and the name before the colon. */
  let word = '';
  let key = '';
  let at = 0;
  for (let pause = sliceLength; at < text.length; at += 1) {
    if (at >= pause) {
      pause = at + sliceLength;
      yield;
    }
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = endOfString(text, at);
      if (end < 0) return undefined;
      if (depth === 1) word = text.slice(at + 1, end);
      at = end;
    } else if (code === openList && depth === 1 && lists.includes(key)) {
      const list = new JsonList();
      found.set(key, yield* list.take(text, at + 1));
      if (list.end === undefined) return undefined;
      rest += text.slice(taken, at + 1);
      taken = at = list.end - 1;
      pause = at + sliceLength;
    } else if (code === openObject || code === openList) {
      depth += 1;
      checkValues((values += 1));
    } else if (code === closeObject || code === closeList) depth -= 1;
    else if (depth === 1 && code === colon) key = word;
    else if (depth === 1 && code === comma) key = '';
  }
  rest += text.slice(taken);
  if (rest.length > longestPart) return undefined;
  const object = parsedObject(rest);
  if (object === undefined) return undefined;
  const whole: Record<string, unknown> = { ...object };
  for (const [name, elements] of found) if (Array.isArray(object[name])) whole[name] = elements;
  return whole;
}

/** A list whose text comes in pieces, as a file is read: its elements as soon as they are complete. */
export class JsonList {
  /** Where the text after the list begins in the piece that closed it; undefined: it is not closed. */
  end: number | undefined;
  isBroken = false;
  /** From the first element that is not complete. */
  private begun = '';
  /** Where to go on in it. */
  private next = 0;
  private depth = 0;
  private values = 0;
  private isEmpty = true;

  /** `from`: where the list's text begins in this piece. No call may follow once `end` or `isBroken` is set. */
  *take(piece: string, from = 0): Sliced<readonly unknown[]> {
    const before = this.begun.length;
    const text = before === 0 ? piece : this.begun + piece;
    const elements: unknown[] = [];
    let start = before === 0 ? from : 0;
    let at = start + this.next;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        const end = endOfString(text, at);
        // The rest of the string is in the next piece.
        if (end < 0) break;
        at = end;
      } else if (code === openList || code === openObject) {
        this.depth += 1;
        checkValues((this.values += 1));
      } else if (this.depth > 0 && (code === closeObject || code === closeList)) this.depth -= 1;
      else if (this.depth === 0 && code === closeObject) return this.broken();
      else if (this.depth === 0 && (code === closeList || (code === comma && at - start >= sliceLength))) {
        if (at - start > longestPart) return this.broken();
        const part = parsedList(text.slice(start, at));
        // A trailing comma is not JSON.
        if (part === undefined || (part.length === 0 && !this.isEmpty)) return this.broken();
        this.isEmpty = false;
        for (const element of part) elements.push(element);
        start = at + 1;
        if (code === closeList) {
          this.end = start - before;
          return elements;
        }
        yield;
      }
    }
    if (text.length - start > longestPart) return this.broken();
    this.begun = text.slice(start);
    this.next = at - start;
    return elements;
  }

  private broken(): readonly unknown[] {
    this.isBroken = true;
    return [];
  }
}

/** Where the string that begins at `from` ends; -1: it does not end. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let back = end - 1;
    while (text.charCodeAt(back) === backslash) back -= 1;
    if ((end - back) % 2 === 1) return end;
  }
  return -1;
}

function parsedList(text: string): readonly unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(`[${text}]`);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

function parsedObject(text: string): Plain | undefined {
  try {
    const object: unknown = JSON.parse(text);
    return isPlain(object) ? object : undefined;
  } catch {
    return undefined;
  }
}
