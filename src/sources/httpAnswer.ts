/** What the status line and headers of an answer mean, for every source that talks HTTP. */
import { failure } from '../model/failure';
import type { Failure } from '../model/failure';
import type { HttpResponse } from '../model/ports';
import { retryAfterMs } from '../model/retryAfter';

const lostAnswers: ReadonlySet<number> = new Set([502, 504, 520, 524, 598, 599]);

/**
 * Whether a gateway may have lost the answer of a service that did the work; another try would pay again. Cloudflare
 * says 520 and 524 (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors),
 * other proxies 598 and 599.
 */
export const isLostAnswer = (status: number): boolean => lostAnswers.has(status);

/** The failure for an HTTP status alone; undefined for success. `who` names the service in messages. */
export function statusFailure(answer: HttpResponse, who: string, now: number): Failure | undefined {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return undefined;
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
