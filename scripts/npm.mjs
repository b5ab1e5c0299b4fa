// How npm is started without a shell and without a look-up on PATH: as a script of the Node that runs here.
// Plain Node, because it runs before anything is installed.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
