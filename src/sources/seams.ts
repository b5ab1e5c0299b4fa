/**
 * Puts the cues of parts together that were heard one by one. Where a part ends in a pause the next one begins exactly
 * there. Where no pause was found both sides have heard the same seconds, and each word of these is kept once. Pure.
 */
import type { Cue } from '../model/transcript';
import type { Stretch } from './audioCuts';

/** Seconds that both sides hear beyond a seam without a pause. */
export const overlapSeconds = 2;
/** Words on either side of a seam that are compared; people say about three a second. */
const mostWords = 30;
/** Fewer equal words in a row are chance, unless they are the last and the first ones. */
const leastRun = 2;
/** The times of words inside a cue are estimates: so far from the overlap they still count, in seconds. */
const slackSeconds = 3;

export interface HeardPart {
  /** What the part is responsible for. */
  readonly stretch: Stretch;
  /** In order, with times of the whole sound. */
  readonly cues: readonly Cue[];
}

/** What is sent for a stretch: more where a seam has no pause. `before`: the stretch in front of it. */
export function heardRange(stretch: Stretch, before: Stretch | undefined, seconds: number): Stretch {
  return {
    start: before?.blurred === true ? Math.max(0, stretch.start - overlapSeconds) : stretch.start,
    end: stretch.blurred === true ? Math.min(seconds, stretch.end + overlapSeconds) : stretch.end,
  };
}

/** All cues in order; no word of an overlap twice, none lost. */
export function joinParts(parts: readonly HeardPart[]): Cue[] {
  let all: Cue[] = [];
  for (const [at, { stretch, cues }] of parts.entries()) {
    const before = parts[at - 1]?.stretch;
    const last = stretch.blurred === true ? stretch.end + overlapSeconds : stretch.end;
    // A service may run past the end of its part; the next part begins there.
    const own = cues.map((cue) => clipped(cue, 0, last));
    all = before?.blurred === true ? joinSeam(all, own, stretch.start) : [...all, ...own];
  }
  return all;
}

function joinSeam(before: readonly Cue[], after: readonly Cue[], seam: number): Cue[] {
  const run = commonRun(wordsBefore(before, seam), wordsAfter(after, seam));
  if (run !== undefined) return joinAtRun(before, after, run);
  // Heard differently on both sides: each side keeps what is mostly its own, unless it alone has heard it.
  const kept = before.filter((cue) => middle(cue) < seam || !isHeard(cue, after));
  const rest = after.filter((cue) => middle(cue) >= seam || !isHeard(cue, before));
  const end = kept.at(-1)?.end ?? 0;
  return [...kept, ...rest.map((cue) => clipped(cue, Math.min(end, cue.end), Infinity))];
}

interface Word {
  readonly text: string;
  /** Its cue, and where it begins and ends in the cue's text. */
  readonly cue: number;
  readonly from: number;
  readonly to: number;
}

/** Equal words in a row: from `left` in the words before, from `right` in those after. */
interface Run {
  readonly before: Word;
  readonly after: Word;
}

/** Letters and digits; a sign of a script without spaces is a word of its own. */
const wordPattern =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}\p{N}]|(?<=\p{L})['’](?=\p{L}))+/gu;

function wordsOf(text: string, cue: number): Word[] {
  return Array.from(text.matchAll(wordPattern), (found) => ({
    text: found[0].toLowerCase().normalize('NFC').replace(/’/g, "'"),
    cue,
    from: found.index,
    to: found.index + found[0].length,
  }));
}

function wordsBefore(cues: readonly Cue[], seam: number): readonly Word[] {
  const words: Word[] = [];
  for (let at = cues.length - 1; at >= 0 && words.length < mostWords; at -= 1) {
    const cue = cues[at];
    if (!cue || cue.end < seam - overlapSeconds - slackSeconds) break;
    words.unshift(...wordsOf(cue.text, at));
  }
  return words.slice(-mostWords);
}

function wordsAfter(cues: readonly Cue[], seam: number): readonly Word[] {
  const words: Word[] = [];
  for (const [at, cue] of cues.entries()) {
    if (words.length >= mostWords || cue.start > seam + overlapSeconds + slackSeconds) break;
    words.push(...wordsOf(cue.text, at));
  }
  return words.slice(0, mostWords);
}

/**
 * The end of the longest common run of words; of equal ones that which leaves the least beside it. One that would drop
 * more words beside it than it has is chance.
 */
function commonRun(before: readonly Word[], after: readonly Word[]): Run | undefined {
  let best: { readonly length: number; readonly beside: number; readonly run: Run } | undefined;
  for (let left = 0; left < before.length; left += 1)
    for (let right = 0; right < after.length; right += 1) {
      let length = 0;
      while (isSame(before[left + length], after[right + length])) length += 1;
      const [a, b] = [before[left + length - 1], after[right + length - 1]];
      if (length === 0 || !a || !b) continue;
      const beside = before.length - left - length + right;
      if (beside > (length < leastRun ? 0 : length)) continue;
      if (best && (best.length > length || (best.length === length && best.beside <= beside))) continue;
      best = { length, beside, run: { before: a, after: b } };
    }
  return best?.run;
}

function isSame(a: Word | undefined, b: Word | undefined): boolean {
  return a !== undefined && a.text === b?.text;
}

/** Up to the end of the run from before, the rest from after: what lies beyond on either side was cut off in a word. */
function joinAtRun(before: readonly Cue[], after: readonly Cue[], run: Run): Cue[] {
  const kept = before.slice(0, run.before.cue + 1);
  const last = kept.pop();
  const first = after[run.after.cue];
  if (!last || !first) return [...before, ...after];
  // Marks behind the last common word belong to it.
  const marks = /^[^\p{L}\p{N}\s]*/u.exec(first.text.slice(run.after.to))?.[0] ?? '';
  const head = pieceOf(last, 0, run.before.to, marks);
  const end = Math.max(head.end, kept.at(-1)?.end ?? 0);
  const tail = pieceOf(first, run.after.to + marks.length, first.text.length, '');
  const rest = [...(tail.text === '' ? [] : [tail]), ...after.slice(run.after.cue + 1)];
  return [...kept, { ...head, end }, ...rest.map((cue) => clipped(cue, Math.min(end, cue.end), Infinity))];
}

/** A part of a cue's text, with its share of the time. */
function pieceOf(cue: Cue, from: number, to: number, marks: string): Cue {
  const length = Math.max(1, cue.text.length);
  const at = (letters: number): number => cue.start + ((cue.end - cue.start) * letters) / length;
  return { ...cue, start: at(from), end: at(to), text: `${cue.text.slice(from, to)}${marks}`.trim() };
}

function clipped(cue: Cue, from: number, to: number): Cue {
  if (cue.start >= from && cue.end <= to) return cue;
  const start = Math.min(Math.max(cue.start, from), to);
  return { ...cue, start, end: Math.max(start, Math.min(cue.end, to)) };
}

function middle({ start, end }: Cue): number {
  return (start + end) / 2;
}

/** Whether the other side has heard words for most of its time. */
function isHeard(cue: Cue, others: readonly Cue[]): boolean {
  let seconds = 0;
  for (const { start, end } of others)
    seconds += Math.max(0, Math.min(end, cue.end) - Math.max(start, cue.start));
  return seconds >= (cue.end - cue.start) / 2;
}
