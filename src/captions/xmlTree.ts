/**
 * A small document tree for caption XML, read with saxes: no entity of a file's own is ever expanded, and
 * depth and size are bounded, because the file is untrusted. Sloppy references and breaks are repaired
 * first.
 */
import { decodeHTML } from 'entities';
import { SaxesParser } from 'saxes';
import { failure, type Failure } from '../model/failure';
import { checkLength } from './longText';
import { Share, type Pieces, type Sliced } from './sliced';
import { TooMuch } from './tooMuch';

export interface XmlElement {
  /** Local name, without prefix. */
  readonly name: string;
  /** True where its prefix is declared for a vocabulary unrelated to captions. */
  readonly isForeign: boolean;
  /** By local name. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
  /** Elements and texts inside, at any depth. */
  readonly size: number;
}

interface Building extends XmlElement {
  children: (XmlElement | string)[];
  size: number;
}

/** Shared by what has none: of 10 MB of words each is an element, and a list of its own takes 150 bytes. */
const noChildren: (XmlElement | string)[] = [];
const noAttributes: Readonly<Record<string, string>> = {};

const maxDepth = 100;
/** A file with more errors is not caption XML. */
const maxErrors = 1000;

/** Weeks of captions, a word each; ten megabytes of `<a/>`, ten kilobytes as gzip, would be three million. */
const mostElements = 400_000;

/** Of one element; the parser looks through all of them at once. */
const mostAttributes = 1000;

class TooWrong extends Error {}
class OwnEntities extends Error {}

/**
 * The root elements: one, or several where pieces of a track were concatenated. Undefined when the text is
 * truncated or not XML; `bad-response` when its document type declares entities. Throws TooMuch.
 */
export function* readXml(text: Pieces): Sliced<readonly XmlElement[] | Failure | undefined> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const tree = new TreeBuilder(parser);
  try {
    const sloppiness = { marks: 0 };
    /** What must be seen together with the next piece. */
    let held = '';
    let isBegun = false;
    for (const piece of text)
      for (let at = 0; at < piece.length; at += xmlLength) {
        if (isBegun) yield;
        const next: string = held + piece.slice(at, at + xmlLength);
        const end = pieceEnd(next);
        held = next.slice(end);
        const taken: string = isBegun ? next.slice(0, end) : next.slice(0, end).trimStart();
        isBegun ||= taken !== '';
        parser.write(mended(taken, sloppiness));
        tree.took(taken.length);
      }
    parser.write(mended(held, sloppiness));
    // Missing ends before the end of the last root matter; anything after it does not.
    return tree.whole();
  } catch (error) {
    if (error instanceof TooWrong) return undefined;
    if (!(error instanceof OwnEntities)) throw error;
    return failure('bad-response', 'The captions declare entities of their own, which are not read.');
  }
}

class TreeBuilder {
  private readonly stack: Building[] = [];
  private readonly roots: Building[] = [];
  private errors = 0;
  private elements = 0;
  private attributes = 0;
  /** Characters since the last element or text. */
  private quiet = 0;
  /** Prefixes of other vocabularies. */
  private readonly foreign = new Set<string>();

  constructor(parser: SaxesParser<{ xmlns: false; position: false }>) {
    parser.on('error', () => {
      this.errors += 1;
      if (this.errors > maxErrors) throw new TooWrong();
    });
    // No more handlers than these: with two more V8 keeps the parser as a table, and reading takes half as long again.
    parser.on('doctype', (doctype) => {
      this.quiet = 0;
      if (/<!ENTITY/i.test(doctype)) throw new OwnEntities();
    });
    parser.on('attribute', () => {
      this.attributes += 1;
      if (this.attributes > mostAttributes) throw new TooWrong();
    });
    parser.on('opentag', (tag) => this.open(tag.name, tag.attributes));
    const add = (part: string): void => {
      this.quiet = 0;
      const parent = this.stack.at(-1);
      if (parent !== undefined) addChild(parent, part);
    };
    parser.on('text', add);
    parser.on('cdata', add);
    parser.on('closetag', () => {
      const closed = this.stack.pop();
      const parent = this.stack.at(-1);
      if (closed && parent) parent.size += closed.size;
    });
  }

  /** After each piece of the file; a text, a tag and comments may be as long as a cue. Throws TooMuch. */
  took(characters: number): void {
    this.quiet += characters;
    checkLength(this.quiet);
  }

  whole(): readonly XmlElement[] | undefined {
    return this.stack.length === 0 && this.roots.length > 0 ? this.roots : undefined;
  }

  private declare(key: string, space: string | undefined): void {
    const prefix = key.slice('xmlns:'.length);
    // A hostile file may declare any number of them.
    if (!captionSpace.test(space ?? '') && this.foreign.size < 100) this.foreign.add(prefix);
  }

