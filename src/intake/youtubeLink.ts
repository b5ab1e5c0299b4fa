/**
 * Every form of YouTube address: the id of one video, or a playlist or channel. Sends nothing; takes an
 * already parsed URL.
 */
import { urlOf } from '../model/webUrl';

export type YouTubeTarget =
  | { readonly kind: 'video'; readonly id: string }
  | { readonly kind: 'playlist'; readonly id: string; readonly url: string }
  | { readonly kind: 'channel'; readonly url: string }
  | { readonly kind: 'broken'; readonly why: string };

const site = 'https://www.youtube.com';
const idForm = /^[A-Za-z0-9_-]{11}$/;
const listForm = /^[A-Za-z0-9_-]{2,128}$/;
/** `ww.` and `wwww.` too: YouTube answers there, and people mistype it. */
const siteHost = /^(?:(?:w{2,4}|m|music|gaming|kids)\.)?youtube(?:-nocookie)?\.com$/;
const shortHost = /^(?:www\.)?(?:youtu|y2u)\.be$/;
const kidsHost = /^(?:www\.)?youtubekids\.com$/;
/** Addresses of countries and of old players, which lead to YouTube. */
const otherHost =
  /^(?:(?:www|m)\.)?youtube\.(?:(?:com?\.)?[a-z]{2})$|^youtube\.googleapis\.com$|^www\.youtubeeducation\.com$/;
/** Free front ends that show YouTube's videos under YouTube's paths. */
const mirrorHost =
  /^(?:yewtu\.be|piped\.video|invidio\.us|hooktube\.com|vid\.puffyan\.us|farside\.link|freetubeapp\.io)$|(?:^|\.)(?:invidious|inv|iv|yt|piped|poketube|hyperpipe|viewtube|cloudtube|tubo)\.[a-z0-9]/;

/** Paths whose next part is a video's id. */
const videoPaths: ReadonlySet<string> = new Set(['shorts', 'live', 'embed', 'v', 'e', 'vi', 'watch']);
/** Pages of one playlist: `/playlist?list=ID`, `/playlist/ID`, and `/view_play_list?p=ID`, `/p/ID` of old. */
const listPages: ReadonlySet<string> = new Set(['playlist', 'view_play_list', 'p', 'course']);
/** Parts of a channel that are separate lists; `live` is whatever is on air and remains a page. */
const channelTabs: ReadonlySet<string> = new Set([
  'videos',
  'shorts',
  'streams',
  'podcasts',
  'playlists',
  'releases',
  'courses',
]);

/** First parts of YouTube's own addresses; no channel has one of them as its name. */
const ownPages: ReadonlySet<string> = new Set(
  (
    'about account ads apps artist audiolibrary browse c channel channels clip course courses creators dashboard dev ' +
    'embed error explore feed feeds gaming hashtag help howyoutubeworks index intl jobs kids learning live login logout ' +
    'movies music news oembed oops playables playlist podcast podcasts post premium press privacy profile red redirect ' +
    'reporting results robots search servicelogin settings share shared shop shorts show shows signin signup source ' +
    'sports storefront studio subscriptions t terms testtube themes trending trends trailers tv upload user watch yt ytscreeningroom'
  ).split(' '),
);

export function isYouTubeId(text: string): boolean {
  return idForm.test(text);
}

/** Whether a text is an id as YouTube makes them: 64 bits leave few signs for the last place. For guesses only. */
export function canBeYouTubeId(text: string): boolean {
  return isYouTubeId(text) && /[AEIMQUYcgkosw048]$/.test(text);
}

const wordForm = /^(?:[A-Z]+(?:[-_][A-Z]+)*|[-_]{0,2}[A-Z]?[a-z]{2,}(?:(?:[A-Z]|[-_][A-Z]?)[a-z]{2,})*)$/;

/**
 * Whether a text in the form of an id is more likely a name, a word or a number: `intro-video`, `TheFineBros`,
 * `MY_SETTINGS`. For guesses only: of YouTube's own ids a few in a thousand look like one.
 */
