/**
 * RSS 2.0, RSS 1.0 and Atom feeds, including podcasts and YouTube's own, parsed into plain entries. Uses
 * saxes because it parses a feed in chunks (10,000 entries freeze nothing), tolerates the small errors that
 * feeds are full of, and never loads or expands anything external.
 */
import { decodeHTMLStrict } from 'entities/decode';
import { SaxesParser } from 'saxes';
import { failure, FailureError } from '../model/failure';
import { mendedXml } from '../intake/xmlText';
import { urlOf } from '../model/webUrl';
import { feedTime } from './feedDates';
import { feedSeconds } from './feedLengths';
import { FeedNames } from './feedNames';
import type { Feed, FeedEntry, FeedLink } from './feedShape';
import { isJsonFeed, parseJsonFeed } from './jsonFeed';
import { isoDay, plainText } from './listEntries';

/** The answer is something else; another reader may understand it. */
export class NotAFeed extends FailureError {
  constructor() {
    super(failure('bad-response', 'The answer is no RSS or Atom feed.'));
  }
}

const pieceLength = 32 * 1024;
const maxDepth = 200;
const maxText = 4000;
const maxFeedEntries = 100_000;

/**
 * Parses a feed, letting other work run between chunks. Throws FailureError `bad-response` when it is not a
 * feed. `contentType`: the answer's header, for the encoding. `url`: where the answer came from, for a relative
 * `xml:base` (https://www.w3.org/TR/xmlbase/).
 */
export async function parseFeed(
  bytes: Uint8Array,
  contentType: string,
  pause: () => Promise<void>,
  url?: string,
): Promise<Feed> {
  const plain = decode(bytes, contentType);
  if (isJsonFeed(plain)) return parseJsonFeed(plain);
  const text = mendedXml(plain);
  const reader = new FeedReader(url);
  for (let at = 0; at < text.length && !reader.full; at += pieceLength) {
    reader.write(text.slice(at, at + pieceLength));
    await pause();
  }
  return reader.end(/>\s*$/.test(text.slice(-pieceLength)));
}

type Draft = { -readonly [K in keyof FeedEntry]: FeedEntry[K] } & {
  enclosures: FeedLink[];
  transcripts: FeedLink[];
  /** Other formats of the same audio; after the feed's own. */
  alternates: FeedLink[];
  guid?: string;
};

class FeedReader {
  private readonly parser = new SaxesParser({ xmlns: false, position: false });
  private readonly names = new FeedNames();
  private readonly path: string[] = [];
  /** What addresses start from at each element of the path; undefined where no `xml:base` says so. */
  private readonly bases: (string | undefined)[] = [];
  private readonly entries: FeedEntry[] = [];
  private readonly guids = new Set<string>();
  private draft: Draft | undefined;
  private isPermalink = false;
  private alternateType: string | undefined;
  private text = '';
  private title: string | undefined;
  private language: string | undefined;
  private next: string | undefined;
  private isFeed = false;
  /** The feed's root has ended: anything that a proxy or a notice appended is ignored. */
  private isOver = false;

  constructor(private readonly url: string | undefined) {
    // Errors are ignored: whatever is readable is read.
    this.parser.on('error', () => undefined);
    this.parser.on('opentag', ({ name, attributes }) => {
      const lower = lowerCase(attributes);
      this.names.declare(lower);
      this.open(this.names.of(name), lower);
    });
    this.parser.on('closetag', () => this.close());
    const add = (text: string): void => {
      if (this.text.length < maxText) this.text += text.slice(0, maxText);
    };
    this.parser.on('text', add);
    this.parser.on('cdata', add);
  }

  get full(): boolean {
    return this.entries.length >= maxFeedEntries;
  }

  write(piece: string): void {
    this.parser.write(piece);
  }

  /** `afterTag`: the text ends with the end of a tag. A feed that only leaves tags open is complete. */
  end(afterTag: boolean): Feed {
    const open = !this.full && this.path.length > 0;
    const brokenOff = open && (this.draft !== undefined || !afterTag);
    if (!this.full) this.parser.close();
    if (!this.isFeed) throw new NotAFeed();
    return {
      ...(this.title === undefined ? {} : { title: this.title }),
      ...(this.language === undefined ? {} : { language: this.language }),
      ...(this.next === undefined ? {} : { next: this.next }),
      entries: this.entries,
      brokenOff,
    };
  }

