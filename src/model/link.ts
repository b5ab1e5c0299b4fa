/** What one entry of a list points to. Created by intake, used everywhere. */
import { urlOf } from './webUrl';

/**
 * - `youtube`: one YouTube video
 * - `list`: a playlist, channel, handle or feed that expands into many
 * - `subtitle`: a subtitle file, remote or local
 * - `media`: a sound or video file, remote or local
 * - `page`: any other web page; only yt-dlp can say what is on it
 * - `transcript`: a transcript that is there already, in the file `path`; notes are written about it
 */
export const linkKinds = ['youtube', 'list', 'subtitle', 'media', 'page', 'transcript'] as const;
export type LinkKind = (typeof linkKinds)[number];

export interface Link {
  readonly kind: LinkKind;
  /** The canonical link: `https://www.youtube.com/watch?v=…`, an http(s) URL, or `file://` for local files. */
  readonly url: string;
  /** YouTube's id; otherwise the first 11 base64url characters of the SHA-256 of `url`. */
  readonly id: string;
  /** Set for local files: the absolute path. */
  readonly path?: string;
  /** Set for lists: what kind, which decides how it is expanded. */
  readonly list?: 'youtube-playlist' | 'youtube-channel' | 'feed';
  /**
   * True when a list names a local file outside the workspace and its own folder, or an address of this
   * computer or its network: nothing is read until the user has confirmed it by name.
   */
  readonly outside?: boolean;
  /**
   * What requests for it may reach (`HttpRequest.reach`). `public-only`: the address comes from a feed,
   * playlist or page of a public host. `unconfirmed`: it comes from a list, and the user has not confirmed it.
   * Absent: the user gave the address, or has confirmed it.
   */
  readonly reach?: 'public-only' | 'unconfirmed';
  /**
   * Set for the transcript of a feed's entry: the http(s) address of the episode itself, its sound or its page.
   * `url` is what is fetched; this is what people are led to (`publicAddress`).
   */
  readonly episode?: string;
  /**
   * Set for a feed's entries whose `url` or `episode` holds a token: the address as it may be published (publicUrl.ts).
   */
  readonly publicUrl?: string;
  /** True for a transcript that by its feed's word is a web page or plain text, not a subtitle file. */
  readonly prose?: boolean;
}

/** What is known about a video besides its link. All optional: unknown values are absent. */
export interface VideoMeta {
  readonly title?: string;
  readonly channel?: string;
  /** Seconds. */
  readonly duration?: number;
  /** The duration only comes from a feed and was not measured: no price may rest on it. */
  readonly durationIsClaim?: boolean;
  /** ISO date `2026-11-20`. */
  readonly published?: string;
  readonly chapters?: readonly Chapter[];
}

export interface Chapter {
  /** Seconds from the start of the video. */
  readonly start: number;
  readonly title: string;
}

/** The same link once the user has confirmed the file or the address that it names. */
export function confirmed(link: Link): Link {
  const { outside: _, reach, ...rest } = link;
  return reach === 'public-only' ? { ...rest, reach } : rest;
}

/** Whether the user may still have to confirm what the link names. */
export function isUnconfirmed({ outside, reach }: Link): boolean {
  return outside === true || reach === 'unconfirmed';
}

/** Hosts at which YouTube counts requests: pages, clips, music, feeds and captions. */
const youtubeHost =
  /(?:^|\.)(?:youtube|youtube-nocookie|youtubekids)\.com$|(?:^|\.)youtu\.be$|^youtubei\.googleapis\.com$/;

/** Whether requests for the link go to YouTube, whatever sort of page it is. */
export function isOfYouTube(link: Link): boolean {
  if (link.path !== undefined) return false;
  if (link.kind === 'youtube' || link.list === 'youtube-playlist' || link.list === 'youtube-channel')
    return true;
  return youtubeHost.test(urlOf(link.url)?.hostname ?? '');
}
