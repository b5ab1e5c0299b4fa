/**
 * The time lines of subtitle files: `00:01:02,500 --> 00:01:04,000` and the variants that programs,
 * translators and word processors write. Every expression here is bounded; a line is examined once.
 */

export interface Timing {
  readonly startMs: number;
  readonly endMs: number;
  /** Text after the times: settings, coordinates, or words. */
  readonly rest?: string;
}

/** A time line whose times cannot be read; contains what could be read of it. */
export interface DamagedTiming {
  readonly damaged: true;
}

const clockLength = 40;

/**
 * `1:02:03.5`, `02:03,5`, `3.5` and the like in whole ms; undefined when it is not a time. Four numbers are
 * hours, minutes, seconds and the fraction, whatever separates them.
 */
export function parseClock(text: string): number | undefined {
  if (text.length > clockLength || !/^-?\d{1,9}(?:\s?[:.,;]\s?\d{1,20})*[:.,;]?$/.test(text))
    return undefined;
  const isNegative = text.startsWith('-');
  const numbers = text.match(/\d+/g) ?? [];
  const marks = text.replace(/[:.,;]$/, '').match(/[:.,;]/g) ?? [];
  const point = pointAt(numbers, marks);
  const [seconds = '0', minutes = '0', hours = '0', ...more] = numbers.slice(0, point).reverse();
  if (more.length > 0 || seconds.length > 9 || minutes.length > 6 || hours.length > 6) return undefined;
  if (point > 1 && (seconds.length > 2 || hours.length > 6)) return undefined;
  const fraction = Number(`0.${numbers[point] ?? '0'}`);
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const ms = whole * 1000 + Math.round(fraction * 1000);
  return isNegative ? -ms : ms;
}

/** How many of the numbers precede the fraction. */
function pointAt(numbers: readonly string[], marks: readonly string[]): number {
  if (numbers.length >= 4) return 3;
  const isPoint = (mark: string | undefined): boolean => mark === '.' || mark === ',';
  const last = numbers.at(-1) ?? '';
  // `00.01.500` and `00:01:500`: a part of a clock has two digits, milliseconds have three.
  if (numbers.length === 3 && last.length === 3 && (marks[0] === marks[1] || !isPoint(marks[0]))) return 2;
  const first = marks.findIndex((mark) => isPoint(mark));
  return first < 0 ? numbers.length : first + 1;
}

/**
 * `-->` and its variants: fewer or more dashes, blanks between them, other dashes, an arrow sign, an escaped bracket.
 */
const arrow =
  /[-\u2010-\u2015\u2212](?:[ \t]?[-\u2010-\u2015\u2212]){0,3}[ \t]?(?:>|&gt;)|[\u2192\u21d2\u27a1\u27f6\u279c\u2794]/;
const clock = String.raw`-?\d{1,9}(?:\s?[:.,;]\s?\d{1,20}){0,5}`;
const leftSide = new RegExp(
  String.raw`^\s*(?:[#(\[]?\d{1,7}[.)\]]?\s+(?=\d{1,3}\s?:))?(${clock})[:.,;]?\s*$`,
);
const rightSide = new RegExp(String.raw`^\s*(${clock})(.*)$`, 's');
/** Two whole clock times and no arrow: YouTube Studio's .sbv has a comma, damaged files have lost it. */
const twoClocks =
  /^\s*(\d{1,3}:\d{1,2}:\d{1,2}[.,]\d{1,3})([^\d\n]{1,8})(\d{1,3}:\d{1,2}:\d{1,2}[.,]\d{1,3})\s*$/;
/** The line of an .sbv file of which one time is damaged. */
const wholeClock = String.raw`\d{1,3}:\d{1,2}:\d{1,2}\.\d{3}`;
const damagedPair = new RegExp(String.raw`^\s*(?:${wholeClock},[\w:.]{8,14}|[\w:.]{8,14},${wholeClock})\s*$`);
const invisible = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Longest part of a line with its times; settings after them may be longer. */
const headLength = 160;

/** The times of the line; `damaged` for a time line that cannot be read; undefined for any other line. */
export function parseTiming(line: string): Timing | DamagedTiming | undefined {
  if (line.length < 3) return undefined;
  const head = line.length > headLength ? line.slice(0, headLength) : line;
  if (!mayHaveArrow(head)) return timingWithoutArrow(head);
  const text = plainDigits(head);
  const found = arrow.exec(text);
  if (found === null) return timingWithoutArrow(text);
  const left = text.slice(0, found.index);
  const right = text.slice(found.index + found[0].length);
  const startText = leftSide.exec(left)?.[1];
  const [, endText, rest = ''] = rightSide.exec(right) ?? [];
  if (startText !== undefined && endText !== undefined && isClock(startText, endText)) {
    const startMs = parseClock(startText);
    const endMs = parseClock(endText.replace(/[:.,;\s]+$/, ''));
    if (startMs !== undefined && endMs !== undefined)
      return rest.trim() === ''
        ? { startMs, endMs }
        : { startMs, endMs, rest: rest.trim() + line.slice(head.length) };
  }
  return isMeantAsTime(left, right) ? { damaged: true } : undefined;
}

/** Two bare numbers with an arrow between are text. */
function isClock(start: string, end: string): boolean {
  return /\d\s?[:.,;]\s?\d/.test(start) || /\d\s?[:.,;]\s?\d/.test(end);
}

/** Only a broken time on each side of the arrow, or a whole one on one of them. */
function isMeantAsTime(left: string, right: string): boolean {
  const broken = /^[\s\d:.,;oOlI|'"-]{3,40}$/;
  const whole = /^\s*\d{1,3}\s?:\s?\d{1,2}\s?[:.,;]\s?\d{1,3}/;
  const hasMark = /\d\s?[:.,;]|[:.,;]\s?\d/;
  const isLeft = whole.test(left) || (broken.test(left) && hasMark.test(left));
  const isRight = whole.test(right) || (broken.test(right) && hasMark.test(right));
  return (
    (isLeft && isRight) || (whole.test(left) && left.length < 60) || (whole.test(right) && left.length < 20)
  );
}

function mayHaveArrow(head: string): boolean {
  return head.includes('>') || head.includes('&gt;') || /[\u2192\u21d2\u27a1\u27f6\u279c\u2794]/.test(head);
}

function timingWithoutArrow(head: string): Timing | DamagedTiming | undefined {
  const [, start, between, end] = twoClocks.exec(head) ?? [];
  if (start === undefined || between === undefined || end === undefined)
    return damagedPair.test(head) ? { damaged: true } : undefined;
  const startMs = parseClock(start);
  const endMs = parseClock(end);
  if (startMs === undefined || endMs === undefined) return undefined;
  // "to", "bis" and the like between them belong to a sentence.
  return /\p{L}\p{L}/u.test(between) ? undefined : { startMs, endMs };
}

/** Digits and marks of other scripts (translators change them) as ASCII, without direction marks. */
function plainDigits(line: string): string {
  if (!/[^\x20-\x7e]/.test(line)) return line;
  return line
    .replace(invisible, '')
    .replace(/[\uff0c\uff0e\uff1a\uff1b\uff10-\uff19\uff1e\uff0d]/g, (wide) =>
      String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
    )
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0x0f))
    .replace(/[\u066b\u060c]/g, ',');
}

/** True for a line that a subtitle reader may take for a time line. */
export function looksLikeTiming(line: string): boolean {
  return parseTiming(line) !== undefined;
}
