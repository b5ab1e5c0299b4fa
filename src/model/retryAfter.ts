/**
 * How long a service asks us to wait, in `Retry-After` (RFC 9110 10.2.3; some write `4.2s`), OpenAI's
 * `retry-after-ms`, and the resets of limits; and durations as Go writes them. Pure.
 */

/** No service asks for more than a day, and clocks differ. A longer time is a mistake and is ignored. */
const longestWaitMs = 25 * 3_600_000;

/**
 * A reset that is a number without a unit is seconds up to here, as in the examples of
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers. A larger one may as well be milliseconds, and
 * is not read: asking too late or too early is worse than the usual backoff.
 */
const longestBareSeconds = 3600;
/** Epoch seconds and milliseconds begin here: September 2001. */
const epochSeconds = 1e9;
const epochMs = 1e12;

/**
 * Milliseconds from now; undefined where nothing readable is given. `X-RateLimit-Reset` and its brothers count where no
 * wait is named and the limit is not said to have room. A date is compared with the answer's
 * own `Date`, so that a service whose clock is wrong is not asked again at once; `nowMs` (epoch) is used if
 * there is none.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const sent = sentAt(headers, nowMs);
  const date = readDate(headers['retry-after']);
  return (
    sensibleWait(readNumber(headers['retry-after-ms'])) ??
    sensibleWait(readNumber(headers['retry-after'], 1000)) ??
    sensibleWait(goDurationMs(headers['retry-after']?.trim())) ??
    sensibleWait(date === undefined ? undefined : Math.max(0, date - sent)) ??
    wholeResetMs(headers, nowMs)
  );
}

/** The reset of the whole limit. */
function wholeResetMs(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  for (const prefix of ['x-ratelimit-', 'x-rate-limit-', 'ratelimit-']) {
    if ((readNumber(headers[`${prefix}remaining`]) ?? 0) > 0) continue;
    const wait = resetMs(headers, headers[`${prefix}reset`] ?? headers[`${prefix}reset-after`], nowMs);
    if (wait !== undefined) return wait;
  }
  return undefined;
}

/**
 * Milliseconds until the reset of a limit, of whatever name: a duration as Go writes it (OpenAI, Groq), the seconds
 * left, epoch seconds (GitHub, Laravel) or milliseconds (OpenRouter), or a date. Undefined where it is none of these,
 * over or at once, which says nothing, or implausibly late. `nowMs`: epoch.
 */
export function resetMs(
  headers: Readonly<Record<string, string>>,
  value: string | undefined,
  nowMs: number,
): number | undefined {
  const reset = value?.trim();
  const sent = sentAt(headers, nowMs);
  const number = readNumber(reset);
  const date = readDate(reset);
  const wait =
    number === undefined
      ? (goDurationMs(reset) ?? (date === undefined ? undefined : date - sent))
      : bareResetMs(number, sent);
  const sensible = sensibleWait(wait);
  return sensible === 0 ? undefined : sensible;
}

function sentAt(headers: Readonly<Record<string, string>>, nowMs: number): number {
  return readDate(headers.date) ?? nowMs;
}

function bareResetMs(number: number, sent: number): number | undefined {
  if (number >= epochMs) return number - sent;
  if (number >= epochSeconds) return number * 1000 - sent;
  return number <= longestBareSeconds ? number * 1000 : undefined;
}

/** The wait, unless it is implausibly long or no time at all. */
export function sensibleWait(ms: number | undefined): number | undefined {
  return ms !== undefined && ms >= 0 && ms <= longestWaitMs ? ms : undefined;
}

function readNumber(text = '', unitMs = 1): number | undefined {
  return /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) * unitMs : undefined;
}

/**
 * A date has a month by name or is whole (`2026-11-24T10:00:00Z`); `-1` and the like are not dates, though JavaScript
 * would read a year in them.
 */
function readDate(text = ''): number | undefined {
  const date = /[A-Za-z]{3}|^\s*\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text.trim()) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}

const goUnitsMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000001,
};

/** A duration as Go prints it: `1s`, `6m0s`, `1m26.4s`, `500ms`. */
function goDurationMs(value: string | undefined): number | undefined {
  if (value === undefined || !/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(value)) return undefined;
  let total = 0;
  for (const [, digits, unit] of value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g))
    total += Number(digits) * (goUnitsMs[unit ?? ''] ?? 0);
  return total;
}
