/**
 * Any caption format → cues. The format is recognised by the content, because servers ignore the requested
 * one and files have wrong names. Bounded in size and depth; no input makes it throw or hang, and a large
 * one is read in slices (sliced.ts).
 */
import { failure, type Failure } from '../model/failure';
import { languageCode } from '../model/languageNames';
import type { Cue } from '../model/transcript';
import { tidyLines, type RawCue } from './cueText';
import { decodeCaptions, type EncodingHint } from './decode';
import { readJson } from './jsonTranscript';
import { oneLanguage } from './languagesApart';
import { notesOf, type Findings } from './notes';
import { isNoProse, otherFormat } from './otherFormats';
import { hasTimingLine, undoubled } from './readLines';
import { isUntimed, readHtmlTranscript, readTextTranscript } from './prose';
import { withoutDoubles, withoutGrowing, withoutMarkedWords } from './repeats';
import { withoutRolling } from './rolling';
import { piecesOf, Share, sortedBy, type Pieces, type Sliced } from './sliced';
import { withSpeakers } from './speakers';
import { readSubRip } from './subRip';
import { readTable } from './table';
import { parseTimedLines } from './timedLines';
import { TimedtextReader } from './timedtextXml';
import { TooMuch } from './tooMuch';
import { TtmlReader } from './ttml';
import { isWebVtt, readWebVtt } from './webVtt';
import { readXml, type XmlReader, type XmlTag } from './xml';

export type CaptionFormat =
  'json3' | 'json' | 'srv1' | 'srv2' | 'srv3' | 'ttml' | 'vtt' | 'srt' | 'lines' | 'prose';

export interface CaptionHint extends EncodingHint {
  /**
   * True when the track is known to be automatic: its lines overlap on the screen and are cut at the next.
   */
  readonly automatic?: boolean;
  /** True for files that this program wrote: their text is taken literally. */
  readonly isOwn?: boolean;
  /** True where web pages and plain text are transcripts, too: whoever named the address has said so. */
  readonly prose?: boolean;
  /** The wanted languages, for files that hold several; empty or absent: the file's first. */
  readonly languages?: readonly string[];
}

export interface ParsedCaptions {
  readonly format: CaptionFormat;
  /** At least one; in order of start, times in seconds, `end` ≥ `start` ≥ 0, no repeats, no empty text. */
  readonly cues: readonly Cue[];
  /** As declared in the file, canonical (`pt-BR`); absent where it is not. */
  readonly language?: string;
  /** What could not be read, was left out or was guessed: sentences for the user. Usually empty. */
  readonly notes: readonly string[];
}

/** As many characters as an answer may have bytes. */
const maxLength = 10 * 1024 * 1024;

/**
 * Reads json3, srv1–3, TTML, WebVTT, SRT, SBV, LRC, transcripts as JSON (ours, podcasts', Whisper's) or as tables, and
 * `[m:ss - m:ss] text` lines; with the hint, web pages and plain text. `bad-response`: empty, a web page,
 * truncated, with entities of its own, or too large. `unsupported`: a format that is known and not read.
 * `no-captions`: a known format, but without any text.
 */
export function* parseCaptions(
  content: Uint8Array | string,
  hint: CaptionHint = {},
): Sliced<ParsedCaptions | Failure> {
  if (content.length > maxLength) return failure('bad-response', 'The captions are larger than 10 MB.');
  const { pieces, damaged, guessed } = yield* decodeCaptions(content, hint);
  const text = yield* withoutBlanks(pieces);
  const head = headOf(text);
  if (text.length === 0) return failure('bad-response', 'The captions are empty.');
  const other = otherFormat(head);
  if (other) return other;
  const read = yield* readAny(text, head, { ...hint, prose: hint.prose === true && !isNoProse(head) });
  if (read !== undefined && 'code' in read) return read;
  if (read === undefined)
    return isWebPage(head)
      ? failure('bad-response', 'A web page came instead of captions.', { subject: 'web-page' })
      : failure('bad-response', 'The captions are in no form that is known, or cut off.');
  const one = yield* oneLanguage(yield* tidied(read.cues), hint.languages ?? []);
  const said = yield* saidOnce({ ...read, cues: one.cues }, hint);
  const cues = yield* finished(said.cues, said.clip);
  if (cues.length === 0) return failure('no-captions', 'The captions have no text in them.');
  if (cues.every(({ text: line }) => picture.test(line)))
    return failure('no-captions', 'The file names the preview pictures of a player, and has no words.');
  const notes = notesOf({ ...read.findings, damagedBytes: damaged, guessed, otherLanguages: one.others });
  return { format: read.format, cues, notes, ...languageOf(one.language ?? read.language) };
}

