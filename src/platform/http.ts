/**
 * All HTTP requests: time and size limits, redirects by policy, the border between public and private
 * addresses. How a request leaves the machine is decided in httpRoute.ts.
 */
import type { ClientRequest, RequestOptions } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';
import { FailureError, failure } from '../model/failure';
import type { FailureCode } from '../model/failure';
import type { Http, HttpRequest, HttpResponse } from '../model/ports';
import { urlOf } from '../model/webUrl';
import { isPublicAddress, mayBePublic } from '../model/addresses';
import { outgoingBody } from './httpBody';
import { exchange, outgoingHeaders } from './httpExchange';
import { RefusedAddress, refusal } from './namedHosts';
import { networkStateOf } from './networkState';
import type { Route, Router } from './httpRoute';
import { tunnelFailure } from './proxyRouter';
import { TunnelError } from './proxyTunnel';

const maxRedirects = 5;
const longestTimerMs = 2 ** 31 - 1;
/** Headers that another host must not see. */
const originHeader = /auth|cookie|key|token|secret|passw|session|visitor|^(?:origin|referer)$/i;

/** How far a request has come. */
interface Progress {
  /**
   * Part of it may have left this machine. An unsent request may be sent again, even where it costs money.
   */
  sent: boolean;
  /** Where it is: the address asked for, or one that a redirect led to. */
  url: string;
}

export class NodeHttp implements Http {
  constructor(private readonly router: Router) {}

