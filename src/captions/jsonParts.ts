/**
 * Parses JSON with long lists part by part: JSON.parse of 10 MB in one go blocks everything for a
 * tenth of a second and more. What JSON.parse refuses is refused here, too.
 */
import { isPlain, type Plain } from '../model/plain';
import { piecesOf, sliceLength, type Pieces, type Sliced } from './sliced';
import { checkValues } from './tooMuch';

/** Longest element of a list that is parsed in parts, and longest text around such lists, in a caption file. */
const longestPart = 1024 * 1024;
/** Strings, commas, objects and lists in either: JSON.parse cannot be interrupted. */
const mostMarks = 100_000;

/**
 * Characters of an object that is parsed in one go: automatic captions of half an hour. The worst 256 KB (empty objects
 * alone) take JSON.parse 4 to 10 ms; the words of 174 KB are read in 2.0 instead of 2.35 ms.
 */
const parsedAtOnce = 256 * 1024;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/**
 * The object in the text; its long lists, however deep, are parsed in parts. Undefined when it
 * is not a JSON object, or one that cannot be a caption file. Throws TooMuch.
 */
export function* parseJsonObject(text: string | Pieces): Sliced<Plain | undefined> {
  const pieces = typeof text === 'string' ? piecesOf(text) : text;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length <= parsedAtOnce) return asObject(parsed(pieces.join('')));
  const parts = new JsonParts();
  for (const [at, piece] of pieces.entries()) {
    if (at > 0) yield;
    yield* parts.take(piece);
    if (parts.isBroken) return undefined;
  }
  return asObject(parts.rest());
}

/** A list whose text comes in pieces, as a file is read: its elements as soon as they are complete. */
export class JsonList {
  private readonly list = new Open(false, 0, 0);
  private readonly parts = new JsonParts(this.list);

  /** Where the text after the list begins in the piece that closed it; undefined: it is not closed. */
  get end(): number | undefined {
    return this.parts.end;
  }

  get isBroken(): boolean {
    return this.parts.isBroken;
  }

  /** No call may follow once `end` or `isBroken` is set. Throws TooMuch. */
  *take(piece: string): Sliced<readonly unknown[]> {
    yield* this.parts.take(piece);
    return this.list.elements.splice(0);
  }
}

/** An object or a list that is open. */
class Open {
  /** Of a list that is parsed in parts: what is parsed. */
  readonly elements: unknown[] = [];
  isCut = false;

  constructor(
    readonly isObject: boolean,
    /** Where its text begins, behind the bracket. */
    readonly from: number,
    /** How much there is to parse before it. */
    readonly marks: number,
  ) {}
}

/** JSON whose text comes in pieces. A list of more than a slice is parsed as it comes, and its text is dropped. */
class JsonParts {
  isBroken = false;
  /** Where the text after the first list begins in the piece that closed it; undefined: it is not closed. */
  end: number | undefined;
  /** What is not parsed yet, where to go on in it, and how much there is to parse in it. */
  private text = '';
  private next = 0;
  private marks = 0;
  /** The rest of a string is in the next piece. */
  private isInString = false;
  /** Where the last piece begins in the text; less than 0 where parts of it are dropped. */
  private pieceAt = 0;
  /** The innermost last. */
  private readonly open: Open[] = [];
  /**
   * Lists that were parsed, by the text that stands for their elements: U+0000 and a number. No program writes that; a
   * file that does has a list of its own in another place.
   */
  private readonly lists = new Map<unknown, unknown[]>();
  private cuts = 0;
  private values = 0;
  private count = 0;

  /** `list`: the text begins behind the bracket of this one. */
  constructor(private readonly list?: Open) {
    if (list !== undefined) this.open.push(list);
  }

  *take(piece: string): Sliced<void> {
    this.pieceAt = this.text.length;
    this.text = this.text === '' ? piece : this.text + piece;
    let at = this.next;
    for (; at < this.text.length && !this.isBroken; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === quote || this.isInString) {
        const end = endOfString(this.text, this.isInString ? at - 1 : at);
        this.isInString = end < 0;
        at = this.isInString ? this.text.length : end;
        if (this.isInString) break;
        this.marks += 1;
      } else if (code === openList || code === openObject) {
        checkValues((this.values += 1));
        this.open.push(new Open(code === openObject, at + 1, this.marks));
        this.marks += 1;
      } else if (code === closeList || code === closeObject) {
        at = this.close(code === closeObject, at);
        if (this.end !== undefined) return;
      } else if (code === comma) {
        this.marks += 1;
        const list = this.open.at(-1);
        if (list === undefined || list.isObject || at - list.from < sliceLength) continue;
        at = this.cut(list, at);
        yield;
      }
    }
    this.next = at;
    if (this.text.length > longestPart || this.marks > mostMarks) this.isBroken = true;
  }

  /** What is left when all has come; undefined where it is no JSON. */
  rest(): unknown {
    return this.open.length > 0 ? undefined : this.parsed(this.text);
  }

  /** Parses the list's text up to the comma. Returns the place in front of what follows. */
  private cut(list: Open, at: number): number {
    this.put(list, at, false);
    list.isCut = true;
    return this.replace(list, at + 1, '') - 1;
  }

  /** Parses what is left of a list of which parts are parsed. Returns where the bracket is now. */
  private close(isObject: boolean, at: number): number {
    const list = this.open.pop();
    if (list?.isObject !== isObject) this.isBroken = true;
    else if (list === this.list) {
      this.put(list, at, !list.isCut);
      this.end = at + 1 - this.pieceAt;
    } else if (list.isCut) {
      this.put(list, at, false);
      this.cuts += 1;
      const mark = `\0${this.cuts}`;
      this.lists.set(mark, list.elements);
      return this.replace(list, at, JSON.stringify(mark));
    }
    return at;
  }

  /** Behind a comma and in front of one there is an element. */
  private put(list: Open, until: number, mayBeEmpty: boolean): void {
    const part = this.parsed(`[${this.text.slice(list.from, until)}]`);
    if (!Array.isArray(part) || (part.length === 0 && !mayBeEmpty)) this.isBroken = true;
    else {
      for (const element of part) list.elements.push(element);
      checkValues((this.count += part.length));
    }
  }

  /** Other text in place of the list's up to there. Returns where that ends. */
  private replace({ from, marks }: Open, until: number, by: string): number {
    this.text = this.text.slice(0, from) + by + this.text.slice(until);
    this.marks = marks + 1;
    this.pieceAt += from + by.length - until;
    return from + by.length;
  }

  /** With the lists that were parsed before, in their places. */
  private parsed(json: string): unknown {
    const value = parsed(json);
    if (this.lists.size === 0 || !json.includes(String.raw`\u0000`)) return value;
    // No recursion: hostile JSON is as deep as it is long.
    const inner: unknown[] = [value];
    for (let one = inner.pop(); one !== undefined; one = inner.pop()) {
      if (typeof one !== 'object' || one === null) continue;
      const first: unknown = Array.isArray(one) && one.length === 1 ? one[0] : undefined;
      const list = this.lists.get(first);
      if (list === undefined || !Array.isArray(one))
        for (const value of Object.values(one)) inner.push(value);
      else {
        this.lists.delete(first);
        one.pop();
        for (const element of list) one.push(element);
      }
    }
    return value;
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

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Plain | undefined {
  return isPlain(value) ? value : undefined;
}
