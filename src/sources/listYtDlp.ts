/**
 * Lists through yt-dlp: one process a list, one JSON object a line, entries handed on as they come, the
 * process ended as soon as nobody wants more.
 */
import * as v from 'valibot';
import { FailureError, toFailure, type Failure } from '../model/failure';
import type { VideoMeta } from '../model/link';
import type { ExpandRequest, ListItem } from '../model/source';
import { EntryReader, isoDay, plainText, type MayBePublic } from './listEntries';
import { readJson } from './parts';
import { ytDlpFailure } from './ytDlpErrors';
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
});
type Line = v.InferOutput<typeof lineSchema>;

/** Tabs of a channel that come as entries of the channel itself are read in turn, not deeper. */
const maxTabs = 10;

/**
 * The entries of a list in yt-dlp's order. `first`: so many are enough. Throws FailureError; a list that
 * breaks off half-way throws after what was there.
 */
export async function* ytDlpEntries(
  parts: YtDlpListParts,
  request: ExpandRequest,
  first: number | undefined,
  roughDates: boolean,
): AsyncGenerator<YtDlpEntry> {
  const reader = new EntryReader(request.link.url, parts.mayBePublic);
  const tabs: string[] = [];
  for await (const line of lines(parts, request, request.link.url, first, roughDates)) {
    if (isTab(line)) tabs.push(line.url ?? '');
    else {
      const entry = entryOf(line, reader, request.link.list !== 'feed');
      if (entry) yield entry;
    }
  }
  for (const tab of tabs.slice(0, maxTabs))
    for await (const line of lines(parts, request, tab, first, roughDates)) {
      const entry = isTab(line) ? undefined : entryOf(line, reader, true);
      if (entry) yield entry;
    }
  if (reader.refused > 0)
    request.note?.(
      `${reader.refused} entries of the list were left out: they name no web address that may be followed.`,
    );
}

function isTab(line: Line): boolean {
  return line.ie_key === 'YoutubeTab' && /^https:\/\/www\.youtube\.com\/[^?#]+$/.test(line.url ?? '');
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
  const run = parts.ytDlp
    .run({
      settings: request.settings,
      link: { ...request.link, url },
      args: listArguments(first, roughDates),
      identity: request.identity,
      signal: AbortSignal.any([request.signal, stop.signal]),
      onLine: (line) => pipe.write(line),
    })
    .then(
      (result) => {
        request.sent(result.via);
        const failed = result.exitCode !== 0;
        pipe.end(failed ? ytDlpFailure(result, request) : undefined);
      },
      (error: unknown) => pipe.end(toFailure(error)),
    );
  try {
    for await (const text of pipe) {
      const line = v.safeParse(lineSchema, readJson(text));
      if (line.success) yield line.output;
    }
  } finally {
    // Also when the reader has enough and leaves.
    stop.abort();
    await run;
  }
}

/** Lines that come by themselves become lines that are awaited one by one. */
class LinePipe implements AsyncIterable<string> {
  private readonly ready: string[] = [];
  private ended = false;
  private failed: Failure | undefined;
  private wake: (() => void) | undefined;

  write(line: string): void {
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
