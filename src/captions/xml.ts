/**
 * Caption XML, read with saxes and handed on element by element: no entity of a file's own is ever expanded, and
 * depth and size are bounded, because the file is untrusted. Sloppy references and breaks are repaired
 * first.
 */
import { decodeHTML } from 'entities';
import { SaxesParser } from 'saxes';
import { failure, type Failure } from '../model/failure';
import { checkLength } from './longText';
import type { Pieces, Sliced } from './sliced';
import { TooMuch } from './tooMuch';

export interface XmlTag {
  /** Local name, without prefix. */
  readonly name: string;
  /** True where its prefix is declared for a vocabulary unrelated to captions. */
  readonly isForeign: boolean;
  /** By local name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Takes what is inside one root element, in the order of the file. */
export interface XmlReader {
  tag(tag: XmlTag): void;
  text(part: string): void;
  /** The end of the last tag that is open. */
  close(): void;
}

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
 * The readers of the root elements: of one, or of several where pieces of a track were concatenated. `readerOf` gives
 * the reader for a root; undefined: none. Undefined when the text is truncated or not XML; `bad-response` when its
 * document type declares entities. Throws TooMuch.
 */
export function* readXml<R extends XmlReader | undefined>(
  text: Pieces,
  readerOf: (root: XmlTag) => R,
): Sliced<readonly R[] | Failure | undefined> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const roots = new Roots(parser, readerOf);
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
        roots.took(taken.length);
      }
    parser.write(mended(held, sloppiness));
    // Missing ends before the end of the last root matter; anything after it does not.
    return roots.whole();
  } catch (error) {
    if (error instanceof TooWrong) return undefined;
    if (!(error instanceof OwnEntities)) throw error;
    return failure('bad-response', 'The captions declare entities of their own, which are not read.');
  }
}

class Roots<R extends XmlReader | undefined> {
  private readonly readers: R[] = [];
  /** Of the root that is open. */
  private reader: R | undefined;
  private depth = 0;
  private errors = 0;
  private elements = 0;
  /** Of the tag that is being read. The parser's own table takes four times the memory of such an object. */
  private attributes: Record<string, string> | undefined;
  private attributeCount = 0;
  /** Characters since the last element or text. */
  private quiet = 0;
  /** Prefixes of other vocabularies. */
  private readonly foreign = new Set<string>();

  constructor(
    parser: SaxesParser<{ xmlns: false; position: false }>,
    private readonly readerOf: (root: XmlTag) => R,
  ) {
    parser.on('error', () => {
      this.errors += 1;
      if (this.errors > maxErrors) throw new TooWrong();
    });
    // No more handlers than these: with two more V8 keeps the parser as a table, and reading takes half as long again.
    parser.on('doctype', (doctype) => {
      this.quiet = 0;
      if (/<!ENTITY/i.test(doctype)) throw new OwnEntities();
    });
    parser.on('attribute', ({ name, value }) => {
      this.attributeCount += 1;
      if (this.attributeCount > mostAttributes) throw new TooWrong();
      if (name.startsWith('xmlns:')) this.declare(name.slice('xmlns:'.length), value);
      this.attributes ??= {};
      this.attributes[localName(name)] = value;
    });
    parser.on('opentag', ({ name }) => this.open(name));
    const add = (part: string): void => {
      this.quiet = 0;
      this.reader?.text(part);
    };
    parser.on('text', add);
    parser.on('cdata', add);
    parser.on('closetag', () => {
      this.depth -= 1;
      if (this.depth > 0) this.reader?.close();
      else this.reader = undefined;
    });
  }

  /** After each piece of the file; a text, a tag and comments may be as long as a cue. Throws TooMuch. */
  took(characters: number): void {
    this.quiet += characters;
    checkLength(this.quiet);
  }

  whole(): readonly R[] | undefined {
    return this.depth === 0 && this.readers.length > 0 ? this.readers : undefined;
  }

  private declare(prefix: string, space: string): void {
    // A hostile file may declare any number of them.
    if (!captionSpace.test(space) && this.foreign.size < 100) this.foreign.add(prefix);
  }

  private open(name: string): void {
    this.quiet = 0;
    this.elements += 1;
    if (this.elements > mostElements)
      throw new TooMuch(`The captions hold more than ${mostElements} elements.`);
    if (this.depth >= maxDepth) throw new TooWrong();
    const tag: XmlTag = {
      name: localName(name),
      isForeign: this.foreign.size > 0 && this.foreign.has(name.slice(0, Math.max(0, name.indexOf(':')))),
      attributes: this.attributes ?? noAttributes,
    };
    this.attributes = undefined;
    this.attributeCount = 0;
    if (this.depth > 0) this.reader?.tag(tag);
    else {
      this.reader = this.readerOf(tag);
      this.readers.push(this.reader);
      // The parser reports a second root as an error; errors are counted for each root.
      this.errors = 0;
    }
    this.depth += 1;
  }
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

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
