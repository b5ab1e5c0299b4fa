/**
 * JSON that is nearly right, as some services write it: Python's `NaN` and `Infinity`, and other text behind the end.
 * Pure, sliced.
 */
import { endOfString } from '../jsonParts';
import { Share, type Sliced } from '../sliced';

/** The JSON repaired; undefined where nothing of this kind is wrong with it, as in one that is cut off. */
export function* mendedJson(text: string): Sliced<string | undefined> {
  const share = new Share();
  const marks = /["[\]{}]|-?\b(?:NaN|Infinity)\b/g;
  let mended = '';
  let taken = 0;
  let depth = 0;
  let before = 0;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const [mark] = found;
    const at = found.index;
    if (share.due(at - before)) yield;
    before = at;
    if (mark === '"') {
      const end = endOfString(text, at);
      if (end < 0) return undefined;
      marks.lastIndex = end + 1;
    } else if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') {
      depth -= 1;
      if (depth > 0) continue;
      // More JSON behind it is a stream.
      const rest = text.slice(at + 1).trimStart();
      const isSame = mended === '' && rest === '';
      return isSame || /^[{[]/.test(rest) ? undefined : mended + text.slice(taken, at + 1);
    } else {
      mended += `${text.slice(taken, at)}null`;
      taken = at + mark.length;
    }
  }
  return undefined;
}
