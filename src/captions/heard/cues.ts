/**
 * Segments → cues that can be read: lines of 42 columns and sentence ends where the times of words are known, sentences
 * where a text has no times of its own. The words are never changed, only where they are cut. Pure, sliced.
 */
import { onOneLine } from '../longText';
import { sentencesOf, type Span } from '../sentences';
import { Share, type Sliced } from '../sliced';
import type { Cue } from '../../model/transcript';
import type { Heard } from './heard';
import { linesOf } from './lines';
import { WordTimes } from './wordTimes';

/** Columns of a cue, as subtitles have them; an East Asian character takes two. */
const lineColumns = 42;
/** A sentence without times of its words may be two lines, and is cut where it is longer than four. */
const sentenceColumns = 84;
const longestSentence = 168;
/** A segment as a service cuts it stays whole up to this length, seconds: its own times are exact. */
export const longestSegment = 30;

/** What the look for the end of a line costs, in characters. */
const breakCost = 200;

/** In order of start; `offset` is added to all times. */
export function* cuesOf(heard: readonly Heard[], offset: number): Sliced<readonly Cue[]> {
  const share = new Share();
  const cues: Cue[] = [];
  for (const segment of heard) {
    const text = yield* onOneLine(segment.text);
    const times = yield* WordTimes.of(text, segment.start, segment.end, segment.words ?? []);
    const speaker = segment.speaker === undefined ? {} : { speaker: segment.speaker };
    let untimedEnd = segment.start;
    for (const span of spansOf(text, segment, times.isKnown)) {
      const words = text.slice(span.from, span.to).trim();
      if (share.due(words.length + breakCost)) yield;
      if (words === '') continue;
      const { start, end } = times.of(span);
      // Where times are in proportion, there is no pause between two sentences.
      const from = times.isKnown ? start : untimedEnd;
      untimedEnd = end;
      cues.push({ start: from + offset, end: end + offset, text: words, ...speaker });
    }
  }
  return cues;
}

function* spansOf(text: string, segment: Heard, timed: boolean): Generator<Span, void, undefined> {
  const whole = { from: 0, to: text.length };
  if (!timed && segment.isUntimed !== true && segment.end - segment.start <= longestSegment) {
    yield* linesOf(text, whole, longestSentence);
    return;
  }
  for (const sentence of sentencesOf(text)) {
    if (timed) yield* linesOf(text, sentence, lineColumns);
    else yield* linesOf(text, sentence, sentenceColumns, longestSentence);
  }
}
