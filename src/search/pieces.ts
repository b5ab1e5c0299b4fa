/**
 * A transcript file → its pieces: a paragraph, a cue or a line, with the line of the file where it begins. Reads
 * what output/ writes, also after a user's corrections. Titles and chapters are pieces as well.
 */
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

/** All pieces of the text, in order. `text`: without byte order mark, lines end with `\n`. */
export function piecesOf(format: OutputFormat, text: string): readonly Piece[] {
  const lines = text.split('\n');
  switch (format) {
    case 'md':
      return markdownPieces(lines);
    case 'json':
      return jsonPieces(lines);
    case 'txt':
      return textPieces(lines);
    case 'vtt':
    case 'srt':
      return cuePieces(lines, format);
  }
}

function markdownPieces(lines: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let time: number | undefined;
  for (let line = frontMatterEnd(lines); line < lines.length; line += 1) {
    const written = (lines[line] ?? '').trim();
    if (written === '') continue;
    const heading = /^#{1,6} (.*)$/.exec(written)?.[1];
    if (heading !== undefined) {
      pieces.push({ line, time, text: fromMarkdownText(heading), heading: true });
      continue;
    }
    const { seconds, text } = markdownParagraph(written);
    time = seconds ?? time;
    pieces.push({ line, time, text, heading: false });
  }
  return pieces;
}

/** The line after the front matter; 0 where there is none. */
function frontMatterEnd(lines: readonly string[]): number {
  if (lines[0] !== '---') return 0;
  const end = lines.indexOf('---', 1);
  return end < 0 ? 0 : end + 1;
}

function cuePieces(lines: readonly string[], format: 'vtt' | 'srt'): readonly Piece[] {
  const pieces: Piece[] = [];
  let time: number | undefined;
  let isNote = false;
  for (const [line, written] of lines.entries()) {
    if (written.trim() === '') {
      isNote = false;
      continue;
    }
    const timing = parseTiming(written);
    if (timing !== undefined) {
      if (!('damaged' in timing)) time = timing.startMs / 1000;
      continue;
    }
    isNote ||= format === 'vtt' && /^(?:NOTE|STYLE|REGION)(?:\s|$)/.test(written);
    // The number of a cue precedes its time line.
    const isNumber = /^\s*\d+\s*$/.test(written) && isTimeLine(lines[line + 1]);
    if (isNote || isNumber || time === undefined) continue;
    const text = written
      .replace(/<[^<>]*>/g, '')
      .replace(/&(amp|lt|gt|nbsp);/g, (whole, name: string) => marks[name] ?? whole);
    if (text.trim() !== '') pieces.push({ line, time, text: text.trim(), heading: false });
  }
  return pieces;
}

const marks: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', nbsp: ' ' };

function isTimeLine(line: string | undefined): boolean {
  return line !== undefined && parseTiming(line) !== undefined;
}

/** Line by line, so that each piece has its line: as we write it, and as programs that tidy JSON up leave it. */
function jsonPieces(lines: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let time: number | undefined;
  let inCues = false;
  for (const [line, written] of lines.entries()) {
    if (!inCues) {
      const title = /^\s*"title":\s*("(?:[^"\\]|\\.)*")/.exec(written)?.[1];
      if (title !== undefined) pieces.push({ line, time, text: stringOf(title), heading: true });
      inCues = /^\s*"cues":/.test(written);
    }
    const start = /"start":\s*(\d+(?:\.\d+)?)/.exec(written)?.[1];
    if (start !== undefined) time = Number(start);
    const text = /(?:^\s*|[{,]\s*)"text":\s*("(?:[^"\\]|\\.)*")/.exec(written)?.[1];
    if (!inCues || text === undefined) continue;
    pieces.push({ line, time, text: stringOf(text).replace(/\s+/g, ' ').trim(), heading: false });
  }
  return pieces;
}

function stringOf(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

function textPieces(lines: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let time: number | undefined;
  for (const [line, written] of lines.entries()) {
    // The second line is the link.
    if (line === 1 || written.trim() === '') continue;
    const [, clock, rest = written] = /^\[((?:\d+:){1,2}\d{2})\] (.*)$/.exec(written) ?? [];
    if (clock !== undefined) time = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    pieces.push({ line, time, text: rest.trim(), heading: line === 0 });
  }
  return pieces;
}
