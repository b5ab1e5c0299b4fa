/**
 * Tables with a start, an end and a text in each row: Whisper's .tsv and whisper.cpp's .csv, both in milliseconds, and
 * the labels of Audacity, in seconds and without a head. Pure, sliced.
 */
import Papa from 'papaparse';
import type { RawCue } from './cueText';
import { shortLinesOf } from './longText';
import { Share, type Pieces, type Sliced } from './sliced';
import { parseClock } from './timing';
import { addCue } from './tooMuch';

/** Columns of a row by what they hold. */
interface Columns {
  readonly mark: string;
  readonly start: number;
  readonly end: number;
  readonly text: number;
  readonly speaker: number;
}

const names = {
  start: /^start(?:[ _-]?(?:time|ms|in milliseconds)){0,2}$/,
  end: /^end(?:[ _-]?(?:time|ms|in milliseconds)){0,2}$/,
  text: /^(?:text|transcript|caption|sentence)$/,
  speaker: /^speaker$/,
} as const;

const label = /^\d{1,7}\.\d{3,9}\t\d{1,7}\.\d{3,9}\t/;

/** Whether the text begins as such a table does. */
export function isTimeTable(head: string): boolean {
  return columnsOf(head.slice(0, 1000).trimStart().split('\n')[0] ?? '') !== undefined;
}

function columnsOf(line: string): Columns | undefined {
  if (label.test(line)) return { mark: '\t', start: 0, end: 1, text: 2, speaker: -1 };
  for (const mark of ['\t', ',', ';']) {
    const cells = cellsOf(line.toLowerCase(), mark).map((cell) => cell.trim());
    const [start, end, text, speaker] = [names.start, names.end, names.text, names.speaker].map((name) =>
      cells.findIndex((cell) => name.test(cell)),
    );
    if (start === undefined || end === undefined || text === undefined || speaker === undefined) continue;
    if (start >= 0 && end >= 0 && text >= 0) return { mark, start, end, text, speaker };
  }
  return undefined;
}

/** Whisper's .tsv has no quotes around cells: those in it are the speaker's. */
function cellsOf(line: string, mark: string): readonly string[] {
  if (mark === '\t' || !line.includes('"')) return line.split(mark);
  return Papa.parse<string[]>(line, { delimiter: mark }).data[0] ?? [];
}

interface Row {
  readonly start: number;
  readonly end: number;
  /** The times are clocks. */
  readonly isClock: boolean;
  readonly text: string;
  readonly speaker: string;
}

/** Shorter than any line that is spoken, ms: whole numbers are seconds then. */
const shortest = 50;

interface ReadTable {
  readonly cues: readonly RawCue[];
  /** Rows with a time that cannot be read: their text follows the text before it. */
  readonly damagedTimes: number;
}

/** Characters that lines without times are joined to; what follows is a cue of the same time. */
const longestText = 2000;

/** Undefined where the text is no such table. A line without times goes on with the text before it. */
export function* readTable(text: Pieces): Sliced<ReadTable | undefined> {
  const head = (text[0] ?? '').trimStart();
  const columns = columnsOf(head.slice(0, 1000).split('\n')[0] ?? '');
  if (columns === undefined) return undefined;
  const share = new Share();
  const rows: Row[] = [];
  let [count, length, damagedTimes, isWhole, isHead] = [0, 0, 0, true, !label.test(head)];
  for (const line of shortLinesOf(text)) {
    if (share.due(line.length)) yield;
    // Audacity's lines of frequencies begin with a backslash.
    if (line.trim() === '' || line.startsWith('\\')) continue;
    const { start, end, ...read } = rowOf(line, columns);
    const before = rows.at(-1);
    if (isHead) isHead = false;
    else if (start !== undefined && end !== undefined) {
      isWhole &&= Number.isInteger(start) && Number.isInteger(end);
      count += 1;
      length += end - start;
      rows.push({ ...read, start, end });
    } else if (start !== undefined || end !== undefined) {
      if (read.text !== '') damagedTimes += 1;
      const from = start ?? before?.end ?? 0;
      rows.push({ ...read, start: from, end: end ?? from });
    } else if (before !== undefined && before.text.length < longestText)
      rows[rows.length - 1] = { ...before, text: `${before.text}\n${line.replace(/"\s*$/, '')}` };
    else
      rows.push({ start: 0, end: 0, isClock: false, ...before, text: line, speaker: before?.speaker ?? '' });
  }
  if (count === 0) return undefined;
  const perUnit = isWhole && length / count >= shortest ? 1 : 1000;
  const cues: RawCue[] = [];
  for (const { start, end, isClock, text: said, speaker } of rows) {
    if (share.due(said.length)) yield;
    const inMs = (time: number): number => Math.round(time * (isClock ? 1 : perUnit));
    const named = speaker === '' ? {} : { speaker };
    addCue(cues, { startMs: inMs(start), endMs: inMs(end), text: said, ...named });
  }
  return { cues, damagedTimes };
}

type ReadRow = Omit<Row, 'start' | 'end'> & { start: number | undefined; end: number | undefined };

function rowOf(line: string, columns: Columns): ReadRow {
  const cells = cellsOf(line, columns.mark);
  const [from = '', to = ''] = [cells[columns.start]?.trim(), cells[columns.end]?.trim()];
  const isClock = from.includes(':');
  const [start, end] = isClock ? [parseClock(from), parseClock(to)] : [numberIn(from), numberIn(to)];
  // A text at the end may hold the mark without any quotes.
  const isLast = columns.text > Math.max(columns.start, columns.end, columns.speaker);
  const text = isLast ? cells.slice(columns.text).join(columns.mark) : (cells[columns.text] ?? '');
  return { start, end, isClock, text: text.trim(), speaker: cells[columns.speaker]?.trim() ?? '' };
}

function numberIn(text: string): number | undefined {
  return /^\d{1,10}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}
