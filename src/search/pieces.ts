/**
 * A transcript file → its pieces: a paragraph, a cue or a line, with the line of the file where it begins. Reads
 * what output/ writes, also after a user's corrections. Titles and chapters are pieces as well. Sliced: a file of a
 * stranger may be all line breaks, or one line.
 */
import { linesOf, Share, type Sliced } from '../captions/sliced';
import { parseTiming } from '../captions/timing';
import type { OutputFormat } from '../model/settings';
import { fromMarkdownText } from '../output/escape';
import { markdownParagraph } from '../output/readBack';

export interface Piece {
  /** From 0. */
  readonly line: number;
  /** Seconds; undefined where the file has no times so far. */
  readonly time: number | undefined;
  /** One line. */
  readonly text: string;
  /** A title or heading: what follows is not the same sentence. */
  readonly heading: boolean;
}

/** Ending of the files in which words are looked for, the best to read first. */
export const searched: readonly OutputFormat[] = ['md', 'vtt', 'srt', 'json', 'txt'];

/** More than any transcript has: what comes after them is not found. */
const mostPieces = 500_000;
/** A longer line is several pieces, so that other work runs between them. */
const longestPiece = 16_384;
/** Characters; an hour of speech without a break has 60,000. */
const longestLine = 131_072;

/** All pieces of the text, in order. `text`: without byte order mark. */
export function* piecesOf(format: OutputFormat, text: string): Sliced<readonly Piece[]> {
  const pieces = new Pieces();
  const read = readers[format](pieces);
  const share = new Share();
  let at = 0;
  for (const written of linesOf(text)) {
    if (share.due(written.length)) yield;
    const line = written.endsWith('\r') ? written.slice(0, -1) : written;
    for (const stretch of stretchesOf(line)) {
      read(stretch, at);
      if (stretch !== line) yield;
    }
    if (pieces.isFull) break;
    at += 1;
  }
  read(undefined, at);
  return pieces.all;
}

/** A line that is longer than any of ours, in stretches that are read one after the other. */
function* stretchesOf(line: string): Generator<string> {
  for (let from = 0; from === 0 || from < line.length; from += longestLine)
    yield line.length <= longestLine ? line : line.slice(from, from + longestLine);
}

/** Takes the lines in order, and undefined after the last one. */
type Reader = (written: string | undefined, line: number) => void;

class Pieces {
  readonly all: Piece[] = [];
  time: number | undefined;

  get isFull(): boolean {
    return this.all.length >= mostPieces;
  }

  add(line: number, text: string, heading = false): void {
    const { time } = this;
    for (let from = 0; from < text.length || from === 0;) {
      const end = endOfPiece(text, from);
      this.all.push({
        line,
        time,
        text: from === 0 && end === text.length ? text : text.slice(from, end),
        heading,
      });
      from = end;
      if (end === 0) break;
    }
  }
}

/** At a space where there is one: words stay whole. */
function endOfPiece(text: string, from: number): number {
  if (text.length - from <= longestPiece) return text.length;
  const space = text.slice(from, from + longestPiece).lastIndexOf(' ');
  if (space > 0) return from + space + 1;
  const end = from + longestPiece;
  const code = text.charCodeAt(end);
  return code >= 0xdc00 && code <= 0xdfff ? end - 1 : end;
}

function markdownReader(pieces: Pieces): Reader {
  let inFront = false;
  /** Without its end, what looked like front matter is text. */
  const front: { readonly line: number; readonly written: string }[] = [];
  const take = (line: number, whole: string): void => {
    const written = whole.trim();
    if (written === '') return;
    const heading = /^#{1,6} (.*)$/.exec(written)?.[1];
    if (heading !== undefined) {
      pieces.add(line, fromMarkdownText(heading), true);
      return;
    }
    const { seconds, text } = markdownParagraph(written);
    pieces.time = seconds ?? pieces.time;
    pieces.add(line, text);
  };
  return (written, line) => {
    if (line === 0 && written === '---') inFront = true;
    if (inFront && written === '---' && line > 0) inFront = false;
    else if (inFront && written !== undefined && front.length < longestFront) front.push({ line, written });
    else if (inFront) {
      inFront = false;
      for (const one of front) take(one.line, one.written);
      if (written !== undefined) take(line, written);
    } else if (written !== undefined) take(line, written);
  };
}

/** Lines; ours has a dozen. */
const longestFront = 1000;

const cueReader =
  (format: 'vtt' | 'srt') =>
  (pieces: Pieces): Reader => {
    let isNote = false;
    /** A number, which is that of a cue where a time line follows. */
    let held: { readonly line: number; readonly written: string } | undefined;
    const take = (line: number, written: string): void => {
      if (isNote || pieces.time === undefined) return;
      const text = written
        .replace(/<[^<>]*>/g, '')
        .replace(/&(amp|lt|gt|nbsp);/g, (whole, name: string) => marks[name] ?? whole)
        .trim();
      if (text !== '') pieces.add(line, text);
    };
    return (written = '', line) => {
      const isEmpty = written.trim() === '';
      const timing = isEmpty ? undefined : parseTiming(written);
      if (held !== undefined && timing === undefined) take(held.line, held.written);
      held = undefined;
      if (isEmpty) isNote = false;
      else if (timing !== undefined) {
        if (!('damaged' in timing)) pieces.time = timing.startMs / 1000;
      } else {
        isNote ||= format === 'vtt' && /^(?:NOTE|STYLE|REGION)(?:\s|$)/.test(written);
        if (/^\s*\d+\s*$/.test(written)) held = { line, written };
        else take(line, written);
      }
    };
  };

const marks: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', nbsp: ' ' };

/** Line by line, so that each piece has its line: as we write it, and as programs that tidy JSON up leave it. */
function jsonReader(pieces: Pieces): Reader {
  let inCues = false;
  return (written, line) => {
    if (written === undefined) return;
    if (!inCues) {
      const title = /^\s*"title":\s*("(?:[^"\\]|\\.)*")/.exec(written)?.[1];
      if (title !== undefined) pieces.add(line, stringOf(title), true);
      inCues = /^\s*"cues":/.test(written);
    }
    const start = /"start":\s*(\d+(?:\.\d+)?)/.exec(written)?.[1];
    if (start !== undefined) pieces.time = Number(start);
    const text = /(?:^\s*|[{,]\s*)"text":\s*("(?:[^"\\]|\\.)*")/.exec(written)?.[1];
    if (inCues && text !== undefined) pieces.add(line, stringOf(text).replace(/\s+/g, ' ').trim());
  };
}

function stringOf(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

function textReader(pieces: Pieces): Reader {
  return (written, line) => {
    // The second line is the link.
    if (written === undefined || line === 1 || written.trim() === '') return;
    const [, clock, rest = written] = /^\[((?:\d+:){1,2}\d{2})\] (.*)$/.exec(written) ?? [];
    if (clock !== undefined) pieces.time = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    pieces.add(line, rest.trim(), line === 0);
  };
}

const readers: Readonly<Record<OutputFormat, (pieces: Pieces) => Reader>> = {
  md: markdownReader,
  json: jsonReader,
  txt: textReader,
  vtt: cueReader('vtt'),
  srt: cueReader('srt'),
};
