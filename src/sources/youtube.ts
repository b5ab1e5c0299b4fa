/**
 * YouTube's own captions, two requests a video: what the player is told, then the chosen track. One permit of
 * the quota `youtube` covers an attempt. Falls back along the list of clients only where another client may be
 * answered differently; never after a block, because asking again prolongs it.
 */
import { chooseTrack } from '../captions/chooseTrack';
import type { CaptionTrack } from '../captions/chooseTrack';
import { parseCaptions } from '../captions/parseCaptions';
import { inSlices } from '../captions/sliced';
import { failure, toFailure } from '../model/failure';
import type { Failure } from '../model/failure';
import type { Link, VideoMeta } from '../model/link';
import type { HttpRequest, HttpResponse } from '../model/ports';
import { retryAfterMs } from '../model/retryAfter';
import type { Settings } from '../model/settings';
import type { Readiness, Source, SourceRequest, SourceResult } from '../model/source';
import type { Transcript } from '../model/transcript';
import { urlOf } from '../model/webUrl';
import { asText, at, parseJson } from './loose';
import { asResult } from './parts';
import type { SourceParts } from './parts';
import { clientsOf } from './youtubeClients';
import type { YouTubeClient } from './youtubeClients';
import { isRefusal, readPlayer } from './youtubePlayer';
import type { PlayerAnswer, Refusal } from './youtubePlayer';

const maxBytes = 10 * 1024 * 1024;
/** The oldest video there is, with captions in many languages. */
const knownGoodId = 'jNQXAC9IVRw';
/** Caption addresses expire after some hours; a look-ahead's answer is used within this time or not at all. */
const reuseMs = 30 * 60_000;
const maxRemembered = 500;
/** json3 first: exact times, no repeats. The others only when it cannot be read; '' is the oldest XML form. */
const formats = ['json3', 'srv3', ''] as const;
/**
 * After so many clients whose captions could not be read in any form the attempt ends: the same words come from
 * the same place, and each request more counts towards a block. The second is asked for the first form alone.
 */
const mostUnread = 2;
const utf8 = new TextDecoder();
/** The consent choice "necessary only", so that European networks get no consent page. */
const consentCookie = 'SOCS=CAI';

type Looked = PlayerAnswer | Refusal;
/** `unread`: captions came, but in no form that is known. */
type Unfetched = Refusal & { readonly unread?: boolean };
interface Remembered {
  readonly player: PlayerAnswer;
  readonly clientName: string;
  readonly until: number;
}

export class YouTubeSource implements Source {
  readonly id = 'youtube';
  readonly paid = false;
  /** Answers of the look-ahead, used once by the job itself. */
  private readonly remembered = new Map<string, Remembered>();
  /** The client that worked last, tried first: a retired one costs the batch two requests, not two a video. */
  private preferred: string | undefined;

  constructor(private readonly parts: Pick<SourceParts, 'http' | 'clock'>) {}

  readiness(settings: Settings): Promise<Readiness> {
    const { clients, problem } = clientsOf(settings);
    const names = clients.map(({ clientName }) => clientName).join(', ');
    const detail = `${endpointOf(settings)}, asking as ${names}.${problem === undefined ? '' : ` ${problem}`}`;
    return Promise.resolve({ ready: true, detail });
  }

  accepts(link: Link): boolean {
    return link.kind === 'youtube';
  }

  quotas(link: Link): readonly string[] {
    return link.kind === 'youtube' ? ['youtube'] : [];
  }

  transcribe(request: SourceRequest): Promise<SourceResult> {
    return asResult(() => this.attempt(request));
  }

  /** One request; its answer is kept for the transcript of the same video. Failures give undefined. */
  async describe(request: SourceRequest): Promise<VideoMeta | undefined> {
    const [client] = this.clients(request.settings);
    if (!client) return undefined;
    const { id } = request.link;
    try {
      const player = await this.askPlayer(request, id, client, undefined);
      if (isRefusal(player)) return undefined;
      const oldest = this.remembered.keys().next();
      if (this.remembered.size >= maxRemembered && !oldest.done) this.remembered.delete(oldest.value);
      this.remembered.set(id, {
        player,
        clientName: client.clientName,
        until: this.parts.clock.now() + reuseMs,
      });
      return player.meta;
    } catch {
      return undefined;
    }
  }

  async probe(request: SourceRequest): Promise<Failure | undefined> {
    try {
      let last: Failure | undefined;
      // A client that was retired says nothing about this network.
      for (const client of this.clients(request.settings)) {
        const player = await this.askPlayer(request, knownGoodId, client, undefined);
        if (!isRefusal(player)) return undefined;
        last = player.failure;
        if (!player.otherClient) break;
      }
      return last;
    } catch (error) {
      return toFailure(error);
    }
  }

