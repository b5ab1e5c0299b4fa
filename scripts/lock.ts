/** One process at a time: a second `npm test` waits until the first has set up what both need. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const pauseMs = 500;

/** Runs `work` while no other process runs work under the same `lock`, an absolute path that is made and removed. */
export async function alone<T>(lock: string, work: () => T): Promise<T> {
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = false; !taken(lock); waited = true) {
    if (!waited) console.log('Another process sets up the tools of the tests; waiting for it.');
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  const release = (): void => rmSync(lock, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

/** Makes the lock; removes one whose owner has died, so that the next look can take it. */
function taken(lock: string): boolean {
  const owner = join(lock, 'pid');
  try {
    mkdirSync(lock);
    writeFileSync(owner, String(process.pid));
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  try {
    process.kill(Number(readFileSync(owner, 'utf8')), 0);
  } catch (error) {
    // No such process. Without a file its owner has only just made the folder.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH')
      rmSync(lock, { recursive: true, force: true });
  }
  return false;
}
