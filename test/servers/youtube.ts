/**
 * A stand-in for YouTube as far as captions go: watch page, player, timedtext in every format, the refusals
 * and the forms a block takes. Run it by itself:
 *   npx tsx test/servers/youtube.ts --port 8790 --scenario demo [--limit 20 --window 10] [--list]
 */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SlidingWindow } from './slidingWindow';
import {
  apiError,
  captchaPage,
  captionUrl,
  json,
  playable,
  playerRequest,
  read,
  refusalAnswer,
  send,
  signatureOf,
  sorryUrl,
  watchPage,
  type PlayerRequest,
} from './youtubeAnswers';
import { fullVideo } from './youtubeSizes';
import { misbehave, type WrongAnswer } from './youtubeWrong';
import { demoDelays, demoLinks, demoVideo } from './youtubeDemo';
import { contentTypes, isTimedtextFormat, writeTimedtext, type TimedtextFormat } from './youtubeFormats';
import { refusals, spokenLines, standInVideo } from './youtubeVideos';
import type { StandInVideo } from './youtubeVideos';

export interface YouTubeOptions {
  readonly port?: number;
  readonly host?: string;
  /** Every answer is given this long after its request came, what it costs to make within; never sooner. */
  readonly delayMs?: number;
  /** Uneven delays, different for each video and always the same. */
  readonly delays?: { readonly minMs: number; readonly maxMs: number };
  /**
   * A true sliding window for each address; requests above it get 429. Videos are counted by their player
   * call.
   */
  readonly limit?: {
    readonly count: number;
    readonly windowMs: number;
    readonly per?: 'video' | 'request';
    /** Says in Retry-After when a place is free. Default true. */
    readonly retryAfter?: boolean;
  };
  /** Captions must be fetched within this time. Default 6 h. */
  readonly expireSeconds?: number;
  /** Gives videos of one's own; undefined: as the id says. */
  readonly videos?: (id: string) => StandInVideo | undefined;
  /** Further addresses (feeds, playlists); true when it has answered. */
  readonly routes?: (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;
  /** Now, epoch ms; a fake clock in tests of long times. */
  readonly now?: () => number;
}

export interface SeenRequest {
  readonly at: number;
  readonly kind: 'player' | 'captions' | 'watch' | 'other';
  readonly method: string;
  readonly url: string;
  readonly video: string;
  readonly client: string;
  readonly headers: IncomingHttpHeaders;
  readonly address: string;
  /** Of the connection, so that reuse can be seen. */
  readonly remotePort: number;
  status: number;
}

/** How a blocked network is answered. */
export type BlockForm = 'bot' | 'later' | '429' | 'sorry' | 'captcha' | 'other' | 'empty';

export class YouTubeStandIn {
  readonly seen: SeenRequest[] = [];
  private readonly texts = new Map<string, string>();
  /** Requests that came over the limit. */
  overLimit = 0;
  private block: BlockForm | undefined;
  private held: Promise<void> | undefined;
  private readonly windows = new Map<string, SlidingWindow>();
  private readonly firstTimes = new Set<string>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly waiters = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    private readonly options: YouTubeOptions,
  ) {}

