/**
 * Texts longer than any real line or cue. Expressions over a megabyte would stop everything else, so a line and the
 * text of a cue are cut before they are read; the parts become cues of the same time.
 */
import { linesOf, piecesOf, sliceLength, type Pieces, type Sliced } from './sliced';
import { TooMuch } from './tooMuch';

/** Characters of a line or of the text of one cue. */
const longestText = 1024 * 1024;

/** Throws TooMuch for a text of that length. */
export function checkLength(length: number): void {
  if (length > longestText) throw new TooMuch('The captions hold a line or a cue longer than 1 MB.');
}

/** The lines of the text; one that is longer than a slice, in parts. Throws TooMuch. */
export function* shortLinesOf(text: Pieces): Generator<string, void, undefined> {
  for (const line of linesOf(text)) {
    checkLength(line.length);
    if (line.length <= sliceLength) yield line;
    else yield* partsOf(line);
  }
}

/** The text on one line, all white space as single spaces. */
export function* onOneLine(text: string): Sliced<string> {
  if (text.length <= sliceLength) return text.replace(/\s+/g, ' ').trim();
  const flat: string[] = [];
  let isBlank = true;
  for (const piece of piecesOf(text)) {
    const part = piece.replace(/\s+/g, ' ');
    flat.push(isBlank && part.startsWith(' ') ? part.slice(1) : part);
    isBlank = part.endsWith(' ');
    yield;
  }
  return flat.join('').trimEnd();
}

interface Text {
  readonly text: string;
  readonly goesOn?: true;
}

/**
 * The cue with what `clean` makes of its text; of a long text a cue for each part, cleaned as it is asked for: others
 * may run in between. Throws TooMuch.
 */
export function cleanCues<T extends Text>(cue: T, clean: (part: string) => string): Iterable<T> {
  if (cue.text.length > sliceLength) return cleanLong(cue, clean);
  return [{ ...cue, text: clean(cue.text) }];
}

function* cleanLong<T extends Text>(cue: T, clean: (part: string) => string): Generator<T, void, undefined> {
  checkLength(cue.text.length);
  let goesOn = false;
  for (const part of partsOf(cue.text)) {
    yield { ...cue, text: clean(part), ...(goesOn ? { goesOn } : {}) };
    goesOn = true;
  }
}

/** Longest tag or reference that is not cut. */
const longestMark = 1024;

/**
 * Parts of at most a slice. They end at a space or a line end where there is one, never inside a tag or a reference.
 */
function* partsOf(text: string): Generator<string, void, undefined> {
  let from = 0;
  while (text.length - from > sliceLength) {
    const end = partEnd(text.slice(from, from + sliceLength));
    yield text.slice(from, from + end);
    from += end;
  }
  yield text.slice(from);
}

function partEnd(part: string): number {
  const last = Math.max(part.lastIndexOf('\n'), part.lastIndexOf(' '));
  const blank = last > part.length / 2 ? last + 1 : part.length;
  const tag = part.lastIndexOf('<', blank - 1);
  if (tag > blank - longestMark && tag > 0 && !part.slice(tag, blank).includes('>')) return tag;
  const reference = part.lastIndexOf('&', blank - 1);
  if (reference > blank - 40 && reference > 0 && !part.slice(reference, blank).includes(';'))
    return reference;
  const code = part.charCodeAt(blank - 1);
  // Half of a character.
  return code >= 0xd800 && code < 0xdc00 ? blank - 1 : blank;
}
