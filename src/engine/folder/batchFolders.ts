/** Where batches may lie below an output folder: in its folders, and batches of notes inside of these. */
import { join } from 'node:path';
import { notesFolderName } from '../../model/filesFolder';
import type { Files } from '../../model/ports';

/**
 * What `read` gives for each batch folder below `root`, in the order of their names; a batch of notes comes after the
 * batch whose transcripts it is about. `read` gives undefined for a folder that is no batch. Throws FailureError
 * `disk` where `root` cannot be listed.
 */
export async function readBatches<T>(
  root: string,
  files: Pick<Files, 'listFolders'>,
  read: (folder: string) => Promise<T | undefined>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (const name of await files.listFolders(root)) {
    const folder = join(root, name);
    const batch = await read(folder);
    if (batch === undefined) continue;
    found.push(batch);
    found.push(...(await readNotesBatches(folder, read)));
  }
  return found;
}

/** The same for the batches of notes inside of one: their folders are `.notes`, `.notes 2` and so on (names.ts). */
export async function readNotesBatches<T>(
  folder: string,
  read: (folder: string) => Promise<T | undefined>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let number = 1; ; number += 1) {
    const notes = await read(join(folder, number === 1 ? notesFolderName : `${notesFolderName} ${number}`));
    if (notes === undefined) return found;
    found.push(notes);
  }
}
