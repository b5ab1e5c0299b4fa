/**
 * What is built of one caption file, at most. A few kilobytes of gzip may stand for millions of empty cues, each of
 * which takes a hundred bytes of memory and more.
 */
import type { RawCue } from './cueText';

/** Weeks of captions, a word each. */
export const mostCues = 400_000;
/** Objects and lists of a JSON file; a day of automatic captions has 300,000. */
const mostValues = 1_000_000;

/** Ends the reading of a file; the message is for the user. */
export class TooMuch extends Error {}

/** Adds a cue that was read. Throws TooMuch. */
export function addCue(cues: RawCue[], cue: RawCue): void {
  checkCues(cues.length + 1);
  cues.push(cue);
}

/** Throws TooMuch for that many cues. */
export function checkCues(count: number): void {
  if (count > mostCues) throw new TooMuch(`The captions hold more than ${mostCues} cues.`);
}

/** Throws TooMuch for that many objects and lists. */
export function checkValues(count: number): void {
  if (count > mostValues) throw new TooMuch(`The captions hold more than ${mostValues} JSON values.`);
}
