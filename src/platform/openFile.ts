/** Opens files, and waits a moment where too many are open: this process closes connections and files of its own. */
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from './diskFailure';

/** About three seconds. */
const delaysMs = [20, 50, 100, 200, 400, 800, 1600];

/** As Node's own. */
export function openFile(path: string, flags: string | number, mode?: number): Promise<FileHandle> {
  return whenFree(() => open(path, flags, mode));
}

/** What opens one file, or one folder, and does nothing else before. */
export async function whenFree<T>(opening: () => Promise<T>): Promise<T> {
  for (const delayMs of delaysMs) {
    try {
      return await opening();
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'EMFILE' && code !== 'ENFILE') throw error;
      await pause(delayMs);
    }
  }
  return opening();
}
