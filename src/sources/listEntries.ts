/**
 * Turns what a list names into a ListItem: only http(s) links that intake accepts, and from a public list
 * none that leads to a private address. A list's content is always untrusted.
 */
import { isFailure, readLink } from '../intake/link';
import type { Link, VideoMeta } from '../model/link';
import type { ListItem } from '../model/source';
import { urlOf } from '../model/webUrl';

/** Whether a host may be public, judged by its name alone. */
export type MayBePublic = (host: string) => boolean;

/** Reads what the entries of one list point to. Counts what it refuses. */
export class EntryReader {
  refused = 0;
  private readonly guarded: boolean;

  /** `listUrl`: the list's own address; a private list may name private addresses, a public one may not. */
  constructor(
    private readonly listUrl: string,
    private readonly mayBePublic: MayBePublic,
    /** What the list itself may reach; after a redirect its address alone does not tell. */
    reach?: 'public-only',
  ) {
    this.guarded = reach === 'public-only' || mayBePublic(new URL(listUrl).hostname);
  }

  /** Whether an address may be requested on this list's behalf. */
  mayFollow(address: string): boolean {
    const url = urlOf(address, this.listUrl);
    if (url === undefined || !/^https?:$/.test(url.protocol)) return false;
    return !this.guarded || this.mayBePublic(url.hostname);
  }

  /** The item for an address; undefined when it is refused. */
  item(address: string, meta: VideoMeta): ListItem | undefined {
    const link = this.link(address);
    if (!link) this.refused += 1;
    return link && { link, meta };
  }

  /**
   * The link for an address that is one of several ways to an entry: a refusal is not counted. `kind` is what the list
   * itself declares.
   */
  link(address: string, kind?: 'subtitle' | 'media'): Link | undefined {
    const url = urlOf(address, this.listUrl);
    if (url === undefined) return undefined;
    const read = readLink(url.href);
    // Nested lists could go on forever. What the list itself calls a file may still have a feed's address.
    if (isFailure(read) || (read.kind === 'list' && (kind === undefined || read.list !== 'feed')))
      return undefined;
    if (read.kind === 'youtube') return read;
    if (this.guarded && !this.mayBePublic(new URL(read.url).hostname)) return undefined;
    const { list: _list, ...file } = read;
    return {
      ...file,
      ...(kind === undefined ? {} : { kind }),
      ...(this.guarded ? { reach: 'public-only' as const } : {}),
    };
  }
}

const longestTitle = 500;

/** One line of plain text, shortened; undefined when nothing is left. */
export function plainText(text: string | undefined): string | undefined {
  const plain = (text ?? '')
    .slice(0, 4 * longestTitle)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, longestTitle);
  return plain === '' ? undefined : plain;
}

/** ISO date of a day in UTC; undefined for an invalid time. */
export function isoDay(epochMs: number): string | undefined {
  if (!Number.isFinite(epochMs) || Math.abs(epochMs) > 8.64e15) return undefined;
  return new Date(epochMs).toISOString().slice(0, 10);
}
