/**
 * Lists through yt-dlp: one process for each list, one JSON object a line, entries passed on as they
 * arrive; the process is ended as soon as no more are wanted.
 */
import * as v from 'valibot';
import { FailureError, toFailure, type Failure, type FailureCode } from '../model/failure';
import { linkQuota } from '../model/quotaNames';
import type { QuotaName } from '../model/quotaNames';
import type { Link, VideoMeta } from '../model/link';
import type { ExpandRequest, ListItem, Permit } from '../model/source';
import { EntryReader, isoDay, plainText, type MayBePublic } from './listEntries';
import { namesLists } from './listYouTube';
import { readJson, requestsOfStart } from './parts';
import { warnedFailure, ytDlpFailure } from './ytDlpErrors';
import type { YtDlpProgram } from './ytDlpProgram';

export interface YtDlpListParts {
  readonly ytDlp: YtDlpProgram;
  readonly mayBePublic: MayBePublic;
}

export interface YtDlpEntry {
  readonly item: ListItem;
  /** Epoch ms of a date that yt-dlp only knows as "… ago". */
  readonly roughMs?: number;
}

/** A line of `-j --flat-playlist`. YouTube's entries have an id, those of feeds and other sites may not. */
const lineSchema = v.object({
  _type: v.nullish(v.string()),
  ie_key: v.nullish(v.string()),
  url: v.nullish(v.string()),
  webpage_url: v.nullish(v.string()),
  title: v.nullish(v.string()),
  duration: v.nullish(v.number()),
  timestamp: v.nullish(v.number()),
  upload_date: v.nullish(v.string()),
  channel: v.nullish(v.string()),
  uploader: v.nullish(v.string()),
  availability: v.nullish(v.string()),
});
type Line = v.InferOutput<typeof lineSchema>;

/** Tabs of a channel that are returned as entries of the channel are read in turn, no deeper. */
const maxTabs = 10;
/** Most lists that are read from a list of lists. */
const maxLists = 500;

/** YouTube's titles for videos that are gone or not available to everybody. */
const hidden = /^\[(?:private|deleted|unavailable) video\]$/i;

/**
 * The entries of a list in yt-dlp's order. `first`: this many are enough. A channel's tabs, and the
 * playlists on its playlists page, are read in turn, one level deep. Throws FailureError; a list that ends
 * early throws after the entries it had.
 */
export async function* ytDlpEntries(
  parts: YtDlpListParts,
  request: ExpandRequest,
  first: number | undefined,
  roughDates: boolean,
): AsyncGenerator<YtDlpEntry> {
  const { link } = request;
  const reader = new EntryReader(link.url, parts.mayBePublic);
  const inner: string[] = [];
  const left = { hidden: 0, nested: 0, unread: 0 };
  const listsOfLists = link.list === 'youtube-channel' && namesLists(link.url);
  const entry = (line: Line, rough: boolean): YtDlpEntry | undefined => {
    if (hidden.test(line.title ?? '') || line.availability === 'private') left.hidden += 1;
    else if (isList(line)) left.nested += 1;
    else return entryOf(line, reader, rough);
    return undefined;
  };
  const firstLines = lines(parts, request, link.url, listsOfLists ? undefined : first, roughDates);
  for await (const line of firstLines) {
    if (isTab(line) || (listsOfLists && isList(line))) inner.push(line.url ?? '');
    else {
      const found = entry(line, link.list !== 'feed');
      if (found) yield found;
    }
  }
  for (const url of inner.slice(0, listsOfLists ? maxLists : maxTabs)) {
    try {
      for await (const line of lines(parts, request, url, first, roughDates)) {
        const found = entry(line, true);
        if (found) yield found;
      }
    } catch (error) {
      // One playlist that is private or gone must not lose the others.
      if (!listsOfLists || !isOfOneList.has(toFailure(error).code)) throw error;
      left.unread += 1;
    }
  }
  left.nested += inner.slice(listsOfLists ? maxLists : maxTabs).length;
  for (const [count, one, many] of [
    [left.hidden, 'it is a private or deleted video', 'they are private or deleted videos'],
    [left.nested, 'it is a list inside a list', 'they are lists inside a list'],
    [left.unread, 'it is a playlist that is private or gone', 'they are playlists that are private or gone'],
    [
      reader.refused,
      'it names no web address that may be followed',
      'they name no web address that may be followed',
    ],
  ] as const)
    if (count > 0)
      request.note?.(
        count === 1
          ? `One entry of the list was left out: ${one}.`
          : `${count} entries of the list were left out: ${many}.`,
      );
}

/** The errors that concern only one of many lists. */
const isOfOneList: ReadonlySet<FailureCode> = new Set([
  'private',
  'unavailable',
  'unsupported',
  'members-only',
]);

/** A list of YouTube's, not a video. */
function isList(line: Line): boolean {
  return (
    /^Youtube(?:Tab|Playlist)$/.test(line.ie_key ?? '') &&
    (line.url ?? '').startsWith('https://www.youtube.com/')
  );
}

