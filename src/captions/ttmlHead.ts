/** The parts of a TTML head that affect the text: speakers, and styles that hide text. */
import { Share, type Sliced } from './sliced';
import type { XmlElement } from './xmlTree';

export interface TtmlHead {
  /** Names by id. */
  readonly agents: ReadonlyMap<string, string>;
  /** True for what is never displayed, and for ruby text (readings beside East Asian characters). */
  isLeftOut(element: XmlElement): boolean;
  /** The `set` that shows for a time what is hidden otherwise. */
  shownBy(element: XmlElement): XmlElement | undefined;
}

interface Look {
  readonly display: string | undefined;
  readonly ruby: string | undefined;
}

/** Styles that refer to styles: a longer chain is circular. */
const maxChain = 10;

export function* readHead(root: XmlElement): Sliced<TtmlHead> {
  const agents = new Map<string, string>();
  const named = new Map<string, XmlElement>();
  const share = new Share();
  for (const child of root.children) {
    if (share.due(0)) yield;
    if (typeof child !== 'string' && child.name === 'head') yield* collect(child, { agents, named, share });
  }
  /** By id of the region: hundreds of thousands of paragraphs may name one. */
  const regions = new Map<string, XmlElement | undefined>();
  const regionSet = (id: string): XmlElement | undefined => {
    if (!regions.has(id)) regions.set(id, showing(named.get(id)));
    return regions.get(id);
  };
  const looks = new Map<string, Look>();
  const lookOf = (id: string, chain: number): Look => {
    const known = looks.get(id);
    if (known !== undefined) return known;
    const element = named.get(id);
    const look = element === undefined || chain > maxChain ? none : resolved(element, chain);
    looks.set(id, look);
    return look;
  };
  const resolved = (element: XmlElement, chain: number): Look => {
    const { attributes } = element;
    let display = attributes.display;
    let ruby = attributes.ruby;
    // The last named style takes precedence.
    for (const id of idsOf(attributes.style)) {
      const look = lookOf(id, chain + 1);
      display ??= look.display;
      ruby ??= look.ruby;
    }
    for (const child of element.children)
      if (typeof child !== 'string' && child.name === 'style' && child.attributes.id === undefined)
        display ??= child.attributes.display;
    return { display, ruby };
  };
  const isHidden = (element: XmlElement, display: string | undefined): boolean => {
    const { region } = element.attributes;
    return display === 'none' || (region !== undefined && lookOf(region, 0).display === 'none');
  };
  const shownBy = (element: XmlElement): XmlElement | undefined =>
    showing(element) ?? regionSet(element.attributes.region ?? '');
  return {
    agents,
    isLeftOut(element) {
      const { display, ruby } = resolved(element, 0);
      if (ruby !== undefined && /^(?:text|textContainer|delimiter)$/.test(ruby)) return true;
      return isHidden(element, display) && shownBy(element) === undefined;
    },
    shownBy(element) {
      const shown = shownBy(element);
      return shown !== undefined && isHidden(element, resolved(element, 0).display) ? shown : undefined;
    },
  };
}

const none: Look = { display: undefined, ruby: undefined };

function idsOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.trim().split(/\s+/).slice(0, 20).reverse();
}

function showing(element: XmlElement | undefined): XmlElement | undefined {
  for (const child of element?.children ?? [])
    if (typeof child !== 'string' && child.name === 'set' && child.attributes.display === 'auto')
      return child;
  return undefined;
}

interface Collected {
  readonly agents: Map<string, string>;
  readonly named: Map<string, XmlElement>;
  readonly share: Share;
}

function* collect(element: XmlElement, into: Collected): Sliced<void> {
  for (const child of element.children) {
    if (into.share.due(0)) yield;
    if (typeof child === 'string') continue;
    const { id } = child.attributes;
    if (child.name === 'agent' && id !== undefined) {
      const name = child.children.find((inner) => typeof inner !== 'string' && inner.name === 'name');
      if (name !== undefined && typeof name !== 'string') into.agents.set(id, textOf(name));
    } else {
      if (id !== undefined) into.named.set(id, child);
      if (child.children.length > 0) yield* collect(child, into);
    }
  }
}

function textOf(element: XmlElement): string {
  return element.children
    .filter((child) => typeof child === 'string')
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}
