/**
 * Any caption format → cues. The form is recognised by the content, because servers ignore what they were
 * asked for and files have wrong names. Bounded in size and depth; no input makes it throw or hang, and a
 * large one is read in slices (sliced.ts).
 */
import { failure, type Failure } from '../model/failure';
import type { Cue } from '../model/transcript';
import { decodeText } from './decode';
import { tidyLines, type RawCue } from './cueText';
import { readJson } from './json3';
import { withoutRolling } from './rolling';
import { Share, sortedBy, type Sliced } from './sliced';
import { parseTimedLines } from './timedLines';
import { readTimedtext } from './timedtextXml';
import { readTtml } from './ttml';
import { hasTimingLine, readSrt, readWebVtt } from './webVtt';
import { readXml } from './xmlTree';

export type CaptionFormat = 'json3' | 'json' | 'srv1' | 'srv2' | 'srv3' | 'ttml' | 'vtt' | 'srt' | 'lines';

export interface CaptionHint {
  /** True when the track is known to be automatic: its lines overlap on the screen and are cut at the next. */
  readonly automatic?: boolean;
}

export interface ParsedCaptions {
  readonly format: CaptionFormat;
  /** At least one; in order of start, times in seconds, `end` ≥ `start` ≥ 0, no rolling repeats, no empty text. */
  readonly cues: readonly Cue[];
  /** As the file itself says, canonical (`pt-BR`); absent where it does not. */
  readonly language?: string;
}

/** As many characters as an answer may have bytes. */
const maxLength = 10 * 1024 * 1024;
/** What is said at one time is never so long; a file that claims it would hold everything up. */
const longestCue = 1024 * 1024;

/**
 * Reads json3, srv1–3, TTML, WebVTT, SRT, our own JSON and `[m:ss - m:ss] text` lines.
 * `bad-response`: empty, a web page, cut off, none of these, or too large. `no-captions`: of the right form, but
 * without any text.
 */
export function* parseCaptions(
  content: Uint8Array | string,
  hint: CaptionHint = {},
): Sliced<ParsedCaptions | Failure> {
  if (content.length > maxLength) return failure('bad-response', 'The captions are larger than 10 MB.');
  const text = yield* decodeText(content);
  const head = text.slice(0, 1000).trimStart();
  if (text.trim() === '') return failure('bad-response', 'The captions are empty.');
  const read: Read | undefined = head.startsWith('{')
    ? yield* readJson(text)
    : head.startsWith('<')
      ? yield* readMarkup(text, head)
      : yield* readLines(text, head);
  const tidy = read?.tidy === true ? read.cues : read && (yield* tidied(read.cues));
  if (read === undefined || tidy === undefined)
    return failure(
      'bad-response',
      /^<(?:!doctype\s+html|html)/i.test(head)
        ? 'A web page came instead of captions.'
        : 'The captions are in no form that is known, or cut off.',
    );
  const cues = yield* finished(tidy, hint.automatic ?? read.automatic);
  return cues.length === 0
    ? failure('no-captions', 'The captions have no text in them.')
    : { format: read.format, cues, ...languageOf(read.language) };
}

function languageOf(said: string | undefined): Pick<ParsedCaptions, 'language'> {
  try {
    const [language] = said === undefined ? [] : Intl.getCanonicalLocales(said.replace('_', '-'));
    return language === undefined || language === 'und' ? {} : { language };
  } catch {
    return {};
  }
}

interface Read {
  readonly format: CaptionFormat;
  readonly cues: readonly RawCue[];
  /** Undefined: the format does not tell. */
  readonly automatic: boolean | undefined;
  /** What the file says of its language, in its own words. */
  readonly language?: string | undefined;
  /** True when the cues are clean and in order already. */
  readonly tidy?: boolean;
}

