/** How the program ends: the exit code and the `code` of the JSON error, by what stood in the way. */
import { diskWords } from '../model/diskWords';
import type { Failure } from '../model/failure';

/** See `exitTable` in commandTable.ts for what each means. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 130;

export interface StartProblem {
  readonly exit: ExitCode;
  /** As `{"type":"error","code"}` names it. */
  readonly code: string;
}

/** Settings and options of notes that are missing or wrong: nothing was asked for that could fail. */
const usageSubjects = new Set<string | undefined>(['notes-setup', 'notes-template']);

/** What a failure means that let nothing start. */
export function startProblem({ code, needs, subject }: Failure): StartProblem {
  if (needs === 'owner') return { exit: 4, code: 'running-elsewhere' };
  if (needs === 'foreign') return { exit: 5, code: 'foreign' };
  if (code === 'disk') return { exit: 6, code: 'disk' };
  if (code === 'cancelled') return { exit: 130, code: 'interrupted' };
  if (code === 'invalid-url' || usageSubjects.has(subject)) return { exit: 2, code: 'usage' };
  return { exit: 1, code };
}

/** What stood in the way, as a sentence. What the system says of a disk has no next step of its own. */
export function problemWords({ code, needs, subject, message }: Failure): string {
  if (code === 'internal') return `Internal error: ${message}`;
  const isSystems = code === 'disk' && (needs === undefined || needs === 'disk') && !/[.!?]$/.test(message);
  if (!isSystems) return message;
  const mend = subject === undefined ? 'Make room or allow it' : diskWords(subject).mend;
  return `${message}. ${mend}, then give the same command again.`;
}
