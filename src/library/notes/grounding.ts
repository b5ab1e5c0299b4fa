/** Whether what a model says of a transcript is in it: times within the video, quotations word for word. Pure. */
import { Share, sortedBy, type Sliced } from '../../captions/sliced';
import type { Cue } from '../../model/transcript';

/** A stretch of a text that is not written as it is. */
export interface Finding {
  readonly from: number;
  readonly to: number;
  /** Seconds of the cue that holds the time; absent: a mark is written. */
  readonly times?: readonly number[];
  readonly mark?: 'time' | 'quotation';
}

/** A second is allowed over the end: lengths are rounded. */
const slackSeconds = 1;
/** Shorter stretches between quotation marks are names and terms, not quotations. */
const leastWords = 4;
const leastLetters = 12;
/**
 * Characters of the transcript that are compared with quotations, all of them together: more quotations are not looked
 * for.
 */
const mostCompared = 500_000_000;

const clock = String.raw`\d{1,3}(?::[0-5]\d){1,2}`;
const between = String.raw`\s{0,3}(?:[-–—,;/&]|to|and|bis|à)\s{0,3}`;
/** `[12:34]`, `(1:02:03)`, `[12:34–13:00, 15:20]`; without brackets only where a line begins or ends with it. */
const bracketed = new RegExp(
  String.raw`[[(【]\s{0,3}(${clock}(?:${between}${clock}){0,19})\s{0,3}[\])】]`,
  'g',
);
const leading = new RegExp(String.raw`^\s{0,9}(${clock}(?:${between}${clock})?)(?=[\s:.,–—-])`);
const trailing = new RegExp(String.raw`(?<![\d:])(${clock}(?:${between}${clock})?)\.?\s{0,9}$`);
const seconds =
  /[[(]\s{0,3}(?:t\s{0,3}=\s{0,3}(\d{1,6})|(\d{1,6})\s{0,3}s(?:ec(?:onds?)?)?)\s{0,3}s?\s{0,3}[\])]/gi;
const quotations =
  /“([^“”]{3,2000})”|„([^„“”]{3,2000})[“”]|«([^«»]{3,2000})»|"([^"]{3,2000})"|「([^「」]{3,2000})」/g;

export class Ground {
  private compared = 0;

  private constructor(
    /** Of the whole transcript, as `plain` gives them, a space at both ends. */
    private readonly words: string,
    private readonly end: number,
    private readonly starts: readonly number[],
    readonly hasTimes: boolean,
  ) {}

  /** `duration`: seconds, where known. */
  static *of(cues: readonly Cue[], duration: number | undefined, hasTimes: boolean): Sliced<Ground> {
    const share = new Share();
    const words: string[] = [];
    let last = 0;
    for (const { start, end, text } of cues) {
      const said = plain(text);
      if (said !== '') words.push(said);
      last = Math.max(last, start, end);
      if (share.due(text.length)) yield;
    }
    const starts = (yield* sortedBy(cues, ({ start }) => start)).map(({ start }) => start);
    return new Ground(` ${words.join(' ')} `, Math.max(duration ?? 0, last), starts, hasTimes);
  }

  /** All times and quotations in one block of text, in order, without overlap. */
  findings(text: string): readonly Finding[] {
    const found: Finding[] = [];
    const times = (match: RegExpMatchArray, given: readonly number[]): void => {
      const from = match.index ?? 0;
      const inside = given.flatMap((time) => this.cueAt(time) ?? []);
      found.push({
        from,
        to: from + match[0].length,
        ...(inside.length === given.length ? { times: [...new Set(inside)] } : { mark: 'time' }),
      });
    };
    for (const match of text.matchAll(bracketed)) times(match, secondsIn(match[1] ?? ''));
    for (const match of text.matchAll(seconds)) times(match, [Number(match[1] ?? match[2])]);
    for (const expression of [leading, trailing]) {
      const match = expression.exec(text);
      if (match) times(match, secondsIn(match[1] ?? ''));
    }
    for (const match of text.matchAll(quotations)) {
      const words = match.slice(1).find((group) => typeof group === 'string') ?? '';
      if (!isQuotation(words) || this.holds(words)) continue;
      const from = match.index;
      found.push({ from, to: from + match[0].length, mark: 'quotation' });
    }
    return apart(found);
  }

  /** Whether the words stand in the transcript in this order; an ellipsis leaves some out. */
  holds(quotation: string): boolean {
    let from = 0;
    for (const part of quotation.split(/\.{3}|…|\[[^\]]{0,80}\]/)) {
      const words = plain(part);
      if (words === '') continue;
      this.compared += this.words.length;
      if (this.compared > mostCompared) return false;
      const at = this.words.indexOf(isSpaced(words) ? ` ${words} ` : words, from);
      if (at < 0) return false;
      from = at + words.length;
    }
    return true;
  }

  /** The start of the cue that is heard at a time; undefined outside of the video. */
  private cueAt(time: number): number | undefined {
    if (!this.hasTimes || time > this.end + slackSeconds) return undefined;
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      // Times are written in whole seconds: 12:34 is the cue that begins at 12:34.6 as well.
      if (Math.floor(this.starts[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return Math.floor(this.starts[Math.max(0, low - 1)] ?? 0);
  }
}

/** Whether words between quotation marks are a quotation, and not a name or a term. */
export function isQuotation(words: string): boolean {
  const text = plain(words);
  return isSpaced(text) ? text.split(' ').length >= leastWords : text.length >= leastLetters;
}

function secondsIn(text: string): readonly number[] {
  return [...text.matchAll(/\d{1,3}(?::\d\d){1,2}/g)].map(([time]) =>
    time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0),
  );
}

/** Letters and digits in lower case, one space between words: how words are compared, whatever their marks. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’ʼ]/g, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}

/** Scripts without spaces are compared letter by letter. */
function isSpaced(text: string): boolean {
  return !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u.test(
    text,
  );
}

/** In order; of two that overlap, the one that begins first, and at one place the longer one. */
function apart(found: readonly Finding[]): readonly Finding[] {
  const inOrder = [...found].sort((a, b) => a.from - b.from || b.to - a.to);
  let end = 0;
  return inOrder.filter(({ from, to }) => {
    if (from < end) return false;
    end = to;
    return true;
  });
}
