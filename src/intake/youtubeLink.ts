/**
 * Every form in which people write YouTube addresses, understood once: the id of one video, or a playlist
 * or channel. Knows nothing of fetching; takes an already parsed URL.
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
const consentHost = /^consent\.(?:m\.)?youtube\.com$/;
/** Links copied out of Google Docs and search results lead through here. */
const googleHost = /^(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?$/;

/** Paths whose next part is a video's id. */
const videoPaths: ReadonlySet<string> = new Set(['shorts', 'live', 'embed', 'v', 'e', 'vi', 'watch']);
/** Parts of a channel that are lists of their own; `live` is whatever is on air and stays a page. */
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

/** The canonical link of a video. */
export function watchUrl(id: string): string {
  return `${site}/watch?v=${id}`;
}

/**
 * What a YouTube address points at; undefined for other hosts and for YouTube's pages that are neither a
 * video nor a list. A watch link that also names a playlist is the video.
 */
export function readYouTube(url: URL, depth = 0): YouTubeTarget | undefined {
  const host = url.hostname;
  if (shortHost.test(host)) return shortLink(url);
  if (consentHost.test(host)) return inner(url.searchParams.get('continue'), depth);
  if (googleHost.test(host) && url.pathname === '/url') return behindGoogle(url, depth);
  if (!siteHost.test(host)) return undefined;

  const [first = '', second = '', third = ''] = parts(url);
  const page = first.toLowerCase();
  if (page === 'watch' || page === 'watch_popup' || page === '') {
    const id = url.searchParams.get('v') ?? url.searchParams.get('vi');
    if (id !== null) return video(id);
    const list = url.searchParams.get('list');
    if (list !== null && second === '') return playlist(list);
  }
  if (page === 'attribution_link') return inner(url.searchParams.get('u'), depth);
  if (page === 'playlist' || (page === 'embed' && second === 'videoseries'))
    return playlist(url.searchParams.get('list') ?? '');
  if (page === 'embed' && second === 'live_stream') return undefined;
  if (videoPaths.has(page) && second !== '') return video(second);
  if (page === 'watch') return { kind: 'broken', why: 'The link names no video: ?v= is missing.' };
  return channel(first, second, third);
}

function shortLink(url: URL): YouTubeTarget {
  const [first = '', second = ''] = parts(url);
  if (videoPaths.has(first.toLowerCase()) && second !== '') return video(second);
  if (first !== '') return video(first);
  return { kind: 'broken', why: 'The link names no video.' };
}

/** An address inside an address: attribution links, and the consent page people copy by mistake. */
function inner(text: string | null, depth: number): YouTubeTarget {
  const broken: YouTubeTarget = { kind: 'broken', why: 'The link inside this link names no video.' };
  const url = text === null || depth > 1 ? undefined : urlOf(text, site);
  return (url && readYouTube(url, depth + 1)) ?? broken;
}

/** Undefined for what is neither a video nor a list of YouTube's: the address stays as it is. */
function behindGoogle(url: URL, depth: number): YouTubeTarget | undefined {
  const text = url.searchParams.get('q') ?? url.searchParams.get('url') ?? '';
  const inner = depth <= 1 && /^https?:\/\//i.test(text) ? urlOf(text) : undefined;
  return inner && readYouTube(inner, depth + 1);
}

/** An id, and what a hand has put behind it in the wrong way: `?v=ID?t=3`, `youtu.be/ID&t=3`, `ID的视频`. */
const idWithRest = /^([A-Za-z0-9_-]{11})(?:[?&#/]|%(?!20)|[^\0-\x7f])/;

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

function playlist(id: string): YouTubeTarget {
  if (listForm.test(id)) return { kind: 'playlist', id, url: `${site}/playlist?list=${id}` };
  return { kind: 'broken', why: 'The link names no playlist: ?list= is missing or cut off.' };
}

function channel(first: string, second: string, third: string): YouTubeTarget | undefined {
  const named = first.startsWith('@');
  if (!named && !['channel', 'c', 'user'].includes(first.toLowerCase())) return undefined;
  const name = named ? first.slice(1) : second;
  if (name === '') return { kind: 'broken', why: 'The link names no channel.' };
  if (first.toLowerCase() === 'channel' && !/^UC[A-Za-z0-9_-]{22}$/.test(name))
    return { kind: 'broken', why: "A channel's id begins with UC and has 24 characters." };
  const tab = (named ? second : third).toLowerCase();
  // A single live or community page of a channel is no list; yt-dlp may still know what to do with it.
  if (tab === 'live' || tab === 'community') return undefined;
  const base = named ? `${site}/${first}` : `${site}/${first.toLowerCase()}/${name}`;
  return { kind: 'channel', url: channelTabs.has(tab) ? `${base}/${tab}` : base };
}

function parts(url: URL): readonly string[] {
  return url.pathname.split('/').filter((part) => part !== '');
}
