/**
 * The stretches of a sound in which somebody speaks, put together, and the way back from their times to those
 * of the sound: what is silent is never handed to Whisper, which would make up words for it.
 */

/** Milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const bytesPerMs = 32;
/** Silence between two stretches, so that Whisper ends a sentence there. */
const gapMs = 200;

export interface SpeechOnly {
  readonly sound: ArrayBuffer;
  /** A time in `sound` → the time in the whole. */
  readonly timeOf: (ms: number) => number;
}

/** `stretches`: in order, within `sound`, of which `sound` has 16 samples a millisecond. */
export function speechOnly(sound: ArrayBuffer, stretches: readonly Stretch[]): SpeechOnly {
  const pieces = stretches.map(({ from, to }) => ({
    from: Math.max(0, Math.floor(from)),
    length: Math.max(0, Math.ceil(to) - Math.max(0, Math.floor(from))),
  }));
  const total = pieces.reduce((sum, { length }) => sum + length + gapMs, 0);
  const joined = new Uint8Array(total * bytesPerMs);
  const whole = new Uint8Array(sound);
  const marks: { readonly at: number; readonly from: number; readonly length: number }[] = [];
  let at = 0;
  for (const { from, length } of pieces) {
    joined.set(whole.subarray(from * bytesPerMs, (from + length) * bytesPerMs), at * bytesPerMs);
    marks.push({ at, from, length });
    at += length + gapMs;
  }
  return {
    sound: joined.buffer,
    timeOf: (ms) => {
      const mark = marks.findLast((one) => one.at <= ms) ?? { at: 0, from: 0, length: 0 };
      return mark.from + Math.min(mark.length, Math.max(0, ms - mark.at));
    },
  };
}