  private async attempt(request: SourceRequest): Promise<SourceResult> {
    const { id } = request.link;
    let visitor: string | undefined;
    let unread = 0;
    let last: Failure = failure('bad-response', 'YouTube gave no answer.');
    request.stage('fetching');
    const known = this.remembered.get(id);
    this.remembered.delete(id);
    const reused = known !== undefined && known.until > this.parts.clock.now() ? known : undefined;
    for (const client of this.clients(request.settings, reused?.clientName)) {
      const player =
        reused?.clientName === client.clientName
          ? reused.player
          : await this.askPlayer(request, id, client, visitor);
      visitor = player.visitor ?? visitor;
      if (isRefusal(player)) {
        last = worse(last, player.failure);
        if (player.otherClient) continue;
        return { failure: player.failure };
      }
      request.learn(player.meta);
      if (player.tracks.length === 0) {
        if (player.isLive)
          return { failure: failure('not-started', 'It is live now; captions come after it has ended.') };
        return { failure: failure('no-captions', 'The video has no captions.'), noCaptions: true };
      }
      const { settings } = request;
      const wanted = { languages: settings.languages, kind: settings['captions.kind'] };
      const track = chooseTrack(player.tracks, wanted);
      if ('code' in track) return { failure: track, noCaptions: track.code === 'no-captions' };
      const wants = unread === 0 ? formats : formats.slice(0, 1);
      const got = await this.fetchTrack(request, id, client, track, player, wants);
      if (!('failure' in got)) {
        this.preferred = client.clientName;
        return { transcript: got };
      }
      last = worse(last, got.failure);
      if (got.unread === true && (unread += 1) >= mostUnread) break;
      if (!got.otherClient) return { failure: got.failure, noCaptions: got.failure.code === 'no-captions' };
    }
    return { failure: last };
  }

  /** The clients in the order of trying. */
  private clients(settings: Settings, preferred = this.preferred): readonly YouTubeClient[] {
    const { clients } = clientsOf(settings);
    const first = clients.findIndex(({ clientName }) => clientName === preferred);
    return first > 0 ? [...clients.slice(first), ...clients.slice(0, first)] : clients;
  }

  private async askPlayer(
    request: SourceRequest,
    id: string,
    client: YouTubeClient,
    visitor: string | undefined,
  ): Promise<Looked> {
    const endpoint = endpointOf(request.settings);
    const body = JSON.stringify({
      context: {
        client: {
          clientName: client.clientName,
          clientVersion: client.clientVersion,
          hl: 'en',
          ...client.client,
          ...(client.userAgent === undefined ? {} : { userAgent: client.userAgent }),
        },
      },
      videoId: id,
      contentCheckOk: true,
      racyCheckOk: true,
    });
    const answer = await this.send(request, {
      method: 'POST',
      url: `${endpoint}/youtubei/v1/player?prettyPrint=false`,
      body,
      headers: {
        ...headersOf(client),
        'content-type': 'application/json',
        'x-youtube-client-name': String(client.id),
        'x-youtube-client-version': client.clientVersion,
        origin: new URL(endpoint).origin,
        ...(visitor === undefined ? {} : { 'x-goog-visitor-id': visitor }),
      },
    });
    const block = refusedBy(answer, this.parts.clock.now());
    if (block) return block;
    const json = parseJson(answer.body);
    if (json) {
      const said = asText(at(json, 'error', 'message'));
      if (said === undefined || 'playabilityStatus' in json) return readPlayer(json, id);
      return { failure: failure('bad-response', said.slice(0, 300)), otherClient: true };
    }
    const what = answer.body.byteLength === 0 ? 'an empty answer' : 'something that is not JSON';
    return { failure: failure('bad-response', `YouTube gave ${what}.`), otherClient: false };
  }