export function looksLikeWord(text: string): boolean {
  return wordForm.test(text) || /^\d+$/.test(text);
}

/** The same for one that stands alone, as a name with a number may: `user-123404`. */
export function looksLikeName(text: string): boolean {
  return looksLikeWord(text.replace(/[-_]?\d*$/, '')) || /^\d+$/.test(text);
}

export function isYouTubeChannelId(text: string): boolean {
  return /^UC[A-Za-z0-9_-]{22}$/.test(text);
}

/** Playlists that somebody made, albums, and the uploads of a channel; not the mixes and queues of one viewer. */
export function isPlaylistId(text: string): boolean {
  return /^(?:PL[A-Za-z0-9_-]{14,40}|OLAK5uy_[A-Za-z0-9_-]{20,40}|UU(?:LF|SH|LV)?[A-Za-z0-9_-]{22})$/.test(
    text,
  );
}

/** Whether a host is YouTube's own site. */
export function isYouTubeSite(host: string): boolean {
  return siteHost.test(host);
}

const watchPage = `${site}/watch?v=`;

/** The canonical link of a video. */
export function watchUrl(id: string): string {
  // In one piece: what `+` puts together keeps its parts, 3 MB for 100,000 links.
  return [watchPage, id].join('');
}

/**
 * The id of a video whose link is canonical already; undefined for any other text. Most links of a long list are, and
 * parsing them as addresses would take most of the time in which the list is read.
 */
export function watchUrlId(text: string): string | undefined {
  if (text.length !== watchPage.length + 11 || !text.startsWith(watchPage)) return undefined;
  const id = text.slice(watchPage.length);
  return isYouTubeId(id) ? id : undefined;
}

/**
 * What a YouTube address points to; undefined for other hosts and for YouTube's pages that are neither a
 * video nor a list. A watch link that also names a playlist is the video. `hash`: old mobile addresses have
 * everything after the #.
 */
export function readYouTube(written: URL, hash = ''): YouTubeTarget | undefined {
  const host = written.hostname;
  if (shortHost.test(host)) return shortLink(written);
  if (host === 'studio.youtube.com') return studio(written);
  const mirrored = kidsHost.test(host) || mirrorHost.test(host);
  if (!mirrored) return isYouTubeSite(host) || otherHost.test(host) ? ofSite(written, hash) : undefined;
  const target = ofMirror(meantAddress(written, hash));
  // The host is only a guess by its name: what does not fit is a page of another site.
  return target?.kind === 'broken' ? undefined : target;
}

/** What a free front end adds to YouTube's own paths: `farside.link/invidious/watch?v=…`, `/feed/channel/UC…`. */
function ofMirror(url: URL): YouTubeTarget | undefined {
  const [first = '', second = '', third = ''] = parts(url);
  if (first === 'feed' && second === 'channel') return channel('channel', third, '');
  if (first === 'feed' && second === 'playlist') return playlist(third);
  if (first !== 'invidious' && first !== 'piped') return ofSite(url, '');
  const inside = new URL(url);
  inside.pathname = url.pathname.slice(first.length + 1);
  return ofSite(inside, '');
}

