/**
 * The cues of one paragraph of TTML. A paragraph without timed spans is one cue, and so is one with text
 * beside them, because splitting would tear the words apart. Where each span has its own time, each is a
 * cue.
 */
import { plainText, type RawCue } from './cueText';

/** A piece of text with one time, in the order of the file. */
export interface TtmlPiece {
  readonly text: string;
  readonly isBreak: boolean;
  readonly startMs: number;
  readonly endMs: number | undefined;
  /** True inside a span that has times of its own. */
  readonly isTimed: boolean;
  readonly speaker: string | undefined;
}

interface Group {
  startMs: number;
  endMs: number | undefined;
  parts: TtmlPiece[];
  speaker: string | undefined;
}

/**
 * White space of the file has no meaning in TTML; only `br` breaks a line. Until then a marker replaces
 * breaks.
 */
const breakMark = '\u0001';

export function paragraphCues(pieces: readonly TtmlPiece[]): readonly RawCue[] {
  const words = pieces.filter((piece) => !piece.isBreak && piece.text.trim() !== '');
  const isWhole = words.some((piece) => !piece.isTimed) || isSung(words);
  const groups: Group[] = [];
  /** Spaces and breaks between two pieces with words. */
  let between: TtmlPiece[] = [];
  for (const piece of pieces) {
    if (piece.isBreak || piece.text.trim() === '') {
      between.push(piece);
      continue;
    }
    const last = groups.at(-1);
    if (last !== undefined && last.speaker === piece.speaker && (isWhole || belongs(last, between, piece))) {
      last.startMs = Math.min(last.startMs, piece.startMs);
      last.endMs =
        last.endMs === undefined || piece.endMs === undefined ? undefined : Math.max(last.endMs, piece.endMs);
      last.parts.push(...between, piece);
    } else
      groups.push({ startMs: piece.startMs, endMs: piece.endMs, parts: [piece], speaker: piece.speaker });
    between = [];
  }
  return groups.map(({ startMs, endMs, parts, speaker }) => ({
    startMs,
    endMs,
    text: collapsed(parts),
    ...(speaker === undefined ? {} : { speaker }),
  }));
}

/** A word in two pieces, or lines of one time. */
function belongs(group: Group, between: readonly TtmlPiece[], piece: TtmlPiece): boolean {
  if (group.startMs === piece.startMs && group.endMs === piece.endMs) return true;
  const last = group.parts.at(-1)?.text ?? '';
  return between.length === 0 && !/\s$/.test(last) && !/^\s/.test(piece.text);
}

/** Lyrics: three or more words, each a span of its own that begins where the previous one ends. */
function isSung(words: readonly TtmlPiece[]): boolean {
  if (words.length < 3) return false;
  return words.every((word, at) => {
    const before = words[at - 1];
    const isNext =
      before?.endMs === undefined
        ? before === undefined
        : Math.abs(word.startMs - before.endMs) <= longestBreath;
    return isNext && !/\S\s+\S/.test(word.text);
  });
}

const longestBreath = 1000;

function collapsed(parts: readonly TtmlPiece[]): string {
  const text = parts.map((piece) => (piece.isBreak ? breakMark : piece.text)).join('');
  return plainText(text.replace(/[ \t\n]+/g, ' ')).replaceAll(breakMark, '\n');
}
