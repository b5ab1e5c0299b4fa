/**
 * WebVTT after https://www.w3.org/TR/webvtt1/#file-parsing. Where real files are wrong and the
 * specification would lose words, the words are kept: a blank line after the time line, text after a blank
 * line inside a cue, concatenated pieces of an HLS track.
 */
import type { RawCue } from './cueText';
import { markOf, readVoices, timesBehind, type CueTimes, type ReadLines } from './readLines';
import { shortLinesOf } from './longText';
import { Share, sliceLength, type Pieces, type Sliced } from './sliced';
import { parseClock, parseTiming, type DamagedTiming, type Timing } from './timing';
import { addCue } from './tooMuch';

const signature = /^webvtt(?:[ \t]|$)/i;
/**
 * Blocks without text of a cue; a map of times belongs into the header, and some packagers put a blank line before it.
 */
const otherBlock = /^(?:(?:NOTE|STYLE|REGION)(?:[ \t]|$)|X-TIMESTAMP-MAP\s*=)/;
const wordTime = /<\d{1,6}:[\d:.]+>/;

/** True when the text begins as WebVTT does, in upper or lower case. */
export function isWebVtt(head: string): boolean {
  return /^webvtt(?:\s|$)/i.test(head) || head.startsWith('WEBVTT');
}

/** All cues of the file, each voice of a cue separately. */
export function* readWebVtt(text: Pieces): Sliced<ReadLines> {
  const reader = new VttReader();
  const share = new Share();
  for (const line of shortLinesOf(text)) {
    if (share.due(line.length)) yield;
    reader.line(line);
  }
  return reader.end();
}

class VttReader {
  private readonly cues: RawCue[] = [];
  private wordTimes = false;
  private damagedTimes = 0;
  private strayLines = 0;
  private inHeader = true;
  /** The open cue: its text may still follow. */
  private timing: CueTimes | undefined;
  /** True after a blank line where the open cue has no text yet. */
  private waiting = false;
  private text: string[] = [];
  private length = 0;
  /** True where the open cue has cues of its text already. */
  private goesOn = false;
  /** Lines of a block without a time line yet: a name of the cue, a note, or text that lost its cue. */
  private block: string[] = [];
  private readonly pieces = new TrackPieces();

  line(line: string): void {
    if (line === '') {
      this.blank();
      return;
    }
    const timing = this.startsPiece(line) || this.isInOther(line) ? undefined : parseTiming(line);
    if (timing !== undefined) {
      this.begin(timing);
      return;
    }
    if (this.inHeader) {
      this.pieces.header(line);
      return;
    }
    this.length += line.length + 1;
    if (this.block.length === 0 && this.isCueText(line)) {
      this.text.push(line);
      // An overlong cue is cleaned part by part.
      if (this.length > sliceLength) this.finish(true);
    } else if (!otherBlock.test(this.block[0] ?? '')) {
      this.block.push(line);
      if (this.length > sliceLength) this.endBlock(true);
    }
  }

  end(): ReadLines {
    this.blank();
    this.finish();
    const { cues, wordTimes, damagedTimes, strayLines } = this;
    return { cues, wordTimes, damagedTimes, strayLines };
  }

  /** A header in the middle: the next piece of a track that was sent in pieces. */
  private startsPiece(line: string): boolean {
    const isStart = line === 'WEBVTT' || (this.text.length === 0 && !this.inHeader && signature.test(line));
    if (!isStart || this.inHeader) return false;
    this.blank();
    this.finish();
    this.inHeader = true;
    this.pieces.next();
    return true;
  }

  /**
   * A note or a style sheet extends to an empty line or a real arrow; text that only looks like a time is
   * part of it.
   */
  private isInOther(line: string): boolean {
    return otherBlock.test(this.block[0] ?? '') && !line.includes('-->');
  }

  /** A line with an arrow ends a cue, whatever else it contains. */
  private isCueText(line: string): boolean {
    if (line.includes('-->')) this.finish();
    return this.timing !== undefined && !this.waiting;
  }

