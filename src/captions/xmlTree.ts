/** The elements of caption XML as a tree, for what cannot be read in the order of the file. */
import type { XmlReader, XmlTag } from './xml';

export interface XmlElement extends XmlTag {
  readonly children: readonly (XmlElement | string)[];
}

interface Building extends XmlElement {
  children: (XmlElement | string)[];
}

/** Shared by what has none: of 10 MB of words each is an element, and a list of its own takes 150 bytes. */
const noChildren: (XmlElement | string)[] = [];

/**
 * All of them, as they are alike: a caption of nothing but breaks may have 400,000. What is inside of one is left out.
 */
const lineBreak: XmlElement = { name: 'br', isForeign: false, attributes: {}, children: [] };

export class XmlTree implements XmlReader {
  readonly root: XmlElement;
  private readonly stack: Building[];

  constructor(root: XmlTag) {
    const element = elementOf(root);
    this.root = element;
    this.stack = [element];
  }

  tag(tag: XmlTag): void {
    const element = elementOf(tag);
    this.add(tag.name === 'br' ? lineBreak : element);
    this.stack.push(element);
  }

  text(part: string): void {
    this.add(part);
  }

  close(): void {
    this.stack.pop();
  }

  private add(child: XmlElement | string): void {
    const parent = this.stack.at(-1);
    if (parent === undefined) return;
    // The first push onto an empty list makes room for seventeen.
    if (parent.children === noChildren) parent.children = [child];
    else parent.children.push(child);
  }
}

function elementOf({ name, isForeign, attributes }: XmlTag): Building {
  return { name, isForeign, attributes, children: noChildren };
}
