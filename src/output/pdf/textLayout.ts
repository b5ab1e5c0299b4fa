/**
 * Text → lines of glyphs. Breaks after spaces and between East Asian characters, reorders right-to-left
 * scripts for display. Letters are not joined: Arabic and Indic words show their isolated forms.
 */
import { rightToLeftLetter } from '../escape';
import { actualText, type FontSet, type Glyph } from './fontSet';
import { decimal } from './pdfFile';

export interface Span {
  readonly text: string;
  readonly bold?: boolean;
}

/** Without right-to-left letters, the glyphs themselves, shared by all positions. */
interface Placed extends Glyph {
  /** Even: left to right, as where there is none. */
  readonly level?: number;
}

export interface Line {
  readonly glyphs: readonly Placed[];
  /** Points. */
  readonly width: number;
  readonly rightToLeft: boolean;
}

const unspacedScript =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303F\uFF00-\uFFEF]/u;
/** Letters below are of scripts with spaces; most texts have no others. */
const firstUnspaced = 0x0e00;
const unspaced = (letter: string): boolean =>
  letter.charCodeAt(0) >= firstUnspaced && unspacedScript.test(letter);
/** Must not begin a line. */
const closing = /[、。，．！？；：」』）】〉》\u30FC\p{M}]/u;
const mirrors = new Map(
  ['()', '[]', '{}', '<>', '«»', '‹›'].flatMap(
    ([a = '', b = '']) =>
      [
        [a, b],
        [b, a],
      ] as const,
  ),
);

/** The text in lines no wider than `width` points. Loads the fonts that it needs. */
export async function layOut(
  fonts: FontSet,
  spans: readonly Span[],
  size: number,
  width: number,
): Promise<readonly Line[]> {
  const parts = spans.map(({ text, bold = false }) => ({ text: clean(text), bold }));
  const whole = parts.map(({ text }) => text).join('');
  await fonts.prepare(whole);
  const plainFirst = fonts.prefersPlain(whole);
  const hasTurns = rightToLeftLetter.test(whole);
  const { levels, base } = hasTurns ? levelsOf(Array.from(whole)) : { levels: [], base: 0 };
  const placed: Placed[] = [];
  let at = 0;
  for (const { text, bold } of parts)
    for (const letter of text) {
      const level = levels[at] ?? 0;
      const seen = level % 2 === 1 ? (mirrors.get(letter) ?? letter) : letter;
      const glyph = fonts.glyphOf(seen, bold, plainFirst);
      if (glyph !== undefined) placed.push(hasTurns ? { ...glyph, level } : glyph);
      at += 1;
    }
  return broken(placed, (width * 1000) / size).map((glyphs) => ({
    glyphs: hasTurns ? inSight(glyphs) : glyphs,
    width: (sumOf(glyphs) * size) / 1000,
    rightToLeft: base === 1,
  }));
}

/** One line of it, cut off with an ellipsis where it is too long. */
export async function layOutOne(
  fonts: FontSet,
  text: string,
  size: number,
  width: number,
): Promise<Line | undefined> {
  const lines = await layOut(fonts, [{ text }], size, width);
  if (lines.length < 2) return lines[0];
  const letters = Array.from(clean(text)).slice(0, (lines[0]?.glyphs.length ?? 0) + 1);
  for (; letters.length > 0; letters.length -= 1) {
    const [line, more] = await layOut(fonts, [{ text: `${letters.join('').trimEnd()}…` }], size, width);
    if (more === undefined) return line;
  }
  return lines[0];
}

/** The operators that draw the line from (x, y) on. */
export function drawLine(line: Line, x: number, y: number, size: number): string {
  let content = `BT 1 0 0 1 ${decimal(x)} ${decimal(y)} Tm`;
  for (let at = 0; at < line.glyphs.length;) {
    const first = line.glyphs[at];
    if (first === undefined) break;
    let codes = '';
    let text = '';
    for (; at < line.glyphs.length; at += 1) {
      const next = line.glyphs[at];
      if (next?.font !== first.font || next.outlined !== first.outlined) break;
      codes += next.code;
      text += next.missing ?? '';
    }
    const drawn = `/${first.font} ${decimal(size)} Tf<${codes}>Tj`;
    const strong = first.outlined ? ` 2 Tr ${decimal(size / 35)} w${drawn} 0 Tr` : drawn;
    content += text === '' ? strong : `${actualText(text)} ${strong} EMC`;
  }
  return `${content} ET\n`;
}

