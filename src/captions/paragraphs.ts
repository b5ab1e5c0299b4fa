/**
 * Cues → paragraphs for reading: broken at chapters, speakers, pauses and sentence ends. Works for captions
 * without punctuation (then pauses and length decide) and for scripts without spaces. Sliced (sliced.ts).
 */
import type { Chapter } from '../model/link';
import type { Cue } from '../model/transcript';
import { endMark, endsSentence, innerEnd, isUnspaced, weight } from './sentences';
import { Share, type Sliced } from './sliced';

export interface Paragraph {
  /** Seconds; the start of its first words. */
  readonly start: number;
  readonly end: number;
  /** One line, without line breaks. */
  readonly text: string;
  readonly speaker?: string;
  /** Set on the first paragraph of a chapter. */
  readonly chapter?: Chapter;
}

export interface ParagraphOptions {
  readonly chapters?: readonly Chapter[];
  /** Length in characters from which a sentence end closes the paragraph. Default 400. */
  readonly length?: number;
}

/** A pause that closes a paragraph of some length, and one that closes any, in seconds. */
const pause = 2;
const longPause = 6;

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly speaker: string | undefined;
}

/** The text of all paragraphs joined is the text of all cues joined: nothing is lost or doubled. */
export function* toParagraphs(
  cues: readonly Cue[],
  options: ParagraphOptions = {},
): Sliced<readonly Paragraph[]> {
  const share = new Share();
  const aim = options.length ?? 400;
  const chapters = [...(options.chapters ?? [])].sort((a, b) => a.start - b.start);
  const paragraphs: Paragraph[] = [];
  let open: Piece[] = [];
  let size = 0;
  let chapter: Chapter | undefined;
  let nextChapter = 0;
  const close = (): void => {
    const [first] = open;
    if (first === undefined) return;
    paragraphs.push({
      start: first.start,
      end: open.reduce((latest, piece) => Math.max(latest, piece.end), first.end),
      text: joinText(open.map((piece) => piece.text)),
      ...(first.speaker === undefined ? {} : { speaker: first.speaker }),
      ...(chapter === undefined ? {} : { chapter }),
    });
    open = [];
    size = 0;
    chapter = undefined;
  };
  for (const cue of cues) {
    if (share.due(cue.text.length)) yield;
    for (const piece of sentencePieces(cue)) {
      const last = open.at(-1);
      const silence = last === undefined ? 0 : piece.start - last.end;
      if (
        last !== undefined &&
        (last.speaker !== piece.speaker ||
          silence >= longPause ||
          (silence >= pause && size >= aim / 4) ||
          (size >= aim && endsSentence(last.text)) ||
          // Without punctuation: at the next pause, and finally anywhere.
          (size >= aim * 1.5 && silence >= 0.3) ||
          size >= aim * 2.5)
      )
        close();
      // Cues begin slightly before their chapter as often as after it.
      let entered: Chapter | undefined;
      while (nextChapter < chapters.length && (chapters[nextChapter]?.start ?? 0) <= piece.start + 0.5) {
        entered = chapters[nextChapter];
        nextChapter += 1;
      }
      if (entered !== undefined) {
        close();
        chapter = entered;
      }
      open.push(piece);
      size += weight(piece.text);
    }
  }
  close();
  return paragraphs;
}

/** The lines of the cues as one text: joined by a space, or by nothing where the script has no spaces. */
export function joinText(parts: readonly string[]): string {
  return glued(parts.map((part) => flatLine(part)));
}

/** The same for many of them. */
export function* joinedText(parts: readonly string[]): Sliced<string> {
  const share = new Share();
  const glue = new Glue();
  for (const part of parts) {
    glue.add(flatLine(part));
    if (share.due(part.length)) yield;
  }
  return glue.text;
}

/** One line from possibly several. */
export function flatLine(text: string): string {
  if (!/\s{2}|[^\S ]/.test(text)) return text.trim();
  return glued(text.split(/[\n\r\u2028\u2029]+/).map((line) => line.replace(/[^\S\u00A0]+/g, ' ').trim()));
}

function glued(parts: readonly string[]): string {
  const glue = new Glue();
  for (const part of parts) glue.add(part);
  return glue.text;
}

/** Compares only neighbours: the text so far is never read again, however many parts there are. */
class Glue {
  private readonly pieces: string[] = [];
  private before = '';

  get text(): string {
    return this.pieces.join('');
  }

  add(part: string): void {
    if (part === '') return;
    const { before } = this;
    if (before !== '' && !isUnspaced(before, part) && !isHyphened(before, part)) this.pieces.push(' ');
    this.pieces.push(part);
    this.before = part;
  }
}

/** A word that was divided at the end of a line; interrupted speech ends with a hyphen, too. */
function isHyphened(before: string, after: string): boolean {
  return before.endsWith('-') && /\p{Ll}-$/u.test(before.slice(-3)) && /^\p{Ll}/u.test(after.slice(0, 2));
}

/** The cue split at its sentence ends; the times of the later pieces by their position in the text. */
function sentencePieces(cue: Cue): Piece[] {
  const text = flatLine(cue.text);
  const { speaker } = cue;
  const parts = endMark.test(text) ? text.split(innerEnd).filter((part) => part !== '') : [text];
  if (parts.length < 2) return text === '' ? [] : [{ start: cue.start, end: cue.end, text, speaker }];
  const pieces: Piece[] = [];
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const timeAt = (length: number): number =>
    Math.round((cue.start + ((cue.end - cue.start) * length) / total) * 1000) / 1000;
  let before = 0;
  let from = 0;
  let sentence: string[] = [];
  for (const [at, part] of parts.entries()) {
    sentence.push(part);
    before += part.length;
    // The full stop of an abbreviation ends no sentence: the next piece belongs to it.
    if (!endsSentence(part) && at < parts.length - 1) continue;
    pieces.push({ start: timeAt(from), end: timeAt(before), text: sentence.join(' '), speaker });
    sentence = [];
    from = before;
  }
  return pieces;
}