  private async fetchTrack(
    request: SourceRequest,
    id: string,
    client: YouTubeClient,
    track: CaptionTrack,
    player: PlayerAnswer,
    wants: readonly (typeof formats)[number][],
  ): Promise<Transcript | Unfetched> {
    const endpoint = endpointOf(request.settings);
    const url = captionUrl(track.url, endpoint);
    const another = (last: Failure): Refusal => ({ failure: last, otherClient: true });
    if (!url) return another(failure('bad-response', 'The captions are said to be on another host.'));
    // Put back once a request: each change of `url.searchParams` itself writes and reads the whole address anew.
    const query = new URLSearchParams(url.search);
    const owner = query.get('v');
    if (owner !== null && owner !== id)
      return another(failure('blocked', "YouTube offered another video's captions.", { subject: 'YouTube' }));
    if (/xp[ev]/.test(query.get('exp') ?? ''))
      return another(failure('po-token', 'YouTube wants a proof token for these captions.'));
    let last = failure('bad-response', 'YouTube gave no captions.');
    for (const format of wants) {
      // A translation is never asked for, whatever the address says.
      for (const name of ['fmt', 'xosf', 'tlang']) query.delete(name);
      if (format !== '') query.set('fmt', format);
      url.search = query.toString();
      const answer = await this.send(request, {
        method: 'GET',
        url: url.href,
        headers: headersOf(client),
        ...(url.origin === new URL(endpoint).origin ? {} : { reach: 'public-only' as const }),
      });
      const block = refusedBy(answer, this.parts.clock.now());
      if (block) return block;
      if (answer.body.byteLength === 0)
        return another(failure('po-token', 'YouTube sent empty captions, as it does without a proof token.'));
      const parsed = await inSlices(parseCaptions(answer.body, { automatic: track.kind === 'automatic' }));
      if ('cues' in parsed)
        return {
          language: track.languageCode,
          captions: track.kind,
          source: 'youtube',
          cues: parsed.cues,
          meta: { ...request.meta, ...player.meta },
        };
      if (parsed.code === 'no-captions') return { failure: parsed, otherClient: false };
      last = parsed;
    }
    return { failure: last, otherClient: true, unread: true };
  }

  private async send(
    request: SourceRequest,
    more: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body' | 'reach'>,
  ): Promise<HttpResponse> {
    const answer = await this.parts.http.request({
      reach: 'asked',
      ...more,
      signal: request.signal,
      timeoutMs: request.settings.requestTimeout * 1000,
      maxBytes,
      redirects: 'same-origin',
      identity: request.identity,
    });
    request.sent(answer.via);
    request.started.heard({ status: answer.status, headers: answer.headers });
    return answer;
  }
}

function endpointOf(settings: Settings): string {
  const endpoint = settings['youtube.endpoint'].replace(/\/+$/, '');
  return endpoint === '' ? 'https://www.youtube.com' : endpoint;
}

function headersOf(client: YouTubeClient): Record<string, string> {
  return {
    'accept-language': 'en-US,en;q=0.5',
    cookie: consentCookie,
    ...(client.userAgent === undefined ? {} : { 'user-agent': client.userAgent }),
  };
}

/** The address of a track, resolved against the endpoint; undefined when it leads anywhere but there or to YouTube. */
function captionUrl(baseUrl: string, endpoint: string): URL | undefined {
  const url = urlOf(baseUrl, `${endpoint}/`);
  if (url === undefined) return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  const isYouTube =
    url.protocol === 'https:' && url.port === '' && /(?:^|\.)youtube\.com$/.test(url.hostname);
  return isYouTube || url.origin === new URL(endpoint).origin ? url : undefined;
}

/** A refusal by status, by redirect or by a page where data should be: the forms a block takes. */
function refusedBy(answer: HttpResponse, now: number): Refusal | undefined {
  const { status, headers } = answer;
  const blocked = (message: string): Refusal => ({
    failure: failure('blocked', message, { status, subject: 'YouTube' }),
    otherClient: false,
  });
  if (status >= 300 && status < 400) {
    const location = headers.location ?? '';
    if (location.includes('consent.')) return blocked('YouTube asks for consent to cookies first.');
    return blocked('YouTube sent the request to another page.');
  }
  const isPage = /^\s*<(?:!doctype\s+html|html|head|body)/i.test(utf8.decode(answer.body.subarray(0, 200)));
  if (isPage) {
    const page = utf8.decode(answer.body.subarray(0, 500_000));
    if (/g-recaptcha|das_captcha|unusual traffic|\/sorry\//i.test(page))
      return blocked('YouTube asks for a captcha.');
    if (/consent\.(?:youtube|google)\.com/i.test(page))
      return blocked('YouTube asks for consent to cookies first.');
  }
  if (status === 429) {
    const wait = retryAfterMs(headers, now);
    const more = { status, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
    return { failure: failure('rate-limited', 'YouTube asked to slow down.', more), otherClient: false };
  }
  if (status === 403) return blocked('YouTube refused the request (403).');
  const message = `YouTube answered with status ${status}.`;
  // A client that was retired is answered 400 or 404.
  if (status >= 400 && status < 500)
    return { failure: failure('bad-response', message, { status }), otherClient: true };
  if (status >= 500) return { failure: failure('bad-response', message, { status }), otherClient: false };
  if (isPage)
    return { failure: failure('bad-response', 'YouTube sent a web page.', { status }), otherClient: true };
  return undefined;
}

/** What the user is told after several clients: the reason that says most. */
function worse(one: Failure, other: Failure): Failure {
  const weight = (code: Failure['code']): number =>
    code === 'bad-response' ? 0 : code === 'unavailable' ? 1 : code === 'po-token' ? 2 : 3;
  return weight(other.code) >= weight(one.code) ? other : one;
}
