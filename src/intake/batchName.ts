/** What a batch is called that no `@name` names: the same in the editor and in a terminal. Pure. */
import { basename, extname } from 'node:path';

/** By its list, or by the one file that it transcribes: the file's name without its ending. */
export function nameOfFile(path: string): string {
  return basename(path, extname(path));
}

/** By the moment of its start, epoch ms, in local time: `2026-11-20 10-15-00`, a folder name on every system. */
export function nameOfMoment(now: number): string {
  const date = new Date(now - new Date(now).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '-');
}
