/** What the stand-in for YouTube says: the player's answers, the pages of a block, and the addresses of captions. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fullPage, streamingData } from './youtubeSizes';
import { hashOf, type Refusal, type StandInTrack, type StandInVideo } from './youtubeVideos';

/** The player's answer for a video that may be had, in the shape that app clients get. */
export function playable(
  video: StandInVideo,
  client: string,
  urlOf: (track: StandInTrack) => string,
): unknown {
  const { behaviour } = video;
  const isApp = /ANDROID|IOS|VISIONOS/.test(client);
  const captionTracks = video.tracks.map((track) => ({
    baseUrl: urlOf(track),
    name: isApp ? { runs: [{ text: track.name }] } : { simpleText: track.name },
    vssId: `${track.kind === 'asr' ? 'a' : ''}.${track.language}`,
    languageCode: track.language,
    ...(track.kind === undefined ? {} : { kind: track.kind }),
    isTranslatable: true,
    trackName: '',
  }));
  const audioTracks =
    behaviour === 'dubbed'
      ? [
          { captionTrackIndices: [0], audioTrackId: 'es.4' },
          { captionTrackIndices: [1, 2, 3], defaultCaptionTrackIndex: 1, audioTrackId: 'fr.4' },
        ]
      : behaviour === 'manual'
        ? [{ captionTrackIndices: [0, 1, 2, 3, 4], defaultCaptionTrackIndex: 2, hasDefaultTrack: true }]
        : [{ captionTrackIndices: captionTracks.map((_, index) => index) }];
  return {
    responseContext: { visitorData: `visitor-${hashOf(video.id)}` },
    playabilityStatus: { status: 'OK', playableInEmbed: true },
    ...(video.isFull === true ? { streamingData } : {}),
    ...(captionTracks.length === 0
      ? {}
      : {
          captions: {
            playerCaptionsTracklistRenderer: {
              captionTracks,
              audioTracks,
              defaultAudioTrackIndex: behaviour === 'dubbed' ? 1 : 0,
              ...(isApp
                ? {}
                : {
                    translationLanguages: [{ languageCode: 'la', languageName: { simpleText: 'Latin' } }],
                  }),
            },
          },
        }),
    videoDetails: {
      videoId: video.id,
      title: video.title,
      lengthSeconds: String(video.lengthSeconds),
      channelId: 'UC0123456789abcdefghijkl',
      author: video.channel,
      shortDescription: video.description,
      viewCount: String(hashOf(video.id)),
      thumbnail: { thumbnails: [] },
      isLiveContent: behaviour === 'live',
      ...(behaviour === 'live' ? { isLive: true } : {}),
      isPrivate: false,
      isCrawlable: true,
      isOwnerViewing: false,
      allowRatings: true,
    },
    ...(isApp
      ? {}
      : {
          microformat: {
            playerMicroformatRenderer: { publishDate: '2026-03-14T08:00:00-07:00', category: 'Education' },
          },
        }),
  };
}

/** Where a track's captions are, signed until `expire` (seconds since 1970), as the client is told. */
export function captionUrl(
  video: StandInVideo,
  track: StandInTrack,
  client: string,
  site: { readonly origin: string; readonly expire: number },
): string {
  const { behaviour } = video;
  const owner = behaviour === 'othercap' ? 'aaaaaaaaaaa' : video.id;
  const query = new URLSearchParams({
    v: owner,
    ei: 'x0',
    caps: 'asr',
    xosf: '1',
    hl: 'en',
    ip: '0.0.0.0',
    ipbits: '0',
    expire: String(site.expire),
    sparams: 'ip,ipbits,expire,v,ei,caps',
    signature: signatureOf(owner, site.expire),
    key: 'yt8',
    ...(track.kind === undefined ? {} : { kind: track.kind }),
    lang: track.language,
    fmt: 'srv3',
  });
  const wantsToken = /^(?:WEB|WEB_EMBEDDED_PLAYER)$/.test(client) || behaviour === 'potokencap';
  if (wantsToken) query.set('exp', 'xpe');
  if (behaviour === 'potoken2cap') query.set('exp', 'xpv');
  if (behaviour === 'androidpot' && client === 'ANDROID') query.set('c', 'ANDROID');
  const path = `/api/timedtext?${query}`;
  switch (behaviour) {
    case 'offhostcap':
      return `https://captions.example${path}`;
    case 'innercap':
      return `http://169.254.169.254${path}`;
    case 'filecap':
      return 'file:///etc/passwd';
    case 'relativecap':
      return path;
    default:
      return site.origin + path;
  }
}

