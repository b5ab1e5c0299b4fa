/** Podcast and news feeds, read without any program. YouTube's own feeds: listYouTube.ts. */
import { youtubeVideo } from '../intake/link';
import { isYouTubeId } from '../intake/youtubeLink';
import { failure, FailureError } from '../model/failure';
import type { Link, VideoMeta } from '../model/link';
import type { Http, HttpResponse } from '../model/ports';
import type { ExpandRequest, ListItem, Permit } from '../model/source';
import { EntryReader, type MayBePublic } from './listEntries';
import { parseFeed, type Feed, type FeedEntry } from './feedParser';
import { statusFailure } from './httpAnswer';
import { linkQuota } from './parts';

export interface FeedParts {
  readonly http: Http;
  readonly mayBePublic: MayBePublic;
  /** Epoch ms. */
  readonly now: () => number;
  /** Lets others run. */
  readonly pause: () => Promise<void>;
}

const maxFeedBytes = 10 * 1024 * 1024;

/** The entries of a feed, newest first where dates are known. Throws FailureError. */
export async function* feedItems(parts: FeedParts, request: ExpandRequest): AsyncGenerator<ListItem> {
  const { link } = request;
  const quota = linkQuota(link);
  const answer = await get(parts, request, link.url, quota === undefined ? [] : [quota]);
  const feed = await parseFeed(answer.body, answer.headers['content-type'] ?? '', parts.pause);
  const reader = new EntryReader(link.url, parts.mayBePublic);
  for (const entry of newestFirst(feed.entries)) {
    const item = feedItem(entry, reader, feed.title);
    if (item) yield item;
  }
  if (reader.refused > 0)
    request.note?.(
      `${reader.refused} entries of the feed were left out: they name no web address that may be followed.`,
    );
  checkWhole(feed);
}

/** After its entries have been given: who needs no more of them has left by now. */
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

function feedItem(entry: FeedEntry, reader: EntryReader, title: string | undefined): ListItem | undefined {
  const meta = metaOf(entry, title);
  if (entry.videoId !== undefined && isYouTubeId(entry.videoId))
    return { link: youtubeVideo(entry.videoId), meta };
  const link = subtitleOf(entry, reader) ?? mediaOf(entry, reader);
  if (link) return { link, meta };
  return reader.item(entry.link ?? '', meta);
}

/** Transcript types we can read, best first: those with exact times before the rest. */
const transcriptTypes: readonly (readonly [type: RegExp, ending: RegExp])[] = [
  [/^text\/vtt\b/, /\.vtt$/i],
  [/^(?:application\/(?:x-)?subrip|text\/srt|application\/srt)\b/, /\.srt$/i],
  [/^application\/ttml\+xml\b/, /\.ttml$/i],
];

function subtitleOf(entry: FeedEntry, reader: EntryReader): Link | undefined {
  for (const [type, ending] of transcriptTypes)
    for (const transcript of entry.transcripts) {
      const path = transcript.url.replace(/[?#].*$/s, '');
      if (!type.test(transcript.type) && !ending.test(path)) continue;
      const link = reader.link(transcript.url, 'subtitle');
      if (link) return link;
    }
  return undefined;
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
    ...(entry.duration === undefined ? {} : { duration: entry.duration }),
    ...(entry.published === undefined ? {} : { published: entry.published }),
  };
}

/** Stable: entries without a date keep their place behind those before them. */
export function newestFirst(entries: readonly FeedEntry[]): readonly FeedEntry[] {
  if (!entries.every((entry) => entry.time !== undefined)) return entries;
  return entries.toSorted((a, b) => (b.time ?? 0) - (a.time ?? 0));
}

async function get(
  parts: FeedParts,
  request: ExpandRequest,
  url: string,
  quotas: readonly string[],
): Promise<HttpResponse> {
  const permit: Permit = await request.permit(quotas);
  try {
    const answer = await parts.http.request({
      method: 'GET',
      url,
      headers: { accept: 'application/rss+xml, application/atom+xml, application/xml, text/xml, */*;q=0.5' },
      signal: request.signal,
      timeoutMs: request.settings.requestTimeout * 1000,
      maxBytes: maxFeedBytes,
      redirects: 'public',
      reach: request.link.reach ?? 'asked',
      identity: request.identity,
    });
    request.sent(answer.via);
    permit.heard({ status: answer.status, headers: answer.headers });
    const refused = statusFailure(answer, new URL(url).host, parts.now());
    if (refused) throw new FailureError(refused);
    return answer;
  } finally {
    permit.release();
  }
}
