/**
 * Lists through yt-dlp: one process a list, one JSON object a line, entries handed on as they come, the
 * process ended as soon as nobody wants more.
 */
import * as v from 'valibot';
import { failure, FailureError, toFailure, type Failure } from '../model/failure';
import type { VideoMeta } from '../model/link';
import type { Outlets, Processes } from '../model/ports';
import type { ExpandRequest, ListItem } from '../model/source';
import { EntryReader, isoDay, plainText, type MayBePublic } from './listEntries';

export interface YtDlpListParts {
  readonly processes: Processes;
  readonly outlets: Outlets;
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
const maxLineLength = 4 * 1024 * 1024;

/**
 * The entries of a list in yt-dlp's order. `first`: so many are enough. Throws FailureError; a list that
 * breaks off half-way throws after what was there.
 */
export async function* ytDlpEntries(
  parts: YtDlpListParts,
  request: ExpandRequest,
  program: string,
  first: number | undefined,
  roughDates: boolean,
): AsyncGenerator<YtDlpEntry> {
  const reader = new EntryReader(request.link.url, parts.mayBePublic);
  const tabs: string[] = [];
  for await (const line of lines(parts, request, program, request.link.url, first, roughDates)) {
    if (isTab(line)) tabs.push(line.url ?? '');
    else {
      const entry = entryOf(line, reader, request.link.list !== 'feed');
      if (entry) yield entry;
    }
  }
  for (const tab of tabs.slice(0, maxTabs))
    for await (const line of lines(parts, request, program, tab, first, roughDates)) {
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

/** The arguments of an expansion; the address stands behind `--` so that it can never be an option. */
export function listArguments(
  url: string,
  first: number | undefined,
  roughDates: boolean,
): readonly string[] {
  return [
    '--ignore-config',
    '--no-update',
    '--socket-timeout',
    '30',
    '--retries',
    '3',
    '--extractor-retries',
    '1',
    '--flat-playlist',
    '--yes-playlist',
    '--lazy-playlist',
    '-j',
    ...(first === undefined ? [] : ['-I', `1:${first}`]),
    ...(roughDates ? ['--extractor-args', 'youtubetab:approximate_date'] : []),
    '--',
    url,
  ];
}

async function* lines(
  parts: YtDlpListParts,
  request: ExpandRequest,
  program: string,
  url: string,
  first: number | undefined,
  roughDates: boolean,
): AsyncGenerator<Line> {
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const outlet = await parts.outlets.open({ asked: url, identity: request.identity, signal });
  const pipe = new LinePipe();
  const run = parts.processes
    .run({
      command: program,
      args: listArguments(url, first, roughDates),
      env: { ...outlet.environment, PYTHONIOENCODING: 'utf-8', PYTHONUNBUFFERED: '1' },
      signal,
      keepBytes: 16 * 1024,
      onStdout: (text) => pipe.write(text),
    })
    .then(
      (result) => pipe.end(result.exitCode === 0 ? undefined : refusal(result.stderr, result.exitCode)),
      (error: unknown) => pipe.end(toFailure(error)),
    );
  try {
    request.sent(outlet.via);
    for await (const text of pipe) {
      const line = parseLine(text);
      if (line) yield line;
    }
  } finally {
    // Also when the reader has enough and leaves.
    stop.abort();
    await run;
    outlet.close();
  }
}

function parseLine(text: string): Line | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const line = v.safeParse(lineSchema, value);
  return line.success ? line.output : undefined;
}

/** What yt-dlp's last error means for a list. */
function refusal(stderr: string, exitCode: number | null): Failure {
  const last = stderr.split('\n').findLast((line) => line.startsWith('ERROR:')) ?? '';
  const message = last.replace(/^ERROR:\s*/, '').slice(0, 300) || 'yt-dlp ended without an answer.';
  const status = Number(/HTTP Error (\d{3})/.exec(last)?.[1] ?? 0);
  const more = exitCode === null ? {} : { status: exitCode };
  if (status === 429) return failure('rate-limited', message, { status });
  if (/not a bot|sign in to confirm/i.test(last)) return failure('blocked', message, more);
  if (status === 404 || status === 410 || /does not exist|unavailable/i.test(last))
    return failure('unavailable', message, more);
  if (/private/i.test(last)) return failure('private', message, more);
  if (/Unsupported URL|is not a valid URL/i.test(last)) return failure('unsupported', message, more);
  if (/timed out|Unable to download|URLError|Connection|resolve/i.test(last))
    return failure('network', message, more);
  return failure('tool-failed', message, more);
}

/** Text in pieces becomes lines that are awaited one by one. */
class LinePipe implements AsyncIterable<string> {
  private readonly ready: string[] = [];
  private rest = '';
  private ended = false;
  private failed: Failure | undefined;
  private wake: (() => void) | undefined;

  write(text: string): void {
    const parts = (this.rest + text).split('\n');
    this.rest = parts.pop() ?? '';
    // A line without end is no entry; it must not fill the memory.
    if (this.rest.length > maxLineLength) this.rest = '';
    this.ready.push(...parts);
    this.wake?.();
  }

  end(failed: Failure | undefined): void {
    if (this.rest !== '') this.ready.push(this.rest);
    this.rest = '';
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