export const sorryUrl = 'https://www.google.com/sorry/index?continue=https://www.youtube.com/';
export const captchaPage =
  '<!DOCTYPE html><html><body>Our systems have detected unusual traffic<form action="/das_captcha"><div class="g-recaptcha"></div></form></body></html>';
export const consentPage =
  '<!DOCTYPE html><html><body><form action="https://consent.youtube.com/s"><input type="hidden" name="v" value="cb.1"></form></body></html>';

export interface PlayerRequest {
  readonly videoId: string;
  readonly clientName: string;
}

/** Undefined for what YouTube would refuse as malformed. */
export function playerRequest(body: string): PlayerRequest | undefined {
  try {
    const { context, videoId } = JSON.parse(body) as {
      context?: { client?: { clientName?: unknown; clientVersion?: unknown } };
      videoId?: unknown;
    };
    const { clientName, clientVersion } = context?.client ?? {};
    if (typeof videoId !== 'string' || typeof clientName !== 'string' || typeof clientVersion !== 'string')
      return undefined;
    return { videoId, clientName };
  } catch {
    return undefined;
  }
}

export function refusalAnswer(refusal: Refusal): unknown {
  const { status, reason, subreason, captcha, scheduledStartTime, desktopLegacyAgeGateReason } = refusal;
  return {
    responseContext: { visitorData: 'visitor-0' },
    playabilityStatus: {
      status,
      reason,
      ...(desktopLegacyAgeGateReason === undefined ? {} : { desktopLegacyAgeGateReason }),
      errorScreen: captcha
        ? { playerCaptchaViewModel: { captchaSuccessResponseEndpoint: {} } }
        : {
            playerErrorMessageRenderer: {
              reason: { simpleText: reason },
              ...(subreason === undefined ? {} : { subreason: { runs: [{ text: subreason }] } }),
            },
          },
      ...(scheduledStartTime === undefined
        ? {}
        : {
            liveStreamability: {
              liveStreamabilityRenderer: {
                offlineSlate: { liveStreamOfflineSlateRenderer: { scheduledStartTime } },
              },
            },
          }),
    },
  };
}

export const apiError = (code: number, status: string): unknown => ({
  error: { code, message: 'Request contains an invalid argument.', status },
});

export function signatureOf(id: string, expire: number): string {
  return hashOf(`${id} ${expire}`).toString(16).toUpperCase();
}

export function watchPage(response: ServerResponse, video: StandInVideo): void {
  const head = `<head><title>Video ${video.id} - YouTube</title></head><body><script>ytcfg.set({"INNERTUBE_API_KEY":"AIzaStandIn_0-9","INNERTUBE_CONTEXT":{}});</script>`;
  const type = 'text/html; charset=utf-8';
  if (video.isFull === true) {
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(fullPage(head));
    return;
  }
  const page = `<!DOCTYPE html><html>${head}<script>var ytInitialData = {"contents":{"twoColumnWatchNextResults":{}}};</script></body></html>`;
  send(response, 200, type, page);
}

export function json(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, 'application/json; charset=UTF-8', JSON.stringify(value));
}

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  content: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(content),
    ...headers,
  });
  response.end(content);
}

/** The body of a request; empty where it broke off. */
export async function read(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  } catch {
    return '';
  }
  return Buffer.concat(pieces).toString('utf8');
}
