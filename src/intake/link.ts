/**
 * One entry of a list becomes a Link, or a Failure that says what is wrong with it. Only what `readLink`
 * has understood and written anew (`Link.url`) ever reaches the network or a program.
 */
import { createHash } from 'crypto';
import { failure, type Failure } from '../model/failure';
import type { Link } from '../model/link';
import { hasYtDlpOrders, urlOf } from '../model/webUrl';
import { fileKind, localFileKind, looksLikeFeed } from './fileKinds';
import {
  fileUrlOf,
  hasControls,
  looksLikePath,
  nativePathStyle,
  pathOfFileUrl,
  resolveLocal,
  type LocalBase,
} from './localPath';
import { isYouTubeId, readYouTube, watchUrl } from './youtubeLink';

export interface LinkOptions extends LocalBase {
  /** A bare YouTube id is a link: in `.urls` lists and on the command line only. */
  readonly bareIds?: boolean;
  /** Paths and `file:` addresses are links. Off for what comes from free text, feeds and pages. */
  readonly local?: boolean;
}

/** Longer ones are refused: no server takes them, and programs would cut them. */
export const maxLinkLength = 8192;

export function isFailure(value: Link | Failure): value is Failure {
  return 'code' in value;
}

/** Reads one link. Fails with `invalid-url`, or `unsupported` for local files that hold no words. */
export function readLink(text: string, options: LinkOptions = {}): Link | Failure {
  const entry = text.trim();
  if (entry === '') return notALink(options);
  if (entry.length > maxLinkLength)
    return failure('invalid-url', `The link is longer than ${maxLinkLength} characters.`);
  if (options.bareIds === true && isYouTubeId(entry)) return youtubeVideo(entry);
  if (/^https?:/i.test(entry)) return readWebLink(entry);
  if (/^(?:www\.|m\.|music\.)?youtu(?:\.be|be\.com|be-nocookie\.com)\//i.test(entry))
    return readWebLink(`https://${entry}`);
  // As it stands in web pages; any other `//host/…` would be a network share.
  if (/^\/\/(?:www\.|m\.|music\.)?youtu(?:\.be|be\.com|be-nocookie\.com)\//i.test(entry))
    return readWebLink(`https:${entry}`);
  if (options.local === true) {
    if (/^file:/i.test(entry)) return localLink(pathOfFileUrl(entry, options), options);
    if (looksLikePath(entry)) return localLink(resolveLocal(entry, options), options);
  }
  if (/^www\.[^\s/.]+\.[^\s/]+\//i.test(entry)) return readWebLink(`https://${entry}`);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(entry)?.[1];
  if (scheme !== undefined && !entry.includes(' '))
    return failure(
      'invalid-url',
      `Links that begin with ${scheme.slice(0, 20)}: are not followed, only https:, http: and local files.`,
    );
  return notALink(options);
}

/** A link as it stands in a row when it could not be read: shortened, without a password. Never followed. */
export function unreadLink(text: string): Link {
  const bare = text.trim().replace(/(\/\/)[^/@\s]*@/g, '$1…@');
  const url = bare.length > 500 ? `${bare.slice(0, 500)}…` : bare;
  return { kind: 'page', url, id: idOf(text.trim()) };
}

/** YouTube's own id aside, a link's id: first 11 base64url characters of the SHA-256 of the canonical link. */
function idOf(canonical: string): string {
  return createHash('sha256').update(canonical).digest('base64url').slice(0, 11);
}

/** The link of a video by an id that was checked already. */
export function youtubeVideo(id: string): Link {
  return { kind: 'youtube', url: watchUrl(id), id };
}

function readWebLink(entry: string): Link | Failure {
  if (hasControls(entry)) return failure('invalid-url', 'The link holds control characters.');
  if (hasYtDlpOrders(entry))
    return failure('invalid-url', 'The link holds orders for yt-dlp (__youtubedl_smuggle). Remove it.');
  const url = /^https?:\/\/[^/\\?#]/i.test(entry) ? urlOf(entry) : undefined;
  if (url === undefined) return failure('invalid-url', 'This is not a complete web address.');
  if (/\shttps?:\/\//i.test(entry)) return failure('invalid-url', 'One link on each line, please.');
  if (url.username !== '' || url.password !== '')
    // It would end up in the manifest, the report and the front matter.
    return failure('invalid-url', 'Take the user name and password out of the link.');
  url.hash = '';
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.replace(/\.+$/, '');
  const spaced = /\s/.test(entry);

  const target = readYouTube(url);
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
  const { href } = url;
  const common = { url: href, id: idOf(href) };
  const file = fileKind(url.pathname);
  if (file !== undefined) return { kind: file, ...common };
  // A file name may hold blanks; anywhere else they are a remark that lost its #.
  if (spaced) return failure('invalid-url', `The link holds blanks. ${remark}`);
  if (looksLikeFeed(url)) return { kind: 'list', ...common, list: 'feed' };
  return { kind: 'page', ...common };
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
  const url = fileUrlOf(path, options.style ?? nativePathStyle);
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
