/**
 * The only folder on PATH while the suites run: links to the programs of the table and to the system's
 * basic ones. An unlisted program is therefore missing on every machine, not only on a bare one.
 */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, onPath } from './find';
import { basics, programs, type ProgramName } from './table';

/**
 * Fills `folder`, which is made, and returns the PATH of the suites. Windows gives links to administrators only: there
 * PATH stays.
 */
export function narrowedPath(folder: string): string {
  if (process.platform === 'win32') return process.env.PATH ?? '';
  mkdirSync(folder, { recursive: true });
  const links = new Map<string, string>([['node', process.execPath]]);
  for (const name of basics) {
    const path = onPath(name);
    if (path !== undefined) links.set(name, path);
  }
  for (const name of Object.keys(programs) as ProgramName[]) {
    const path = programs[name].for === 'suites' ? findProgram(name) : undefined;
    if (path !== undefined) links.set(name, path);
  }
  for (const [name, path] of links) symlinkSync(path, join(folder, name));
  return folder;
}
