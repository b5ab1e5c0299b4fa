/**
 * Brings a job's audio onto this computer: a local file is read in place, a media link is downloaded, and
 * for everything else yt-dlp fetches only the audio.
 */
import path from 'node:path';
import { failure, FailureError, type Failure } from '../model/failure';
import { endingOf } from '../intake/fileKinds';
import { linkQuota } from '../model/quotaNames';
import type { Link } from '../model/link';
import { isPlain } from '../model/plain';
import type { QuotaName } from '../model/quotaNames';
import type { Settings } from '../model/settings';
import type { SourceRequest } from '../model/source';
import { fileName } from './fileName';
import { statusFailure } from './httpAnswer';
import { fail, readJson, takeStarts, type SourceParts } from './parts';
import { ytDlpFailure } from './ytDlpErrors';
import { infoFields, liveFailure, metaOf, readInfo } from './ytDlpInfo';
import { cookiesFrom, countSent, type YtDlpProgram } from './ytDlpProgram';

const downloadTimeoutMs = 12 * 3_600_000;
/**
 * Requests of yt-dlp to YouTube: the watch page, three players and their script (2026.10.26); the audio is
 * on other hosts.
 */
const requestsOfSound = 6;
const largestDownload = 16 * 1024 ** 3;
/** Left free on the disk of temporary files, bytes: other programs need it as well. */
const reserveBytes = 256 * 1024 ** 2;
/** yt-dlp says how far it is many times a second; the disk is looked at after each of so many bytes. */
const lookBytes = 64 * 1024 ** 2;

export interface FetchedAudio {
  readonly path: string;
  /** True when it may be deleted after use: a download, not the user's own file. */
  readonly temporary: boolean;
}

export class AudioFetch {
  constructor(
    private readonly parts: SourceParts,
    private readonly program: YtDlpProgram,
  ) {}

  /** Whether the link's audio can be fetched; does no I/O. */
  accepts(link: Link): boolean {
    return link.kind === 'media' || link.kind === 'youtube' || link.kind === 'page';
  }

  /** Whether the audio is fetched with the user's cookies: where yt-dlp does it. */
  signedIn(link: Link, settings: Settings): boolean {
    return link.kind !== 'media' && link.path === undefined && cookiesFrom(settings) !== '';
  }

  /** The quotas that the download counts in. */
  quotas(link: Link): readonly QuotaName[] {
    const quota = linkQuota(link);
    return quota === undefined ? [] : [quota];
  }

  /** Throws FailureError: the error of the site, the program or the disk. */
  async fetch(request: SourceRequest): Promise<FetchedAudio> {
    const { link, meta } = request;
    if (link.kind === 'media' && meta.title === undefined) {
      const title = fileName(link).replace(/\.[A-Za-z0-9]{2,5}$/, '');
      if (title !== '') request.learn({ title });
    }
    if (link.path !== undefined) {
      const stat = await this.parts.files.stat(link.path);
      if (stat?.kind !== 'file') fail(failure('unavailable', 'There is no such file.'));
      return { path: link.path, temporary: false };
    }
    request.stage('downloading');
    const brought = await request.soundElsewhere?.();
    if (brought !== undefined) return { path: brought, temporary: false };
    const folder = await request.tempFolder();
    try {
      return await (link.kind === 'media' ? this.download(request, folder) : this.extract(request, folder));
    } catch (error) {
      const quota = linkQuota(link);
      // A host that refuses its audio is no reason to hold the service that would have transcribed it.
      throw error instanceof FailureError && quota !== undefined
        ? new FailureError({ ...error.failure, quota })
        : error;
    }
  }

  /** Throws FailureError `disk` where there is hardly any left. */
  private async room(folder: string): Promise<Room> {
    const free = await this.parts.files.freeBytes(folder);
    if (free === undefined || free - reserveBytes >= largestDownload)
      return { most: largestDownload, isDisk: false };
    if (free <= reserveBytes) fail(noRoom());
    return { most: free - reserveBytes, isDisk: true };
  }

  private async download(request: SourceRequest, folder: string): Promise<FetchedAudio> {
    const { link } = request;
    const room = await this.room(folder);
    const target = path.join(folder, `download.${endingOf(new URL(link.url).pathname) || 'media'}`);
    const asked = this.parts.http.request({
      method: 'GET',
      url: link.url,
      signal: request.signal,
      timeoutMs: downloadTimeoutMs,
      maxBytes: room.most,
      redirects: 'public',
      reach: link.reach ?? 'asked',
      identity: request.identity,
      saveTo: target,
      onProgress: (done, total) =>
        request.stage('downloading', total === undefined ? undefined : (done * 100) / total),
    });
    const answer = await asked.catch((error: unknown) => {
      const isFull = error instanceof FailureError && error.failure.code === 'too-large' && room.isDisk;
      throw isFull ? new FailureError(noRoom()) : error;
    });
    request.sent(answer.via);
    const quota = linkQuota(link);
    const { status, headers } = answer;
    if (quota !== undefined) request.started.heard({ status, headers, quota });
    const wrong = statusFailure(answer, new URL(link.url).host, this.parts.clock.now());
    if (wrong) fail(wrong);
    if (/^text\/html\b/i.test(answer.headers['content-type'] ?? ''))
      fail(failure('unsupported', 'The link leads to a web page, not to a sound.'));
    return { path: target, temporary: true };
  }

