/** Time expressions of TTML (https://www.w3.org/TR/ttml1/#timing-value-timeExpression) and what files write instead. */
import { parseClock } from './timing';
import type { XmlElement } from './xmlTree';

/** Frames and ticks of one second. */
export interface Rates {
  readonly frames: number;
  readonly ticks: number;
}

/** The parameters on the root element. */
export function ratesOf(root: XmlElement): Rates {
  const { frameRate, frameRateMultiplier, subFrameRate, tickRate } = root.attributes;
  const frames = positive(frameRate) ?? 30;
  const [top, bottom] = (frameRateMultiplier ?? '')
    .trim()
    .split(/[\s:]+/)
    .map(positive);
  const implied = frameRate === undefined ? 1 : frames * (positive(subFrameRate) ?? 1);
  return {
    frames: top !== undefined && bottom !== undefined ? (frames * top) / bottom : frames,
    ticks: positive(tickRate) ?? implied,
  };
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
}

const clockTime = /^(\d{1,6}):(\d{1,2}):(\d{1,2}):(\d{1,3})(?:\.(\d{1,3}))?$/;
const offsetTime = /^(\d{1,15}(?:[.,]\d{1,20})?)\s?(h|ms|m|s|f|t)$/;
const bareSeconds = /^\d{1,9}(?:[.,]\d{1,20})?$/;

/**
 * `01:02:03.5`, `01:02:03:12` (frames), `12.5s`, `500ms`, `2m`, `1h`, `24f`, `1000t` in whole ms; also
 * seconds without a unit and clock times without hours, which no specification has and many files do.
 * Undefined: not a time.
 */
export function timeExpression(text: string, rates: Rates): number | undefined {
  const time = text.trim();
  const clock = clockTime.exec(time);
  if (clock) {
    const [, hours, minutes, seconds, frame] = clock;
    const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return whole * 1000 + Math.round((Number(frame) / rates.frames) * 1000);
  }
  const offset = offsetTime.exec(time);
  if (offset)
    return Math.round(Number((offset[1] ?? '').replace(',', '.')) * factorOf(offset[2] ?? '', rates));
  if (bareSeconds.test(time)) return Math.round(Number(time.replace(',', '.')) * 1000);
  return parseClock(time);
}

function factorOf(unit: string, rates: Rates): number {
  switch (unit) {
    case 'h':
      return 3_600_000;
    case 'm':
      return 60_000;
    case 'ms':
      return 1;
    case 'f':
      return 1000 / rates.frames;
    case 't':
      return 1000 / rates.ticks;
    default:
      return 1000;
  }
}
