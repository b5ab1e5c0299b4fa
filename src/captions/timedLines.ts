/** Plain text whose lines begin with their time, as some speech-to-text services answer: `[0:05 - 0:09] text`. */
import { parseClock, type RawCue } from './cueText';
import { Share, linesOf, type Sliced } from './sliced';

const timedLine = /^\s*[[(]\s*([\d:.,]{1,16})s?\s*(?:(?:-+>?|–|—)\s*([\d:.,]{1,16})s?\s*)?[\])]\s*:?\s?(.*)$/;

/**
 * Lines `[m:ss - m:ss] text`, `[h:mm:ss.mmm --> h:mm:ss.mmm] text` or `[m:ss] text`; a line without a time
 * belongs to the one before. Undefined when the first line that has text is no such line.
 */
export function* parseTimedLines(text: string): Sliced<readonly RawCue[] | undefined> {
  const cues: { startMs: number; endMs: number | undefined; text: string }[] = [];
  const share = new Share();
  for (const line of linesOf(text)) {
    if (share.due(line.length)) yield;
    if (line.trim() === '') continue;
    const timed = readLine(line);
    if (timed !== undefined) cues.push(timed);
    else {
      const last = cues.at(-1);
      if (last === undefined) return undefined;
      last.text += `\n${line}`;
    }
  }
  return cues.length === 0 ? undefined : cues;
}

function readLine(line: string): { startMs: number; endMs: number | undefined; text: string } | undefined {
  const match = timedLine.exec(line);
  if (!match) return undefined;
  const startMs = time(match[1] ?? '');
  const endMs = match[2] === undefined ? undefined : time(match[2]);
  if (startMs === undefined || (match[2] !== undefined && endMs === undefined)) return undefined;
  return { startMs, endMs, text: match[3] ?? '' };
}

/** `1:02`, or plain seconds with a decimal point. */
function time(text: string): number | undefined {
  return /^\d{1,7}\.\d{1,6}$/.test(text) ? Math.round(Number(text) * 1000) : parseClock(text);
}
