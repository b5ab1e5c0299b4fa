/**
 * The form of a journal's lines. Each line has its version. A change of the form takes the next number, and reads lines
 * of the form before it, once a release has written that.
 */
import { basename } from 'node:path';
import { failure, FailureError } from '../../model/failure';
import type { Plain } from '../../model/plain';
import { isIndex } from './checks';

/** The version that is written now. */
export const journalVersion = 2;

/** Whether a later version of the program wrote the line. */
export function isLater({ v }: Plain): boolean {
  return isIndex(v) && v > journalVersion;
}

/** Why a journal of a later version is not read. `folder`: the batch's. */
export function laterVersion(folder: string): FailureError {
  const message = `A later version of Bulk Transcribe wrote the batch ${basename(folder)}. Update Bulk Transcribe to open it.`;
  return new FailureError(failure('disk', message, { needs: 'journal' }));
}
