/** YouTube's json3: events with word segments. Also our own JSON output, which has `cues`. */
import { isPlain } from '../model/plain';
import type { RawCue } from './cueText';
import { parseJsonObject } from './jsonParts';
import { Share, type Sliced } from './sliced';

export interface ReadJson {
  readonly format: 'json3' | 'json';
  readonly cues: readonly RawCue[];
  /** True when the events are those of automatic captions: word offsets, append events. */
  readonly automatic: boolean;
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** Undefined when the text is no JSON or none of the two forms. */
export function* readJson(text: string): Sliced<ReadJson | undefined> {
  const document = yield* parseJsonObject(text, ['events', 'cues']);
  if (document === undefined) return undefined;
  if (Array.isArray(document.events)) return yield* readEvents(document.events);
  if (Array.isArray(document.cues)) return yield* readCues(document.cues);
  // An answer without any event leaves the key out.
  return document.wireMagic === 'pb3' ? { format: 'json3', cues: [], automatic: false } : undefined;
}

function* readEvents(events: readonly unknown[]): Sliced<ReadJson> {
  const share = new Share();
  const cues: RawCue[] = [];
  let automatic = false;
  for (const event of events) {
    if (!isPlain(event)) continue;
    // Append events carry the line breaks of rolling captions and repeat nothing we need.
    if (event.aAppend === 1) {
      automatic = true;
      continue;
    }
    if (!Array.isArray(event.segs)) continue;
    const startMs = event.tStartMs ?? 0;
    if (!isTime(startMs)) continue;
    let text = '';
    for (const segment of event.segs as readonly unknown[]) {
      if (!isPlain(segment)) continue;
      if (typeof segment.utf8 === 'string') text += segment.utf8;
      if (segment.tOffsetMs !== undefined) automatic = true;
    }
    const endMs = isTime(event.dDurationMs) ? startMs + event.dDurationMs : undefined;
    cues.push({ startMs, endMs, text });
    if (share.due(text.length)) yield;
  }
  return { format: 'json3', cues, automatic };
}

function* readCues(list: readonly unknown[]): Sliced<ReadJson> {
  const share = new Share();
  const cues: RawCue[] = [];
  for (const cue of list) {
    if (!isPlain(cue) || !isTime(cue.start) || typeof cue.text !== 'string') continue;
    cues.push({
      startMs: cue.start * 1000,
      endMs: isTime(cue.end) ? cue.end * 1000 : undefined,
      text: cue.text,
      ...(typeof cue.speaker === 'string' ? { speaker: cue.speaker } : {}),
    });
    if (share.due(cue.text.length)) yield;
  }
  return { format: 'json', cues, automatic: false };
}
