/**
 * Turns one entry of a list into a Link, or a Failure that says what is wrong. Only the address that
 * `readLink` has parsed and rebuilt (`Link.url`) ever reaches the network or a program.
 */
import { createHash } from 'node:crypto';
import { failure, type Failure } from '../model/failure';
import type { Link } from '../model/link';
import { pathForm } from '../model/pathForm';
import { hasYtDlpOrders, urlOf, withoutUsers } from '../model/webUrl';
import { isBareAddress, unescaped } from './clean';
import { fileKind, isShowPage, localFileKind, looksLikeFeed } from './fileKinds';
import {
  fileUrlOf,
  hasControls,
  looksLikePath,
  nativePathStyle,
  pathOfFileUrl,
  resolveLocal,
  type LocalBase,
} from './localPath';
import { unwrap, videoInside } from './unwrap';
import {
  isPlaylistId,
  isYouTubeChannelId,
  isYouTubeId,
  isYouTubeSite,
  readYouTube,
  watchUrl,
  watchUrlId,
} from './youtubeLink';

export interface LinkOptions extends LocalBase {
  /** A bare id of a YouTube video, channel or playlist is a link: in `.urls` lists and on the command line only. */
  readonly bareIds?: boolean;
  /** Paths and `file:` addresses are links. Off for free text, feeds and pages. */
  readonly local?: boolean;
  /** A host with a path and no scheme is a web address, for lines that contain nothing else. */
  readonly bareHosts?: boolean;
  /** The list itself declares the address to be a feed (`xmlUrl` of an OPML file). */
  readonly feed?: boolean;
}

/** Longer ones are refused: no server accepts them, and programs would truncate them. */
export const maxLinkLength = 8192;

export function isFailure(value: Link | Failure): value is Failure {
  return 'code' in value;
}

