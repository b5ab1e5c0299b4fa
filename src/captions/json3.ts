/** YouTube's json3: events with word segments. */
import { plainText, type RawCue } from './cueText';
import { isPlain } from '../model/plain';
import { numberOf } from './json/fields';
import { cleanCues } from './longText';
import { Share, type Sliced } from './sliced';
import { withAppendedLines, type TimedEvent } from './appended';

/** True when the events are those of automatic captions: word offsets, append events. */
export interface ReadEvents {
  readonly cues: readonly RawCue[];
  readonly automatic: boolean;
}

/** Segments of one event between two turns of others; real ones have a few dozen. */
const mostAtOnce = 4096;

/**
 * Undefined when there are events and the times of none can be read. Times are milliseconds, which may come as text, as
 * other numbers of YouTube's do.
 */
export function* readEvents(events: readonly unknown[]): Sliced<ReadEvents | undefined> {
  const share = new Share();
  const read: TimedEvent[] = [];
  let untimed = 0;
  for (const event of events) {
    if (share.due(0)) yield;
    if (!isPlain(event) || !Array.isArray(event.segs)) continue;
    const startMs = numberOf(event.tStartMs ?? 0);
    if (startMs === undefined) {
      untimed += 1;
      continue;
    }
    let text = '';
    let hasOffsets = false;
    for (const [at, segment] of (event.segs as readonly unknown[]).entries()) {
      if (at % mostAtOnce === mostAtOnce - 1) yield;
      if (!isPlain(segment)) continue;
      if (typeof segment.utf8 === 'string') text += segment.utf8;
      if (segment.tOffsetMs !== undefined) hasOffsets = true;
    }
    const lengthMs = numberOf(event.dDurationMs);
    const endMs = lengthMs === undefined ? undefined : startMs + lengthMs;
    const window = numberOf(event.wWinId) ?? 0;
    const timed: TimedEvent = { startMs, endMs, text, window, hasOffsets, isAppended: event.aAppend === 1 };
    for (const part of cleanCues(timed, plainText)) {
      read.push(part);
      if (part.goesOn) yield;
    }
  }
  return read.length === 0 && untimed > 0 ? undefined : yield* withAppendedLines(read);
}