  private blank(): void {
    this.inHeader = false;
    if (this.block.length > 0) this.endBlock();
    else if (this.timing !== undefined && this.text.length > 0) this.finish();
    else this.waiting = this.timing !== undefined;
  }

  /** `goesOn`: more lines of an overlong block follow. */
  private endBlock(goesOn = false): void {
    const { block } = this;
    this.block = [];
    this.length = 0;
    if (otherBlock.test(block[0] ?? '')) {
      this.pieces.header(block[0] ?? '');
      return;
    }
    const hasArrow = block.some((line) => line.includes('-->'));
    if (this.timing !== undefined && !hasArrow) {
      this.text = block;
      this.finish(goesOn);
      return;
    }
    const last = this.cues.at(-1);
    if (last === undefined || hasArrow) {
      this.strayLines += block.length;
      return;
    }
    const text = readVoices(block.join('\n'), true)[0]?.text ?? '';
    if (last.text.length + text.length > sliceLength) addCue(this.cues, { ...last, text, goesOn: true });
    else this.cues[this.cues.length - 1] = { ...last, text: `${last.text}\n${text}` };
  }

  private begin(timing: Timing | DamagedTiming): void {
    // The previous line is the cue's name.
    const [, ...more] = this.block.reverse();
    this.block = more.reverse();
    if (this.block.length > 0) this.endBlock();
    this.finish();
    this.inHeader = false;
    if ('damaged' in timing) {
      this.damagedTimes += 1;
      this.timing = timesBehind(this.cues);
    } else this.timing = this.pieces.shifted(timing);
  }

  private finish(goesOn = false): void {
    const { timing, text } = this;
    const begun = this.goesOn;
    this.goesOn = goesOn;
    if (!goesOn) this.timing = undefined;
    this.text = [];
    this.length = 0;
    this.waiting = false;
    if (timing === undefined || text.length === 0) return;
    const payload = text.join('\n');
    this.wordTimes ||= wordTime.test(payload);
    const voices = readVoices(payload, true);
    const mark = voices.length === 1 ? markOf(payload, true) : undefined;
    const more = { ...(mark === undefined ? {} : { mark }), ...(begun ? ({ goesOn: true } as const) : {}) };
    for (const voice of voices) addCue(this.cues, { ...timing, ...voice, ...more });
  }
}

/** Ticks of MPEG's clock in a second, and where its 33 bits wrap around. */
const ticksPerMs = 90;
const clockTicks = 2 ** 33;

/**
 * Pieces of a track (RFC 8216, 3.5): in each, X-TIMESTAMP-MAP gives the MPEG time of its LOCAL time. Times
 * count from the first piece's map.
 */
class TrackPieces {
  private isFirst = true;
  private base: number | undefined;
  private offsetMs = 0;

  next(): void {
    this.isFirst = false;
  }

  header(line: string): void {
    const map = /^X-TIMESTAMP-MAP\s*=(.{1,200})$/i.exec(line)?.[1];
    if (map === undefined) return;
    const local = parseClock(/LOCAL:\s*([\d:.,]{1,30})(?:,|$)/i.exec(map)?.[1]?.replace(/,$/, '') ?? '');
    const ticks = /MPEGTS:\s*(\d{1,12})/i.exec(map)?.[1];
    if (local === undefined || ticks === undefined) return;
    const at = Number(ticks) - local * ticksPerMs;
    if (this.isFirst) this.base = at;
    if (this.base === undefined) return;
    let apart = (at - this.base) % clockTicks;
    if (apart > clockTicks / 2) apart -= clockTicks;
    if (apart < -clockTicks / 2) apart += clockTicks;
    this.offsetMs = Math.round(apart / ticksPerMs);
  }

  shifted({ startMs, endMs }: Timing): CueTimes {
    return { startMs: startMs + this.offsetMs, endMs: endMs + this.offsetMs };
  }
}
