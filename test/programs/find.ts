/**
 * The path of a program of the table, for tests and scripts. Lint refuses any other first argument of spawn and
 * its like under test/ and scripts/, but `process.execPath`.
 */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { programs, type Packages, type ProgramName } from './table';

declare const found: unique symbol;
/** An absolute path that was found through the table. */
export type ProgramPath = string & { readonly [found]: true };

function isProgram(path: string): path is ProgramPath {
  try {
    if (!isAbsolute(path) || !statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A program that tests or the set-up have placed themselves, which need not be there yet. @param path absolute */
export function ownProgram(path: string): ProgramPath {
  if (!isAbsolute(path)) throw new Error(`${path} is not absolute: a program's own path is needed.`);
  return path as ProgramPath;
}

/** The first file of this name on PATH that can be run; an absolute path stays itself. */
export function onPath(name: string): ProgramPath | undefined {
  if (isAbsolute(name)) return isProgram(name) ? name : undefined;
  const endings = process.platform === 'win32' ? ['', '.exe', '.cmd'] : [''];
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => endings.map((ending) => join(folder, name + ending)))
    .find(isProgram);
}

/** Its absolute path, or undefined where this machine does not have it. */
export function findProgram(name: ProgramName): ProgramPath | undefined {
  const { unpacked, variable, also = [] } = programs[name];
  const named = variable === undefined ? undefined : process.env[variable];
  for (const candidate of [named, unpacked, name, ...also]) {
    const path = candidate === undefined ? undefined : onPath(candidate);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** Its absolute path. @throws Error that names the program, its package and the command that installs it. */
export function program(name: ProgramName): ProgramPath {
  const path = findProgram(name);
  if (path !== undefined) return path;
  const { packages, why } = programs[name];
  throw new Error(`${name} is missing (${why}). ${howToInstall(packages)}`);
}

function howToInstall(packages: Packages | undefined): string {
  const wanted = packages === undefined ? undefined : packageFor(packages);
  return wanted === undefined
    ? 'It cannot be installed on this system by the set-up.'
    : `Install it with: ${installCommand([wanted]).join(' ')} (or all of them: npm run setup-tests)`;
}

/** The package of this system; undefined where it has none. */
export function packageFor(packages: Packages): string | undefined {
  if (process.platform === 'darwin') return packages.brew;
  if (process.platform === 'win32') return packages.choco;
  return packages.debian;
}

/** The command that installs these packages on this system, as somebody types it. */
export function installCommand(packages: readonly string[]): readonly string[] {
  if (process.platform === 'darwin') return ['brew', 'install', ...packages];
  if (process.platform === 'win32') return ['choco', 'install', '-y', ...packages];
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  return process.getuid?.() === 0 ? install : ['sudo', ...install];
}

/** An environment in which unpacked programs are found before the system's own. */
export function programEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const unpacked = Object.values(programs).flatMap((one) =>
    one.unpacked === undefined ? [] : [one.unpacked],
  );
  const folders = unpacked.filter(isProgram).map((path) => dirname(path));
  return { ...env, PATH: [...folders, env.PATH ?? ''].join(delimiter) };
}

/** Whether one of these absolute paths is there. */
export const isThere = (paths: readonly string[]): boolean => paths.some((path) => existsSync(path));
