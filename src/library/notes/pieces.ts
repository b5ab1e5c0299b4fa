/** A transcript as lines with times for a model, and its division where it does not fit into one request. Pure. */
import { joinText } from '../../captions/paragraphs';
import { formatLength } from '../../model/words';
import type { Cue } from '../../model/transcript';

export interface TimedLine {
  /** Seconds. */
  readonly start: number;
  /** One line: `[12:34] words`, without the time where the transcript has none. */
  readonly text: string;
}

/** Part of a transcript: whole lines, in order. */
export interface Piece {
  readonly lines: readonly TimedLine[];
  /** Estimated. */
  readonly tokens: number;
}

/** A line of a prompt covers about as many seconds: exact enough to cite, and few enough times to read. */
const lineSeconds = 20;
const lineLength = 500;
/** Share of a piece that the next one repeats, so that no thought is cut in half. */
const overlapShare = 0.05;
/**
 * A token of today's models is about four letters of English, two of Cyrillic, one of Chinese; a UTF-8 byte count over
 * two and a half is above all of them.
 */
const bytesPerToken = 2.5;

/** More tokens than a model counts, for any language. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** About as many tokens as a model counts, for a forecast: four letters of ASCII, or three bytes of anything else. */
export function expectTokens(text: string): number {
  const bytes = Buffer.byteLength(text);
  let ascii = bytes === text.length ? bytes : 0;
  if (ascii < bytes) for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) < 128) ascii += 1;
  return Math.ceil(ascii / 4 + (bytes - ascii) / 3);
}

/** The transcript as lines for the model; a change of the speaker begins a line. */
export function timedLines(cues: readonly Cue[], hasTimes: boolean): readonly TimedLine[] {
  const lines: TimedLine[] = [];
  let open: string[] = [];
  let size = 0;
  let start = 0;
  let speaker: string | undefined;
  const close = (): void => {
    if (open.length === 0) return;
    const words = joinText(open);
    const who = speaker === undefined ? '' : `${speaker}: `;
    lines.push({ start, text: `${hasTimes ? `[${formatLength(Math.floor(start))}] ` : ''}${who}${words}` });
    open = [];
    size = 0;
  };
  for (const cue of cues) {
    for (const words of shortened(cue.text.replace(/\s+/g, ' ').trim())) {
      const isFull = size + words.length > lineLength || (hasTimes && cue.start - start > lineSeconds);
      if (open.length > 0 && (isFull || cue.speaker !== speaker)) close();
      if (open.length === 0) ({ start, speaker } = cue);
      open.push(words);
      size += words.length;
    }
  }
  close();
  return lines;
}

/**
 * The lines in as few pieces as fit into `budget` tokens each, about equally long; each repeats the end of the one
 * before. Nothing is left out. A line longer than the budget is a piece of its own.
 */
export function piecesOf(lines: readonly TimedLine[], budget: number): readonly Piece[] {
  const sizes = lines.map(({ text }) => estimateTokens(text) + 1);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= budget) return lines.length === 0 ? [] : [{ lines, tokens: total }];
  const overlap = Math.floor(budget * overlapShare);
  const count = Math.ceil(total / Math.max(1, budget - overlap));
  const aim = Math.min(budget - overlap, Math.ceil(total / count));
  const pieces: Piece[] = [];
  for (let next = 0; next < lines.length;) {
    let from = next;
    let tokens = 0;
    while (pieces.length > 0 && from > 0 && tokens + (sizes[from - 1] ?? 0) <= overlap) {
      from -= 1;
      tokens += sizes[from] ?? 0;
    }
    const fresh = next;
    let own = 0;
    while (next < lines.length && (next === fresh || own + (sizes[next] ?? 0) <= aim)) {
      own += sizes[next] ?? 0;
      next += 1;
    }
    pieces.push({ lines: lines.slice(from, next), tokens: tokens + own });
  }
  return pieces;
}

/** A text without line breaks may be hours long: it is cut at spaces, or anywhere where there are none. */
function* shortened(text: string): Generator<string> {
  let rest = text;
  while (rest.length > lineLength) {
    const space = rest.lastIndexOf(' ', lineLength);
    let end = space > lineLength / 2 ? space : lineLength;
    const code = rest.charCodeAt(end - 1);
    if (code >= 0xd800 && code < 0xdc00) end -= 1;
    yield rest.slice(0, end).trim();
    rest = rest.slice(end).trim();
  }
  if (rest !== '') yield rest;
}
