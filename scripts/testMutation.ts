/**
 * `npm run test:mutation`: Stryker changes the pure part of the program in small ways (test/mutation.json says
 * which files) and runs the tests on each; a change that no test notices is a promise that no test holds. By
 * hand, for it takes hours; what follows `--` goes to Stryker:
 *   npm run test:mutation -- --mutate src/engine/pool/heap.ts
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { strykerEntry } from '../test/vscode/tools';

const root = join(import.meta.dirname, '..');

function run(args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run(['--import', 'tsx', join('scripts', 'setupTests.ts'), 'mutation']);
run([strykerEntry, 'run', join('test', 'mutation.json'), ...process.argv.slice(2)]);
console.log('The report with each change: test-results/mutation/report.html');
