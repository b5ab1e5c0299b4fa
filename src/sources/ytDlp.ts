/**
 * Subtitles of a thousand sites through the program yt-dlp: one process for each video, which lists the
 * tracks and, where the language is known beforehand, downloads it too.
 */
import path from 'node:path';
import { chooseTrack } from '../captions/chooseTrack';
import { parseCaptions } from '../captions/parseCaptions';
import { inRoom } from './inRoom';
import { failure, type Failure } from '../model/failure';
import { linkQuota } from '../model/quotaNames';
import type { Link, VideoMeta } from '../model/link';
import type { QuotaName } from '../model/quotaNames';
import type { Settings } from '../model/settings';
import type { Readiness, Source, SourceRequest, SourceResult } from '../model/source';
import { urlOf } from '../model/webUrl';
import { asResult, fail, readJson, requestsOfStart, shortWords, takeStarts, type SourceParts } from './parts';
import { endWaitMs } from './youtube/playability';
import { warnedFailure, ytDlpFailure } from './ytDlpErrors';
import {
  hasFormats,
  infoFields,
  isPlaceholder,
  liveFailure,
  metaOf,
  readInfo,
  soundFields,
  spokenIn,
  tracksOf,
  type YtDlpInfo,
  type YtDlpTrack,
} from './ytDlpInfo';
import { cookiesFrom, countSent, type YtDlpProgram, type YtDlpResult } from './ytDlpProgram';

const runTimeoutMs = 10 * 60_000;
/**
 * Requests of yt-dlp to YouTube for one video's captions: the watch page, a player and the track
 * (2026.10.26).
 */
const requestsOfVideo = 4;
/** With the user's account it uses two players, and needs their script. */
const requestsWithCookies = 6;
const infoMark = 'BT-INFO|';
const soundMark = 'BT-SOUND|';
const doneMark = 'BT-DONE|';

export class YtDlpSource implements Source {
  readonly id = 'yt-dlp';
  readonly paid = false;

  constructor(
    private readonly parts: SourceParts,
    private readonly program: YtDlpProgram,
  ) {}

  async readiness(settings: Settings): Promise<Readiness> {
    const found = await this.program.look(settings);
    return 'version' in found
      ? { ready: true, detail: `${found.path}, version ${found.version}` }
      : {
          ready: false,
          code: 'tool-missing',
          why: found.why,
          nextStep: found.nextStep,
          ...(found.needs === undefined ? {} : { needs: found.needs }),
        };
  }

  accepts(link: Link, _settings?: Settings, noCaptions = false): boolean {
    // YouTube's own answer that there are none holds for every program.
    if (link.kind === 'youtube') return !noCaptions;
    return link.kind === 'page' && link.path === undefined;
  }

