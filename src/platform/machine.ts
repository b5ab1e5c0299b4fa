/**
 * What this computer is and how much of it we use. The id is a random number kept in the user's state
 * folder, mixed with the system's own machine id where there is one: a home folder that was copied to
 * another computer gives another id, and no repository can guess it.
 */
import { createHash } from 'node:crypto';
import { availableParallelism, homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import type { Files, Machine, Random } from '../model/ports';

/** The folder for what outlives a batch: rate windows, proxy health, the archive. Terminal and editor share it. */
export function stateFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const own = env.BULK_TRANSCRIBE_STATE;
  if (own !== undefined && own !== '') return own;
  const home = homedir();
  if (platform === 'win32')
    return join(filled(env.LOCALAPPDATA) ?? join(home, 'AppData', 'Local'), 'bulk-transcribe');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'bulk-transcribe');
  return join(filled(env.XDG_STATE_HOME) ?? join(home, '.local', 'state'), 'bulk-transcribe');
}
const filled = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/** Reads or makes the machine's id in `folder`. Throws FailureError `disk` when the folder cannot be written. */
export async function createMachine(files: Files, random: Random, folder: string): Promise<Machine> {
  const path = join(folder, 'machine-id');
  let own = await readOwn(files, path);
  if (own === undefined) {
    await files.makeFolder(folder);
    // Two programs may start together: the loser reads what the winner wrote.
    const fresh = random.id() + random.id();
    if (await files.createExclusive(path, `${fresh}\n`)) own = fresh;
    else own = (await readOwn(files, path)) ?? fresh;
  }
  const id = createHash('sha256')
    .update(`${own}\n${await systemId()}`)
    .digest('hex')
    .slice(0, 16);
  return {
    id,
    cores: availableParallelism(),
    memory: () => process.memoryUsage.rss(),
    cpuMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
  };
}

async function readOwn(files: Files, path: string): Promise<string | undefined> {
  const bytes = await files.read(path, 1024);
  const text = bytes === undefined ? '' : Buffer.from(bytes).toString('utf8').trim();
  return /^[0-9a-f]{16,64}$/.test(text) ? text : undefined;
}

/** The system's own id; the host's name where there is none (macOS, Windows), which rarely changes there. */
async function systemId(): Promise<string> {
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    try {
      const text = (await readFile(path, 'utf8')).trim();
      if (text !== '') return text;
    } catch {
      // Not every system has one.
    }
  }
  return process.platform === 'linux' ? hostname() : process.platform;
}