function* readMarkup(text: string, head: string): Sliced<Read | undefined> {
  if (/^<(?:!doctype\s+html|html)/i.test(head)) return undefined;
  const root = yield* readXml(text.trimStart());
  if (root === undefined) return undefined;
  const timedtext = yield* readTimedtext(root);
  if (timedtext !== undefined)
    // srv1 says nothing of its kind; the others do by their words.
    return timedtext.format === 'srv1' ? { ...timedtext, automatic: undefined } : timedtext;
  const ttml = yield* readTtml(root);
  const read = ttml === undefined ? undefined : yield* unrolled('ttml', ttml, false);
  return read && { ...read, language: root.attributes.lang };
}

function* readLines(text: string, head: string): Sliced<Read | undefined> {
  if (head.startsWith('WEBVTT')) {
    const { cues, wordTimes } = yield* readWebVtt(text);
    const read = yield* unrolled('vtt', cues, wordTimes);
    // YouTube writes it into the header, before the first blank line.
    return read && { ...read, language: /^Language:[ \t]*(\S+)/im.exec(head.split(/\n\r?\n/)[0] ?? '')?.[1] };
  }
  if (yield* hasTimingLine(text)) return yield* unrolled('srt', (yield* readSrt(text)).cues, false);
  const lines = yield* parseTimedLines(text);
  return lines === undefined ? undefined : { format: 'lines', cues: lines, automatic: false };
}

function* unrolled(
  format: CaptionFormat,
  cues: readonly RawCue[],
  wordTimes: boolean,
): Sliced<Read | undefined> {
  const tidy = yield* tidied(cues);
  if (tidy === undefined) return undefined;
  const once = yield* withoutRolling(tidy, wordTimes);
  return { format, cues: once, automatic: once !== tidy || wordTimes ? true : undefined, tidy: true };
}

/** Clean lines, sane times, in order; what shows nothing is dropped. Undefined: no captions of anybody. */
function* tidied(cues: readonly RawCue[]): Sliced<readonly RawCue[] | undefined> {
  const share = new Share();
  const kept: RawCue[] = [];
  for (const cue of cues) {
    if (cue.text.length > longestCue) return undefined;
    if (share.due(cue.text.length)) yield;
    const text = tidyLines(cue.text);
    if (text === '' || !Number.isFinite(cue.startMs)) continue;
    const startMs = Math.max(0, cue.startMs);
    const endMs = cue.endMs === undefined ? undefined : Math.max(startMs, cue.endMs);
    kept.push({ startMs, endMs, text, ...(cue.speaker === undefined ? {} : { speaker: cue.speaker }) });
  }
  return yield* sortedBy(kept, (cue) => cue.startMs);
}

function* finished(tidy: readonly RawCue[], automatic: boolean | undefined): Sliced<readonly Cue[]> {
  const share = new Share();
  const clip = automatic ?? (yield* mostlyOverlapping(tidy));
  const cues: Cue[] = [];
  for (const [at, cue] of tidy.entries()) {
    if (share.due(0)) yield;
    const next = tidy[at + 1]?.startMs;
    let endMs = cue.endMs ?? Math.max(cue.startMs, next ?? cue.startMs);
    if (clip && next !== undefined && next > cue.startMs) endMs = Math.min(endMs, next);
    const { text, speaker } = cue;
    const start = cue.startMs / 1000;
    const end = endMs / 1000;
    cues.push(speaker === undefined || speaker === '' ? { start, end, text } : { start, end, text, speaker });
  }
  return cues;
}

/** Captions that a person made overlap now and then, automatic ones from line to line. */
function* mostlyOverlapping(cues: readonly RawCue[]): Sliced<boolean> {
  const share = new Share();
  let overlapping = 0;
  for (const [at, cue] of cues.entries()) {
    if (share.due(0)) yield;
    const next = cues[at + 1];
    if (
      next !== undefined &&
      cue.endMs !== undefined &&
      next.startMs > cue.startMs &&
      cue.endMs > next.startMs
    )
      overlapping += 1;
  }
  return cues.length >= 4 && overlapping > (cues.length - 1) / 2;
}
