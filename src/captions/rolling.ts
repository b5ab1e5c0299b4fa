/**
 * Automatic captions as files: every line stays on the screen while the next one builds up, so WebVTT (and
 * files converted from it) contains each line two or three times. This file returns each line once.
 */
import type { RawCue } from './cueText';
import { Share, type Sliced } from './sliced';

/** Cues that follow each other closer than this are one flow on the screen. */
const touchingMs = 50;
/** A speaker's pause; in rolling captions the old line is repeated after it. */
const pauseMs = 10_000;

/**
 * Removes the repeats when the cues are rolling, otherwise returns them unchanged: a line that is said
 * twice must stay twice. Rolling is recognised over the whole file, never by one pair of cues.
 */
export function* withoutRolling(cues: readonly RawCue[], wordTimes: boolean): Sliced<readonly RawCue[]> {
  const share = new Share();
  const lines: string[][] = [];
  for (const cue of cues) {
    lines.push(cue.text.split('\n'));
    if (share.due(cue.text.length)) yield;
  }
  if (!(yield* isRolling(cues, lines, wordTimes))) return cues;
  const once: RawCue[] = [];
  for (const [at, cue] of cues.entries()) {
    if (share.due(cue.text.length)) yield;
    const shown = lines[at] ?? [];
    const repeated = at === 0 ? 0 : shownBefore(cues, lines, at);
    const fresh = shown.slice(repeated);
    const last = once.at(-1);
    if (fresh.length > 0) once.push({ ...cue, text: fresh.join('\n') });
    // The line is still on the screen, so its end moves.
    else if (last?.endMs !== undefined && cue.endMs !== undefined && cue.endMs > last.endMs)
      once[once.length - 1] = { ...last, endMs: cue.endMs };
  }
  return once;
}

function* isRolling(
  cues: readonly RawCue[],
  lines: readonly (readonly string[])[],
  wordTimes: boolean,
): Sliced<boolean> {
  const share = new Share();
  let pairs = 0;
  let repeats = 0;
  let flashes = 0;
  let growing = 0;
  const paused = { pairs: 0, growing: 0 };
  for (let at = 1; at < cues.length; at += 1) {
    if (share.due(0)) yield;
    const repeated = repeatedLines(lines, at);
    if (gapMs(cues, at) <= pauseMs) {
      paused.pairs += 1;
      if (repeated > 0 && repeated < (lines[at]?.length ?? 0)) paused.growing += 1;
    }
    if (gapMs(cues, at) > touchingMs) continue;
    pairs += 1;
    if (repeated === 0) continue;
    repeats += 1;
    if (repeated < (lines[at]?.length ?? 0)) growing += 1;
    // The 10 ms cues that show the old line between two new ones.
    const cue = cues[at];
    if (cue?.endMs !== undefined && cue.endMs - cue.startMs <= touchingMs) flashes += 1;
  }
  // Each new line below the old one, throughout the file: no real speech repeats like this.
  if (paused.growing >= 2 && paused.growing >= paused.pairs * 0.6) return true;
  if (repeats === 0) return false;
  if (wordTimes || flashes > 0) return repeats >= pairs / 2;
  // "♪" in cue after cue is repeated too; only rolling captions show the old line above a new one.
  return pairs >= 4 && repeats >= pairs * 0.8 && growing >= repeats * 0.3;
}

/** From the end of the previous cue to the start of this one; none where they overlap. */
function gapMs(cues: readonly RawCue[], at: number): number {
  const before = cues[at - 1];
  const cue = cues[at];
  if (before?.endMs === undefined || cue === undefined) return Infinity;
  return Math.max(0, cue.startMs - before.endMs);
}

/** How many first lines of this cue were shown before; after a pause only where a new line follows them. */
function shownBefore(cues: readonly RawCue[], lines: readonly (readonly string[])[], at: number): number {
  const gap = gapMs(cues, at);
  if (gap > pauseMs) return 0;
  const repeated = repeatedLines(lines, at);
  return gap <= touchingMs || repeated < (lines[at]?.length ?? 0) ? repeated : 0;
}

/** How many first lines of this cue are the last lines of the previous cue. */
function repeatedLines(lines: readonly (readonly string[])[], at: number): number {
  const before = lines[at - 1] ?? [];
  const now = lines[at] ?? [];
  // Rolling captions have two or three lines; a hostile file may have thousands.
  for (let count = Math.min(before.length, now.length, 4); count > 0; count -= 1) {
    let same = true;
    for (let line = 0; same && line < count; line += 1)
      same = now[line] === before[before.length - count + line];
    if (same) return count;
  }
  return 0;
}