function ofSite(written: URL, hash: string): YouTubeTarget | undefined {
  const url = meantAddress(written, hash);
  const [first = '', second = '', third = ''] = parts(url);
  const page = first.toLowerCase();
  const list = url.searchParams.get('list') ?? '';
  if (page === 'watch' || page === 'watch_popup' || page === '') {
    const id = videoParameter(url);
    if (id !== undefined) return video(id);
    if (list !== '' && second === '') return playlist(list);
  }
  if (page === 'attribution_link') return inner(url.searchParams.get('u'));
  if (page === 'watch_videos') return watchVideos(url);
  if (page === 'feeds') return feed(url);
  if (page === 'embed' && list !== '' && ['', 'videoseries'].includes(second.toLowerCase()))
    return url.searchParams.get('listType') === 'user_uploads' ? channel('user', list, '') : playlist(list);
  if (page === 'embed' && second === 'live_stream') return undefined;
  if (listPages.has(page) || (page === 'embed' && second === 'videoseries'))
    return playlist([list, url.searchParams.get('p'), second].find((text) => text) ?? '');
  if (page === 'browse' && second.startsWith('VL')) return playlist(second);
  if (page === 'browse' && second.startsWith('UC')) return channel('channel', second, '');
  if (videoPaths.has(page) && second !== '') {
    const named = video(second);
    // `/embed/watch?v=ID`, `/embed/?v=ID`, as people put them together.
    return named.kind === 'video' ? named : (shownIn(url) ?? named);
  }
  if (page === 'watch') return { kind: 'broken', why: 'The link names no video: ?v= is missing.' };
  // The chat, the captions or another page of a video; the address that channels had before handles.
  return channel(first, second, third) ?? shownIn(url) ?? namedChannel(url);
}

/** `youtube.com/NASA`: a name of letters and digits that is none of YouTube's own pages. */
function namedChannel(url: URL): YouTubeTarget | undefined {
  const name = /^\/([A-Za-z0-9]{3,40})\/?$/.exec(url.pathname)?.[1];
  if (name === undefined || ownPages.has(name.toLowerCase())) return undefined;
  if (url.search !== '' && !url.searchParams.has('sub_confirmation')) return undefined;
  return { kind: 'channel', url: `${site}/${name}` };
}

/** The id that a page names as its video. */
function videoParameter(url: URL): string | undefined {
  return (
    ['v', 'vi', 'V'].map((name) => url.searchParams.get(name)).find((value) => value !== null) ?? undefined
  );
}

/** The video that a page is about: its chat, its captions. */
function shownIn(url: URL): YouTubeTarget | undefined {
  const id = videoParameter(url) ?? url.searchParams.get('video_id') ?? '';
  return isYouTubeId(id) ? video(id) : undefined;
}

