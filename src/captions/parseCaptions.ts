/**
 * Any caption format → cues. The form is recognised by the content, because servers ignore what they were
 * asked for and files have wrong names. Bounded in size and depth; no input makes it throw or hang.
 */
import { failure, type Failure } from '../model/failure';
import type { Cue } from '../model/transcript';
import { decodeText } from './decode';
import { tidyLines, type RawCue } from './cueText';
import { readJson } from './json3';
import { withoutRolling } from './rolling';
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
}

/** As many characters as an answer may have bytes. */
const maxLength = 10 * 1024 * 1024;

/**
 * Reads json3, srv1–3, TTML, WebVTT, SRT, our own JSON and `[m:ss - m:ss] text` lines.
 * `bad-response`: empty, a web page, cut off, none of these, or too large. `no-captions`: of the right form, but
 * without any text.
 */
export function parseCaptions(
  content: Uint8Array | string,
  hint: CaptionHint = {},
): ParsedCaptions | Failure {
  if (content.length > maxLength) return failure('bad-response', 'The captions are larger than 10 MB.');
  const text = decodeText(content);
  const head = text.slice(0, 1000).trimStart();
  if (text.trim() === '') return failure('bad-response', 'The captions are empty.');
  const read = head.startsWith('{')
    ? readJson(text)
    : head.startsWith('<')
      ? readMarkup(text, head)
      : readLines(text, head);
  if (read === undefined)
    return failure(
      'bad-response',
      /^<(?:!doctype\s+html|html)/i.test(head)
        ? 'A web page came instead of captions.'
        : 'The captions are in no form that is known, or cut off.',
    );
  const cues = finished(read.cues, hint.automatic ?? read.automatic);
  return cues.length === 0
    ? failure('no-captions', 'The captions have no text in them.')
    : { format: read.format, cues };
}

interface Read {
  readonly format: CaptionFormat;
  readonly cues: readonly RawCue[];
  /** Undefined: the format does not tell. */
  readonly automatic: boolean | undefined;
}

function readMarkup(text: string, head: string): Read | undefined {
  if (/^<(?:!doctype\s+html|html)/i.test(head)) return undefined;
  const root = readXml(text.trimStart());
  if (root === undefined) return undefined;
  const timedtext = readTimedtext(root);
  if (timedtext !== undefined)
    // srv1 says nothing of its kind; the others do by their words.
    return timedtext.format === 'srv1' ? { ...timedtext, automatic: undefined } : timedtext;
  const ttml = readTtml(root);
  return ttml === undefined ? undefined : unrolled('ttml', ttml, false);
}

function readLines(text: string, head: string): Read | undefined {
  if (head.startsWith('WEBVTT')) {
    const { cues, wordTimes } = readWebVtt(text);
    return unrolled('vtt', cues, wordTimes);
  }
  if (hasTimingLine(text)) return unrolled('srt', readSrt(text).cues, false);
  const lines = parseTimedLines(text);
  return lines === undefined ? undefined : { format: 'lines', cues: lines, automatic: false };
}

function unrolled(format: CaptionFormat, cues: readonly RawCue[], wordTimes: boolean): Read {
  const tidy = tidied(cues);
  const once = withoutRolling(tidy, wordTimes);
  return { format, cues: once, automatic: once !== tidy || wordTimes ? true : undefined };
}

/** Clean lines, sane times, in order; what shows nothing is dropped. */
function tidied(cues: readonly RawCue[]): readonly RawCue[] {
  const kept: RawCue[] = [];
  for (const cue of cues) {
    const text = tidyLines(cue.text);
    if (text === '' || !Number.isFinite(cue.startMs)) continue;
    const startMs = Math.max(0, cue.startMs);
    const endMs = cue.endMs === undefined ? undefined : Math.max(startMs, cue.endMs);
    kept.push({ ...cue, startMs, endMs, text });
  }
  return kept.sort((a, b) => a.startMs - b.startMs);
}

function finished(cues: readonly RawCue[], automatic: boolean | undefined): Cue[] {
  const tidy = tidied(cues);
  const clip = automatic ?? mostlyOverlapping(tidy);
  return tidy.map((cue, at) => {
    const next = tidy[at + 1]?.startMs;
    let endMs = cue.endMs ?? Math.max(cue.startMs, next ?? cue.startMs);
    if (clip && next !== undefined && next > cue.startMs) endMs = Math.min(endMs, next);
    return {
      start: cue.startMs / 1000,
      end: endMs / 1000,
      text: cue.text,
      ...(cue.speaker === undefined || cue.speaker === '' ? {} : { speaker: cue.speaker }),
    };
  });
}

/** Captions that a person made overlap now and then, automatic ones from line to line. */
function mostlyOverlapping(cues: readonly RawCue[]): boolean {
  let overlapping = 0;
  for (const [at, cue] of cues.entries()) {
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
