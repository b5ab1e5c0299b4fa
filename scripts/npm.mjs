// npm as a script of the Node that runs here, without a shell and without a look-up on PATH; and the libraries of
// this repository. Plain Node, because it runs before anything is installed.
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The arguments of `process.execPath` that run npm with `args`. */
export function npmArguments(args) {
  const home = dirname(process.execPath);
  const usual = ['../lib/node_modules', 'node_modules', '../share/nodejs'];
  const places = usual.map((folder) => join(home, folder, 'npm', 'bin', 'npm-cli.js'));
  // Under `npm run` npm says where it is.
  const script = [process.env.npm_execpath, ...places].find(
    (path) => path !== undefined && path.endsWith('npm-cli.js') && existsSync(path),
  );
  if (script === undefined) throw new Error('npm was not found beside Node. Run it through npm: npm test');
  return [script, ...args];
}

const packagesIn = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/** Whether node_modules matches package-lock.json; a checkout alone gives the lock a new time. */
function areInstalled() {
  const made = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(made)) return false;
  const installed = packagesIn(made);
  return Object.entries(packagesIn(join(root, 'package-lock.json'))).every(
    ([path, { version, optional }]) =>
      path === '' || (optional && !(path in installed)) || installed[path]?.version === version,
  );
}

/** The arguments that install the libraries; undefined when they are there. */
export function librariesWanted() {
  if (areInstalled()) return undefined;
  const modules = lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false });
  // npm would empty the folder that the link points to, which others use.
  if (modules?.isSymbolicLink())
    throw new Error('node_modules is a link to libraries of other versions. Remove it, then run npm ci.');
  return npmArguments(['ci', '--no-audit', '--no-fund']);
}
