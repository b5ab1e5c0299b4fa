// `npm test`: installs the libraries that are missing, then sets up, builds and runs every suite (suites.ts).
//   node scripts/test.mjs [suite…]     only these, for example: unit host
// Plain Node, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { librariesWanted } from './npm.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function installLibraries() {
  const install = librariesWanted();
  if (install === undefined) return;
  const { status } = spawnSync(process.execPath, install, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  console.error('The libraries could not be installed. See what is wrong with: npm ci');
  process.exit(1);
}

installLibraries();
const args = ['--import', 'tsx', join('scripts', 'suites.ts'), ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
// Ctrl-C reaches the child as well, which ends what it has started and says how far it came.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
