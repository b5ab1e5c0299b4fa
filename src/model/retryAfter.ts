/** How long a service asks to wait, as `Retry-After` says it (RFC 9110 10.2.3). Pure. */

/** A wait longer than this is a mistake of the service, or of its clock. */
export const longestWaitMs = 48 * 3_600_000;

/**
 * Milliseconds from now; undefined where nothing readable is said. A date is compared with the answer's own
 * `Date`, so that a service whose clock goes wrong is not asked again at once; `nowMs` (epoch) stands in for it.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(value)) return Math.min(longestWaitMs, Number(value) * 1000);
  const date = readDate(value);
  if (date === undefined) return undefined;
  const sent = readDate(headers.date?.trim() ?? '') ?? nowMs;
  return Math.min(longestWaitMs, Math.max(0, date - sent));
}

/** A date has a month by name; `-1` and the like are none, though the language would read a year in them. */
function readDate(text: string): number | undefined {
  const date = /[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}
