/**
 * SubRip (.srt) and YouTube Studio's .sbv: numbers, time lines and text. The text of a cue goes on to the next
 * time line, so blank lines inside a cue lose nothing.
 */
import type { RawCue } from './cueText';
import { markOf, readVoices, timesBehind, type CueTimes, type ReadLines } from './readLines';
import { shortLinesOf } from './longText';
import { Share, sliceLength, type Pieces, type Sliced } from './sliced';
import { parseTiming } from './timing';
import { addCue } from './tooMuch';

/** All cues of the file. `isPlain`: the text has no markup; anything that looks like it is literal. */
export function* readSubRip(text: Pieces, isPlain: boolean): Sliced<ReadLines> {
  const reader = new SubRipReader(isPlain);
  const share = new Share();
  for (const line of shortLinesOf(text)) {
    if (share.due(line.length)) yield;
    reader.line(line);
  }
  return reader.end();
}

/** A number as programs and translators write it: `7`, `7.`, `#7`, `7개`. */
const numberLine = /^(?:#\s{0,9})?(\d{1,9})\s{0,9}[^\s\d]?$/;

/**
 * Coordinates (`X1:100`) and WebVTT's settings (`align:start`) after the times; anything else there is
 * text.
 */
const coordinates =
  /^[\p{P}\p{S}\s]*$|^[\s\ufffd]{0,5}(?:[XY][12]\s?:|[a-z]{1,12}:\S|(?:align|position|line|size)\s?\ufffd)/iu;

class SubRipReader {
  private readonly cues: RawCue[] = [];
  private damagedTimes = 0;
  private strayLines = 0;
  private timing: CueTimes | undefined;
  private lines: string[] = [];
  private length = 0;
  /** True where the open cue has cues of its text already. */
  private goesOn = false;
  /** The number of the open cue, where cues have numbers. */
  private number: number | undefined;

  constructor(private readonly isPlain: boolean) {}

  line(line: string): void {
    const timing = parseTiming(line);
    if (timing === undefined) {
      this.lines.push(line);
      this.length += line.length + 1;
      if (this.length > sliceLength) this.finish(this.timing !== undefined);
      return;
    }
    this.takeNumber();
    this.finish();
    if ('damaged' in timing) {
      this.damagedTimes += 1;
      this.timing = timesBehind(this.cues);
    } else {
      const { startMs, endMs, rest } = timing;
      this.timing = { startMs, endMs };
      if (rest !== undefined && !coordinates.test(rest)) this.lines.push(rest);
    }
  }

  end(): ReadLines {
    this.finish();
    const { cues, damagedTimes, strayLines } = this;
    return { cues, wordTimes: false, damagedTimes, strayLines };
  }

  /** The number of the next cue is not text of this one. */
  private takeNumber(): void {
    const { lines } = this;
    let at = lines.length - 1;
    while (at >= 0 && lines[at]?.trim() === '') at -= 1;
    const line = lines[at] ?? '';
    const number = Number(numberLine.exec(line.trim())?.[1] ?? NaN);
    if (Number.isNaN(number)) return;
    const isNext = number === (this.number ?? 0) + 1;
    const isBare = /^\s*\d+\s*$/.test(line);
    const isDirect = at === lines.length - 1;
    if (!(isDirect && isBare) && !isNext && this.timing !== undefined) return;
    const before = this.number ?? number;
    this.number = number;
    // Numbers between the two stand above cues that have lost their times.
    this.lines = lines.slice(0, at).filter((one, place) => {
      const skipped =
        place > 0 && lines[place - 1]?.trim() === '' ? numberLine.exec(one.trim())?.[1] : undefined;
      return skipped === undefined || Number(skipped) <= before || Number(skipped) >= number;
    });
  }

  /** `goesOn`: more text of this cue follows; an overlong cue is cleaned part by part. */
  private finish(goesOn = false): void {
    const { timing, lines } = this;
    const begun = this.goesOn;
    this.goesOn = goesOn;
    this.lines = [];
    this.length = 0;
    if (!goesOn) this.timing = undefined;
    if (timing === undefined) {
      this.strayLines += lines.filter((line) => line.trim() !== '').length;
      return;
    }
    const part = begun ? ({ goesOn: true } as const) : {};
    if (this.isPlain) {
      addCue(this.cues, { ...timing, text: lines.join('\n'), ...part });
      return;
    }
    const payload = lines.join('\n').replaceAll('[br]', '\n');
    const voices = readVoices(payload, false);
    const mark = voices.length === 1 ? markOf(payload, false) : undefined;
    const more = mark === undefined ? part : { ...part, mark };
    for (const voice of voices) addCue(this.cues, { ...timing, ...voice, ...more });
  }
}
