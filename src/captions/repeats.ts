/**
 * Removes cues that repeat others: sent twice, once for each marked word, or growing word by word. Which
 * kind a file has is decided over the whole file, never by one pair of cues: what is really said twice must
 * stay twice.
 */
import type { RawCue } from './cueText';
import { Share, type Sliced } from './sliced';

/**
 * Same start, end and text: styled captions (a shadow under each line) and overlapping pieces of a track.
 */
export function* withoutDoubles(cues: readonly RawCue[]): Sliced<readonly RawCue[]> {
  const share = new Share();
  const kept: RawCue[] = [];
  /** What begins at this time; undefined where only one cue does, as nearly always. */
  let seen: Set<string> | undefined;
  let startMs: number | undefined;
  let isDouble = false;
  for (const [at, cue] of cues.entries()) {
    if (share.due(cue.text.length)) yield;
    if (cue.startMs !== startMs) {
      startMs = cue.startMs;
      seen = undefined;
    }
    if (seen === undefined && cues[at + 1]?.startMs !== startMs) {
      isDouble &&= cue.goesOn === true;
      if (!isDouble) kept.push(cue);
      continue;
    }
    seen ??= new Set();
    const key = `${cue.endMs ?? ''} ${cue.speaker ?? ''}\n${cue.text}`;
    // The parts of a long text share its fate: they may well be the same.
    if (cue.goesOn !== true) isDouble = seen.has(key);
    if (isDouble) continue;
    seen.add(key);
    kept.push(cue);
  }
  return kept.length === cues.length ? cues : kept;
}

/** Longest gap between two cues of one flow, in ms. */
const longestGapMs = 1000;

function follows(before: RawCue, cue: RawCue): boolean {
  return before.endMs === undefined || cue.startMs <= before.endMs + longestGapMs;
}

/**
 * Files with one cue for each word, the whole sentence in each and the spoken word marked, as stable-ts and
 * Whisper's highlighting write them: each sentence once. A mark that moves back begins the sentence again.
 */
export function* withoutMarkedWords(cues: readonly RawCue[]): Sliced<readonly RawCue[]> {
  const share = new Share();
  let same = 0;
  let advancing = 0;
  /** The last mark in this text: between two words there may be a cue without one. */
  let mark: number | undefined;
  for (let at = 1; at < cues.length; at += 1) {
    const [before, cue] = [cues[at - 1], cues[at]];
    if (share.due(0)) yield;
    mark = before?.mark ?? mark;
    if (before === undefined || cue?.text !== before.text || !follows(before, cue)) {
      mark = undefined;
      continue;
    }
    if (cue.mark === undefined) continue;
    same += 1;
    if (mark !== undefined && cue.mark > mark) advancing += 1;
  }
  if (advancing < 2 || advancing < same / 3) return cues;
  const once: RawCue[] = [];
  for (const cue of cues) {
    if (share.due(cue.text.length)) yield;
    const last = once.at(-1);
    const goesOn =
      last?.text === cue.text &&
      follows(last, cue) &&
      (cue.mark === undefined || last.mark === undefined || cue.mark > last.mark);
    if (!goesOn) once.push(cue);
    else {
      const mark = cue.mark ?? last.mark;
      const endMs = latest(last.endMs, cue.endMs);
      once[once.length - 1] = { ...last, endMs, ...(mark === undefined ? {} : { mark }) };
    }
  }
  return once;
}

/** Live captions that grow: "So", "So today", "So today we begin" are one cue. */
export function* withoutGrowing(cues: readonly RawCue[]): Sliced<readonly RawCue[]> {
  const share = new Share();
  let pairs = 0;
  let growing = 0;
  let chain = 0;
  let longestChain = 0;
  for (let at = 1; at < cues.length; at += 1) {
    const [before, cue] = [cues[at - 1], cues[at]];
    if (before === undefined || cue === undefined) continue;
    if (share.due(cue.text.length)) yield;
    if (!follows(before, cue)) continue;
    pairs += 1;
    chain = grows(before, cue) ? chain + 1 : 0;
    if (chain > 0) growing += 1;
    longestChain = Math.max(longestChain, chain);
  }
  if (longestChain < 2 || growing < pairs * 0.4) return cues;
  const once: RawCue[] = [];
  for (const cue of cues) {
    if (share.due(cue.text.length)) yield;
    const last = once.at(-1);
    if (last === undefined || !follows(last, cue) || !grows(last, cue)) once.push(cue);
    else once[once.length - 1] = { ...cue, startMs: last.startMs, endMs: latest(last.endMs, cue.endMs) };
  }
  return once;
}

/**
 * True where the text is the previous one plus more, at the end of a word or of a letter of its last word.
 */
function grows(before: RawCue, cue: RawCue): boolean {
  return (
    cue.text.length > before.text.length &&
    cue.speaker === before.speaker &&
    cue.startMs > before.startMs &&
    cue.text.startsWith(before.text)
  );
}

function latest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Math.max(one, other);
}