/** A tab of the channel itself. */
function isTab(line: Line): boolean {
  return isList(line) && /^https:\/\/www\.youtube\.com\/[^?#]+$/.test(line.url ?? '');
}

function entryOf(line: Line, reader: EntryReader, rough: boolean): YtDlpEntry | undefined {
  const address = line.url ?? line.webpage_url ?? '';
  const day = /^(\d{4})(\d\d)(\d\d)$/.exec(line.upload_date ?? '');
  const timeMs = typeof line.timestamp === 'number' ? line.timestamp * 1000 : undefined;
  const isRough = rough && line.ie_key?.startsWith('Youtube') === true && timeMs !== undefined;
  const published = isRough
    ? undefined
    : day
      ? `${day[1] ?? ''}-${day[2] ?? ''}-${day[3] ?? ''}`
      : timeMs === undefined
        ? undefined
        : isoDay(timeMs);
  const title = plainText(line.title ?? undefined);
  const channel = plainText(line.channel ?? line.uploader ?? undefined);
  const meta: VideoMeta = {
    ...(title === undefined ? {} : { title }),
    ...(channel === undefined ? {} : { channel }),
    ...(typeof line.duration === 'number' && line.duration >= 0 ? { duration: line.duration } : {}),
    ...(published === undefined ? {} : { published }),
  };
  const item = reader.item(address, meta);
  return item && { item, ...(isRough ? { roughMs: timeMs } : {}) };
}

/** Flat: one request for many entries, none for an entry itself. */
function listArguments(first: number | undefined, roughDates: boolean): readonly string[] {
  return [
    '--flat-playlist',
    '--yes-playlist',
    '--lazy-playlist',
    '-j',
    ...(first === undefined ? [] : ['-I', `1:${first}`]),
    ...(roughDates ? ['--extractor-args', 'youtubetab:approximate_date'] : []),
  ];
}

async function* lines(
  parts: YtDlpListParts,
  request: ExpandRequest,
  url: string,
  first: number | undefined,
  roughDates: boolean,
): AsyncGenerator<Line> {
  const stop = new AbortController();
  const pipe = new LinePipe();
  const link = { ...request.link, url };
  const starts = new ListStarts(request, link);
  await starts.first();
  const run = parts.ytDlp
    .run({
      settings: request.settings,
      link,
      args: listArguments(first, roughDates),
      wants: 'entries',
      identity: request.identity,
      signal: AbortSignal.any([request.signal, stop.signal]),
      onLine: (line) => pipe.write(line),
    })
    .then(
      (result) => {
        request.sent(result.via);
        const hiddenOnes = /YouTube said: INFO - (\d+ unavailable videos? (?:is|are) hidden)/i.exec(
          result.stderr,
        );
        if (hiddenOnes) request.note?.(`YouTube says: ${hiddenOnes[1] ?? ''}.`);
        const failed =
          result.exitCode !== 0 ? ytDlpFailure(result, { link, settings: request.settings }) : undefined;
        pipe.end(failed ?? (pipe.written === 0 ? warnedFailure(result.stderr, request) : undefined));
      },
      (error: unknown) => pipe.end(toFailure(error)),
    );
  try {
    for await (const text of pipe) {
      const line = v.safeParse(lineSchema, readJson(text));
      if (!line.success) continue;
      await starts.entry();
      yield line.output;
    }
  } finally {
    // Also when the reader has enough and stops.
    stop.abort();
    await run;
    starts.release();
  }
}

/** Entries on one of YouTube's pages: of a playlist, and of a channel's tab. */
const playlistPage = 100;
const channelPage = 30;

/** Takes a start of the site's quota for every two pages that the program has read, and holds one place. */
class ListStarts {
  private entries = 0;
  private held: Permit | undefined;
  private readonly quota: QuotaName | undefined;
  private readonly perStart: number;

  constructor(
    private readonly request: ExpandRequest,
    link: Link,
  ) {
    this.quota = linkQuota(link);
    const isPlaylist = new URL(link.url).searchParams.has('list');
    this.perStart = requestsOfStart * (isPlaylist ? playlistPage : channelPage);
  }

  async first(): Promise<void> {
    if (this.quota !== undefined) this.held = await this.request.permit([this.quota]);
  }

  /** Before each entry: when the next page has begun. */
  async entry(): Promise<void> {
    this.entries += 1;
    if (this.quota !== 'youtube' || this.entries <= this.perStart || this.entries % this.perStart !== 1)
      return;
    // Holding one place while waiting for another could deadlock.
    this.held?.release();
    this.held = undefined;
    this.held = await this.request.permit([this.quota]);
  }

  release(): void {
    this.held?.release();
  }
}

/** Turns pushed lines into lines that can be awaited one by one. */
class LinePipe implements AsyncIterable<string> {
  private readonly ready: string[] = [];
  private ended = false;
  private failed: Failure | undefined;
  private wake: (() => void) | undefined;

  written = 0;

  write(line: string): void {
    this.written += 1;
    this.ready.push(line);
    this.wake?.();
  }

  end(failed: Failure | undefined): void {
    this.ended = true;
    this.failed = failed;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      while (this.ready.length > 0) for (const line of this.ready.splice(0, 64)) yield line;
      if (this.ended) break;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    if (this.failed) throw new FailureError(this.failed);
  }
}
