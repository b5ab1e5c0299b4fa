/** Which files of a video are no longer as we wrote them: what the user corrected stays as it is. */
import { join } from 'node:path';
import { isInsidePath } from '../../model/insidePath';
import type { Files } from '../../model/ports';
import { isUnchanged, type KeptEntry } from './folder';

/** Bytes; a larger file is no transcript of ours. */
const mostBytes = 256 * 1024 * 1024;

/**
 * Of the names, relative to the absolute `folder`, those whose files are there and have a content that we did not
 * write. Throws FailureError `disk`.
 */
export async function correctedFiles(
  files: Files,
  folder: string,
  entry: KeptEntry,
  names: Iterable<string>,
): Promise<readonly string[]> {
  const corrected: string[] = [];
  for (const name of names) {
    if (!isInsidePath(name)) continue;
    const path = join(folder, name);
    const found = await files.stat(path);
    if (found?.kind !== 'file' || found.size > mostBytes) continue;
    const bytes = await files.read(path);
    if (bytes !== undefined && !isUnchanged(entry, name, bytes)) corrected.push(name);
  }
  return corrected;
}