/** Reads one link. Fails with `invalid-url`, or `unsupported` for local files that contain no speech. */
export function readLink(text: string, options: LinkOptions = {}): Link | Failure {
  const entry = text.trim();
  if (entry === '') return notALink(options);
  if (entry.length > maxLinkLength)
    return failure('invalid-url', `The link is longer than ${maxLinkLength} characters.`);
  const id = options.bareIds === true && isYouTubeId(entry) ? entry : watchUrlId(entry);
  if (id !== undefined) return youtubeVideo(id);
  if (options.bareIds === true && isYouTubeChannelId(entry))
    return readWebLink(`https://www.youtube.com/channel/${entry}`);
  if (options.bareIds === true && isPlaylistId(entry))
    return readWebLink(`https://www.youtube.com/playlist?list=${entry}`);
  const feed = feedScheme.exec(entry);
  if (feed)
    return readWebLink(/^https?:/i.test(feed[1] ?? '') ? (feed[1] ?? '') : `https://${feed[1] ?? ''}`, true);
  const app = appScheme.exec(entry);
  if (app) return readWebLink(appLink(app[1] ?? ''));
  if (/^https?:/i.test(entry)) return readWebLink(entry, options.feed);
  if (/^(?:www\.|m\.|music\.)?youtu(?:\.be|be\.com|be-nocookie\.com)\//i.test(entry))
    return readWebLink(`https://${entry}`);
  if (options.bareHosts === true && /^\/(?:watch\?v=|shorts\/)/.test(entry))
    return readWebLink(`https://www.youtube.com${entry}`);
  // As written in web pages; any other `//host/…` would be a network share.
  if (/^\/\/(?:www\.|m\.|music\.)?youtu(?:\.be|be\.com|be-nocookie\.com)\//i.test(entry))
    return readWebLink(`https:${entry}`);
  if (options.local === true) {
    if (/^file:/i.test(entry)) return localLink(pathOfFileUrl(entry, options), options);
    if (looksLikePath(entry)) return localLink(resolveLocal(entry, options), options);
  }
  if (/^www\.[^\s/.]+\.[^\s/]+\//i.test(entry)) return readWebLink(`https://${entry}`);
  if (options.bareHosts === true && isBareAddress(entry)) return readWebLink(`https://${entry}`);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(entry)?.[1];
  if (scheme !== undefined && !entry.includes(' '))
    return failure(
      'invalid-url',
      `Links that begin with ${scheme.slice(0, 20)}: are not followed, only https:, http: and local files.`,
    );
  return notALink(options);
}

/** The text of a link that could not be read, for its row: shortened, without a password. Never opened. */
export function unreadLink(text: string): Link {
  const bare = withoutUsers(text.trim(), '…');
  const url = bare.length > 500 ? `${bare.slice(0, 500)}…` : bare;
  return { kind: 'page', url, id: idOf(text.trim()) };
}

/**
 * A link's id, except for YouTube's own: first 11 base64url characters of the SHA-256 of the canonical
 * link.
 */
function idOf(canonical: string): string {
  return createHash('sha256').update(canonical).digest('base64url').slice(0, 11);
}

/** The link of a video with an id that was checked already. */
export function youtubeVideo(id: string): Link {
  return { kind: 'youtube', url: watchUrl(id), id };
}

/**
 * How feeds are passed to podcast players; https is meant. The rest is an address with or without a scheme.
 */
const feedScheme = /^(?:feed|itpc|pcast|podcasts?|rss):(?:\/\/)?(?=.)(.+)$/i;
/** How YouTube's apps share a video: `vnd.youtube:ID`, `youtube://watch?v=ID`. */
const appScheme = /^(?:vnd\.youtube(?:\.launch)?|youtube|yt|ytdl|freetube):(?:\/\/)?(.+)$/i;

function appLink(rest: string): string {
  if (/^https?:/i.test(rest)) return rest;
  if (isYouTubeId(rest.replace(/[?&].*$/, ''))) return watchUrl(rest.replace(/[?&].*$/, ''));
  return `https://${/^(?:[a-z]+\.)?youtu/i.test(rest) ? '' : 'www.youtube.com/'}${rest}`;
}

function readWebLink(text: string, feed?: boolean): Link | Failure {
  const entry = unescaped(text).replace(/^(?:https?:\/\/)+(?=https?:\/\/[^/])/i, '');
  if (hasControls(entry)) return failure('invalid-url', 'The link holds control characters.');
  const written = /^https?:\/\/[^/\\?#]/i.test(entry) ? urlOf(entry) : undefined;
  if (written === undefined) return failure('invalid-url', 'This is not a complete web address.');
  if (/\shttps?:\/\//i.test(entry)) return failure('invalid-url', 'One link on each line, please.');
  const url = unwrap(written);
  if (hasYtDlpOrders(entry) || hasYtDlpOrders(url.href))
    return failure('invalid-url', 'The link holds orders for yt-dlp (__youtubedl_smuggle). Remove it.');
  if (url.username !== '' || url.password !== '')
    // It would end up in the manifest, the report and the front matter.
    return failure(
      'invalid-url',
      'Take the user name and password out of the link. Those of a feed are kept by Add Feed Password…, in a terminal by BULK_TRANSCRIBE_FEED_PASSWORD.',
      { subject: 'credentials' },
    );
  const hash = url.hash;
  url.hash = '';
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.replace(/\.+$/, '');
  const spaced = /\s/.test(entry);

  const target = readYouTube(url, hash);
  switch (target?.kind) {
    case 'video':
      return youtubeVideo(target.id);
    case 'playlist':
      return { kind: 'list', url: target.url, id: idOf(target.url), list: 'youtube-playlist' };
    case 'channel':
      return { kind: 'list', url: target.url, id: idOf(target.url), list: 'youtube-channel' };
    case 'broken':
      return failure('invalid-url', spaced ? `${target.why} ${remark}` : target.why);
    case undefined:
      break;
  }
  if (url.hostname === 'open.spotify.com' && /\/(?:show|episode)\//.test(url.pathname))
    return failure(
      'unsupported',
      "Spotify gives its shows to its own apps only. Look for the address of the show's feed (RSS) and use that.",
    );
  const { href } = url;
  const common = { url: href, id: idOf(href) };
  if (feed === true) return { kind: 'list', ...common, list: 'feed' };
  const file = fileKind(url.pathname);
  if (file !== undefined) return { kind: file, ...common };
  // A file name may contain spaces; elsewhere they begin a remark that lacks its #.
  if (spaced) return failure('invalid-url', `The link holds blanks. ${remark}`);
  if ((looksLikeFeed(url) && !isYouTubeSite(url.hostname)) || isShowPage(url))
    return { kind: 'list', ...common, list: 'feed' };
  const video = videoInside(`${url.pathname}${url.search}${hash}`);
  return video === undefined || isOfSameSite(url, video) ? { kind: 'page', ...common } : readWebLink(video);
}

/** A player names its own site's page of the video, which lacks what the player's address has. */
function isOfSameSite(url: URL, video: string): boolean {
  const site = (host: string): string => host.split('.').slice(-2).join('.');
  return !isYouTubeSite(url.hostname) && site(url.hostname) === site(new URL(video).hostname);
}

const remark = 'A remark behind a link begins with a blank and #.';

function localLink(path: string | Failure, options: LinkOptions): Link | Failure {
  if (typeof path !== 'string') return path;
  const kind = localFileKind(path);
  if (kind === undefined)
    return failure(
      'unsupported',
      'Local files must be subtitles (.vtt, .srt, .ttml, .json3, .json) or sound and video (.mp3, .m4a, .mp4, …).',
    );
  // One file has one id, however its path was written; `path` stays as it is on disk.
  const url = fileUrlOf(pathForm(path), options.style ?? nativePathStyle);
  return { kind, url, id: idOf(url), path };
}

function notALink(options: LinkOptions): Failure {
  const ways = ['a link that begins with https://'];
  if (options.bareIds === true) ways.push('a YouTube id of 11 characters');
  if (options.local === true) ways.push('the path of a subtitle or media file');
  const last = ways.pop() ?? '';
  return failure(
    'invalid-url',
    `This is not a link. Write ${ways.length > 0 ? `${ways.join(', ')} or ${last}` : last}.`,
  );
}
