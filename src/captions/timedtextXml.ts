/** YouTube's XML forms: srv1 (seconds, text escaped twice), srv2 and srv3 (milliseconds, words with offsets). */
import { withAppendedLines, type TimedEvent } from './appended';
import { plainText, type RawCue } from './cueText';
import { Share, type Sliced } from './sliced';
import { checkLength, cleanCues } from './longText';
import type { XmlReader, XmlTag } from './xml';

export interface ReadTimedtext {
  readonly format: 'srv1' | 'srv2' | 'srv3';
  readonly cues: readonly RawCue[];
  /** Undefined for srv1, which does not declare it; the others show it by their words. */
  readonly automatic: boolean | undefined;
}

/** One `text` or `p` while it is read. */
interface OpenEvent extends Omit<TimedEvent, 'text' | 'hasOffsets'> {
  hasOffsets: boolean;
}

/** Parts of a text that are joined at a time: a word of its own each, and there may be hundreds of thousands. */
const joinedParts = 1000;

/** Reads the content of a root `transcript` or `timedtext`: no tree, because each word may be an element. */
export class TimedtextReader implements XmlReader {
  /** The element of a cue: `text` of srv1 and srv2, `p` of srv3. */
  private unit: 'text' | 'p';
  private events: TimedEvent[] = [];
  private open: OpenEvent | undefined;
  /** Elements that are open inside it. */
  private depth = 0;
  /** Its text: what is joined already, and the parts behind that. */
  private joined = '';
  private parts: string[] = [];
  private length = 0;

  constructor(private readonly root: XmlTag) {
    this.unit = root.attributes.format === '3' && !this.isSrv1 ? 'p' : 'text';
  }

  tag(tag: XmlTag): void {
    if (tag.name === 'p' && this.unit === 'text' && !this.isSrv1) {
      this.unit = 'p';
      this.events = [];
      this.open = undefined;
    }
    if (this.open === undefined) {
      if (tag.name === this.unit) this.begin(tag.attributes);
      return;
    }
    if (this.depth === 0 && tag.name === 's' && tag.attributes.t !== undefined) this.open.hasOffsets = true;
    this.depth += 1;
    if (tag.name === 'br') this.text('\n');
  }

  /** Throws TooMuch. */
  text(part: string): void {
    if (this.open === undefined) return;
    this.parts.push(part);
    checkLength((this.length += part.length));
    if (this.parts.length >= joinedParts) this.join();
  }

  close(): void {
    if (this.open === undefined) return;
    this.depth -= 1;
    if (this.depth >= 0) return;
    this.join();
    this.events.push({ ...this.open, text: this.joined });
    this.open = undefined;
  }

  /** What was read. Throws TooMuch. */
  *end(): Sliced<ReadTimedtext> {
    const share = new Share();
    const events: TimedEvent[] = [];
    for (const event of this.events) {
      if (share.due(event.text.length)) yield;
      // The content of srv1 is HTML inside XML: tags of that HTML are markup, its escaped brackets are text.
      for (const part of cleanCues(event, plainText)) {
        events.push(part);
        if (part.goesOn) yield;
      }
    }
    const { cues, automatic } = yield* withAppendedLines(events);
    if (this.isSrv1) return { format: 'srv1', cues, automatic: undefined };
    return { format: this.unit === 'p' ? 'srv3' : 'srv2', cues, automatic };
  }

  private get isSrv1(): boolean {
    return this.root.name === 'transcript';
  }

  private begin({ start, dur, t, d, w, a, append }: XmlTag['attributes']): void {
    const startMs = this.isSrv1 ? inMs(start, 1000) : inMs(t ?? '0', 1);
    if (startMs === undefined) return;
    const durationMs = this.isSrv1 ? inMs(dur, 1000) : inMs(d, 1);
    this.open = {
      startMs,
      endMs: durationMs === undefined ? undefined : startMs + durationMs,
      window: inMs(w, 1) ?? 0,
      hasOffsets: false,
      isAppended: !this.isSrv1 && (a === '1' || append === '1'),
    };
    this.depth = 0;
    this.joined = '';
    this.length = 0;
  }

  private join(): void {
    this.joined += this.parts.join('');
    this.parts = [];
  }
}

function inMs(value: string | undefined, factor: number): number | undefined {
  if (value === undefined || !/^-?\d{1,12}(?:\.\d{1,12})?$/.test(value.trim())) return undefined;
  return Math.round(Number(value) * factor);
}
