/**
 * RSS 2.0, RSS 1.0 and Atom feeds, podcasts and YouTube's own among them, read into plain entries. On saxes
 * because it takes a feed piece by piece (10,000 entries freeze nothing), goes on after the small errors that
 * feeds are full of, and never loads or expands anything from outside.
 */
import { decodeHTML } from 'entities/decode';
import { SaxesParser } from 'saxes';
import { failure, FailureError } from '../model/failure';
import { isoDay, plainText } from './listEntries';

export interface FeedLink {
  readonly url: string;
  readonly type: string;
}

export interface FeedEntry {
  readonly title?: string;
  readonly author?: string;
  /** ISO date. */
  readonly published?: string;
  /** Epoch ms, for the order. */
  readonly time?: number;
  /** Seconds. */
  readonly duration?: number;
  readonly videoId?: string;
  readonly link?: string;
  readonly enclosures: readonly FeedLink[];
  readonly transcripts: readonly FeedLink[];
}

export interface Feed {
  readonly title?: string;
  /** In the feed's order. */
  readonly entries: readonly FeedEntry[];
  /** It ends in the middle of an entry or a tag: the rest got lost on its way, or was never written. */
  readonly brokenOff: boolean;
}

/** The answer is something else; another reader may know what. */
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
 * Parses a feed, letting others run between pieces. Throws FailureError `bad-response` when it is no feed.
 * `contentType`: the answer's header, for the encoding.
 */
export async function parseFeed(
  bytes: Uint8Array,
  contentType: string,
  pause: () => Promise<void>,
): Promise<Feed> {
  const text = mended(decode(bytes, contentType));
  const reader = new FeedReader();
  for (let at = 0; at < text.length && !reader.full; at += pieceLength) {
    reader.write(text.slice(at, at + pieceLength));
    await pause();
  }
  return reader.end(/>\s*$/.test(text.slice(-pieceLength)));
}

type Draft = { -readonly [K in keyof FeedEntry]: FeedEntry[K] } & {
  enclosures: FeedLink[];
  transcripts: FeedLink[];
};

class FeedReader {
  private readonly parser = new SaxesParser({ xmlns: false, position: false });
  private readonly path: string[] = [];
  private readonly entries: FeedEntry[] = [];
  private draft: Draft | undefined;
  private text = '';
  private title: string | undefined;
  private isFeed = false;

  constructor() {
    // Errors are passed over: what can be read of a feed is read.
    this.parser.on('error', () => undefined);
    this.parser.on('opentag', ({ name, attributes }) => this.open(name.toLowerCase(), attributes));
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

  /** `afterTag`: the last that was written is the end of a tag. A feed that only leaves tags open is whole. */
  end(afterTag: boolean): Feed {
    const open = !this.full && this.path.length > 0;
    const brokenOff = open && (this.draft !== undefined || !afterTag);
    if (!this.full) this.parser.close();
    if (!this.isFeed) throw new NotAFeed();
    return {
      ...(this.title === undefined ? {} : { title: this.title }),
      entries: this.entries,
      brokenOff,
    };
  }

  private open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.path.length === 0) this.isFeed = ['rss', 'feed', 'rdf:rdf'].includes(name);
    if (this.path.length >= maxDepth) throw new NotAFeed();
    this.path.push(name);
    this.text = '';
    if (name === 'item' || name === 'entry') this.draft = { enclosures: [], transcripts: [] };
    const { draft } = this;
    if (!draft) return;
    const url = attributes.url ?? attributes.href ?? '';
    const type = (attributes.type ?? '').toLowerCase();
    if (name === 'enclosure' || (name === 'link' && attributes.rel === 'enclosure')) {
      if (url !== '') draft.enclosures.push({ url, type });
    } else if (name === 'media:content') {
      const seconds = Number(attributes.duration);
      if (seconds > 0) draft.duration ??= seconds;
      if (
        url !== '' &&
        (/^(?:audio|video)\//.test(type) || /^(?:audio|video)$/.test(attributes.medium ?? ''))
      )
        draft.enclosures.push({ url, type });
    } else if (name === 'podcast:transcript') {
      if (url !== '') draft.transcripts.push({ url, type });
    } else if (name === 'link' && url !== '' && (attributes.rel ?? 'alternate') === 'alternate') {
      draft.link ??= url;
    }
  }

  private close(): void {
    const name = this.path.pop();
    const text = decodeHTML(this.text).trim();
    this.text = '';
    const { draft } = this;
    if (name === 'item' || name === 'entry') {
      if (draft) this.entries.push(draft);
      this.draft = undefined;
      return;
    }
    const parent = this.path.at(-1);
    if (!draft) {
      if (name === 'title' && (parent === 'channel' || parent === 'feed')) this.title ??= plainText(text);
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
        setText(draft, 'title', text);
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
      case 'yt:videoid':
        draft.videoId ??= text;
        return;
      case 'itunes:duration': {
        const seconds = clockSeconds(text);
        if (seconds !== undefined) draft.duration = seconds;
        return;
      }
      case 'published':
      case 'pubdate':
      case 'dc:date':
      case 'updated': {
        const time = Date.parse(text);
        const day = isoDay(time);
        // `updated` only counts where nothing says when it came out.
        if (day === undefined || (draft.time !== undefined && name === 'updated')) return;
        draft.time = time;
        draft.published = day;
      }
    }
  }
}

function setText(draft: Draft, key: 'title' | 'author', text: string): void {
  const plain = plainText(text);
  if (plain !== undefined) draft[key] ??= plain;
}

/** Seconds in `3723`, `62:03` or `1:02:03`. */
function clockSeconds(text: string): number | undefined {
  if (!/^\d{1,6}(?::\d{1,2}){0,2}(?:\.\d+)?$/.test(text)) return undefined;
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** The text of the answer: byte order mark, header, XML declaration, else UTF-8. */
function decode(bytes: Uint8Array, contentType: string): string {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const named =
    /charset\s*=\s*"?([\w-]{2,40})/i.exec(contentType)?.[1] ??
    /^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([\w-]{2,40})/i.exec(start)?.[1];
  const marked = start.startsWith('\u00ff\u00fe')
    ? 'utf-16le'
    : start.startsWith('\u00fe\u00ff')
      ? 'utf-16be'
      : undefined;
  try {
    return new TextDecoder(marked ?? named ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** A bare & is the commonest error of feeds, mostly in addresses, and would cost the attribute it stands in. */
function mended(text: string): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<![CDATA[', at);
    const stop = open === -1 ? text.length : open;
    out += text.slice(at, stop).replace(/&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][\da-z]{1,30});)/gi, '&amp;');
    if (open === -1) break;
    const close = text.indexOf(']]>', open);
    const end = close === -1 ? text.length : close + 3;
    out += text.slice(open, end);
    at = end;
  }
  return out;
}
