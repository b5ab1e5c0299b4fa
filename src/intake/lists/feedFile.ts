/**
 * A saved RSS or Atom feed is a list of its entries: a row for each, not for every link in its notes. Feeds at an
 * address are read by sources/listFeed.ts, which also knows the wanted languages and further pages.
 */
import { SaxesParser } from 'saxes';
import type { Link } from '../../model/link';
import { urlOf } from '../../model/webUrl';
import { fileKind } from '../fileKinds';
import { isFailure, readLink, youtubeVideo } from '../link';
import type { ListBuilder } from '../listBuilder';
import { isPassedOver } from '../passedOver';
import { mendedXml } from '../xmlText';
import { isYouTubeId } from '../youtubeLink';

/** Whether the root of a text is that of a feed. */
export function isFeedFile(text: string): boolean {
  const start = text.slice(0, 4000);
  if (!/^[\s\ufeff]*</.test(start)) return false;
  const [, root = ''] = /<([a-z][\w:]*)[\s>]/i.exec(start.replace(/<!--[^]*?-->/g, '')) ?? [];
  return /^(?:rss|rdf:rdf|(?:atom:)?feed)$/i.test(root);
}

/** What an entry names. */
interface Entry {
  readonly line: number;
  video?: string;
  transcript?: string;
  /** The transcript is in the feed's own language. */
  inLanguage?: boolean;
  sound?: string;
  page?: string;
}

/** Whether an attachment may be the episode itself: feeds attach pictures and papers as well. */
function mayBeSound(url: string, attributes: ReadonlyMap<string, string>, isKind: boolean): boolean {
  const type = attributes.get('type') ?? '';
  if (/^(?:audio|video)\//i.test(type) || fileKind(url.replace(/[?#].*$/s, '')) === 'media') return true;
  if (isKind) return /^(?:audio|video)$/.test(attributes.get('medium') ?? '');
  const link = readLink(url);
  return !/^(?:image|text)\/|pdf|torrent/i.test(type) && (isFailure(link) || !isPassedOver(link));
}

const pieceLength = 32 * 1024;
/** Transcript types with times. */
const timed = /^(?:text\/vtt|(?:application|text)\/(?:x-)?(?:subrip|srt)|application\/(?:ttml\+xml|json))\b/i;

export function* readFeedFile(text: string, list: ListBuilder): Generator<undefined, void> {
  const reader = new FeedFile(list);
  const mended = mendedXml(text);
  for (let at = 0; at < mended.length; at += pieceLength) {
    reader.write(mended.slice(at, at + pieceLength));
    yield;
  }
}

class FeedFile {
  private readonly parser = new SaxesParser({ xmlns: false, position: true });
  private readonly path: string[] = [];
  private entry: Entry | undefined;
  private text = '';
  private isPermalink = false;
  /** Where the feed says that it is, or else its site, for relative addresses. */
  private base: string | undefined;
  private site: string | undefined;
  private language: string | undefined;

  constructor(private readonly list: ListBuilder) {
    this.parser.on('error', () => undefined);
    this.parser.on('opentag', ({ name, attributes }) => {
      const lower = Object.entries(attributes).map(
        ([key, value]) => [key.toLowerCase(), value.trim()] as const,
      );
      this.open(name.toLowerCase().replace(/^atom:/, ''), new Map(lower));
    });
    const add = (piece: string): void => {
      if (this.text.length < 10_000) this.text += piece;
    };
    this.parser.on('text', add);
    this.parser.on('cdata', add);
    this.parser.on('closetag', () => this.close());
  }

  write(piece: string): void {
    this.parser.write(piece);
  }

  private open(name: string, attributes: ReadonlyMap<string, string>): void {
    this.path.push(name);
    this.text = '';
    const rel = attributes.get('rel') ?? 'alternate';
    const url = attributes.get('url') ?? attributes.get('href') ?? '';
    if (name === 'item' || name === 'entry') this.entry = { line: this.parser.line };
    const { entry } = this;
    if (!entry) {
      if (name === 'link' && rel === 'self') this.base ??= url;
    } else if (url === '') this.isPermalink = attributes.get('ispermalink') !== 'false';
    else if (name === 'podcast:transcript') this.transcript(entry, url, attributes);
    else if (name === 'enclosure' || name === 'media:content' || (name === 'link' && rel === 'enclosure')) {
      if (mayBeSound(url, attributes, name === 'media:content')) entry.sound ??= url;
    } else if (name === 'link' && rel === 'alternate') entry.page ??= url;
  }

  /** The first one in the feed's language, else the first. */
  private transcript(entry: Entry, url: string, attributes: ReadonlyMap<string, string>): void {
    const isFile = fileKind(url.replace(/[?#].*$/s, '')) === 'subtitle';
    if (!isFile && !timed.test(attributes.get('type') ?? '')) return;
    const language = attributes.get('language')?.toLowerCase().split(/[-_]/)[0];
    const inLanguage = language !== undefined && language === this.language;
    if (entry.transcript !== undefined && (entry.inLanguage === true || !inLanguage)) return;
    entry.transcript = url;
    entry.inLanguage = inLanguage;
  }

  private close(): void {
    const name = this.path.pop();
    const text = this.text.trim();
    this.text = '';
    const { entry } = this;
    if (!entry) {
      if (name === 'link' && this.path.at(-1) === 'channel') this.site ??= text;
      else if (name === 'language') this.language ??= text.toLowerCase().split(/[-_]/)[0];
      return;
    }
    if (name === 'item' || name === 'entry') {
      this.entry = undefined;
      this.add(entry);
    } else if (!/^(?:item|entry)$/.test(this.path.at(-1) ?? '') || text === '') return;
    else if (name === 'yt:videoid') entry.video = text;
    else if (name === 'link' || (name === 'guid' && this.isPermalink && /^https?:/i.test(text)))
      entry.page ??= text;
  }

  private add({ line, video, transcript, sound, page }: Entry): void {
    if (video !== undefined && isYouTubeId(video)) {
      this.list.add(youtubeVideo(video), { line });
      return;
    }
    const heard = this.file(sound, 'media');
    const words = this.file(transcript, 'subtitle');
    const episode = heard?.url ?? this.file(page, 'page')?.url;
    if (words) this.list.add({ ...words, ...(episode === undefined ? {} : { episode }) }, { line });
    else if (heard) this.list.add(heard, { line });
    else if (page !== undefined) this.list.link(this.whole(page)?.href ?? page, { line });
    else this.list.note('no-address', line);
  }

  private file(address: string | undefined, kind: Link['kind']): Link | undefined {
    const url = address === undefined ? undefined : this.whole(address);
    const link = url === undefined ? undefined : readLink(url.href);
    if (link === undefined || isFailure(link) || link.kind === 'youtube') return undefined;
    const { list: _list, ...file } = link;
    return { ...file, kind };
  }

  private whole(address: string): URL | undefined {
    return urlOf(address, this.base ?? this.site);
  }
}
