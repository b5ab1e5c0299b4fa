/**
 * Brings a job's audio onto this computer: a local file is read in place, a media link is downloaded, and
 * for everything else yt-dlp fetches only the audio.
 */
import path from 'node:path';
import { failure, FailureError } from '../model/failure';
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
import { infoFields, metaOf, readInfo } from './ytDlpInfo';
import { cookiesFrom, countSent, type YtDlpProgram } from './ytDlpProgram';

const downloadTimeoutMs = 12 * 3_600_000;
/**
 * Requests of yt-dlp to YouTube: the watch page, three players and their script (2026.10.26); the audio is
 * on other hosts.
 */
const requestsOfSound = 6;
const largestDownload = 16 * 1024 ** 3;

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

  private async download(request: SourceRequest, folder: string): Promise<FetchedAudio> {
    const { link } = request;
    const target = path.join(folder, `download.${endingOf(new URL(link.url).pathname) || 'media'}`);
    const answer = await this.parts.http.request({
      method: 'GET',
      url: link.url,
      signal: request.signal,
      timeoutMs: downloadTimeoutMs,
      maxBytes: largestDownload,
      redirects: 'public',
      reach: link.reach ?? 'asked',
      identity: request.identity,
      saveTo: target,
      onProgress: (done, total) =>
        request.stage('downloading', total === undefined ? undefined : (done * 100) / total),
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
    let first: unknown;
    const files: string[] = [];
    let shown = -1;
    await takeStarts(request, requestsOfSound);
    const http = "[protocol~='^(https?|m3u8|m3u8_native|http_dash_segments)$']";
    const result = await this.program.run({
      settings: request.settings,
      link: request.link,
      identity: request.identity,
      signal: request.signal,
      cwd: folder,
      timeoutMs: downloadTimeoutMs,
      wants: 'sound',
      args: [
        ...['--no-playlist', '--playlist-items', '1', '--no-simulate'],
        // Only http goes through our proxy; a page may offer rtmp or rtsp as well.
        ...['-f', `bestaudio${http}/best${http}`],
        ...['--no-part', '--no-mtime', '-P', folder, '-o', 'sound.%(ext)s'],
        ...['--newline', '--progress', '--progress-template', 'download:BT-DL|%(progress)j'],
        ...['--print', `before_dl:BT-INFO|%(.{${infoFields}})j`],
        ...['--print', 'after_move:BT-FILE|%(filepath)s'],
      ],
      onLine: (line) => {
        if (line.startsWith('BT-INFO|')) first ??= readJson(line.slice(8));
        else if (line.startsWith('BT-FILE|')) files.push(line.slice(8));
        else if (line.startsWith('BT-DL|')) {
          // Each chunk read gives a line; the row changes a hundred times at most.
          const percent = Math.floor(percentOf(readJson(line.slice(6))) ?? shown);
          if (percent > shown) request.stage('downloading', (shown = percent));
        }
      },
    });
    countSent(result, request);
    const info = readInfo(first);
    if (info !== undefined) request.learn(metaOf(info));
    // The name comes from outside: only files of our own folder are read.
    const file = files[0] === undefined ? undefined : path.join(folder, path.basename(files[0]));
    if (result.exitCode !== 0 || file === undefined)
      return fail(ytDlpFailure(result, { link: request.link, settings: request.settings, sound: true }));
    return { path: file, temporary: true };
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
