/**
 * Caption files that are JSON: our own output, YouTube's json3, and transcripts in any of the forms of
 * json/transcript.ts, which also reads the answers of speech-to-text services.
 */
import { plainText, type RawCue } from './cueText';
import { cuesOf, longestSegment } from './heard/cues';
import type { Heard } from './heard/heard';
import { segmentsOfWords, withWords } from './heard/segments';
import { documentIn } from './json/document';
import { timesOf } from './json/fields';
import { readTranscript } from './json/transcript';
import { readEvents } from './json3';
import { isPlain, type Plain } from '../model/plain';
import type { Cue } from '../model/transcript';
import { cleanCues } from './longText';
import type { Findings } from './notes';
import { Share, type Pieces, type Sliced } from './sliced';
import { addCue } from './tooMuch';

export interface ReadJson {
  readonly format: 'json3' | 'json';
  readonly cues: readonly RawCue[];
  /** True when the cues are those of automatic captions. */
  readonly automatic: boolean;
  readonly language?: string | undefined;
  readonly findings: Findings;
  /** True for our own output, which needs no cleaning. */
  readonly isOwn: boolean;
}

/** JSON that has one text without times: what is in it may be subtitles, or words alone. */
export interface TextInJson {
  readonly inside: string;
}

/** Undefined when it is not JSON or none of the forms. Throws TooMuch. */
export function* readJson(text: Pieces): Sliced<ReadJson | TextInJson | undefined> {
  const document = yield* documentIn(text);
  if (typeof document === 'string') return { inside: document };
  if (document === undefined || document === false) return undefined;
  const { events, cues, schema, wireMagic } = document;
  if (wireMagic === 'pb3' || isJson3(events)) {
    // An answer of json3 without any event omits the key.
    const read = yield* readEvents(Array.isArray(events) ? events : []);
    return read && { format: 'json3', findings: {}, isOwn: false, ...read };
  }
  const isOwn = schema === 1 && Array.isArray(cues);
  const read = isOwn ? yield* readOwn(cues) : yield* readOthers(document);
  return read && ('inside' in read ? read : { format: 'json', automatic: false, isOwn, ...read });
}

/** Teams' transcripts have events of another kind. */
function isJson3(events: unknown): boolean {
  if (!Array.isArray(events)) return false;
  return events.length === 0 || events.some((one) => isPlain(one) && ('segs' in one || 'tStartMs' in one));
}

type ReadEntries = Pick<ReadJson, 'cues' | 'language' | 'findings'>;

/** Undefined when there are entries and none is a cue. */
function* readOwn(entries: readonly unknown[]): Sliced<ReadEntries | undefined> {
  const share = new Share();
  const cues: RawCue[] = [];
  let damagedTimes = 0;
  for (const entry of entries) {
    if (share.due(0)) yield;
    if (!isPlain(entry) || typeof entry.text !== 'string') continue;
    const { text, speaker } = entry;
    const { start, end } = timesOf(entry);
    if (start === undefined && text.trim() !== '') damagedTimes += 1;
    const last = cues.at(-1);
    const cue: RawCue = {
      startMs: inMs(start) ?? last?.endMs ?? last?.startMs ?? 0,
      endMs: inMs(end),
      text,
      ...(typeof speaker === 'string' && speaker !== '' ? { speaker } : {}),
    };
    yield* put(cues, cue, (part) => part, share);
  }
  return cues.length === 0 && entries.length > 0 ? undefined : { cues, findings: { damagedTimes } };
}

function* readOthers(document: Plain): Sliced<ReadEntries | TextInJson | undefined> {
  const read = yield* readTranscript(document, undefined);
  if (read === undefined) return undefined;
  const { heard, words, untimed, damagedTimes, language, text = '' } = read;
  const isUntimed = heard.length === 0 && words.length === 0;
  if (isUntimed && untimed.length === 0 && text.trim() !== '') return { inside: text };
  const cues: RawCue[] = [];
  const share = new Share();
  if (isUntimed)
    for (const entry of untimed)
      yield* put(cues, { ...entry, startMs: 0, endMs: undefined }, plainText, share);
  else if (heard.length === 0)
    yield* putAll(cues, yield* cuesOf(yield* segmentsOfWords(words, text), 0), share);
  else
    for (const segment of yield* withWords(heard, words))
      // The file's own cues stay as they are; a speaker's turn of minutes is none.
      yield* putAll(cues, isTurn(segment) ? yield* cuesOf([segment], 0) : [segment], share);
  return {
    cues,
    language,
    findings: isUntimed && untimed.length > 0 ? { isUntimed } : { damagedTimes },
  };
}

function isTurn({ start, end, words }: Heard): boolean {
  return words !== undefined && end - start > longestSegment;
}

function* putAll(cues: RawCue[], read: readonly Cue[], share: Share): Sliced<void> {
  for (const { start, end, text, speaker } of read)
    yield* put(
      cues,
      {
        startMs: Math.round(start * 1000),
        endMs: Math.round(end * 1000),
        text,
        ...(speaker === undefined ? {} : { speaker }),
      },
      plainText,
      share,
    );
}

/** Throws TooMuch. */
function* put(cues: RawCue[], cue: RawCue, clean: (part: string) => string, share: Share): Sliced<void> {
  for (const part of cleanCues(cue, clean)) {
    addCue(cues, part);
    if (part.goesOn || share.due(part.text.length)) yield;
  }
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}
