/** YouTube's json3: events with word segments. */
import { plainText, type RawCue } from './cueText';
import { isPlain } from '../model/plain';
import { cleanCues } from './longText';
import { Share, type Sliced } from './sliced';
import { withAppendedLines, type TimedEvent } from './appended';

/** True when the events are those of automatic captions: word offsets, append events. */
export interface ReadEvents {
  readonly cues: readonly RawCue[];
  readonly automatic: boolean;
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

export function* readEvents(events: readonly unknown[]): Sliced<ReadEvents> {
  const share = new Share();
  const read: TimedEvent[] = [];
  for (const event of events) {
    if (share.due(0)) yield;
    if (!isPlain(event) || !Array.isArray(event.segs)) continue;
    const startMs = event.tStartMs ?? 0;
    if (!isTime(startMs)) continue;
    let text = '';
    let hasOffsets = false;
    for (const segment of event.segs as readonly unknown[]) {
      if (!isPlain(segment)) continue;
      if (typeof segment.utf8 === 'string') text += segment.utf8;
      if (segment.tOffsetMs !== undefined) hasOffsets = true;
    }
    const endMs = isTime(event.dDurationMs) ? startMs + event.dDurationMs : undefined;
    const window = isTime(event.wWinId) ? event.wWinId : 0;
    const timed: TimedEvent = { startMs, endMs, text, window, hasOffsets, isAppended: event.aAppend === 1 };
    for (const part of cleanCues(timed, plainText)) {
      read.push(part);
      if (part.goesOn) yield;
    }
  }
  return yield* withAppendedLines(read);
}
