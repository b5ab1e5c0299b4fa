/**
 * When a batch is expected to end, as a time span: the estimate and its uncertainty in one. Both ends are
 * rounded outward to steps that fit the uncertainty, and a shown span is kept as long as it is true, so
 * that the text does not change every second.
 */
import type { Pace } from './events';
import { formatDay, formatTime } from './numberWords';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Epoch ms, both on whole steps of the local clock. */
export interface EndSpan {
  readonly from: number;
  readonly to: number;
}

/** An uncertainty below this adds nothing to a time in whole minutes, ms. */
const worthMs = minuteMs;

/** Rounding steps, by the uncertainty up to which each is fine enough, ms. */
const steps: readonly (readonly [upToMs: number, stepMs: number])[] = [
  [4 * minuteMs, minuteMs],
  [20 * minuteMs, 5 * minuteMs],
  [hourMs, 15 * minuteMs],
  [3 * hourMs, 30 * minuteMs],
  [Infinity, hourMs],
];

/**
 * The span in which the batch will end. `shown` is the span shown last: it is returned while the end is in
 * it and it is not far wider than the current uncertainty. Undefined: unknown, or known to the minute.
 */
export function endSpan({ endsAt, endsWithinMs = 0 }: Partial<Pace>, shown?: EndSpan): EndSpan | undefined {
  if (endsAt === undefined || endsWithinMs < worthMs) return undefined;
  const from = endsAt - endsWithinMs;
  const to = endsAt + endsWithinMs;
  const step = steps.find(([upToMs]) => endsWithinMs < upToMs)?.[1] ?? hourMs;
  if (shown && shown.from <= from && to <= shown.to && shown.to - shown.from <= 2 * (to - from + step))
    return shown;
  return { from: onStep(Math.floor, from, step), to: onStep(Math.ceil, to, step) };
}

/** Whole steps of the local clock: not every time zone is whole hours away. */
function onStep(round: (steps: number) => number, at: number, stepMs: number): number {
  const offsetMs = new Date(at).getTimezoneOffset() * minuteMs;
  return round((at - offsetMs) / stepMs) * stepMs + offsetMs;
}

/** `14:40–14:55`, `by 15:00` when the earlier end has passed, `21–23 Nov` over days; `about 14:50` without a span. */
export function endWords(endsAt: number, span: EndSpan | undefined, now: number): string {
  if (!span) return `about ${farDay(endsAt, now) ?? formatTime(endsAt, now)}`;
  const { from, to } = span;
  const first = farDay(from, now);
  const last = farDay(to, now);
  if (from <= now || (first === undefined && last !== undefined)) return `by ${last ?? formatTime(to, now)}`;
  // The later end is at most a day away then, so a time of day is enough.
  if (first === undefined || last === undefined) return `${formatTime(from, now)}–${formatTime(to, to)}`;
  if (first === last) return `about ${last}`;
  const isOneMonth = new Date(from).getMonth() === new Date(to).getMonth();
  return `${isOneMonth ? String(new Date(from).getDate()) : formatDay(from)}–${formatDay(to)}`;
}

/** `Sat 21 Nov`, where the day matters; undefined where the time of day does. */
function farDay(at: number, now: number): string | undefined {
  if (at - now < 20 * hourMs) return undefined;
  return `${new Date(at).toLocaleDateString('en', { weekday: 'short' })} ${formatDay(at)}`;
}