function clean(text: string): string {
  return text.normalize('NFC').replace(/[^\S\u00A0]+/gu, ' ');
}

function sumOf(glyphs: readonly Placed[]): number {
  return glyphs.reduce((sum, { width }) => sum + width, 0);
}

/** Greedy lines of at most `width` thousandths. */
function broken(placed: readonly Placed[], width: number): Placed[][] {
  const lines: Placed[][] = [];
  let start = 0;
  let chance = 0;
  let used = 0;
  for (let at = 0; at < placed.length; at += 1) {
    const glyph = placed[at];
    if (glyph === undefined) break;
    if (glyph.letter === ' ') {
      chance = at + 1;
      used += glyph.width;
      continue;
    }
    const before = placed[at - 1]?.letter ?? '';
    const isBreak = before === '-' || unspaced(before) || unspaced(glyph.letter);
    if (isBreak && at > start && !closing.test(glyph.letter)) chance = at;
    if (used + glyph.width > width && at > start) {
      const end = chance > start ? chance : at;
      lines.push(trimmed(placed.slice(start, end)));
      start = end;
      chance = end;
      used = sumOf(placed.slice(start, at));
    }
    used += glyph.width;
  }
  if (start < placed.length) lines.push(trimmed(placed.slice(start)));
  return lines.filter((line) => line.length > 0);
}

function trimmed(glyphs: Placed[]): Placed[] {
  while (glyphs.at(-1)?.letter === ' ') glyphs.pop();
  while (glyphs[0]?.letter === ' ') glyphs.shift();
  return glyphs;
}

/**
 * Directions, a subset of Unicode's UAX #9 without its explicit marks: letters and numbers have one, other
 * characters take that of their neighbours where they agree, otherwise the paragraph's.
 */
function levelsOf(letters: readonly string[]): { levels: readonly number[]; base: 0 | 1 } {
  const strong = letters.map((letter): 0 | 1 | undefined =>
    rightToLeftLetter.test(letter) ? 1 : /\p{L}/u.test(letter) ? 0 : undefined,
  );
  const base = strong.find((direction) => direction !== undefined) ?? 0;
  const levels: number[] = [];
  const following: number[] = [];
  let next: number = base;
  for (let at = letters.length - 1; at >= 0; at -= 1) {
    next = strong[at] ?? next;
    following[at] = next;
  }
  let last: number = base;
  for (const [at, letter] of letters.entries()) {
    const own = strong[at];
    last = own ?? last;
    if (own !== undefined) levels.push(own === 1 ? 1 : base === 1 ? 2 : 0);
    else if (/\p{Nd}/u.test(letter) || isInsideNumber(letters, at))
      levels.push(last === 1 || base === 1 ? 2 : 0);
    else {
      const direction = last === following[at] ? last : base;
      levels.push(direction === 1 ? 1 : base === 1 ? 2 : 0);
    }
  }
  return { levels, base };
}

function isInsideNumber(letters: readonly string[], at: number): boolean {
  return (
    /[.,:/]/.test(letters[at] ?? '') &&
    /\p{Nd}/u.test(letters[at - 1] ?? '') &&
    /\p{Nd}/u.test(letters[at + 1] ?? '')
  );
}

/** Reverses the runs of the higher levels, the highest first. */
function inSight(glyphs: readonly Placed[]): readonly Placed[] {
  const seen = [...glyphs];
  for (let level = 2; level >= 1; level -= 1)
    for (let at = 0; at < seen.length; at += 1) {
      const start = at;
      while ((seen[at]?.level ?? 0) >= level) at += 1;
      if (at - start > 1) seen.splice(start, at - start, ...seen.slice(start, at).reverse());
    }
  return seen;
}
