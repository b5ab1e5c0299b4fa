/** Creates folders with their parents, and says why where the system does not let it. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './diskFailure';

/**
 * Node's own `recursive` never ends where a file system returns ENOENT for every new folder (/proc), and
 * returns ENOENT itself below a folder without write permission, where the system gives the reason.
 */
export async function makeFolders(path: string): Promise<void> {
  const made = await mkdirOr(path, 'ENOENT');
  const parent = dirname(path);
  if (made || parent === path) return;
  await makeFolders(parent);
  await mkdirOr(path);
}

/** False when it failed with `allowed`; an existing folder counts as created. */
async function mkdirOr(path: string, allowed?: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    if (code === allowed) return false;
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) return true;
    throw error;
  }
}
