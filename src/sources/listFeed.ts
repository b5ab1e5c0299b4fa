/** Podcast and news feeds, read without any program. YouTube's own feeds: listYouTube.ts. */
import { decodeHTMLStrict } from 'entities/decode';
import { youtubeVideo } from '../intake/link';
import { isYouTubeId } from '../intake/youtubeLink';
import { failure, FailureError, type Failure } from '../model/failure';
import { fitRank, languageFit } from '../model/languageTags';
import { linkQuota } from '../model/quotaNames';
import type { QuotaName } from '../model/quotaNames';
import type { Link, VideoMeta } from '../model/link';
import type { Http, HttpResponse } from '../model/ports';
import type { ExpandRequest, ListItem, Permit } from '../model/source';
import { plural } from '../model/words';
import { urlOf } from '../model/webUrl';
import { asksForPassword } from './feedPasswords';
import { EntryReader, type MayBePublic } from './listEntries';
import { NotAFeed, parseFeed } from './feedParser';
import type { Feed, FeedEntry, FeedLink } from './feedShape';
import { statusFailure } from './httpAnswer';

export interface FeedParts {
  readonly http: Http;
  readonly mayBePublic: MayBePublic;
  /** Epoch ms. */
  readonly now: () => number;
  /** Lets other work run. */
  readonly pause: () => Promise<void>;
}

/** Ten thousand episodes with their notes are 12 to 100 MB; parsing happens in chunks. */
const maxFeedBytes = 64 * 1024 * 1024;
/** Of a page that may be a feed and mostly is none. */
const maxPageBytes = 16 * 1024 * 1024;
/** Pages of a paged feed (RFC 5005); at one request a page. */
const mostPages = 500;

/** The entries of a feed with all its pages, newest first where dates are known. Throws FailureError. */
export async function* feedItems(parts: FeedParts, request: ExpandRequest): AsyncGenerator<ListItem> {
  const { link } = request;
  const quota = linkQuota(link);
  const quotas = quota === undefined ? [] : [quota];
  const seen = new Set<string>();
  // Links of a public list must be public, wherever the answer came from.
  const isPublic = link.reach !== undefined || parts.mayBePublic(new URL(link.url).hostname);
  const reach = isPublic ? 'public-only' : undefined;
  let refused = 0;
  let address: string | undefined = link.url;
  for (let page = 1; address !== undefined && !seen.has(address); page += 1) {
    if (page > mostPages) {
      request.note?.(`The feed has more than ${mostPages} pages; the others were not read.`);
      break;
    }
    seen.add(address);
    const { feed, url } = await feedAt(parts, request, address, quotas, reach);
    seen.add(url);
    // Relative addresses start where the answer came from, which after a redirect is another address.
    const reader = new EntryReader(url, parts.mayBePublic, reach);
    for (const entry of newestFirst(feed.entries)) {
      const item = feedItem(entry, reader, feed, request.settings.languages);
      if (item) yield item;
    }
    refused += reader.refused;
    checkWhole(feed);
    const next: URL | undefined = feed.next === undefined ? undefined : urlOf(feed.next, url);
    address = next && reader.mayFollow(next.href) ? next.href : undefined;
  }
  if (refused > 0)
    request.note?.(
      `${plural(refused, 'entry of the feed was', 'entries of the feed were')} left out: no web address that may be followed, or a list of its own.`,
    );
}

interface FoundFeed {
  readonly feed: Feed;
  /** The final address of the answer. */
  readonly url: string;
}

/** The feed at an address, or the one that a web page there links to as its own. */
async function feedAt(
  parts: FeedParts,
  request: ExpandRequest,
  address: string,
  quotas: readonly QuotaName[],
  reach: 'public-only' | undefined,
): Promise<FoundFeed> {
  const read = async (answer: HttpResponse): Promise<FoundFeed> => ({
    feed: await parseFeed(answer.body, answer.headers['content-type'] ?? '', parts.pause, answer.url),
    url: answer.url,
  });
  const answer = await get(parts, request, address, quotas);
  try {
    return await read(answer);
  } catch (error) {
    // A page that was not said to be a feed is meant itself, not the feed that it names.
    const isAsked = request.link.list === 'feed';
    const named = isAsked && error instanceof NotAFeed ? feedNamedIn(answer) : undefined;
    if (named === undefined) throw error;
    // A public page may not link to a private address.
    const reader = new EntryReader(answer.url, parts.mayBePublic, reach);
    if (!reader.mayFollow(named)) throw error;
    return read(await get(parts, request, named, quotas));
  }
}

