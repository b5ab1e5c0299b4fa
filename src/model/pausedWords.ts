/** Why a batch pauses by itself, and what makes it go on: the disk refuses, or another process has it now. */
import type { Failure } from './failure';
import { rowWords } from './words';

/** What is in the way and what mends it, by the kind of refusal (platform/diskFailure.ts). */
const disks: ReadonlyMap<string | undefined, string> = new Map([
  ['full', 'The disk is full. Free space'],
  ['no-access', 'The folder may not be written. Allow it'],
]);

/** One or two short sentences; the message has the path and the system's code. `now`: epoch ms. */
export function pausedWords(why: Failure, now: number): string {
  if (why.needs === 'owner') return why.message;
  if (why.code !== 'disk') return rowWords(why, { now }).sentence;
  return `${disks.get(why.subject) ?? 'The folder takes no files. Mend that'}, and it goes on by itself.`;
}
