/**
 * How many columns text takes in a terminal, and text cut to a number of columns: Han, Kana, Hangul and emoji take two.
 */

const segmenter = new Intl.Segmenter();
/** Near enough to Unicode's table of East Asian widths, which Node does not carry. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303E\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]/u;

/** How many columns the text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += widthOf(segment);
  return columns;
}

/** The text, its end replaced by `…` where it takes more than `room` columns. */
export function cut(text: string, room: number): string {
  if (text.length * 2 <= room) return text;
  let kept = '';
  let columns = 0;
  let fits = '';
  for (const { segment } of segmenter.segment(text)) {
    columns += widthOf(segment);
    if (columns > room) return `${fits}…`;
    kept += segment;
    if (columns < room) fits = kept;
  }
  return text;
}

/** The text, its beginning replaced by `…` where it takes more than `room` columns. */
export function cutStart(text: string, room: number): string {
  if (columnsOf(text) <= room) return text;
  let kept = '';
  let columns = 1;
  for (const { segment } of [...segmenter.segment(text)].reverse()) {
    columns += widthOf(segment);
    if (columns > room) break;
    kept = segment + kept;
  }
  return `…${kept}`;
}

/** Filled up with spaces to `room` columns. */
export function padded(text: string, room: number): string {
  return text + ' '.repeat(Math.max(0, room - columnsOf(text)));
}

function widthOf(grapheme: string): number {
  return wide.test(grapheme) ? 2 : 1;
}
