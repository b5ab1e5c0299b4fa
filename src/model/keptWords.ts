/** What the user is told about transcripts that are written from kept words. */
import { joinSome, plural } from './numberWords';

/** `names`: files that the user corrected, beside which others were written from the kept words. */
export function correctedWords(names: readonly string[]): string {
  return `${plural(names.length, 'transcript')} corrected since, left unchanged: ${joinSome(names)}. What was written now has the words without the corrections.`;
}
