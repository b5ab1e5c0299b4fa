/** The settings files of the terminal program: read, and one setting kept in them. Part of its composition root. */
import { dirname, resolve } from 'node:path';
import { FailureError, failure } from './model/failure';
import { isPlain } from './model/plain';
import { isSettingName, type SettingName, type Settings } from './model/settings';
import type { NodeFiles } from './platform/files';
import { userSettingsPath } from './platform/machine';
import type { RunOptions } from './terminal/options';

/** The user's own settings, and over them those of the file that was named. */
export async function settingsFiles(files: NodeFiles, options: RunOptions): Promise<Record<string, unknown>> {
  const own = userSettingsPath();
  const users = own === undefined ? {} : ((await settingsOf(files, own)) ?? {});
  if (options.settingsFile === undefined) return users;
  const named = await settingsOf(files, resolve(options.settingsFile));
  if (!named)
    throw new FailureError(
      failure('invalid-url', `${options.settingsFile} is not there. Name a JSON file after --settings.`),
    );
  return { ...users, ...named };
}

/** The settings of a settings file; undefined where there is no file. */
async function settingsOf(files: NodeFiles, path: string): Promise<Record<string, unknown> | undefined> {
  const bytes = await files.read(path, 1024 * 1024);
  if (!bytes) return undefined;
  const bad = (why: string): FailureError => new FailureError(failure('invalid-url', `${path} ${why}`));
  let value: unknown;
  try {
    value = JSON.parse(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
  } catch (error) {
    throw bad(`is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  if (!isPlain(value)) throw bad('must hold one object with settings by name.');
  return Object.fromEntries(
    Object.entries(value).map(([name, setting]) => [name.replace(/^bulkTranscribe\./, ''), setting]),
  );
}

/**
 * Writes a setting into the file that was named, else into the user's own; returns that file. What else is in it
 * stays. Throws FailureError.
 */
export async function keepSetting(
  files: NodeFiles,
  options: Pick<RunOptions, 'settingsFile'>,
  name: SettingName,
  value: unknown,
): Promise<string> {
  const path = options.settingsFile === undefined ? userSettingsPath() : resolve(options.settingsFile);
  if (path === undefined)
    throw new FailureError(
      failure('disk', `This user has no home folder. Name a JSON file after --settings.`, { needs: 'state' }),
    );
  const known = (await settingsOf(files, path)) ?? {};
  await files.makeFolder(dirname(path));
  await files.writeWhole(path, `${JSON.stringify({ ...known, [name]: value }, undefined, 2)}\n`);
  return path;
}

/**
 * Those of the named settings that are valid, as they were read. Proxies that are wrong stay: never a direct request.
 */
export function validSettings(
  named: object,
  settings: Settings,
  wrong: ReadonlySet<string>,
): Partial<Settings> {
  const names = Object.keys(named).filter(isSettingName);
  return Object.fromEntries(
    names.filter((name) => name === 'proxies' || !wrong.has(name)).map((name) => [name, settings[name]]),
  );
}
