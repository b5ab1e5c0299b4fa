/**
 * Subtitles of a thousand sites through the program yt-dlp: one process a video, which says what there is
 * and, where the language is known beforehand, brings it along.
 */
import path from 'path';
import { chooseTrack } from '../captions/chooseTrack';
import { parseCaptions } from '../captions/parseCaptions';
import { inSlices } from '../captions/sliced';
import { failure, type Failure } from '../model/failure';
import type { Link, VideoMeta } from '../model/link';
import type { Settings } from '../model/settings';
import type { Readiness, Source, SourceRequest, SourceResult } from '../model/source';
import { urlOf } from '../model/webUrl';
import { asResult, fail, linkQuota, readJson, type SourceParts } from './parts';
import { ytDlpFailure } from './ytDlpErrors';
import { infoFields, metaOf, readInfo, tracksOf, type YtDlpInfo, type YtDlpTrack } from './ytDlpInfo';
import { cookiesFrom, countSent, type YtDlpProgram, type YtDlpResult } from './ytDlpProgram';

const runTimeoutMs = 10 * 60_000;
const infoMark = 'BT-INFO|';
const doneMark = 'BT-DONE|';

export class YtDlpSource implements Source {
  readonly id = 'yt-dlp';
  readonly paid = false;

  constructor(
    private readonly parts: SourceParts,
    private readonly program: YtDlpProgram,
  ) {}

  async readiness(settings: Settings): Promise<Readiness> {
    const found = await this.program.find(settings);
    return 'version' in found
      ? { ready: true, detail: `${found.path}, version ${found.version}` }
      : { ready: false, code: 'tool-missing', why: found.why, nextStep: found.nextStep };
  }

  accepts(link: Link, _settings?: Settings, noCaptions = false): boolean {
    // YouTube's own answer that there are none holds for every program that asks YouTube.
    if (link.kind === 'youtube') return !noCaptions;
    return link.kind === 'page' && link.path === undefined;
  }

  quotas(link: Link): readonly string[] {
    const quota = linkQuota(link);
    return quota === undefined ? [] : [quota];
  }

  signedIn(_link: Link, settings: Settings): boolean {
    return cookiesFrom(settings) !== '';
  }

  transcribe(request: SourceRequest): Promise<SourceResult> {
    return asResult(async () => {
      const { link, settings } = request;
      request.stage('fetching');
      const folder = await request.tempFolder();
      const pattern = wantedPattern(link, settings);
      const { info, result } = await this.look(request, folder, pattern);
      if (info === undefined) return { failure: ytDlpFailure(result.stderr, result.exitCode, result.outlet) };
      const meta = { ...request.meta, ...metaOf(info) };
      request.learn(metaOf(info));
      const early = liveFailure(info);
      if (early !== undefined) return { failure: early };

      const tracks = tracksOf(info);
      const chosen = chooseTrack(tracks, { languages: settings.languages, kind: settings['captions.kind'] });
      if ('code' in chosen) return { failure: chosen, noCaptions: tracks.length === 0 };
      const content = await this.contentOf(chosen, info, request, folder, result);
      const parsed = await inSlices(parseCaptions(content, { automatic: chosen.kind === 'automatic' }));
      if ('code' in parsed) return { failure: parsed };
      return {
        transcript: {
          language: chosen.languageCode,
          captions: chosen.kind,
          source: 'yt-dlp',
          cues: parsed.cues,
          meta,
        },
      };
    });
  }

  async describe(request: SourceRequest): Promise<VideoMeta | undefined> {
    const { info } = await this.look(request, await request.tempFolder(), undefined);
    return info === undefined ? undefined : metaOf(info);
  }

  /** One run: what is there, and with `pattern` the subtitle files of those languages. */
  private async look(
    request: SourceRequest,
    folder: string,
    pattern: string | undefined,
  ): Promise<{ info: YtDlpInfo | undefined; result: YtDlpResult }> {
    let first: unknown;
    let done: unknown;
    const args = [
      ...(request.link.kind === 'youtube' ? ['--extractor-args', 'youtube:skip=translated_subs'] : []),
      ...(pattern === undefined ? [] : subtitleArgs(pattern, request.settings)),
      ...['--print', `video:${infoMark}%(.{${infoFields}})j`],
    ];
    const result = await this.run(request, folder, args, (line) => {
      if (line.startsWith(infoMark)) first ??= readJson(line.slice(infoMark.length));
      else if (line.startsWith(doneMark)) done ??= readJson(line.slice(doneMark.length));
    });
    const info = readInfo(first);
    const files = readInfo(done)?.requested_subtitles;
    return {
      info: info === undefined ? undefined : { ...info, requested_subtitles: files ?? undefined },
      result,
    };
  }

