/** Why a batch pauses by itself, and what makes it go on: the disk refuses, or another process has it now. */
import type { Failure } from './failure';
import { rowWords } from './words';

/** By the kind of refusal (platform/diskFailure.ts). */
const remedies: ReadonlyMap<string | undefined, string> = new Map([
  ['full', 'Free space there'],
  ['no-access', 'Allow writing there'],
]);

/** One or two sentences. `now`: epoch ms. */
export function pausedWords(why: Failure, now: number): string {
  if (why.needs === 'owner') return why.message;
  if (why.code !== 'disk') return rowWords(why, { now }).sentence;
  const remedy = remedies.get(why.subject) ?? 'Mend that';
  const message = why.message.replace(/[.!?]$/, '');
  return `${message}. ${remedy}, and it goes on by itself; nothing is lost.`;
}
