/** Why a batch pauses by itself, and what makes it go on: the disk refuses, or another process has it now. */
import { diskWords } from './diskWords';
import type { Failure } from './failure';
import { rowWords } from './words';

/** One or two short sentences; the message has the path and the system's code. `now`: epoch ms. */
export function pausedWords(why: Failure, now: number): string {
  if (why.needs === 'owner') return why.message;
  if (why.code !== 'disk') return rowWords(why, { now }).sentence;
  const { paused, mend } = diskWords(why.subject);
  return `${paused}. ${mend}, and it goes on by itself.`;
}
