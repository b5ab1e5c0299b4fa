/**
 * Where long audio is cut: in the quietest moment near the end of the longest allowed part, so that no word
 * is lost or transcribed twice at a cut. Where there is no pause (music, a crowd), the cut says so. Pure.
 */

/** Length of one loudness value. */
export const levelSeconds = 0.05;

/** A part of the audio, in seconds from its start. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** There is no pause at its end: the cut may be inside a word (seams.ts). */
  readonly blurred?: true;
}

/** Pauses between words are longer than pauses within words. */
const pauseSeconds = 0.3;
/** Parts are at least this share of the longest one; the cut is searched for in the rest. */
const leastShare = 0.6;
const silence = -120;
/** A pause has at most this share of the power around it: 10 dB less. */
const pauseShare = 0.1;
/** Below this power it is quiet, whatever is around: -50 dB. */
const quietPower = 1e-5;

/**
 * Parts of at most `longest` seconds that together are the audio from `from` to its end, each beginning
 * exactly where the previous one ends. `levels`: loudness in dB, one value each 50 ms.
 */
export function cutSound(levels: ArrayLike<number>, seconds: number, longest: number, from = 0): Stretch[] {
  const stretches: Stretch[] = [];
  let start = from;
  while (seconds - start > longest) {
    const { at, isPause } = quietest(levels, start + longest * leastShare, start + longest);
    stretches.push({ start, end: at, ...(isPause ? {} : { blurred: true as const }) });
    start = at;
  }
  if (seconds > start || stretches.length === 0) stretches.push({ start, end: Math.max(start, seconds) });
  return stretches;
}

/**
 * The middle of the quietest `pauseSeconds` that lie wholly between two moments; the later of equal ones. `isPause`:
 * whether it is much quieter than what is around.
 */
function quietest(
  levels: ArrayLike<number>,
  after: number,
  before: number,
): { readonly at: number; readonly isPause: boolean } {
  const width = Math.round(pauseSeconds / levelSeconds);
  const first = Math.ceil(after / levelSeconds);
  const last = Math.floor(before / levelSeconds) - width;
  let best = before;
  let bestPower = Infinity;
  let power = 0;
  let total = 0;
  for (let at = first; at < last + width; at += 1) total += powerOf(levels[at]);
  for (let at = first; at < first + width; at += 1) power += powerOf(levels[at]);
  for (let at = first; at <= last; at += 1) {
    // A small tolerance: running sums drift in the last digits.
    if (power <= bestPower * (1 + 1e-9) + 1e-15) {
      bestPower = power;
      best = (at + width / 2) * levelSeconds;
    }
    power = Math.max(0, power + powerOf(levels[at + width]) - powerOf(levels[at]));
  }
  const mean = total / Math.max(1, last + width - first);
  const isPause = bestPower / width <= Math.max(quietPower, mean * pauseShare);
  return { at: best, isPause };
}

function powerOf(level: number | undefined): number {
  return 10 ** (Math.max(silence, level ?? silence) / 10);
}
