/**
 * Parses a JSON object with a long list part by part: JSON.parse of 10 MB in one go blocks everything for a
 * tenth of a second and more. What JSON.parse refuses is refused here, too.
 */
import { isPlain, type Plain } from '../model/plain';
import { piecesOf, sliceLength, type Pieces, type Sliced } from './sliced';
import { checkValues } from './tooMuch';

/** Longest element of a list, and longest text around the lists, in a caption file. */
const longestPart = 1024 * 1024;
/** Strings, commas, objects and lists in one of them: JSON.parse cannot be interrupted. */
const mostMarks = 100_000;

/**
 * Characters of an object that is parsed in one go: automatic captions of half an hour. The worst 256 KB (empty objects
 * alone) take JSON.parse 4 to 10 ms; the words of 174 KB are read in 2.0 instead of 2.35 ms.
 */
const parsedAtOnce = 256 * 1024;

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
 * is not a JSON object, or one that cannot be a caption file. Throws TooMuch.
 */
export function* parseJsonObject(text: string | Pieces, lists: readonly string[]): Sliced<Plain | undefined> {
  const pieces = typeof text === 'string' ? piecesOf(text) : text;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length <= parsedAtOnce) return parsedObject(pieces.join(''));
  const object = new JsonObject(lists);
  for (const [at, piece] of pieces.entries()) {
    if (at > 0) yield;
    if (!(yield* object.take(piece))) return undefined;
  }
  return object.end();
}

/** An object whose text comes in pieces. */
class JsonObject {
  private readonly found = new Map<string, unknown[]>();
  /** The text without the elements of the lists, as far as it is complete, and how much there is to parse in it. */
  private rest = '';
  private marks = 0;
  /** From the first quote of a string that goes on in the next piece. */
  private begun = '';
  /** The list that goes on in the next piece, and its elements. */
  private open: { readonly list: JsonList; readonly elements: unknown[] } | undefined;
  /** True where a list is no JSON, or too long. */
  private isBroken = false;
  private depth = 0;
  private values = 0;
  /** The last string at the top, and the name before the colon. */
  private word = '';
  private key = '';

  constructor(private readonly lists: readonly string[]) {}

  /** False where it cannot be a caption file. */
  *take(piece: string): Sliced<boolean> {
    const text = this.begun + piece;
    this.begun = '';
    let taken = 0;
    let at = 0;
    if (this.open !== undefined) {
      const end = yield* this.elements(text, 0);
      if (end === undefined) return !this.isBroken;
      taken = end - 1;
      at = end;
    }
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        const end = endOfString(text, at);
        if (end < 0) break;
        if (this.depth === 1) this.word = text.slice(at + 1, end);
        at = end;
        this.marks += 1;
      } else if (code === openList && this.depth === 1 && this.lists.includes(this.key)) {
        this.rest += text.slice(taken, at + 1);
        this.open = { list: new JsonList(), elements: [] };
        this.found.set(this.key, this.open.elements);
        const end = yield* this.elements(text, at + 1);
        if (end === undefined) return !this.isBroken;
        taken = at = end - 1;
      } else if (code === openObject || code === openList) {
        this.depth += 1;
        this.marks += 1;
        checkValues((this.values += 1));
      } else if (code === closeObject || code === closeList) this.depth -= 1;
      else if (this.depth === 1 && code === colon) this.key = this.word;
      else if (code === comma) {
        this.marks += 1;
        if (this.depth === 1) this.key = '';
      }
    }
    this.rest += text.slice(taken, at);
    this.begun = text.slice(at);
    return this.rest.length + this.begun.length <= longestPart && this.marks <= mostMarks;
  }

  end(): Plain | undefined {
    const object = this.open === undefined && this.begun === '' ? parsedObject(this.rest) : undefined;
    if (object === undefined) return undefined;
    const whole: Record<string, unknown> = { ...object };
    for (const [name, elements] of this.found) if (Array.isArray(object[name])) whole[name] = elements;
    return whole;
  }

  /** Takes the list's elements in the text. Returns where the list ends in it; undefined: not there, or broken. */
  private *elements(text: string, from: number): Sliced<number | undefined> {
    if (this.open === undefined) return undefined;
    const { list, elements } = this.open;
    for (const element of yield* list.take(text, from)) elements.push(element);
    this.isBroken = list.isBroken;
    if (list.end !== undefined) this.open = undefined;
    return list.end;
  }
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
  private marks = 0;
  private count = 0;
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
        this.marks += 1;
      } else if (code === openList || code === openObject) {
        this.depth += 1;
        this.marks += 1;
        checkValues((this.values += 1));
      } else if (this.depth > 0 && (code === closeObject || code === closeList)) this.depth -= 1;
      else if (this.depth === 0 && code === closeObject) return this.broken();
      else if (this.depth === 0 && (code === closeList || (code === comma && at - start >= sliceLength))) {
        if (at - start > longestPart || this.marks > mostMarks) return this.broken();
        const part = parsedList(text.slice(start, at));
        // A trailing comma is not JSON.
        if (part === undefined || (part.length === 0 && !this.isEmpty)) return this.broken();
        this.isEmpty = false;
        for (const element of part) elements.push(element);
        checkValues((this.count += part.length));
        this.marks = 0;
        start = at + 1;
        if (code === closeList) {
          this.end = start - before;
          return elements;
        }
        yield;
      } else if (code === comma) this.marks += 1;
    }
    if (text.length - start > longestPart || this.marks > mostMarks) return this.broken();
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
export function endOfString(text: string, from: number): number {
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
