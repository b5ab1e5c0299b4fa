/**
 * Numbers and times for the user, after the panel's design: thin spaces, `m:ss`, one decimal under 10 s,
 * and an empty text for unknown values.
 */

/** Before `%` and units and between thousands. */
export const thinSpace = '\u2009';

/** `62 400` with thin spaces; the sign is a true minus. */
export function formatCount(value: number): string {
  const digits = String(Math.abs(Math.round(value))).replace(/\B(?=(\d{3})+$)/g, thinSpace);
  return Math.round(value) < 0 ? `−${digits}` : digits;
}

/** `38 %` of a value from 0 to 100; rounded down, so that 100 % means all. Unknown is empty. */
export function formatPercent(percent: number | undefined): string {
  return percent === undefined || !Number.isFinite(percent)
    ? ''
    : `${Math.floor(Math.min(100, Math.max(0, percent)))}${thinSpace}%`;
}

/** A length such as `3:33` or `1:02:03`. Unknown is empty. */
export function formatLength(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return '';
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

/** Time a job took or has taken: `1.4 s` under 10 s, else `0:41`. Unknown is empty. */
export function formatElapsed(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return '';
  return seconds < 9.95 ? `${seconds.toFixed(1)}${thinSpace}s` : formatLength(seconds);
}

/** A duration for a sentence, from milliseconds: `8 s`, `46 min`, `7 h 5 min`, `2 d 4 h`. */
export function formatDuration(ms: number): string {
  const unit = (value: number, name: string): string => `${value}${thinSpace}${name}`;
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return unit(seconds, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return unit(minutes, 'min');
  const both = (big: number, bigName: string, small: number, smallName: string): string =>
    small === 0 ? unit(big, bigName) : `${unit(big, bigName)} ${unit(small, smallName)}`;
  if (minutes < 2880) return both(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return both(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** As `formatTime`, without the date for a time of day less than a day ahead. */
export function formatSoon(at: number, now: number): string {
  return at > now && at - now < 86_400_000 ? formatTime(at, at) : formatTime(at, now);
}

/** `until 14:32`, or `12 s` when less than a minute is left. Both epoch ms. */
export const untilWords = (until: number, now: number): string =>
  until - now > 60_000 ? `until ${formatTime(until, now)}` : formatDuration(Math.max(1000, until - now));

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14:32` when it is the same local day as `now`, else `24 Nov 14:32`. Both epoch ms. */
export function formatTime(at: number, now: number): string {
  const date = new Date(at);
  const clock = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
  return date.toDateString() === new Date(now).toDateString() ? clock : `${formatDay(at)} ${clock}`;
}

/** `24 Nov`, the local day of an epoch time in ms. */
export function formatDay(at: number): string {
  const date = new Date(at);
  return `${date.getDate()} ${monthNames[date.getMonth()] ?? ''}`;
}

/** `1 video`, `46 videos`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function joinAnd(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** `A, B and C`; of more than five names the first ones and how many more there are: `A, B, C, D, E and 3 more`. */
export function joinSome(names: readonly string[]): string {
  const shown = names.slice(0, mostNames);
  const more = names.length - shown.length;
  return joinAnd(more > 0 ? [...shown, plural(more, 'more', 'more')] : shown);
}
const mostNames = 5;
