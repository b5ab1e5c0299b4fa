/**
 * What an answer says about a service's limits: `Retry-After`, deAPI's `X-RateLimit-*` (per minute and per
 * day) and OpenAI's `x-ratelimit-*-requests`. All of it comes from outside and may be wrong or missing.
 */
import { resetMs, retryAfterMs, sensibleWait } from '../../model/retryAfter';
import type { QuotaAnswer } from '../../model/source';

export interface QuotaNews {
  /** The service refused because of a limit. */
  readonly throttled: boolean;
  /** The service answered properly; errors never raise the pace. */
  readonly ok: boolean;
  /** How long to wait, if given. */
  readonly waitMs?: number;
  /** Requests a minute. */
  readonly limit?: number;
  /** Requests left in this minute. */
  readonly remaining?: number;
  readonly dailyLimit?: number;
  readonly dailyRemaining?: number;
  /** The limit that was hit is the daily one. */
  readonly daily?: boolean;
}

/** `nowMs` is wall time, for dates in Retry-After. */
export function readQuotaNews(answer: QuotaAnswer, nowMs: number): QuotaNews {
  const header = (name: string): string | undefined => answer.headers[name]?.trim();
  const throttled = answer.status === 429 || (answer.status === 503 && header('retry-after') !== undefined);
  const news: { -readonly [K in keyof QuotaNews]: QuotaNews[K] } = { throttled, ok: answer.status < 400 };

  const limit = count(header('x-ratelimit-limit'));
  const remaining = count(header('x-ratelimit-remaining'));
  if (limit !== undefined && limit > 0) news.limit = limit;
  if (remaining !== undefined) news.remaining = remaining;
  const dailyLimit = count(header('x-ratelimit-daily-limit'));
  const dailyRemaining = count(header('x-ratelimit-daily-remaining'));
  if (dailyLimit !== undefined && dailyLimit > 0) news.dailyLimit = dailyLimit;
  if (dailyRemaining !== undefined) news.dailyRemaining = dailyRemaining;
  if (throttled && header('x-ratelimit-type')?.toLowerCase() === 'daily') news.daily = true;

  const requests = openAiRequests(answer.headers, nowMs);
  if (requests?.perDay === true) {
    if (requests.limit > 0) news.dailyLimit ??= requests.limit;
  } else if (requests && requests.limit > 0) {
    news.limit ??= requests.limit;
    news.remaining ??= requests.remaining;
  }

  const waitMs =
    longer(sensibleWait(answer.waitMs), retryAfterMs(answer.headers, nowMs)) ??
    // Out of requests: one comes back after the reset's share of one request.
    (requests?.remaining === 0 && requests.waitMs !== undefined
      ? requests.waitMs / Math.max(1, requests.limit)
      : undefined);
  if (waitMs !== undefined && (throttled || (requests?.remaining === 0 && waitMs > 0))) news.waitMs = waitMs;
  return news;
}

function longer(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

/** Only the refusal, for a quota that does not learn its limits from answers. */
export function withoutLimits({ throttled, ok, waitMs, daily }: QuotaNews): QuotaNews {
  return {
    throttled,
    ok,
    ...(waitMs === undefined ? {} : { waitMs }),
    ...(daily === undefined ? {} : { daily }),
  };
}

/**
 * OpenAI's `…-requests` headers count a minute, Groq's a day, under the same names. The reset tells which:
 * it is the time until the whole limit is available again, so window = reset × limit ÷ used.
 */
function openAiRequests(
  headers: QuotaAnswer['headers'],
  nowMs: number,
): { limit: number; remaining: number; waitMs: number | undefined; perDay: boolean } | undefined {
  const limit = count(headers['x-ratelimit-limit-requests']);
  const remaining = count(headers['x-ratelimit-remaining-requests']);
  if (limit === undefined || remaining === undefined) return undefined;
  const waitMs = resetMs(headers, headers['x-ratelimit-reset-requests'], nowMs);
  const used = limit - remaining;
  const windowMs = used > 0 ? ((waitMs ?? 0) * limit) / used : (waitMs ?? 0);
  return { limit, remaining, waitMs, perDay: windowMs > 600_000 };
}

function count(value: string | undefined): number | undefined {
  return value !== undefined && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : undefined;
}