  async request(request: HttpRequest): Promise<HttpResponse> {
    if (request.signal.aborted) throw cancelled();
    const { timeoutMs } = request;
    const stop = new AbortController();
    const end = (): void => {
      stop.abort();
    };
    const timeout = setTimeout(end, Math.min(timeoutMs, longestTimerMs));
    // By hand: AbortSignal.any leaves something on a long-lived signal for each request.
    request.signal.addEventListener('abort', end);
    const progress: Progress = { sent: false, url: request.url };
    try {
      return await this.follow(request, stop.signal, progress);
    } catch (error) {
      const why = this.why({ ...request, url: progress.url }, stop.signal, error);
      throw progress.sent ? why : new FailureError({ ...why.failure, unsent: true });
    } finally {
      clearTimeout(timeout);
      request.signal.removeEventListener('abort', end);
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.router.close();
  }

  private why(request: HttpRequest, stopped: AbortSignal, error: unknown): FailureError {
    if (isAborted(request.signal)) return cancelled();
    if (!isAborted(stopped)) return asFailure(error, request);
    const seconds = String(request.timeoutMs / 1000);
    const words = `No whole answer from ${hostOf(request.url)} in ${seconds} s.`;
    return new FailureError(failure('timeout', words, { subject: seconds }));
  }

  private async follow(first: HttpRequest, signal: AbortSignal, progress: Progress): Promise<HttpResponse> {
    let request = first;
    let before: HttpResponse | undefined;
    let hop = 0;
    const tried = new Set<string>();
    for (;;) {
      const route = await this.router.routeFor(request, tried);
      let answer: HttpResponse;
      let reached: () => 'public' | 'private';
      try {
        ({ answer, reached } = await this.once(request, route, signal, progress));
      } catch (error) {
        // A redirect to a private address is not followed: the redirect itself is the answer.
        if (error instanceof RefusedAddress && before) return before;
        if (!(error instanceof TunnelError) || route.key === undefined) throw error;
        // The router has now recorded that this proxy wants the request itself.
        if (error.fault === 'no-tunnel') continue;
        // Nothing was sent yet: another proxy may be used, a direct request may not.
        tried.add(route.key);
        if (error.fault === 'target' || signal.aborted || !this.router.hasAnother(tried))
          throw new FailureError(tunnelFailure(error, route.key));
        continue;
      }
      const next = hop < maxRedirects ? redirected(request, answer, reached) : undefined;
      if (!next) return answer;
      before = answer;
      request = next;
      progress.url = next.url;
      hop += 1;
    }
  }

  private async once(
    request: HttpRequest,
    route: Route,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<{ answer: HttpResponse; reached: () => 'public' | 'private' }> {
    const url = parsed(request.url);
    const publicOnly = request.reach !== undefined && request.reach !== 'asked';
    if (publicOnly && !mayBePublic(url.hostname)) throw new RefusedAddress(url.hostname);
    const body = await outgoingBody(request.body);
    const options: RequestOptions = {
      method: request.method,
      headers: outgoingHeaders(request, body),
      ...(request.fresh === true ? { agent: false } : {}),
    };
    const opened = await route.open(url, options, publicOnly, signal);
    watchSending(opened.request, progress);
    try {
      const { status, headers, body: content } = await exchange(opened.request, request, body, signal);
      route.worked?.(status);
      const address = opened.address();
      const isPublic = (): boolean =>
        address === undefined ? mayBePublic(url.hostname) : isPublicAddress(address);
      const via = opened.via();
      return {
        answer: { status, headers, body: content, url: url.href, via },
        // Few answers are redirects: validated only when one is.
        reached: () => (isPublic() ? 'public' : 'private'),
      };
    } catch (error) {
      throw opened.refused() ?? error;
    }
  }
}

/**
 * No byte of a request is sent before its connection, and its encryption where it has one, is established.
 */
function watchSending(request: ClientRequest, progress: Progress): void {
  request.on('socket', (socket: Socket) => {
    const sending = (): void => {
      progress.sent = true;
    };
    if (socket.connecting) socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', sending);
    else sending();
  });
}

/** The request that a redirect asks for; undefined when there is none or it must not be followed. */
function redirected(
  request: HttpRequest,
  answer: HttpResponse,
  reached: () => 'public' | 'private',
): HttpRequest | undefined {
  const policy = request.redirects ?? 'same-origin';
  const location = answer.headers.location;
  if (policy === 'none' || location === undefined || ![301, 302, 303, 307, 308].includes(answer.status))
    return undefined;
  const from = urlOf(request.url);
  const to = urlOf(location, from);
  if (from === undefined || to === undefined) return undefined;
  if (to.protocol !== 'http:' && to.protocol !== 'https:') return undefined;
  if (to.username !== '' || to.password !== '') return undefined;
  const upgraded = from.protocol === 'http:' && to.protocol === 'https:' && from.host === to.host;
  const sameOrigin = from.origin === to.origin || upgraded;
  if (policy === 'same-origin' && !sameOrigin) return undefined;
  // Never from https to http.
  if (from.protocol === 'https:' && to.protocol === 'http:') return undefined;
  const keepsBody = answer.status === 307 || answer.status === 308;
  // Headers meant for one host are not sent to another.
  if (request.body !== undefined && keepsBody && !sameOrigin) return undefined;
  const headers = Object.entries(request.headers ?? {}).filter(([name]) => {
    const lower = name.toLowerCase();
    if (!keepsBody && (lower === 'content-type' || lower === 'content-length')) return false;
    return sameOrigin || !originHeader.test(lower);
  });
  const { body, ...rest } = request;
  const method = keepsBody || request.method === 'HEAD' ? request.method : 'GET';
  return {
    ...rest,
    ...(keepsBody && body !== undefined ? { body } : {}),
    method,
    url: to.href,
    headers: Object.fromEntries(headers),
    // Only a private address may lead to a private one.
    reach: reached() === 'private' ? (request.reach ?? 'asked') : 'public-only',
  };
}

function parsed(url: string): URL {
  const invalid = (why: string): FailureError => new FailureError(failure('invalid-url', why));
  const result = urlOf(url);
  if (result === undefined) throw invalid('Not a web address.');
  if (result.protocol !== 'http:' && result.protocol !== 'https:')
    throw invalid(`Not a web address: ${result.protocol}`);
  return result;
}

/** Read again each time, because the compiler would narrow the type to the earlier value. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

const cancelled = (): FailureError => new FailureError(failure('cancelled', 'Stopped.'));

function hostOf(url: string): string {
  return urlOf(url)?.host ?? 'the server';
}

/** Words for the system's connection errors; the code stays beside them for experts. */
const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'There is no such host',
  EAI_AGAIN: 'The name could not be looked up (is the computer online?)',
  ENODATA: 'There is no such host',
  ECONNREFUSED: 'The host refuses the connection',
  ECONNRESET: 'The connection was closed',
  EPIPE: 'The connection was closed',
  ECONNABORTED: 'The connection was closed',
  ETIMEDOUT: 'The host does not answer',
  EHOSTUNREACH: 'The host cannot be reached',
  ENETUNREACH: 'The network cannot be reached',
  ENETDOWN: 'The network is down',
  EADDRNOTAVAIL: 'No connection is left on this computer',
  EPROTO: 'The secure connection failed',
  CERT_HAS_EXPIRED: "The host's certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "The host's certificate is not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "The host's certificate is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "The host's certificate is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "The host's certificate is not trusted",
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate belongs to another host',
};

function asFailure(error: unknown, { url, reach }: HttpRequest): FailureError {
  if (error instanceof FailureError) return error;
  const host = hostOf(url);
  if (error instanceof RefusedAddress) return refusal(error.host, reach);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const isNonsense = code.startsWith('HPE_') || code === 'ERR_INVALID_HTTP_RESPONSE' || code.startsWith('Z_');
  const kind: FailureCode = isNonsense ? 'bad-response' : 'network';
  const words = isNonsense ? 'The answer is not HTTP' : reasons[code];
  const detail = words ?? (error instanceof Error ? error.message.slice(0, 200) : 'The request failed');
  const state = networkStateOf(error, urlOf(url)?.hostname ?? '');
  const subject = state === undefined ? {} : { subject: state };
  return new FailureError(failure(kind, `${detail}${code === '' ? '' : ` (${code})`}: ${host}`, subject));
}
