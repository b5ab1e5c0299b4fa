/**
 * YouTube's channels and playlists without yt-dlp: their own feeds, which have the newest 15 videos. A
 * handle's channel is found on its page, which is requested as a browser would.
 */
import { youtubeVideo } from '../intake/link';
import { isYouTubeId } from '../intake/youtubeLink';
import { failure, FailureError, type Failure } from '../model/failure';
import type { HttpResponse } from '../model/ports';
import type { ExpandRequest, ListItem } from '../model/source';
import { parseFeed } from './feedParser';
import { checkWhole, metaOf, newestFirst, type FeedParts } from './listFeed';
import { fail } from './parts';
import { judge } from './youtube/reasons';
import { browserHeaders, endpointOf, refusedBy } from './youtube/request';

/** Most entries of YouTube's feeds. */
const feedLength = 15;
const largestAnswer = 10 * 1024 * 1024;
const utf8 = new TextDecoder();

/** Pages of a channel that list playlists instead of videos. */
const listsOfLists = /\/(?:playlists|podcasts|courses|releases)$/;

/** Whether the link is a list of lists: yt-dlp reads one level of them. */
export function namesLists(url: string): boolean {
  return listsOfLists.test(new URL(url).pathname);
}

/** The newest videos of a channel or playlist. Throws FailureError. */
export async function* youtubeFeedItems(parts: FeedParts, request: ExpandRequest): AsyncGenerator<ListItem> {
  if (namesLists(request.link.url))
    fail(
      failure('tool-missing', 'This page lists playlists, which only yt-dlp reads. Set up yt-dlp.', {
        subject: 'yt-dlp',
        needs: 'program:yt-dlp',
      }),
    );
  const endpoint = endpointOf(request.settings);
  const list = await listOf(parts, request, endpoint);
  const answer = await ask(parts, request, `${endpoint}/feeds/videos.xml?${list.query}`, feedTypes);
  throwBlock(parts, answer);
  if (answer.status !== 200) fail(await feedFailure(parts, request, endpoint, list, answer));
  const feed = await parseFeed(answer.body, answer.headers['content-type'] ?? '', parts.pause);
  request.note?.(
    `Without yt-dlp only the newest ${feedLength} videos of this list are known. Set up yt-dlp for all of them.`,
  );
  for (const entry of newestFirst(feed.entries)) {
    const id = entry.videoId ?? '';
    if (isYouTubeId(id)) yield { link: youtubeVideo(id), meta: metaOf(entry, feed.title) };
  }
  checkWhole(feed);
}

interface YouTubeList {
  /** Of the feed's address. */
  readonly query: string;
  /** Path and query of its page; absent where that was just requested. */
  readonly page?: string;
}

async function listOf(parts: FeedParts, request: ExpandRequest, endpoint: string): Promise<YouTubeList> {
  const url = new URL(request.link.url);
  const list = url.searchParams.get('list');
  if (list !== null) {
    const id = encodeURIComponent(list);
    return { query: `playlist_id=${id}`, page: `/playlist?list=${id}` };
  }
  const known = /^\/channel\/(UC[A-Za-z0-9_-]{22})/.exec(url.pathname)?.[1];
  if (known !== undefined) return { query: `channel_id=${known}`, page: `/channel/${known}` };
  return { query: `channel_id=${await channelId(parts, request, `${endpoint}${url.pathname}`)}` };
}

/** A handle's channel id is in its page: in the canonical link, otherwise in the page's data. */
async function channelId(parts: FeedParts, request: ExpandRequest, address: string): Promise<string> {
  const page = await ask(parts, request, address, pageTypes);
  const text = utf8.decode(page.body);
  const id =
    /<link rel="canonical" href="[^"]{0,100}\/channel\/(UC[A-Za-z0-9_-]{22})"/.exec(text)?.[1] ??
    /"(?:externalId|channelId|browseId)":"(UC[A-Za-z0-9_-]{22})"/.exec(text)?.[1];
  // Checked first: an ordinary page may also mention the consent page and captchas.
  if (page.status === 200 && id !== undefined) return id;
  throwBlock(parts, page);
  return fail(pageFailure(page, text) ?? failure('bad-response', "The channel's page does not say its id."));
}

/**
 * Why there is no feed. YouTube's feeds fail at times, and then return 404 for existing channels: only the
 * list's own page shows whether it is gone.
 */
async function feedFailure(
  parts: FeedParts,
  request: ExpandRequest,
  endpoint: string,
  { page }: YouTubeList,
  { status }: HttpResponse,
): Promise<Failure> {
  if (page !== undefined) {
    const answer = await ask(parts, request, `${endpoint}${page}`, pageTypes);
    const gone = pageFailure(answer, utf8.decode(answer.body));
    if (answer.status !== 200) throwBlock(parts, answer);
    if (gone !== undefined) return gone;
  }
  return failure(
    'bad-response',
    `YouTube's feed of this list does not answer (${status}), though the list is there. Retry later, or set up yt-dlp, which needs no feed.`,
    { status, subject: 'feed-out' },
  );
}

/** The error on the page of a channel or playlist; undefined: none. */
function pageFailure({ status }: HttpResponse, text: string): Failure | undefined {
  if (status === 404 || status === 410)
    return failure('unavailable', `YouTube knows no such list (${status}).`, { status });
  const alerts = [
    ...text.matchAll(
      /"alert(?:WithButton)?Renderer":\{.{0,300}?"(?:simpleText|text)":"((?:[^"\\]|\\.){3,300})"/gs,
    ),
  ].map(([, words = '']) => words);
  const reason = judge({ texts: alerts });
  if (reason !== undefined && reason.proves !== 'hint') {
    const { code, detail } = reason;
    return failure(code, alerts.join(' ').slice(0, 300), detail === undefined ? {} : { subject: detail });
  }
  return status === 200
    ? undefined
    : failure('bad-response', `YouTube answered with status ${status}.`, { status });
}

const pageTypes = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';
const feedTypes = 'application/atom+xml, application/xml, text/xml, */*;q=0.5';

/** Throws where the answer means a block; whether a page is missing is for the caller to decide. */
function throwBlock(parts: FeedParts, answer: HttpResponse): void {
  const refused = refusedBy(answer, parts.now(), undefined, 'page')?.failure;
  if (refused !== undefined && refused.code !== 'bad-response') throw new FailureError(refused);
}

/** One request on one start of YouTube's quota. Returns any status. */
async function ask(
  parts: FeedParts,
  request: ExpandRequest,
  url: string,
  accept: string,
): Promise<HttpResponse> {
  const permit = await request.permit(['youtube']);
  try {
    const answer = await parts.http.request({
      method: 'GET',
      url,
      headers: { ...browserHeaders, accept },
      signal: request.signal,
      timeoutMs: request.settings.requestTimeout * 1000,
      maxBytes: largestAnswer,
      // A redirect to another site is a block or the consent page.
      redirects: 'same-origin',
      reach: 'asked',
      identity: request.identity,
    });
    request.sent(answer.via);
    permit.heard({ status: answer.status, headers: answer.headers });
    return answer;
  } finally {
    permit.release();
  }
}
