/**
 * XML lists: OPML (subscriptions of podcast and news readers), XSPF, ASX and WPL playlists, `.webloc`. Read with saxes,
 * which tolerates the small errors such files have.
 */
import { SaxesParser } from 'saxes';
import type { ListBuilder } from '../listBuilder';
import { mendedXml } from '../xmlText';
import { candidatesIn } from './row';

export type MarkupKind = 'opml' | 'xspf' | 'plist' | 'asx' | 'smil';

/** Which of these formats a text has, by its root. A web page may have such an element in it. */
export function markupOf(text: string): MarkupKind | undefined {
  const start = text.slice(0, 4000);
  if (!/^[\s\ufeff]*</.test(start)) return undefined;
  const root = /<(html|opml|playlist|plist|asx|smil)[\s>]/i
    .exec(start.replace(/<!--[^]*?-->/g, ''))?.[1]
    ?.toLowerCase();
  if (root === 'playlist') return 'xspf';
  return root === 'opml' || root === 'plist' || root === 'asx' || root === 'smil' ? root : undefined;
}

const pieceLength = 32 * 1024;

export function* readMarkup(text: string, kind: MarkupKind, list: ListBuilder): Generator<undefined, void> {
  const parser = new SaxesParser({ xmlns: false, position: true });
  let inside: string | undefined;
  parser.on('error', () => undefined);
  parser.on('opentag', ({ name, attributes }) => {
    const tag = name.toLowerCase();
    if (kind === 'opml' && tag === 'outline') outline(lowerCase(attributes), parser.line, list);
    else if (kind === 'asx' || kind === 'smil') played(tag, lowerCase(attributes), parser.line, list);
    else if ((kind === 'xspf' && tag === 'location') || (kind === 'plist' && tag === 'string')) inside = '';
  });
  const add = (piece: string): void => {
    if (inside !== undefined && inside.length < 10_000) inside += piece;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const address = inside?.trim() ?? '';
    inside = undefined;
    // Bookmarks have titles beside their addresses.
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address) || (kind === 'xspf' && address !== ''))
      list.link(address, { line: parser.line }, { local: kind === 'xspf' });
  });
  const mended = mendedXml(text);
  for (let at = 0; at < mended.length; at += pieceLength) {
    parser.write(mended.slice(at, at + pieceLength));
    yield;
  }
}

/** What a playlist of Windows plays; its banners and pages of information are not entries. */
function played(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  line: number,
  list: ListBuilder,
): void {
  const address = (
    /^(?:media|audio|video)$/.test(tag) ? attributes.src : tag === 'ref' ? attributes.href : undefined
  )?.trim();
  if (address !== undefined && address !== '') list.link(address, { line }, { local: true });
}

/**
 * An outline's feed, whatever its address looks like; without one the episode or link it points to; without any, the
 * links in its words, as outliners write them.
 */
function outline(attributes: Readonly<Record<string, string>>, line: number, list: ListBuilder): void {
  const feed = attributes.xmlurl?.trim() ?? '';
  const link = [attributes.enclosureurl, attributes.url].find((url) => /^https?:/i.test(url ?? ''));
  if (feed !== '') list.link(feed, { line }, { feed: true });
  else if (link !== undefined) list.link(link, { line });
  else
    for (const words of [attributes.text, attributes._note])
      for (const found of candidatesIn(words ?? '', '', line, list)) list.add(found.link, { line });
}

function lowerCase(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value]));
}
