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
const siteHost = /^(?:(?:www|m|music|gaming|kids)\.)?youtube(?:-nocookie)?\.com$/;
const shortHost = /^(?:www\.)?youtu\.be$/;
const kidsHost = /^(?:www\.)?youtubekids\.com$/;
/** Addresses of countries and of old players, which lead to YouTube. */
const otherHost = /^(?:(?:www|m)\.)?youtube\.(?:(?:com?\.)?[a-z]{2})$|^youtube\.googleapis\.com$/;
/** Free front ends that show YouTube's videos under YouTube's paths. */
const mirrorHost =
  /^(?:yewtu\.be|piped\.video|invidio\.us|hooktube\.com|vid\.puffyan\.us|farside\.link|freetubeapp\.io)$|(?:^|\.)(?:invidious|inv|piped|poketube|hyperpipe|viewtube|cloudtube|tubo)\.[a-z0-9.-]+$/;

/** Paths whose next part is a video's id. */
const videoPaths: ReadonlySet<string> = new Set(['shorts', 'live', 'embed', 'v', 'e', 'vi', 'watch']);
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

export function isYouTubeId(text: string): boolean {
  return idForm.test(text);
}

export function isYouTubeChannelId(text: string): boolean {
  return /^UC[A-Za-z0-9_-]{22}$/.test(text);
}

/** Playlists that somebody made, and albums; not the mixes and queues of one viewer. */
export function isPlaylistId(text: string): boolean {
  return /^(?:PL[A-Za-z0-9_-]{14,40}|OLAK5uy_[A-Za-z0-9_-]{20,40})$/.test(text);
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
  if (!siteHost.test(host) && !mirrored && !otherHost.test(host)) return undefined;
  const url = meantAddress(written, hash);

  const [first = '', second = '', third = ''] = parts(url);
  const page = first.toLowerCase();
  if (page === 'watch' || page === 'watch_popup' || page === '') {
    const id = url.searchParams.get('v') ?? url.searchParams.get('vi');
    if (id !== null) return video(id);
    const list = url.searchParams.get('list');
    if (list !== null && second === '') return playlist(list);
  }
  if (page === 'attribution_link') return inner(url.searchParams.get('u'));
  if (page === 'watch_videos') return watchVideos(url);
  if (page === 'feeds') return feed(url);
  if (page === 'embed' && url.searchParams.has('list') && ['', 'videoseries'].includes(second.toLowerCase()))
    return url.searchParams.get('listType') === 'user_uploads'
      ? channel('user', url.searchParams.get('list') ?? '', '')
      : playlist(url.searchParams.get('list') ?? '');
  if (page === 'playlist' || (page === 'embed' && second === 'videoseries'))
    return playlist(url.searchParams.get('list') ?? '');
  if (page === 'embed' && second === 'live_stream') return undefined;
  if (page === 'browse' && second.startsWith('VL')) return playlist(second);
  if (page === 'browse' && second.startsWith('UC')) return channel('channel', second, '');
  if (videoPaths.has(page) && second !== '') return video(second);
  if (page === 'watch') return { kind: 'broken', why: 'The link names no video: ?v= is missing.' };
  // farside.link/invidious/watch?v=…
  if (mirrored && ['invidious', 'piped'].includes(page)) {
    const inside = new URL(url);
    inside.pathname = url.pathname.slice(page.length + 1);
    return readYouTube(inside);
  }
  const shown = url.searchParams.get('v');
  // The chat, the captions or another page of a video.
  return channel(first, second, third) ?? (shown !== null && idForm.test(shown) ? video(shown) : undefined);
}

/** Old mobile addresses have everything after the #; others have lost their ? to an encoding. */
function meantAddress(written: URL, hash: string): URL {
  if (/^#!?\//.test(hash)) return urlOf(hash.replace(/^#!?/, ''), site) ?? written;
  if (!/%3f/i.test(written.pathname)) return written;
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

/** An id, and what was wrongly appended to it by hand: `?v=ID?t=3`, `youtu.be/ID&t=3`, `ID的视频`. */
const idWithRest = /^([A-Za-z0-9_-]{11})(?:[?&#/:|]|%(?!20)|[^\0-\x7f])/;

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
  // YouTube's own name of the page that shows a playlist.
  const id = written.replace(/^VL(?=.{11})/, '');
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
