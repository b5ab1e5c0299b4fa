/** What the status line and headers of an answer mean, for every source that talks HTTP. */
import { failure } from '../model/failure';
import type { Failure } from '../model/failure';
import type { NetworkState } from '../model/failureRules';
import type { HttpResponse } from '../model/ports';
import { retryAfterMs } from '../model/retryAfter';
import { urlOf } from '../model/webUrl';

const lostAnswers: ReadonlySet<number> = new Set([502, 504, 520, 524, 598, 599]);

/**
 * Whether a gateway may have lost the answer of a service that did the work; another try would pay again. Cloudflare
 * says 520 and 524 (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors),
 * other proxies 598 and 599.
 */
export const isLostAnswer = (status: number): boolean => lostAnswers.has(status);

/** What tells a service's own answers from those of the network between. */
export interface OwnAnswers {
  /** The service, for the message. */
  readonly who: string;
  /** Data is never a web page. */
  readonly wants: 'data' | 'page';
  /** Of a redirect's host and of a page, whether they are the service's own. */
  readonly isOwn: { readonly host: (host: string) => boolean; readonly page: (page: string) => boolean };
}

/** Network Authentication Required: only a network says it, never a service (RFC 6585). */
export const networkStatus = 511;
const mostPageBytes = 500_000;
const utf8 = new TextDecoder();

/** Whether the body is a web page, whatever its type says. */
export function isWebPage({ body }: Pick<HttpResponse, 'body'>): boolean {
  return /^\s*<(?:!doctype\s+html|html|head|body)/i.test(utf8.decode(body.subarray(0, 200)));
}

/**
 * The network has answered in the service's place: where a sign-in is needed first (a hotel, a train, a company),
 * requests get status 511 (RFC 6585), are sent to another site, or get its page. Nothing is known of the service then.
 */
export function networksAnswer(answer: HttpResponse, { who, wants, isOwn }: OwnAnswers): Failure | undefined {
  const { status, headers, url, body } = answer;
  const told = (what: string): Failure => signInFailure(what, who, status);
  if (status === networkStatus) return told(`Status ${status} came`);
  // At an address of the user's own, the rest is a wrong address.
  if (!isOwn.host(urlOf(url)?.hostname ?? '')) return undefined;
  if (status >= 300 && status < 400) {
    const to = urlOf(headers.location ?? '', url)?.hostname;
    return to === undefined || isOwn.host(to) ? undefined : told(`${to} answered`);
  }
  if (wants === 'page' || status >= 400 || !isWebPage(answer)) return undefined;
  return isOwn.page(utf8.decode(body.subarray(0, mostPageBytes))) ? undefined : told('Another web page came');
}

/** The failure where the network answered. The service has received nothing. */
export function signInFailure(what: string, who: string, status: number): Failure {
  return failure('network', `${what} in place of ${who}: this network wants a sign-in first.`, {
    status,
    subject: 'sign-in' satisfies NetworkState,
    unsent: true,
  });
}

/** The failure for an HTTP status alone; undefined for success. `who` names the service in messages. */
export function statusFailure(answer: HttpResponse, who: string, now: number): Failure | undefined {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return undefined;
  if (status === networkStatus) return signInFailure(`Status ${status} came`, who, status);
  const message = `${who} answered with status ${status}.`;
  if (status === 429) {
    const wait = retryAfterMs(headers, now);
    return failure('rate-limited', message, {
      status,
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    });
  }
  if (status === 404 || status === 410) return failure('unavailable', message, { status });
  if (status === 401) return failure('private', message, { status });
  return failure('bad-response', message, { status });
}

/** The character encoding that a content type names; undefined where it names none. */
export function charsetOf(type: string): string | undefined {
  return /;\s{0,9}charset\s{0,9}=\s{0,9}["']?([\w:.-]{1,40})/i.exec(type)?.[1];
}