  private open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.quiet = 0;
    this.elements += 1;
    if (this.elements > mostElements)
      throw new TooMuch(`The captions hold more than ${mostElements} elements.`);
    if (this.stack.length >= maxDepth) throw new TooWrong();
    const hasAttributes = this.attributes > 0;
    this.attributes = 0;
    if (hasAttributes)
      for (const key of Object.keys(attributes))
        if (key.startsWith('xmlns:')) this.declare(key, attributes[key]);
    const element: Building = {
      name: localName(name),
      isForeign: this.foreign.size > 0 && this.foreign.has(name.slice(0, Math.max(0, name.indexOf(':')))),
      attributes: hasAttributes ? byLocalName(attributes) : noAttributes,
      children: noChildren,
      size: 0,
    };
    const parent = this.stack.at(-1);
    if (parent === undefined) {
      this.roots.push(element);
      // The parser reports a second root as an error; errors are counted for each root.
      this.errors = 0;
    } else addChild(parent, element);
    this.stack.push(element);
  }
}

function addChild(parent: Building, child: XmlElement | string): void {
  // The first push onto an empty list makes room for seventeen.
  if (parent.children === noChildren) parent.children = [child];
  else parent.children.push(child);
  parent.size += 1;
}

/** Vocabularies whose elements may contain caption text. */
const captionSpace = /ttml|ttaf|dfxp|ebu|smpte|imsc|youtube/i;

/** Longest reference or tag that is repaired. */
const longestMended = 64;

/** Characters that the parser takes at a time: a slice of tags takes it longer than a slice of text. */
const xmlLength = 16 * 1024;

/** Where what can be read of a text ends: not inside a reference or tag, which must be seen whole. */
function pieceEnd(text: string): number {
  const open = Math.max(text.lastIndexOf('&'), text.lastIndexOf('<'));
  return open < 0 || open < text.length - longestMended ? text.length : open;
}

/** References of XML stay; HTML's become their characters; a bare ampersand or bracket is text. */
const sloppy =
  /&(?:#\d{1,7};|#x[\da-f]{1,6};|([a-z][a-z\d]{1,31});)?|<(?![a-z_/!?])|<\/?((?:[a-z]{1,8}:)?br)\s{0,9}\/?>|<\/?(?:i|b|u|em|strong|font)(?:\s[^<>]{0,50})?>/gi;
const xmlNames: ReadonlySet<string> = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);

/** Marks that mean themselves; a text of nothing else takes the parser thirty times its length in memory. */
const mostBareMarks = 100_000;

/** Throws TooWrong for a text that has more bare marks than any captions. */
function mended(piece: string, sloppiness: { marks: number }): string {
  const text = piece.replace(
    sloppy,
    (found: string, name: string | undefined, lineBreak: string | undefined) => {
      if (lineBreak !== undefined) return `<${lineBreak.toLowerCase()}/>`;
      if (found === '<' || found === '&') sloppiness.marks += 1;
      if (found === '<') return '&lt;';
      // HTML formatting, often left open: none of these vocabularies has it.
      if (found.startsWith('<')) return '';
      if (found === '&') return '&amp;';
      if (name === undefined || xmlNames.has(name)) return found;
      const decoded = decodeHTML(found);
      return decoded === found
        ? `&amp;${name};`
        : decoded.replace(/[&<]/g, (mark) => (mark === '&' ? '&amp;' : '&lt;'));
    },
  );
  if (sloppiness.marks > mostBareMarks) throw new TooWrong();
  return text;
}

/** More elements and texts inside than this are put together in slices. */
export const manyInside = 2000;

/** All text inside, in order; `br` is a line break. Throws TooMuch. */
export function* textInside(element: XmlElement): Sliced<string> {
  if (element.size <= manyInside) return innerText(element);
  const share = new Share();
  const parts: string[] = [];
  let length = 0;
  for (const child of element.children) {
    const isBreak = typeof child !== 'string' && child.name === 'br';
    const text = typeof child === 'string' ? child : yield* textInside(child);
    parts.push(isBreak ? `\n${text}` : text);
    checkLength((length += text.length));
    if (share.due(text.length)) yield;
  }
  return parts.join('');
}

/** The same at once. */
export function innerText(element: XmlElement): string {
  let text = '';
  for (const child of element.children) {
    if (typeof child === 'string') text += child;
    else if (child.name === 'br') text += `\n${innerText(child)}`;
    else text += innerText(child);
  }
  return text;
}

/** The descendants with that name, in document order, not nested in one another. */
export function* elementsNamed(element: XmlElement, name: string): Sliced<readonly XmlElement[]> {
  const found: XmlElement[] = [];
  const share = new Share();
  // Iterative instead of recursive, so that it can yield in the middle.
  const open: { readonly element: XmlElement; at: number }[] = [{ element, at: 0 }];
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const child = last.element.children[last.at];
    last.at += 1;
    if (child === undefined) open.pop();
    else if (typeof child !== 'string') {
      if (child.name === name) found.push(child);
      else open.push({ element: child, at: 0 });
    }
    if (share.due(0)) yield;
  }
  return found;
}

/** The parser's own table where no name has a prefix: a file of 10 MB has hundreds of thousands of them. */
function byLocalName(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const names = Object.keys(attributes);
  if (!names.some((name) => name.includes(':'))) return attributes;
  const renamed: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const name of names) renamed[localName(name)] = attributes[name] ?? '';
  return renamed;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
