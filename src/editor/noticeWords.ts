/** What the words of a notice, a question or a status message may hold. Pure. */
import { rightToLeftLetter } from '../output/escape';

const { source: letter } = rightToLeftLetter;
/** From the first letter of a name to its last: what is between belongs to it, Latin letters do not. */
const rightToLeftRun = new RegExp(`${letter}(?:[^\\p{Script=Latin}\\n]*${letter})?`, 'gu');

/**
 * The text without links, direction controls and control characters; it reads the same. Words from right to left stand
 * by themselves, or the numbers behind a name would be shown before it: "3 of 10" as "10 of 3".
 */
export function withoutLinks(text: string): string {
  return text
    .replace(/\]\(/g, '] (')
    .replace(/[\u202A-\u202E\u2066-\u2069\u200E\u200F]/g, '')
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .replace(rightToLeftRun, '\u2068$&\u2069');
}