  private open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.path.length === 0 && !this.isOver) this.isFeed = ['rss', 'feed', 'rdf:rdf'].includes(name);
    if (this.path.length >= maxDepth) throw new NotAFeed();
    // Markup in a title is part of its text.
    if (!this.path.includes('title')) this.text = '';
    this.path.push(name);
    const above = this.bases.at(-1);
    const base = attributes['xml:base'];
    this.bases.push(base === undefined ? above : (urlOf(base.trim(), above ?? this.url)?.href ?? above));
    if (this.isOver) return;
    if (name === 'item' || name === 'entry') {
      this.draft = { enclosures: [], transcripts: [], alternates: [] };
      this.alternateType = undefined;
    }
    if (name === 'guid') this.isPermalink = attributes.ispermalink?.toLowerCase() !== 'false';
    const { draft } = this;
    const url = fromBase(
      (attributes.url ?? attributes.href ?? attributes.uri ?? '').trim(),
      this.bases.at(-1),
    );
    const type = (attributes.type ?? '').toLowerCase();
    if (!draft) {
      if (name === 'link' && attributes.rel === 'next' && url !== '') this.next ??= url;
      if (name === 'feed') this.language ??= attributes['xml:lang'];
      return;
    }
    if (name === 'enclosure' || (name === 'link' && attributes.rel === 'enclosure')) {
      if (url !== '') draft.enclosures.push({ url, type });
    } else if (name === 'media:content') {
      const seconds = feedSeconds(attributes.duration ?? '');
      if (seconds !== undefined) draft.duration ??= seconds;
      if (
        url !== '' &&
        (/^(?:audio|video)\//.test(type) || /^(?:audio|video)$/.test(attributes.medium ?? ''))
      )
        draft.enclosures.push({ url, type });
    } else if (name === 'podcast:source') {
      if (url !== '') draft.alternates.push({ url, type: (this.alternateType ?? type).toLowerCase() });
    } else if (name === 'podcast:alternateenclosure') {
      this.alternateType = attributes.type;
    } else if (name === 'podcast:transcript' || name === 'media:subtitle') {
      const language = (attributes.language ?? attributes.lang ?? '').trim();
      if (url !== '') draft.transcripts.push({ url, type, ...(language === '' ? {} : { language }) });
    } else if (name === 'link' && url !== '' && (attributes.rel ?? 'alternate') === 'alternate') {
      draft.link ??= url;
    }
  }

  private close(): void {
    const name = this.path.pop();
    const base = this.bases.pop();
    if (this.path.includes('title')) return;
    // XML has decoded the address already; a second time, `&copy=` would become a sign.
    const isAddress = name === 'link' || name === 'guid' || name === 'id';
    const words = (isAddress ? this.text : decodeHTMLStrict(this.text)).trim();
    const text = name === 'link' ? fromBase(words, base) : words;
    this.text = '';
    if (this.path.length === 0 && this.isFeed) this.isOver = true;
    const { draft } = this;
    if (name === 'item' || name === 'entry') {
      if (draft) {
        draft.enclosures.push(...draft.alternates);
        // The same entry twice, under one address or two.
        if (draft.guid === undefined || !this.guids.has(draft.guid)) this.entries.push(draft);
        if (draft.guid !== undefined) this.guids.add(draft.guid);
      }
      this.draft = undefined;
      return;
    }
    const parent = this.path.at(-1);
    if (!draft) {
      if (parent !== 'channel' && parent !== 'feed') return;
      if (name === 'title') this.title ??= plainText(withoutMarkup(text));
      if (name === 'language' || name === 'dc:language') this.language ??= plainText(text);
      return;
    }
    if (text === '' || name === undefined) return;
    if (parent === 'item' || parent === 'entry') this.field(draft, name, text);
    else if (name === 'name' && parent === 'author') setText(draft, 'author', text);
    else if (name === 'media:title') setText(draft, 'title', text);
  }

  private field(draft: Draft, name: string, text: string): void {
    switch (name) {
      case 'title':
        delete draft.title;
        setText(draft, 'title', withoutMarkup(text));
        return;
      case 'itunes:title':
        setText(draft, 'title', text);
        return;
      case 'dc:creator':
      case 'itunes:author':
        setText(draft, 'author', text);
        return;
      case 'link':
        draft.link ??= text;
        return;
      case 'guid':
        draft.guid ??= text;
        if (this.isPermalink && /^https?:\/\//i.test(text)) draft.permalink ??= text;
        return;
      case 'yt:videoid':
        draft.videoId ??= text;
        return;
      case 'itunes:duration': {
        const seconds = feedSeconds(text);
        if (seconds !== undefined) draft.duration = seconds;
        return;
      }
      case 'published':
      case 'pubdate':
      case 'dc:date':
      case 'updated': {
        const time = feedTime(text);
        // `updated` only counts where no publication date is given.
        if (time === undefined || (draft.time !== undefined && name === 'updated')) return;
        const day = isoDay(time);
        if (day === undefined) return;
        draft.time = time;
        draft.published = day;
      }
    }
  }
}

function fromBase(address: string, base: string | undefined): string {
  return base === undefined || address === '' ? address : (urlOf(address, base)?.href ?? address);
}

function setText(draft: Draft, key: 'title' | 'author', text: string): void {
  const plain = plainText(text);
  if (plain !== undefined) draft[key] ??= plain;
}

/**
 * The text of the answer: by its byte order mark; UTF-8 where it is valid; otherwise by header or
 * declaration.
 */
function decode(bytes: Uint8Array, contentType: string): string {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const named =
    /charset\s*=\s*"?([\w-]{2,40})/i.exec(contentType)?.[1] ??
    /^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([\w-]{2,40})/i.exec(start)?.[1];
  if (start.startsWith('\u00ff\u00fe')) return new TextDecoder('utf-16le').decode(bytes);
  if (start.startsWith('\u00fe\u00ff')) return new TextDecoder('utf-16be').decode(bytes);
  if (!/^(?:utf-?16|iso-2022|hz)/i.test(named ?? '')) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      // Then the declared encoding is used.
    }
  }
  try {
    return new TextDecoder(named ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function lowerCase(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const lower: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) lower[name.toLowerCase()] = value;
  return lower;
}

/** Titles become file names: `<i>Nature</i>` means Nature. */
function withoutMarkup(text: string): string {
  return text.replace(/<\/?[a-z][^<>]{0,200}>/gi, '');
}