  static async start(options: YouTubeOptions = {}): Promise<YouTubeStandIn> {
    const server = createServer();
    const standIn = new YouTubeStandIn(server, options);
    server.on('request', (request, response) => void standIn.handle(request, response));
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
    });
    return standIn;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }
  get origin(): string {
    return `http://${this.options.host ?? '127.0.0.1'}:${this.port}`;
  }

  /** Blocks every address until it is called without a form. */
  blockAll(form?: BlockForm): void {
    this.block = form;
  }

  /** Answers nothing until the returned function is called: requests wait meanwhile. */
  hold(): () => void {
    let release = (): void => undefined;
    this.held = new Promise((resolve) => (release = resolve));
    return () => {
      this.held = undefined;
      release();
    };
  }

  count(kind: SeenRequest['kind']): number {
    return this.seen.filter((request) => request.kind === kind).length;
  }

  /** Resolves with so many videos asked for. */
  until(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.count('player') < count) return;
        this.waiters.delete(look);
        resolve();
      };
      this.waiters.add(look);
      look();
    });
  }

  reset(): void {
    this.seen.length = 0;
    this.overLimit = 0;
    this.firstTimes.clear();
    this.windows.clear();
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private now(): number {
    return this.options.now?.() ?? Date.now();
  }

  private video(id: string): StandInVideo {
    return this.options.videos?.(id) ?? standInVideo(id, this.options.delays);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const url = new URL(request.url ?? '/', this.origin);
    if (url.pathname.startsWith('/__/')) {
      this.control(url, response);
      return;
    }
    if (this.options.routes?.(request, response, url)) return;
    const cameAt = performance.now();
    const body = await read(request);
    const asked = url.pathname === '/youtubei/v1/player' ? playerRequest(body) : undefined;
    const seen: SeenRequest = {
      at: this.now(),
      kind:
        asked || url.pathname.startsWith('/youtubei/')
          ? 'player'
          : url.pathname === '/api/timedtext'
            ? 'captions'
            : url.pathname === '/watch'
              ? 'watch'
              : 'other',
      method: request.method ?? '',
      url: url.pathname + url.search,
      video: asked?.videoId ?? url.searchParams.get('v') ?? '',
      client: asked?.clientName ?? '',
      headers: request.headers,
      address: request.socket.remoteAddress ?? '',
      remotePort: request.socket.remotePort ?? 0,
      status: 0,
    };
    this.seen.push(seen);
    for (const look of [...this.waiters]) look();
    response.on('finish', () => {
      seen.status = response.statusCode;
    });
    const { limit } = this.options;
    if (limit && (limit.per === 'request' || seen.kind === 'player')) {
      let window = this.windows.get(seen.address);
      if (!window) this.windows.set(seen.address, (window = new SlidingWindow(limit.count, limit.windowMs)));
      if (!window.take(seen.at)) {
        this.overLimit++;
        const seconds = Math.max(1, Math.ceil((window.nextAt(seen.at) - seen.at) / 1000));
        const headers = limit.retryAfter === false ? {} : { 'retry-after': String(seconds) };
        send(response, 429, 'text/html', '<html><title>Too many requests</title></html>', headers);
        return;
      }
    }
    if (this.block && this.blocked(this.block, seen.kind, response)) return;
    const video = this.video(seen.video);
    if (seen.kind === 'captions') {
      this.timedtext(url.searchParams, video);
      await this.pause(video.captionsMs, cameAt);
    } else await this.pause(video.playerMs, cameAt);
    await this.held;
    if (seen.kind === 'watch') watchPage(response, video);
    else if (seen.kind === 'captions') this.captions(url, video, response);
    else if (asked && request.method === 'POST') this.player(asked, video, response);
    else if (seen.kind === 'player') json(response, 400, apiError(400, 'INVALID_ARGUMENT'));
    else send(response, 404, 'text/html', '<html><title>404 Not Found</title></html>');
  }

  private pause(videoMs: number, cameAt: number): Promise<void> {
    const whole = this.options.delayMs ?? videoMs;
    const ms = whole > 0 ? Math.ceil(whole - (performance.now() - cameAt)) : 0;
    return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
  }

  /** Switches and counters for whoever runs the stand-in as a program of its own. */
  private control(url: URL, response: ServerResponse): void {
    const form = url.searchParams.get('form') as BlockForm | null;
    if (url.pathname === '/__/block') this.blockAll(form ?? 'bot');
    else if (url.pathname === '/__/unblock') this.blockAll();
    else if (url.pathname === '/__/reset') this.reset();
    json(response, 200, {
      player: this.count('player'),
      captions: this.count('captions'),
      total: this.seen.length,
      overLimit: this.overLimit,
      ...(url.pathname === '/__/requests' ? { requests: this.seen } : {}),
    });
  }

  private blocked(form: BlockForm, kind: SeenRequest['kind'], response: ServerResponse): boolean {
    switch (form) {
      case 'bot':
        if (kind === 'player') json(response, 200, refusalAnswer(refusals.bot));
        return kind === 'player';
      case 'later':
        if (kind === 'player') json(response, 200, refusalAnswer(refusals.later));
        return kind === 'player';
      case 'other':
        if (kind === 'player') json(response, 200, this.playable(this.video('zzzzzzzzzzz')));
        return kind === 'player';
      case 'empty':
        if (kind === 'captions') send(response, 200, 'text/html', '');
        return kind === 'captions';
      case '429':
        send(response, 429, 'text/html', '<html><title>Sorry...</title></html>');
        return true;
      case 'captcha':
        send(response, 200, 'text/html', captchaPage);
        return true;
      case 'sorry':
        send(response, 302, 'text/html', '', { location: sorryUrl });
        return true;
    }
  }

  private wrong({ id }: StandInVideo): WrongAnswer {
    const isFirst = (): boolean => {
      const { size } = this.firstTimes;
      return this.firstTimes.add(id).size > size;
    };
    return { isFirst, timers: this.timers };
  }

  private player(asked: PlayerRequest, video: StandInVideo, response: ServerResponse): void {
    const { behaviour } = video;
    if (!/^[A-Za-z0-9_-]{11}$/.test(asked.videoId)) {
      json(response, 400, apiError(400, 'INVALID_ARGUMENT'));
      return;
    }
    if (behaviour && Object.hasOwn(refusals, behaviour)) {
      json(response, 200, refusalAnswer(refusals[behaviour as keyof typeof refusals]));
      return;
    }
    if (behaviour && !behaviour.endsWith('cap') && misbehave(behaviour, response, this.wrong(video))) return;
    if (behaviour === 'retired' && asked.clientName === 'ANDROID') {
      json(response, 400, apiError(400, 'FAILED_PRECONDITION'));
      return;
    }
    json(
      response,
      200,
      this.playable(behaviour === 'other' ? this.video('aaaaaaaaaaa') : video, asked.clientName),
    );
  }

  /** The player's answer for a video that may be had, in the shape that the client gets. */
  private playable(video: StandInVideo, client = 'ANDROID'): unknown {
    const expire = Math.floor(this.now() / 1000) + (this.options.expireSeconds ?? 6 * 3600);
    const site = { origin: this.origin, expire };
    return playable(video, client, (track) => captionUrl(video, track, client, site));
  }

  private captions(url: URL, video: StandInVideo, response: ServerResponse): void {
    const { behaviour } = video;
    const query = url.searchParams;
    const expire = Number(query.get('expire'));
    if (query.get('signature') !== signatureOf(video.id, expire) || expire * 1000 < this.now()) {
      send(response, 403, 'text/html', '<html><title>Error 403 (Forbidden)</title></html>');
      return;
    }
    const needsToken = /xp[ev]/.test(query.get('exp') ?? '') || query.get('c') === 'ANDROID';
    if (needsToken && query.get('pot') === null) {
      send(response, 200, 'text/html', '');
      return;
    }
    if (behaviour?.endsWith('cap') && misbehave(behaviour, response, this.wrong(video))) return;
    const language = query.get('lang') ?? '';
    const kind = query.get('kind') ?? undefined;
    const track = video.tracks.find((found) => found.language === language && found.kind === kind);
    if (!track) {
      send(response, 404, 'text/html', '<html><title>404 Not Found</title></html>');
      return;
    }
    const { format, text } = this.timedtext(query, video);
    const content = behaviour === 'nojson3cap' && format === 'json3' ? text.slice(0, 200) : text;
    send(response, 200, contentTypes[format], content);
  }

  /** The captions as they are asked for. Kept, so that a bench measures its clients and not this server. */
  private timedtext(query: URLSearchParams, video: StandInVideo): { format: TimedtextFormat; text: string } {
    const { behaviour } = video;
    const language = query.get('lang') ?? '';
    const kind = query.get('kind') ?? undefined;
    const asked = query.get('fmt') ?? 'srv1';
    const format = behaviour === 'onlyxmlcap' ? 'srv1' : isTimedtextFormat(asked) ? asked : 'srv1';
    const spoken = query.get('tlang') ?? language;
    const key = `${video.id} ${spoken} ${format} ${kind ?? ''}`;
    const lines = (): ReturnType<typeof spokenLines> =>
      behaviour === 'silentcap' ? [] : spokenLines(video, spoken);
    const text = this.texts.get(key) ?? writeTimedtext(format, lines(), kind === 'asr');
    if (this.texts.size < 2000) this.texts.set(key, text);
    return { format, text };
  }
}

async function main(args: readonly string[]): Promise<void> {
  const value = (name: string): string | undefined => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? undefined : args[at + 1];
  };
  if (args.includes('--list')) {
    process.stdout.write(`${demoLinks().join('\n')}\n`);
    return;
  }
  const count = Number(value('limit') ?? 0);
  const standIn = await YouTubeStandIn.start({
    ...(value('scenario') === 'demo' ? { delays: demoDelays, videos: demoVideo } : {}),
    ...(value('scenario') === 'full' ? { videos: fullVideo } : {}),
    port: Number(value('port') ?? 0),
    ...(value('delay') === undefined ? {} : { delayMs: Number(value('delay')) }),
    ...(count > 0 ? { limit: { count, windowMs: Number(value('window') ?? 10) * 1000 } } : {}),
  });
  process.stdout.write(`${standIn.origin}\n`);
  const stop = (): void => {
    void standIn.close().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

if (process.argv[1] !== undefined && /[\\/]servers[\\/]youtube\.[jt]s$/.test(process.argv[1]))
  void main(process.argv.slice(2));
