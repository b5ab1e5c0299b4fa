/**
 * Plain text whose lines begin with their time, as some speech-to-text services answer (`[0:05 - 0:09] text`), and
 * lyrics files (.lrc: `[00:12.50]text`, several times before one line, `[ar:name]` and the like at the top).
 */
import type { RawCue } from './cueText';
import { shortLinesOf } from './longText';
import { Share, sliceLength, sortedBy, type Pieces, type Sliced } from './sliced';
import { parseClock } from './timing';
import { addCue } from './tooMuch';

const timedLine =
  /^\s*[[(]\s*([\d:.,]{1,16})s?\s*(?:(?:-+>?|–|—)\s*([\d:.,]{1,16})s?\s*)?[\])]\s*:?\s?(.*)$/s;
/** `[ti:Title]`: metadata of a lyrics file. */
const aboutLine = /^\s*\[(ar|al|ti|au|length|by|re|ve|tool|la|offset|id|#)\s*:([^\]]{0,500})\]\s*$/i;
/** Tencent's: a comma between the times, and the speaker's number behind them where speakers were asked for. */
const commaLine =
  /^\s*\[\s*(\d{1,4}(?::\d{1,2}){1,2}\.\d{1,3}),\s*(\d{1,4}(?::\d{1,2}){1,2}\.\d{1,3})(?:,\s*(\d{1,3}))?\s*\]\s*(.*)$/s;
const furtherTime = /^\s*\[(\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?)\](.*)$/;
/** Times of single words in a line, which some programs write in the brackets of the lines. */
const wordTime = /<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>|\[\d{1,3}:\d{1,2}[.:]\d{1,3}\]/g;

/** A line of a song is shorter; only short lines are repeated at several times. */
const longestLine = 2000;

interface TimedLine extends RawCue {
  startMs: number;
  endMs: number | undefined;
  text: string;
}

/**
 * Lines `[m:ss - m:ss] text`, `[h:mm:ss.mmm --> h:mm:ss.mmm] text` or `[m:ss] text`; a line without a time
 * belongs to the previous one. Undefined when the first line with text has another form.
 */
export function* parseTimedLines(text: Pieces): Sliced<readonly RawCue[] | undefined> {
  const lines: TimedLine[] = [];
  const share = new Share();
  let offsetMs = 0;
  let isLyrics = false;
  for (const line of shortLinesOf(text)) {
    if (share.due(line.length)) yield;
    if (line.trim() === '') continue;
    const [, name = '', value = ''] = aboutLine.exec(line) ?? [];
    if (name !== '') {
      isLyrics = true;
      // A positive offset makes the words appear sooner.
      if (name.toLowerCase() === 'offset') offsetMs = -(Number(value) || 0);
      continue;
    }
    const timed = readLine(line);
    if (timed.length > 1) isLyrics = true;
    for (const each of timed) addCue(lines, each);
    if (timed.length > 0) continue;
    const last = lines.at(-1);
    if (last === undefined) return undefined;
    if (last.text.length + line.length > sliceLength) addCue(lines, { ...last, text: line, goesOn: true });
    else last.text += `\n${line}`;
  }
  if (lines.length === 0) return undefined;
  if (!isLyrics && lines.some((line) => line.endMs !== undefined)) return lines;
  // A line without words marks the end of the previous one.
  const sorted = yield* sortedBy(lines, (line) => line.startMs);
  const cues: RawCue[] = [];
  for (const [at, line] of sorted.entries()) {
    if (share.due(line.text.length)) yield;
    const until = line.endMs ?? endOfWords(line.text) ?? sorted[at + 1]?.startMs;
    const text = line.text.replace(wordTime, '').replace(/ {2,}/g, ' ');
    cues.push({ ...line, startMs: line.startMs + offsetMs, endMs: plus(until, offsetMs), text });
  }
  return cues;
}

/** A time behind the last word is where the line ends. */
function endOfWords(text: string): number | undefined {
  const last = /[<[](\d{1,3}:\d{1,2}[.:]\d{1,3})[>\]]\s*$/.exec(text.slice(-40))?.[1];
  return last === undefined ? undefined : parseClock(last);
}

const plus = (ms: number | undefined, more: number): number | undefined =>
  ms === undefined ? undefined : ms + more;

/** The line at each of its times; none when it has no time. */
function readLine(line: string): readonly TimedLine[] {
  const [, from, to, speaker, said = ''] = commaLine.exec(line) ?? [];
  if (from !== undefined && to !== undefined) {
    const named = speaker === undefined ? {} : { speaker };
    return [{ startMs: parseClock(from) ?? 0, endMs: parseClock(to), text: said, ...named }];
  }
  const match = timedLine.exec(line);
  if (!match) return [];
  const startMs = time(match[1] ?? '');
  const endMs = match[2] === undefined ? undefined : time(match[2]);
  if (startMs === undefined || (match[2] !== undefined && endMs === undefined)) return [];
  const starts = [startMs];
  let text = match[3] ?? '';
  if (text.length > longestLine) return [{ startMs, endMs, text }];
  for (
    let more = furtherTime.exec(text);
    more !== null && starts.length < 100;
    more = furtherTime.exec(text)
  ) {
    const further = time(more[1] ?? '');
    if (further === undefined) break;
    starts.push(further);
    text = more[2] ?? '';
  }
  return starts.map((start) => ({ startMs: start, endMs: starts.length > 1 ? undefined : endMs, text }));
}

/** `1:02`, or plain seconds with a decimal point. */
function time(text: string): number | undefined {
  if (/^\d{1,7}\.\d{1,6}$/.test(text)) return Math.round(Number(text) * 1000);
  if (!text.includes(':')) return undefined;
  // `[01:02:50]` of a lyrics file may mean m:ss and hundredths or h:mm:ss; it is read as h:mm:ss.
  return parseClock(text);
}