/** A page's own feed: its `link rel="alternate"`, or `feedUrl` in the data of Apple's and other directories. */
function feedNamedIn(answer: HttpResponse): string | undefined {
  const text = new TextDecoder().decode(answer.body.subarray(0, 4_000_000));
  for (const [tag] of text.matchAll(/<link\b[^<>]{1,2000}>/gi)) {
    if (!/\brel\s*=\s*["']?[^"'>]*alternate/i.test(tag)) continue;
    if (!/\btype\s*=\s*["']?application\/(?:rss|atom|feed)\+(?:xml|json)/i.test(tag)) continue;
    const href = /\bhref\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s>]+))/i.exec(tag);
    const url = urlOf(decodeHTMLStrict(href?.[1] ?? href?.[2] ?? href?.[3] ?? ''), answer.url);
    if (url !== undefined && /^https?:$/.test(url.protocol)) return url.href;
  }
  const data = /"feedUrl"\s*:\s*"(https?:[^"]{5,2000})"/.exec(text)?.[1];
  return data === undefined ? undefined : urlOf(data.replaceAll('\\/', '/').replaceAll('\\u0026', '&'))?.href;
}

/** Checked after its entries were yielded, so that a reader that needs no more has stopped by now. */
export function checkWhole(feed: Feed): void {
  if (!feed.brokenOff) return;
  const count = feed.entries.length;
  throw new FailureError(
    failure(
      'bad-response',
      count === 0
        ? 'The feed breaks off before the end of its first entry. Retry to read it again.'
        : `The feed breaks off after ${count === 1 ? 'one entry' : `${count} entries`}; others may be missing. Retry to read it again.`,
    ),
  );
}

function feedItem(
  entry: FeedEntry,
  reader: EntryReader,
  feed: Feed,
  languages: readonly string[],
): ListItem | undefined {
  const meta = metaOf(entry, feed.title);
  if (entry.videoId !== undefined && isYouTubeId(entry.videoId))
    return { link: youtubeVideo(entry.videoId), meta };
  const transcript = subtitleOf(entry, reader, wantedLanguages(languages, feed));
  const sound = mediaOf(entry, reader);
  if (transcript) {
    const episode = episodeOf(entry, sound, reader);
    return { link: episode === undefined ? transcript : { ...transcript, episode }, meta };
  }
  if (sound) return { link: sound, meta };
  return reader.item(entry.link ?? entry.permalink ?? '', meta);
}

/**
 * Where people find the episode: its sound, because there a time leads to its place; its page where the sound's
 * address has a query, which may be a listener's own key.
 */
function episodeOf(entry: FeedEntry, sound: Link | undefined, reader: EntryReader): string | undefined {
  const page = reader.link(entry.link ?? entry.permalink ?? '');
  if (sound !== undefined && !sound.url.includes('?')) return sound.url;
  return (page ?? sound)?.url;
}

/** The languages to look for: the user's, otherwise the feed's own. */
function wantedLanguages(languages: readonly string[], feed: Feed): Wanted {
  const own = feed.language ?? '';
  return languages.length > 0
    ? { languages, own, only: true }
    : { languages: own === '' ? [] : [own], own, only: false };
}

interface Wanted {
  readonly languages: readonly string[];
  /** The language of a transcript that names none. */
  readonly own: string;
  /** The user has set languages: a transcript in another one is used only where there is no audio. */
  readonly only: boolean;
}

/** Transcript types we can read, best first: those with exact times before the rest. */
const transcriptTypes: readonly (readonly [type: RegExp, ending: RegExp])[] = [
  [/^text\/vtt\b/, /\.vtt$/i],
  [/^(?:application|text)\/(?:x-)?(?:subrip|srt)\b/, /\.srt$/i],
  [/^application\/ttml\+xml\b/, /\.ttml$/i],
  [/^(?:application|text)\/(?:\w+\+)?json\b/, /\.json$/i],
  [/^(?:text\/html|application\/xhtml\+xml)\b/, /\.x?html?$/i],
  [/^text\/plain\b/, /\.txt$/i],
];
/** From this one on times are the exception. */
const firstProse = 4;

