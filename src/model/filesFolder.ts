/** Where the files that a batch has written are, by its folder alone. */
import { basename, dirname } from 'node:path';

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