  quotas(link: Link): readonly QuotaName[] {
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
      await takeStarts(request, requestsFor(settings));
      const { info, sound, result } = await this.look(request, folder, pattern);
      const task = { link, settings };
      if (info === undefined) return { failure: this.timed(ytDlpFailure(result, task)) };
      const other = otherVideo(info, link);
      if (other !== undefined) return { failure: other };
      const meta = { ...request.meta, ...metaOf(info) };
      request.learn(metaOf(info));

      const tracks = tracksOf(info, spokenIn(sound, info));
      const said = warnedFailure(result.stderr, task, hasFormats(sound));
      const refused = refusal(info, tracks, said, this.parts.clock.now());
      if (refused !== undefined) return { failure: this.timed(refused) };
      const chosen = chooseTrack(tracks, { languages: settings.languages, kind: settings['captions.kind'] });
      if ('code' in chosen)
        // The wanted ones may be among those that yt-dlp had to leave out.
        return said?.code === 'po-token'
          ? { failure: said }
          : { failure: chosen, noCaptions: tracks.length === 0 };
      const owner = urlOf(chosen.url)?.searchParams.get('v') ?? link.id;
      if (link.kind === 'youtube' && owner !== link.id) return { failure: anotherVideo(owner) };
      const content = await this.contentOf(chosen, info, request, folder, result);
      const parsed = await inRoom(
        request,
        content,
        parseCaptions(content, { automatic: chosen.kind === 'automatic' }),
      );
      if ('code' in parsed) return { failure: parsed };
      return {
        transcript: {
          language: chosen.languageCode,
          captions: chosen.kind,
          ...(chosen.sound === 'dub' ? { dub: true } : {}),
          source: 'yt-dlp',
          cues: parsed.cues,
          meta,
        },
      };
    });
  }

  /** A stream that has just ended may have captions an hour later. */
  private timed(refused: Failure): Failure {
    return refused.code === 'not-started' && refused.subject === 'ended'
      ? { ...refused, notBefore: this.parts.clock.now() + endWaitMs }
      : refused;
  }

  async describe(request: SourceRequest): Promise<VideoMeta | undefined> {
    // Nothing of it is kept: the attempt that uses this start asks again.
    await takeStarts(request, requestsFor(request.settings) + requestsOfStart);
    const { info } = await this.look(request, await request.tempFolder(), undefined);
    return info === undefined ? undefined : metaOf(info);
  }

  /** One run: the tracks and, with `pattern`, the subtitle files of those languages. */
  private async look(
    request: SourceRequest,
    folder: string,
    pattern: string | undefined,
  ): Promise<{ info: YtDlpInfo | undefined; sound: unknown; result: YtDlpResult }> {
    let first: unknown;
    let sound: unknown;
    let done: unknown;
    const args = [
      ...(request.link.kind === 'youtube' ? ['--extractor-args', 'youtube:skip=translated_subs'] : []),
      ...(pattern === undefined ? [] : subtitleArgs(pattern, request.settings)),
      ...['--print', `video:${infoMark}%(.{${infoFields}})j`],
      ...['--print', `video:${soundMark}%(formats.:.{${soundFields}})j`],
    ];
    const result = await this.run(request, folder, args, (line) => {
      if (line.startsWith(infoMark)) first ??= readJson(line.slice(infoMark.length));
      else if (line.startsWith(soundMark)) sound ??= readJson(line.slice(soundMark.length));
      else if (line.startsWith(doneMark)) done ??= readJson(line.slice(doneMark.length));
    });
    const info = readInfo(first);
    const files = readInfo(done)?.requested_subtitles;
    return {
      info: info === undefined ? undefined : { ...info, requested_subtitles: files ?? undefined },
      sound,
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
    // The run wanted this file and could not get it: its message says why (429 above all).
    const task = { link: request.link, settings: request.settings };
    if (first.exitCode !== 0) return fail(ytDlpFailure(first, task));
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
    // A site that needs cookies or sends subtitles in pieces: yt-dlp fetches this one track.
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
          : ytDlpFailure(result, task),
      )
    );
  }

  /** Runs the program on one video, without picture and audio; the names of its files follow `doneMark`. */
  private async run(
    request: SourceRequest,
    folder: string,
    args: readonly string[],
    onLine?: (line: string) => void,
  ): Promise<YtDlpResult> {
    const { settings, link, identity, signal } = request;
    const result = await this.program.run({
      ...{ settings, link, identity, signal, cwd: folder, timeoutMs: runTimeoutMs, wants: 'captions' },
      args: [
        ...['--no-playlist', '--playlist-items', '1', '--skip-download', '--no-simulate'],
        '--ignore-no-formats-error',
        ...args,
        ...['-P', folder, '-o', 'subtitle.%(ext)s'],
        // Only then do the files exist and are their names known.
        ...['--print', `before_dl:${doneMark}%(.{requested_subtitles})j`],
      ],
      ...(onLine === undefined ? {} : { onLine }),
    });
    countSent(result, request);
    return result;
  }

  /**
   * The track's file, if the run wrote it. Names come from outside: only files of our own folder are read.
   */
  private async readBrought(
    info: YtDlpInfo,
    track: YtDlpTrack,
    folder: string,
  ): Promise<Uint8Array | undefined> {
    const names = [track.key, ...track.twins];
    const file = names
      .flatMap((name) => info.requested_subtitles?.[name] ?? [])
      .find(({ url }) => url === undefined || url === null || isSame(url, track.url))?.filepath;
    if (file === undefined || file === null) return undefined;
    const absolute = path.resolve(folder, path.basename(file));
    return this.parts.files.read(absolute, 10 * 1024 * 1024);
  }
}

function requestsFor(settings: Settings): number {
  return cookiesFrom(settings) === '' ? requestsOfVideo : requestsWithCookies;
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
 * What can be requested before anything is known: the most wanted language. Each further one would be a
 * request that may not be needed, and YouTube limits subtitles most strictly; the original language is only
 * known from the answer. Codes are letters, digits and hyphens by the setting's rule: no patterns.
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

/** Why there are no tracks, or why the list is incomplete; undefined: no reason. */
function refusal(
  info: YtDlpInfo,
  tracks: readonly YtDlpTrack[],
  said: Failure | undefined,
  now: number,
): Failure | undefined {
  const live = liveFailure(info, tracks.length > 0, now);
  if (tracks.length > 0) return live;
  // The site's message about the video takes precedence over its live state; the known start of a premiere
  // over its message.
  const unsure = said === undefined || said.code === 'not-started' || said.code === 'bad-response';
  if (!unsure) return said;
  if (live !== undefined || said !== undefined) return live ?? said;
  // A video without any data was not seen, so it is unknown what it lacks.
  return isPlaceholder(info)
    ? failure('bad-response', 'yt-dlp was told nothing about the video.')
    : undefined;
}

/** YouTube answers some networks that it blocks with another video. */
function otherVideo(info: YtDlpInfo, link: Link): Failure | undefined {
  const { id, extractor_key: extractor } = info;
  if (link.kind !== 'youtube' || id === link.id || typeof id !== 'string' || extractor !== 'Youtube')
    return undefined;
  return anotherVideo(id);
}

function anotherVideo(id: string): Failure {
  return failure('blocked', `YouTube answered with another video (${shortWords(id, 20)}).`, {
    subject: 'YouTube',
  });
}

/** The same captions by their addresses, which differ only in format. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => {
    const url = urlOf(text);
    url?.searchParams.delete('fmt');
    return url?.href;
  });
  return a === b;
}
