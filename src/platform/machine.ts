/**
 * The id of this computer and the process's own load. The id is a random number kept in the user's state
 * folder, mixed with the system's own machine id where there is one: a home folder that was copied to
 * another computer gives another id where systems have ids, and no repository can guess it.
 */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { chmod, readFile } from 'node:fs/promises';
import { FailureError, failure } from '../model/failure';
import type { Files, Machine, Random } from '../model/ports';
import { homeFolder } from './home';

/**
 * The folder for what outlives a batch: rate windows, proxy health, the ledger. Terminal and editor share it.
 * Throws FailureError `disk` where no home folder is known and the environment names no other place.
 */
export function stateFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  homeOf: () => string | undefined = homeFolder,
): string {
  const own = filled(env.BULK_TRANSCRIBE_STATE);
  if (own !== undefined) return own;
  const placed = filled(platform === 'win32' ? env.LOCALAPPDATA : env.XDG_STATE_HOME);
  if (placed !== undefined && platform !== 'darwin') return join(placed, 'bulk-transcribe');
  const home = homeOf();
  if (home === undefined)
    throw new FailureError(
      failure('disk', `This user has no home folder. ${stateAdvice}`, { needs: 'state' }),
    );
  if (platform === 'win32') return join(home, 'AppData', 'Local', 'bulk-transcribe');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'bulk-transcribe');
  return join(home, '.local', 'state', 'bulk-transcribe');
}

/**
 * The folder for downloaded speech models of the terminal program: the user's data, `~/.local/share` on Linux.
 * Throws as `stateFolder` does.
 */
export function modelsFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  homeOf: () => string | undefined = homeFolder,
): string {
  const own = filled(env.BULK_TRANSCRIBE_STATE);
  if (own !== undefined) return join(own, 'models');
  if (platform === 'win32' || platform === 'darwin')
    return join(stateFolder(env, platform, homeOf), 'models');
  const placed = filled(env.XDG_DATA_HOME);
  const home = placed === undefined ? homeOf() : undefined;
  if (placed === undefined && home === undefined)
    throw new FailureError(
      failure('disk', `This user has no home folder. ${stateAdvice}`, { needs: 'state' }),
    );
  return join(placed ?? join(home ?? '', '.local', 'share'), 'bulk-transcribe', 'models');
}

/**
 * The user's own settings for the terminal, by platform: `~/.config/bulk-transcribe/settings.json` on Linux.
 * Undefined where no home folder is known.
 */
export function userSettingsPath(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  homeOf: () => string | undefined = homeFolder,
): string | undefined {
  const placed = filled(platform === 'win32' ? env.APPDATA : env.XDG_CONFIG_HOME);
  const home = homeOf();
  const name = join('bulk-transcribe', 'settings.json');
  if (placed !== undefined && platform !== 'darwin') return join(placed, name);
  if (home === undefined) return undefined;
  if (platform === 'win32') return join(home, 'AppData', 'Roaming', name);
  return platform === 'darwin'
    ? join(home, 'Library', 'Application Support', name)
    : join(home, '.config', name);
}

/** The next step where the state folder cannot be used. */
const stateAdvice =
  'Set BULK_TRANSCRIBE_STATE to a folder that this user may write to and that is kept between runs.';
const filled = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/**
 * Reads or creates the machine's id in `folder`, which is closed to other users. A damaged id is repaired
 * from its copy, so that the batches of this machine stay its own; `warn` gets a sentence about it. Throws
 * FailureError `disk` with the next step when the folder cannot be written.
 */
export async function createMachine(
  files: Files,
  random: Random,
  folder: string,
  warn: (text: string) => void = () => undefined,
): Promise<Machine> {
  const own = await ownId(files, random, folder, warn).catch((error: unknown) => {
    if (!(error instanceof FailureError) || error.failure.code !== 'disk') throw error;
    throw new FailureError({ ...error.failure, message: `${error.failure.message}. ${stateAdvice}` });
  });
  const id = createHash('sha256')
    .update(`${own}\n${await systemId()}`)
    .digest('hex')
    .slice(0, 16);
  let memory = 0;
  return {
    id,
    cores: availableParallelism(),
    memory: () => {
      try {
        memory = process.memoryUsage.rss();
      } catch {
        // Linux reads it from a file: with too many open ones, the last answer has to do.
      }
      return memory;
    },
    cpuMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
  };
}

/** The random part of the id. It is stored twice: a crash or a bad sector damages one of them at most. */
async function ownId(
  files: Files,
  random: Random,
  folder: string,
  warn: (text: string) => void,
): Promise<string> {
  const path = join(folder, 'machine-id');
  const copy = `${path}.copy`;
  const known = await readOwn(files, path);
  if (known !== undefined) {
    if ((await readOwn(files, copy)) === undefined)
      await files.writeWhole(copy, `${known}\n`).catch(() => undefined);
    return known;
  }
  await files.makeFolder(folder);
  // Paths, endpoints and request ids of batches are in this folder. Not every file system has modes.
  await chmod(folder, 0o700).catch(() => undefined);
  const damaged = (await files.stat(path)) !== undefined;
  const kept = await readOwn(files, copy);
  if (!damaged && kept === undefined) {
    const fresh = random.id() + random.id();
    // Two programs may start together: the second one reads what the first wrote.
    if (!(await files.createExclusive(path, `${fresh}\n`))) return (await readOwn(files, path)) ?? fresh;
    await files.writeWhole(copy, `${fresh}\n`).catch(() => undefined);
    return fresh;
  }
  if (kept === undefined) await files.remove(copy);
  // If several programs repair it at once, one creates the copy and the others read it.
  if (kept === undefined) await files.createExclusive(copy, `${random.id() + random.id()}\n`);
  const repaired = kept ?? (await readOwn(files, copy)) ?? random.id() + random.id();
  await files.writeWhole(path, `${repaired}\n`);
  if (kept === undefined)
    warn(
      `The id of this machine could not be read and was made again (${path}). Batches that were started before count as started elsewhere; resume asks before it continues them.`,
    );
  else warn(`The id of this machine could not be read and was restored from its copy (${path}).`);
  return repaired;
}

async function readOwn(files: Files, path: string): Promise<string | undefined> {
  const bytes = await files.read(path, 1024);
  const text = bytes === undefined ? '' : Buffer.from(bytes).toString('utf8').trim();
  return /^[0-9a-f]{16,64}$/.test(text) ? text : undefined;
}

/**
 * The system's own id; the kind of system where there is none. Not the host name: a container has another one after
 * each restart, and its batches would count as started elsewhere.
 */
async function systemId(): Promise<string> {
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    try {
      const text = (await readFile(path, 'utf8')).trim();
      if (text !== '') return text;
    } catch {
      // Not every system has one.
    }
  }
  return process.platform;
}
