/** Loops inside a text: `the the the the …`, a sentence said twenty times, one letter for a minute. Pure. */

/** As many times in a row are a loop; choruses and emphasis stay below. */
const leastTimes = 5;
/** And as many letters of it: "no, no, no, no, no" may be said. */
const leastLetters = 40;
const longestUnit = 30;
/** More is not looked through; a segment of half a minute has some hundred. */
const mostPieces = 20_000;

/** The text with each loop said once; the text itself where there is none. */
export function withoutLoops(text: string): string {
  if (text.length < leastLetters) return text;
  const spaced = (text.match(/\s+/g)?.length ?? 0) > text.length / 20;
  const pieces = spaced ? text.split(/(?<=\s)(?=\S)/) : Array.from(text);
  if (pieces.length > mostPieces) return text;
  const keys = pieces.map((piece) => piece.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '') || piece.trim());
  let kept = '';
  let at = 0;
  while (at < pieces.length) {
    const { unit, end } = loopAt(pieces, keys, at);
    kept += pieces.slice(at, unit === 0 ? at + 1 : at + unit).join('');
    at = unit === 0 ? at + 1 : end;
  }
  return kept.length === text.length ? text : kept.trim();
}

/** The loop that begins here: pieces of its unit (0: none), and where it ends. */
function loopAt(
  pieces: readonly string[],
  keys: readonly string[],
  from: number,
): { readonly unit: number; readonly end: number } {
  for (let unit = 1; unit <= longestUnit && from + unit * leastTimes <= keys.length; unit += 1) {
    if (keys[from] !== keys[from + unit]) continue;
    let end = from + unit;
    while (end < keys.length && keys[end] === keys[end - unit]) end += 1;
    const times = (end - from) / unit;
    if (times < leastTimes) continue;
    let letters = 0;
    for (let at = from; at < end && letters < leastLetters; at += 1) letters += pieces[at]?.length ?? 0;
    if (letters >= leastLetters) return { unit, end };
  }
  return { unit: 0, end: from };
}