/** What a WebVTT file of previews has in place of text: `sprite.jpg#xywh=0,0,160,90`. */
const picture = /^\S{1,500}\.(?:jpe?g|png|webp|gif|avif)(?:[?#]\S{0,500})?$/i;

/** The pieces from the first that has more than white space. */
function* withoutBlanks(pieces: Pieces): Sliced<Pieces> {
  let at = 0;
  while (at < pieces.length && pieces[at]?.trim() === '') {
    at += 1;
    yield;
  }
  return at === 0 ? pieces : pieces.slice(at);
}

function headOf(text: Pieces): string {
  return (text[0] ?? '').slice(0, 1000).trimStart();
}

function languageOf(said: string | undefined): Pick<ParsedCaptions, 'language'> {
  const language = languageCode(said);
  return language === 'und' ? {} : { language };
}

interface Read {
  readonly format: CaptionFormat;
  readonly cues: readonly RawCue[];
  /** Undefined: the format does not say. */
  readonly automatic: boolean | undefined;
  /** The language as written in the file. */
  readonly language?: string | undefined;
  readonly findings?: Findings;
  /** True for our own JSON, whose cues are clean. */
  readonly isOwn?: boolean;
}

const isWebPage = (head: string): boolean => /^<(?:!doctype\s+html|html)/i.test(head);

function* readAny(text: Pieces, head: string, hint: CaptionHint): Sliced<Read | Failure | undefined> {
  try {
    return yield* readForm(text, head, hint);
  } catch (error) {
    if (error instanceof TooMuch) return failure('bad-response', error.message);
    throw error;
  }
}

/** JSON, a stream of events, or either in a fence; what begins with a quote or two brackets may be other text. */
const mayBeJson = /^(?:\{(?!\\)|\[\s*[{\][]|"|(?:data|event|id|retry)?:|```)/;
const isJson = /^(?:\{|\[\s*[{\]])/;

function* readForm(text: Pieces, head: string, hint: CaptionHint): Sliced<Read | Failure | undefined> {
  if (mayBeJson.test(head)) {
    const read = yield* readJsonForm(text, hint);
    if (read !== undefined || isJson.test(head)) return read;
  }
  if (!head.startsWith('<'))
    return (
      (yield* readLines(text, head, hint)) ??
      (hint.prose === true ? asProse(yield* readTextTranscript(text)) : undefined)
    );
  const read = isWebPage(head) ? undefined : yield* readMarkup(text);
  return read === undefined && hint.prose === true ? asProse(yield* readHtmlTranscript(text)) : read;
}

const asProse = (cues: readonly RawCue[]): Read => ({
  format: 'prose',
  cues,
  automatic: false,
  findings: { isUntimed: isUntimed(cues) },
});

function* readJsonForm(text: Pieces, hint: CaptionHint): Sliced<Read | Failure | undefined> {
  const read = yield* readJson(text);
  if (read === undefined || !('inside' in read)) return read;
  const inside = yield* withoutBlanks(piecesOf(read.inside));
  return yield* readForm(inside, headOf(inside), hint);
}

function* readMarkup(text: Pieces): Sliced<Read | Failure | undefined> {
  const roots = yield* readXml(text, readerOf);
  if (roots === undefined || 'code' in roots) return roots;
  let whole: Read | undefined;
  const cues: RawCue[] = [];
  const share = new Share();
  for (const root of roots) {
    const read = root && (yield* root.end());
    whole ??= read;
    if (share.due(0)) yield;
    if (read === undefined || read.format !== whole?.format) continue;
    for (const cue of read.cues) {
      cues.push(cue);
      if (share.due(0)) yield;
    }
  }
  return whole && { ...whole, cues };
}

interface MarkupReader extends XmlReader {
  end(): Sliced<Read | undefined>;
}

/** Undefined for a root of no caption format. */
function readerOf(root: XmlTag): MarkupReader | undefined {
  if (root.name === 'tt') return new TtmlReader(root);
  return root.name === 'transcript' || root.name === 'timedtext' ? new TimedtextReader(root) : undefined;
}

function* readLines(lines: Pieces, head: string, hint: CaptionHint): Sliced<Read | undefined> {
  const text = yield* undoubled(lines);
  if (isWebVtt(head) || isVttWithoutHeader(head)) {
    const { cues, wordTimes, ...findings } = yield* readWebVtt(
      isWebVtt(head) ? text : ['WEBVTT\n\n', ...text],
    );
    // YouTube writes it into the header, before the first time line.
    const header = head.split('-->')[0] ?? '';
    const language = /^Language:[ \t]*(\S+)/im.exec(header)?.[1];
    return { format: 'vtt', cues, automatic: wordTimes, findings, language };
  }
  if (yield* hasTimingLine(text)) {
    const { cues, wordTimes, ...findings } = yield* readSubRip(text, hint.isOwn === true);
    return { format: 'srt', cues, automatic: wordTimes, findings };
  }
  const table = yield* readTable(text);
  if (table !== undefined) {
    const { cues, ...findings } = table;
    return { format: 'lines', cues, automatic: false, findings };
  }
  const timed = yield* parseTimedLines(text);
  return timed === undefined ? undefined : { format: 'lines', cues: timed, automatic: false };
}

/** A dot before the milliseconds, and WebVTT's own parts: notes, voices, settings. */
function isVttWithoutHeader(head: string): boolean {
  return (
    /\d\.\d{3}[ \t]*-->[ \t]*[\d:]{2,12}\.\d{3}/.test(head) &&
    (/^NOTE(?:[ \t]|$)/m.test(head) ||
      /<v[ .]/.test(head) ||
      /\.\d{3}[ \t]+(?:align|position|line|size):/.test(head))
  );
}

interface Said {
  readonly cues: readonly RawCue[];
  /** True: a cue ends where the next begins. Undefined: the format does not say. */
  readonly clip: boolean | undefined;
}

/** Repeats are merged; names in the text become speakers. */
function* saidOnce({ format, cues, automatic, isOwn }: Read, hint: CaptionHint): Sliced<Said> {
  if (isOwn === true || hint.isOwn === true) return { cues, clip: false };
  // Paragraphs without times may well be the same.
  const once = format === 'prose' ? cues : yield* withoutDoubles(cues);
  const isFile = format === 'vtt' || format === 'srt' || format === 'ttml';
  if (!isFile)
    return {
      cues: yield* named(once, format, hint.automatic ?? automatic),
      clip: hint.automatic ?? automatic,
    };
  const words = yield* withoutMarkedWords(once);
  const grown = yield* withoutGrowing(words);
  const rolled = yield* withoutRolling(grown, automatic === true);
  const clip = hint.automatic ?? (automatic === true || rolled !== grown);
  return { cues: yield* named(rolled, format, clip), clip };
}

function* named(
  cues: readonly RawCue[],
  format: CaptionFormat,
  automatic: boolean | undefined,
): Sliced<readonly RawCue[]> {
  return automatic === true || format === 'lines' ? cues : yield* withSpeakers(cues);
}

/** Clean lines, valid times, in order; cues without visible text are dropped. */
function* tidied(cues: readonly RawCue[]): Sliced<readonly RawCue[]> {
  const share = new Share();
  const kept: RawCue[] = [];
  for (const cue of cues) {
    if (share.due(cue.text.length)) yield;
    const text = tidyLines(cue.text);
    if (text === '' || !Number.isFinite(cue.startMs)) continue;
    const startMs = Math.max(0, cue.startMs);
    const endMs = cue.endMs === undefined ? undefined : Math.max(startMs, cue.endMs);
    const { speaker, ...rest } = cue;
    const name =
      speaker
        ?.replace(/[\s\p{Cc}]+/gu, ' ')
        .trim()
        .replace(/[:\uff1a]$/, '')
        .trim() ?? '';
    kept.push({ ...rest, startMs, endMs, text, ...(name === '' ? {} : { speaker: name }) });
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
    cues.push(speaker === undefined ? { start, end, text } : { start, end, text, speaker });
  }
  return cues;
}

/** Manual captions overlap occasionally, automatic ones from line to line. */
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
