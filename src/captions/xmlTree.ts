/**
 * A small document tree for caption XML, read with saxes: no entity is ever expanded beyond XML's own and
 * HTML's names, and depth and size are bounded, because the file comes from anywhere.
 */
import { decodeHTML } from 'entities';
import { SaxesParser } from 'saxes';
import { Share, sliceLength, type Sliced } from './sliced';

export interface XmlElement {
  /** Local name, without prefix. */
  readonly name: string;
  /** By local name. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

interface Building extends XmlElement {
  readonly children: (XmlElement | string)[];
}

const maxDepth = 100;
/** Sloppy files have bare ampersands; a file that is wrong all over is none of ours. */
const maxErrors = 1000;

/** XML without a DTD knows five names; subtitle files use these of HTML all the same. */
const htmlNames = ['nbsp', 'hellip', 'mdash', 'ndash', 'lsquo', 'rsquo', 'ldquo', 'rdquo', 'laquo', 'raquo'];
const htmlReferences = Object.fromEntries(htmlNames.map((name) => [name, decodeHTML(`&${name};`)]));

class TooWrong extends Error {}

/** The root element; undefined when the text is cut off or is no XML. */
export function* readXml(text: string): Sliced<XmlElement | undefined> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  Object.assign(parser.ENTITIES, htmlReferences);
  const stack: Building[] = [];
  let root: Building | undefined;
  const seen = { end: false, errors: 0 };
  parser.on('error', () => {
    seen.errors += 1;
    if (seen.errors > maxErrors) throw new TooWrong();
  });
  parser.on('opentag', (tag) => {
    if (stack.length >= maxDepth) throw new TooWrong();
    const element: Building = {
      name: localName(tag.name),
      attributes: byLocalName(tag.attributes),
      children: [],
    };
    stack.at(-1)?.children.push(element);
    root ??= element;
    stack.push(element);
  });
  const addText = (part: string): void => {
    stack.at(-1)?.children.push(part);
  };
  parser.on('text', (part) => addText(part));
  parser.on('cdata', (part) => addText(part));
  parser.on('closetag', () => {
    stack.pop();
    if (stack.length === 0) seen.end = true;
  });
  try {
    for (let at = 0; at < text.length; at += sliceLength) {
      parser.write(text.slice(at, at + sliceLength));
      if (at > 0) yield;
    }
    // What stands after the root's end does not matter; what is missing before it does.
    if (!seen.end) return undefined;
    parser.close();
  } catch (error) {
    if (!(error instanceof TooWrong)) throw error;
    return undefined;
  }
  return root;
}

/** All text inside, in order; `br` is a line break. */
export function innerText(element: XmlElement): string {
  let text = '';
  for (const child of element.children) {
    if (typeof child === 'string') text += child;
    else text += child.name === 'br' ? '\n' : innerText(child);
  }
  return text;
}

/** The elements of that name below, in document order, not inside one another. */
export function* elementsNamed(element: XmlElement, name: string): Sliced<readonly XmlElement[]> {
  const found: XmlElement[] = [];
  const share = new Share();
  // By hand instead of by calls: where it goes on is kept when others have their turn.
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
