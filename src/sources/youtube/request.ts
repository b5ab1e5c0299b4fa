/** The two requests to YouTube as a client makes them, and the forms in which YouTube refuses a request. */
import { failure } from '../../model/failure';
import type { HttpRequest, HttpResponse } from '../../model/ports';
import { retryAfterMs } from '../../model/retryAfter';
import type { Settings } from '../../model/settings';
import { urlOf } from '../../model/webUrl';
import { isWebPage, networksAnswer } from '../httpAnswer';
import type { YouTubeClient } from './clients';
import type { Refusal } from './playability';

const utf8 = new TextDecoder();
/** The consent choice "necessary only", so that European networks get no consent page. */
const consentCookie = 'SOCS=CAI';

export function endpointOf(settings: Settings): string {
  const endpoint = settings['youtube.endpoint'].replace(/\/+$/, '');
  return endpoint === '' ? 'https://www.youtube.com' : endpoint;
}

/** The request for the player data of the video `id`. */
export function playerRequest(
  endpoint: string,
  client: YouTubeClient,
  id: string,
  visitor: string,
): Pick<HttpRequest, 'method' | 'url' | 'body' | 'headers'> {
  const { clientName, clientVersion, userAgent, embedUrl, signatureTimestamp } = client;
  const body = JSON.stringify({
    context: {
      client: {
        clientName,
        clientVersion,
        ...client.client,
        ...(userAgent === undefined ? {} : { userAgent }),
        // The reasons are read in English.
        hl: 'en',
      },
      ...(embedUrl === undefined ? {} : { thirdParty: { embedUrl } }),
    },
    videoId: id,
    playbackContext: {
      contentPlaybackContext: {
        html5Preference: 'HTML5_PREF_WANTS',
        ...(signatureTimestamp === undefined ? {} : { signatureTimestamp }),
      },
    },
    contentCheckOk: true,
    racyCheckOk: true,
  });
  return {
    method: 'POST',
    url: `${endpoint}/youtubei/v1/player?prettyPrint=false`,
    body,
    headers: {
      ...headersOf(client),
      'content-type': 'application/json',
      'x-youtube-client-name': String(client.id),
      'x-youtube-client-version': clientVersion,
      'x-goog-visitor-id': visitor,
      origin: new URL(endpoint).origin,
    },
  };
}

export function headersOf(client: YouTubeClient): Record<string, string> {
  return {
    'accept-language': 'en-US,en;q=0.5',
    cookie: consentCookie,
    ...(client.userAgent === undefined ? {} : { 'user-agent': client.userAgent }),
  };
}

/** A page is requested as a browser does: other programs get the consent page, or one without its data. */
export const browserHeaders: Readonly<Record<string, string>> = {
  'accept-language': 'en-US,en;q=0.5',
  cookie: consentCookie,
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
};

/**
 * The address of a track, resolved against the endpoint; undefined when it leads anywhere but there or to
 * YouTube.
 */
export function captionUrl(baseUrl: string, endpoint: string): URL | undefined {
  const url = urlOf(baseUrl, `${endpoint}/`);
  if (url === undefined) return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  const isYouTube =
    url.protocol === 'https:' && url.port === '' && /(?:^|\.)youtube\.com$/.test(url.hostname);
  return isYouTube || url.origin === new URL(endpoint).origin ? url : undefined;
}

const captcha = /g-recaptcha|das_captcha|unusual traffic|automated queries|\/sorry\//i;
/** What YouTube's and Google's own pages have in them, errors included; a page about YouTube has none of it. */
const ownPage =
  /ytcfg|ytimg\.com|googlelogo|consent\.(?:youtube|google)\.com|that(?:’|'|&rsquo;)s an error|<title>(?:[^<]{0,200} - )?YouTube<\/title>|!!1<\/title>/i;

/** Where YouTube sends those whom it wants to accept cookies, sign in or solve a captcha; or another of its pages. */
const isOwn = {
  host: (host: string): boolean =>
    /(?:^|\.)(?:(?:youtube|google)(?:\.[a-z]{2,3}){1,2}|youtu\.be|withgoogle\.com)$/.test(host),
  page: (page: string): boolean => ownPage.test(page) || captcha.test(page),
};

/**
 * A refusal by status, by redirect or by a page where data should be: the forms a block takes. `said`: the words of an
 * error in JSON. `wants`: of channels and lists a page is read.
 */
export function refusedBy(
  answer: HttpResponse,
  now: number,
  said?: string,
  wants: 'data' | 'page' = 'data',
): Refusal | undefined {
  const { status, headers } = answer;
  const blocked = (message: string, subject = 'YouTube'): Refusal => ({
    failure: failure('blocked', message, { status, subject }),
    proves: 'block',
    otherClient: false,
  });
  const consent = (): Refusal => blocked('YouTube asks for consent to cookies first.', 'consent-page');
  const network = networksAnswer(answer, { who: 'YouTube', wants, isOwn });
  if (network !== undefined) return { failure: network, proves: 'block', otherClient: false };
  if (status >= 300 && status < 400) {
    const location = headers.location ?? '';
    return location.includes('consent.') ? consent() : blocked('YouTube sent the request to another page.');
  }
  const isPage = isWebPage(answer);
  if (isPage) {
    const page = utf8.decode(answer.body.subarray(0, 500_000));
    if (captcha.test(page)) return blocked('YouTube asks for a captcha.');
    if (/consent\.(?:youtube|google)\.com/i.test(page)) return consent();
  }
  if (status === 429) {
    const wait = retryAfterMs(headers, now);
    const more = { status, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
    return {
      failure: failure('rate-limited', 'YouTube asked to slow down.', more),
      proves: 'block',
      otherClient: false,
    };
  }
  if (status === 403) return blocked('YouTube refused the request (403).');
  if (status < 400 && !isPage) return undefined;
  const what =
    isPage && status < 400
      ? 'sent a web page.'
      : said === undefined
        ? `answered with status ${status}.`
        : `answered ${status}: ${said.slice(0, 300)}`;
  const wait = status === 503 ? retryAfterMs(headers, now) : undefined;
  const more = {
    status,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(isPage && status < 400 ? { subject: 'web-page' } : {}),
  };
  const wrong = failure('bad-response', `YouTube ${what}`, more);
  return { failure: wrong, proves: 'answer', otherClient: status < 500 };
}

/** A retired client gets 400 or 404, with or without a message in JSON. */
export function retiredBy(status: number, said: string | undefined): Refusal | undefined {
  if (status !== 400 && status !== 404 && status !== 410) return undefined;
  const words = said ?? `YouTube answered with status ${status}.`;
  return {
    failure: failure('client-outdated', words.slice(0, 300), { status }),
    proves: 'client',
    otherClient: true,
  };
}
