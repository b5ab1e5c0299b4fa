/** Where the files that a batch has written are, by its folder alone. */
import { basename, dirname, join } from 'node:path';
import { isInsidePath } from './insidePath';

/** The batch of notes about another batch's transcripts: hidden in that one's folder, so that both go together. */
export const notesFolderName = '.notes';

/** Ends the name of notes, in place of `.md`. */
export const notesEnding = '.notes.md';

/** Whether a batch folder is that of notes about the batch around it. */
export function isNotesFolder(batchFolder: string): boolean {
  return /^\.notes(?: \d{1,5})?$/.test(basename(batchFolder));
}

/** The folder that a row's files are relative to: of a batch of notes, the one that holds the transcripts. */
export function filesFolder(batchFolder: string): string {
  return isNotesFolder(batchFolder) ? dirname(batchFolder) : batchFolder;
}

/**
 * The folder of a file that was there before: a row that was already done names the folder beside its own, or its own.
 * `batch`: that name, as a journal has it, which may come from anywhere: a path out of the output folder is not
 * followed.
 */
export function folderBefore(batchFolder: string, batch: string | undefined): string {
  const own = filesFolder(batchFolder);
  return batch !== undefined && isInsidePath(batch) ? join(dirname(own), batch) : own;
}
