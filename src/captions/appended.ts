/**
 * Append events of YouTube's automatic captions (json3 `aAppend`, srv3 `a`): line breaks that scroll a
 * window. Newer tracks have one event for each sentence without word offsets, and always a length of 3 s;
 * there the append event marks the end of the sentence. With word offsets it comes with the next line and
 * marks no end.
 */
import type { RawCue } from './cueText';
import { Share, type Sliced } from './sliced';

export interface TimedEvent {
  readonly startMs: number;
  readonly endMs: number | undefined;
  readonly text: string;
  readonly window: number;
  readonly hasOffsets: boolean;
  readonly isAppended: boolean;
  readonly goesOn?: true;
}

/** The cues of the events; `automatic` when they are those of automatic captions. */
export function* withAppendedLines(
  events: readonly TimedEvent[],
): Sliced<{ readonly cues: readonly RawCue[]; readonly automatic: boolean }> {
  const share = new Share();
  const cues: RawCue[] = [];
  /** By window: the index of its last cue. */
  const last = new Map<number, number>();
  let automatic = false;
  for (const { startMs, endMs, text, window, hasOffsets, isAppended, goesOn } of events) {
    if (share.due(0)) yield;
    automatic ||= hasOffsets || isAppended;
    if (!isAppended || text.trim() !== '') {
      last.set(window, cues.length);
      if (hasOffsets) last.delete(window);
      cues.push(goesOn === undefined ? { startMs, endMs, text } : { startMs, endMs, text, goesOn });
      continue;
    }
    const place = last.get(window);
    const cue = place === undefined ? undefined : cues[place];
    if (place !== undefined && cue !== undefined && startMs > cue.startMs)
      cues[place] = { ...cue, endMs: startMs };
    last.delete(window);
  }
  return { cues, automatic };
}