  private async extract(request: SourceRequest, folder: string): Promise<FetchedAudio> {
    const files: string[] = [];
    let shown = -1;
    const room = await this.room(folder);
    const watch = new RoomWatch(request.signal, room, () => this.parts.files.freeBytes(folder));
    await takeStarts(request, requestsOfSound);
    const http = "[protocol~='^(https?|m3u8|m3u8_native|http_dash_segments)$']";
    const running = this.program.run({
      settings: request.settings,
      link: request.link,
      identity: request.identity,
      signal: watch.signal,
      cwd: folder,
      timeoutMs: downloadTimeoutMs,
      wants: 'sound',
      args: [
        ...['--no-playlist', '--playlist-items', '1', '--no-simulate'],
        // Only http goes through our proxy; a page may offer rtmp or rtsp as well.
        ...['-f', `bestaudio${http}/best${http}`],
        ...['--max-filesize', String(room.most)],
        ...['--no-part', '--no-mtime', '-P', folder, '-o', 'sound.%(ext)s'],
        ...['--newline', '--progress', '--progress-template', 'download:BT-DL|%(progress)j'],
        ...['--print', `before_dl:BT-INFO|%(.{${infoFields}})j`],
        ...['--print', 'after_move:BT-FILE|%(filepath)s'],
      ],
      onLine: (line) => {
        if (line.startsWith('BT-INFO|')) {
          const info = readInfo(readJson(line.slice(8)));
          if (info === undefined) return;
          request.learn(metaOf(info));
          const live = liveFailure(info, true, this.parts.clock.now());
          if (live !== undefined) watch.end(live);
        } else if (line.startsWith('BT-FILE|')) files.push(line.slice(8));
        else if (line.startsWith('BT-DL|')) {
          // Each chunk read gives a line; the row changes a hundred times at most.
          const progress = readJson(line.slice(6));
          const percent = Math.floor(percentOf(progress) ?? shown);
          if (percent > shown) request.stage('downloading', (shown = percent));
          watch.has(isPlain(progress) ? progress.downloaded_bytes : undefined);
        } else if (line.includes('larger than max-filesize')) watch.refuse();
      },
    });
    const result = await running
      .catch((error: unknown) => {
        throw watch.refused ?? error;
      })
      .finally(() => watch.over());
    if (watch.refused) throw watch.refused;
    countSent(result, request);
    // The name comes from outside: only files of our own folder are read.
    const file = files[0] === undefined ? undefined : path.join(folder, path.basename(files[0]));
    if (result.exitCode !== 0 || file === undefined)
      return fail(ytDlpFailure(result, { link: request.link, settings: request.settings, sound: true }));
    return { path: file, temporary: true };
  }
}

/** How large a download may become, bytes. */
interface Room {
  readonly most: number;
  /** The disk sets the limit, not the product. */
  readonly isDisk: boolean;
}

const noRoom = (): Failure =>
  failure('disk', 'The disk has too little free space for the sound of this one.', { needs: 'disk' });

/** Ends a program's download that is, or becomes, too large for the disk. */
class RoomWatch {
  refused: FailureError | undefined;
  private readonly stop = new AbortController();
  private lookedAt = 0;
  private readonly onAbort: () => void;

  constructor(
    private readonly outer: AbortSignal,
    private readonly room: Room,
    private readonly free: () => Promise<number | undefined>,
  ) {
    this.onAbort = () => this.stop.abort();
    outer.addEventListener('abort', this.onAbort, { once: true });
    if (outer.aborted) this.stop.abort();
  }

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** So many bytes are there, as the program says. */
  has(bytes: unknown): void {
    if (typeof bytes !== 'number') return;
    if (bytes > this.room.most) this.refuse();
    if (bytes - this.lookedAt < lookBytes) return;
    this.lookedAt = bytes;
    void this.free().then(
      (free) => {
        if (free !== undefined && free < reserveBytes / 4) this.refuse(true);
      },
      () => undefined,
    );
  }

  refuse(isDisk = this.room.isDisk): void {
    this.end(isDisk ? noRoom() : failure('too-large', 'The sound is larger than 16 GB.'));
  }

  /** Ends it for any reason: the sound of a stream on air has no end. */
  end(why: Failure): void {
    this.refused ??= new FailureError(why);
    this.stop.abort();
  }

  over(): void {
    this.outer.removeEventListener('abort', this.onAbort);
  }
}

function percentOf(progress: unknown): number | undefined {
  if (!isPlain(progress)) return undefined;
  const done = progress.downloaded_bytes;
  const total = progress.total_bytes ?? progress.total_bytes_estimate;
  return typeof done === 'number' && typeof total === 'number' && total > 0
    ? Math.min(100, (done * 100) / total)
    : undefined;
}