  private async contentOf(
    track: YtDlpTrack,
    info: YtDlpInfo,
    request: SourceRequest,
    folder: string,
    first: YtDlpResult,
  ): Promise<Uint8Array | string> {
    if (track.data !== undefined) return track.data;
    const brought = await this.readBrought(info, track, folder);
    if (brought !== undefined) return brought;
    // The run wanted this file and could not have it: its own words say why (429 above all).
    if (first.exitCode !== 0) return fail(ytDlpFailure(first.stderr, first.exitCode, first.outlet));
    if (track.plain) {
      const answer = await this.parts.http.request({
        method: 'GET',
        url: track.url,
        signal: request.signal,
        timeoutMs: request.settings.requestTimeout * 1000,
        redirects: 'public',
        reach: sameOrigin(track.url, request.link) ? (request.link.reach ?? 'asked') : 'public-only',
        identity: request.identity,
      });
      request.sent(answer.via);
      // Empty: YouTube gives these only to players with a proof token, which yt-dlp may have.
      if (answer.status === 200 && answer.body.length > 0) return answer.body;
      if (answer.status === 429) {
        request.started.heard({ status: answer.status, headers: answer.headers });
        return fail(
          failure('rate-limited', 'The subtitles were refused: too many requests.', { status: 429 }),
        );
      }
    }
    // A site that wants cookies or sends subtitles in pieces: yt-dlp fetches this one track.
    const args = subtitleArgs(track.key.replace(/[.]/g, '\\.'), request.settings);
    const result = await this.run(request, folder, args);
    const line = result.stdout.split('\n').find((text) => text.startsWith(doneMark));
    const again = readInfo(readJson(line?.slice(doneMark.length) ?? ''));
    const found = again === undefined ? undefined : await this.readBrought(again, track, folder);
    return (
      found ??
      fail(
        result.exitCode === 0
          ? failure('bad-response', `The subtitles in ${track.languageCode} did not arrive.`)
          : ytDlpFailure(result.stderr, result.exitCode, result.outlet),
      )
    );
  }

  /** Runs the program on one video, without its picture and sound; the names of its files follow `doneMark`. */
  private async run(
    request: SourceRequest,
    folder: string,
    args: readonly string[],
    onLine?: (line: string) => void,
  ): Promise<YtDlpResult> {
    const { settings, link, identity, signal } = request;
    const result = await this.program.run({
      ...{ settings, link, identity, signal, cwd: folder, timeoutMs: runTimeoutMs },
      args: [
        ...['--no-playlist', '--playlist-items', '1', '--skip-download', '--no-simulate'],
        '--ignore-no-formats-error',
        ...args,
        ...['-P', folder, '-o', 'subtitle.%(ext)s'],
        // Only then are the files there and their names known.
        ...['--print', `before_dl:${doneMark}%(.{requested_subtitles})j`],
      ],
      ...(onLine === undefined ? {} : { onLine }),
    });
    countSent(result, request);
    return result;
  }

  /** The track's file, if the run wrote it. Names come from outside: only files of our own folder are read. */
  private async readBrought(
    info: YtDlpInfo,
    track: YtDlpTrack,
    folder: string,
  ): Promise<Uint8Array | undefined> {
    const file = info.requested_subtitles?.[track.key]?.filepath;
    if (file === undefined || file === null) return undefined;
    const absolute = path.resolve(folder, path.basename(file));
    return this.parts.files.read(absolute, 10 * 1024 * 1024);
  }
}

function subtitleArgs(pattern: string, settings: Settings): readonly string[] {
  const kind = settings['captions.kind'];
  return [
    ...(kind === 'automaticOnly' ? [] : ['--write-subs']),
    ...(kind === 'manualOnly' ? [] : ['--write-auto-subs']),
    ...['--sub-langs', `${pattern},-live_chat`, '--sub-format', 'json3/vtt/srt/ttml/best'],
  ];
}

/**
 * What can be asked for before anything is known: the language wanted most. Each further one would be a
 * request that may not be needed, and subtitles are what YouTube counts most strictly; the original language
 * shows only in the answer. Codes are letters, digits and hyphens by the setting's rule: no patterns.
 */
function wantedPattern(link: Link, settings: Settings): string | undefined {
  const code = settings.languages[0]?.replace(/_/g, '-');
  if (code === undefined) return undefined;
  return link.kind === 'youtube' ? code : `${code}(-[A-Za-z0-9]+)*`;
}

function sameOrigin(url: string, link: Link): boolean {
  const origin = urlOf(url)?.origin;
  return origin !== undefined && origin === urlOf(link.url)?.origin;
}

function liveFailure(info: YtDlpInfo): Failure | undefined {
  return info.live_status === 'is_upcoming'
    ? failure('not-started', 'It has not been broadcast yet.')
    : undefined;
}