function subtitleOf(entry: FeedEntry, reader: EntryReader, wanted: Wanted): Link | undefined {
  const ranked = entry.transcripts
    .map((transcript) => ({
      transcript,
      type: typeRank(transcript),
      language: languageRank(transcript, wanted),
    }))
    .filter(({ type }) => type !== -1)
    .toSorted((a, b) => a.language - b.language || a.type - b.type);
  for (const { transcript, language, type } of ranked) {
    if (language === Infinity && wanted.only && entry.enclosures.length > 0) continue;
    const link = reader.link(transcript.url, 'subtitle');
    if (link) return type < firstProse ? link : { ...link, prose: true };
  }
  return undefined;
}

/** By its type, or by its ending where that says more: many servers call every file plain text. */
function typeRank({ url, type }: FeedLink): number {
  const path = url.replace(/[?#].*$/s, '');
  const byType = transcriptTypes.findIndex(([known]) => known.test(type));
  if (byType !== -1 && byType < firstProse) return byType;
  const byEnding = transcriptTypes.findIndex(([, ending]) => ending.test(path));
  return byType === -1 || (byEnding !== -1 && byEnding < byType) ? byEnding : byType;
}

/** Lower is better; Infinity for an unwanted language. */
function languageRank({ language }: FeedLink, { languages, own }: Wanted): number {
  const there = language ?? own;
  if (languages.length === 0 || there === '') return 0;
  let best = Infinity;
  languages.forEach((code, place) => {
    const fit = languageFit(code, there);
    if (fit !== undefined) best = Math.min(best, place * 100 + fitRank(fit));
  });
  return best;
}

function mediaOf(entry: FeedEntry, reader: EntryReader): Link | undefined {
  for (const { url, type } of entry.enclosures) {
    const link = reader.link(url, /^(?:audio|video)\//.test(type) ? 'media' : undefined);
    if (link && link.kind !== 'page') return link;
  }
  return undefined;
}

export function metaOf(entry: FeedEntry, feedTitle: string | undefined): VideoMeta {
  const channel = entry.author ?? feedTitle;
  return {
    ...(entry.title === undefined ? {} : { title: entry.title }),
    ...(channel === undefined ? {} : { channel }),
    ...(entry.duration === undefined ? {} : { duration: entry.duration, durationIsClaim: true }),
    ...(entry.published === undefined ? {} : { published: entry.published }),
  };
}

/** Dated entries first, newest first; those without a date after them, in the feed's order. */
export function newestFirst(entries: readonly FeedEntry[]): readonly FeedEntry[] {
  const dated = entries.filter((entry) => entry.time !== undefined);
  if (dated.length === 0) return entries;
  const undated = entries.filter((entry) => entry.time === undefined);
  return [...dated.toSorted((a, b) => (b.time ?? 0) - (a.time ?? 0)), ...undated];
}

async function get(
  parts: FeedParts,
  request: ExpandRequest,
  url: string,
  quotas: readonly QuotaName[],
): Promise<HttpResponse> {
  const permit: Permit = await request.permit(quotas);
  try {
    const answer = await parts.http.request({
      method: 'GET',
      url,
      headers: { accept: 'application/rss+xml, application/atom+xml, application/xml, text/xml, */*;q=0.5' },
      signal: request.signal,
      timeoutMs: request.settings.requestTimeout * 1000,
      maxBytes: request.link.list === 'feed' ? maxFeedBytes : maxPageBytes,
      redirects: 'public',
      reach: request.link.reach ?? 'asked',
      identity: request.identity,
    });
    request.sent(answer.via);
    permit.heard({ status: answer.status, headers: answer.headers });
    if (request.link.list === 'feed' && asksForPassword(answer.status))
      throw new FailureError(passwordFailure(answer));
    const refused = statusFailure(answer, new URL(url).host, parts.now());
    if (refused) throw new FailureError(refused);
    return answer;
  } finally {
    permit.release();
  }
}

/** Feeds of one origin wait for the same password. */
function passwordFailure({ status, url }: HttpResponse): Failure {
  const { host, origin } = new URL(url);
  const message = `${host} answered with status ${status}: the feed wants a user name and password, or refuses those that are kept.`;
  return failure('auth', message, { status, needs: `feed:${origin}`, subject: 'feed-password' });
}