/** Old addresses have everything, or the video, after the #; others have lost their ? or = to an encoding. */
function meantAddress(written: URL, hash: string): URL {
  if (/^#!?\//.test(hash)) return urlOf(hash.replace(/^#!?/, ''), site) ?? written;
  const played = /^#!?v=([\w-]{11})(?![\w-])|^#p\/(?:[\w-]{1,40}\/){1,4}([\w-]{11})(?![\w-])/.exec(hash);
  if (played) return new URL(watchUrl(played[1] ?? played[2] ?? ''));
  if (/^\?v%3d/i.test(written.search)) return urlOf(written.href.replace(/%3d/i, '='), site) ?? written;
  if (!/%3f/i.test(written.pathname))
    return written.pathname.startsWith('/%40')
      ? (urlOf(written.href.replace('%40', '@'), site) ?? written)
      : written;
  const path = written.pathname.replace(/%3f/i, '?').replace(/%3d/gi, '=').replace(/%26/g, '&');
  return urlOf(`${path}${written.search.replace(/^\?/, '&')}`, site) ?? written;
}

function shortLink(url: URL): YouTubeTarget | undefined {
  const [first = '', second = ''] = parts(url);
  const named = url.searchParams.get('v');
  if (['', 'watch'].includes(first.toLowerCase()) && named !== null) return video(named);
  if (first.startsWith('@')) return channel(first, second, '');
  if (first.toLowerCase() === 'playlist') return playlist(url.searchParams.get('list') ?? '');
  if (videoPaths.has(first.toLowerCase()) && second !== '') return video(second);
  if (first !== '') return video(first);
  return { kind: 'broken', why: 'The link names no video.' };
}

/** The address inside an attribution link, which YouTube's own share buttons made for years. */
function inner(text: string | null): YouTubeTarget {
  const broken: YouTubeTarget = { kind: 'broken', why: 'The link inside this link names no video.' };
  const url = text === null ? undefined : urlOf(text, site);
  if (url?.pathname === '/attribution_link') return broken;
  return (url && readYouTube(url)) ?? broken;
}

/** Studio pages of a video: `/video/ID/edit`; likewise of a playlist or channel. */
function studio(url: URL): YouTubeTarget | undefined {
  const [first = '', second = ''] = parts(url);
  if (first === 'video' && second !== '') return video(second);
  if (first === 'playlist' && second !== '') return playlist(second);
  return first === 'channel' ? channel(first, second, '') : undefined;
}

/** YouTube's own feeds mean the channel or playlist they name, which has more than the feed's newest 15. */
function feed(url: URL): YouTubeTarget | undefined {
  const { searchParams } = url;
  const list = searchParams.get('playlist_id');
  if (list !== null) return playlist(list);
  const id = searchParams.get('channel_id');
  if (id !== null) return channel('channel', id, '');
  const user = searchParams.get('user');
  return user === null ? undefined : channel('user', user, '');
}

/** The ids of `watch_videos?video_ids=A,B`: one link for many videos. */
export function videoIdsOf(url: URL): readonly string[] {
  const ids =
    siteHost.test(url.hostname) && url.pathname === '/watch_videos' && url.searchParams.get('video_ids');
  return typeof ids === 'string' ? ids.split(',').filter((id) => id !== '') : [];
}

function watchVideos(url: URL): YouTubeTarget {
  const [first, ...others] = videoIdsOf(url);
  if (first === undefined)
    return { kind: 'broken', why: 'The link names no videos: ?video_ids= is missing.' };
  return others.length === 0
    ? video(first)
    : { kind: 'broken', why: 'The link names several videos. Write each on a line of its own.' };
}

/** An id, and what was wrongly appended to it by hand: `?v=ID?t=3`, `youtu.be/ID&t=3`, `ID(3:20)`, `ID%20`, `ID的视频`. */
const idWithRest = /^([A-Za-z0-9_-]{11})(?:[^\w\s%-]|%(?!20)|(?:%20|\s)$)/;

function video(written: string): YouTubeTarget {
  const id = idWithRest.exec(written)?.[1] ?? written;
  if (idForm.test(id)) return { kind: 'video', id };
  const length = id.trim().length;
  return {
    kind: 'broken',
    why:
      length < 11
        ? `A YouTube id has 11 characters, this one ${length}: the link is cut off.`
        : 'What stands where the YouTube id belongs is none: 11 letters, digits, - or _.',
  };
}

function playlist(written: string): YouTubeTarget {
  // VL: YouTube's own name of the page that shows a playlist. The oldest addresses leave out PL.
  const id = written.replace(/^VL(?=.{11})/, '').replace(/^(?=[0-9A-F]{16}$)/, 'PL');
  if (listForm.test(id)) return { kind: 'playlist', id, url: `${site}/playlist?list=${id}` };
  return { kind: 'broken', why: 'The link names no playlist: ?list= is missing or cut off.' };
}

function channel(first: string, second: string, third: string): YouTubeTarget | undefined {
  const named = first.startsWith('@');
  if (!named && !['channel', 'c', 'user'].includes(first.toLowerCase())) return undefined;
  const name = named ? first.slice(1) : second;
  if (name === '') return { kind: 'broken', why: 'The link names no channel.' };
  if (first.toLowerCase() === 'channel' && !isYouTubeChannelId(name))
    return { kind: 'broken', why: "A channel's id begins with UC and has 24 characters." };
  const tab = (named ? second : third).toLowerCase();
  // A single live or community page of a channel is not a list; yt-dlp may still support it.
  if (tab === 'live' || tab === 'community' || tab === 'posts') return undefined;
  // The whole channel is not what was asked for.
  if (tab === 'search')
    return {
      kind: 'broken',
      why: 'A search in a channel is not read. Take the links of the videos it finds.',
    };
  const base = named ? `${site}/${first}` : `${site}/${first.toLowerCase()}/${name}`;
  return { kind: 'channel', url: channelTabs.has(tab) ? `${base}/${tab}` : base };
}

function parts(url: URL): readonly string[] {
  return url.pathname.split('/').filter((part) => part !== '');
}
