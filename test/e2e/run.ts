/**
 * Runs the e2e suite: packs the .vsix, starts the stand-in site, and lets mocha drive the workbench in a
 * browser. `npx tsx test/e2e/run.ts panel` runs one of its files; `--vsix FILE` uses a package that is there.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const given = process.argv.indexOf('--vsix');
const only = process.argv.slice(2).find((arg, at, all) => !arg.startsWith('-') && all[at - 1] !== '--vsix');
const folder = mkdtempSync(join(tmpdir(), 'e2e-package-'));
const vsix = (given > 0 ? process.argv[given + 1] : undefined) ?? join(folder, 'bulk-transcribe.vsix');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}

// With the engine in it, as users of this platform get it.
const target = ['--target', `${process.platform}-${process.arch}`];
if (given < 0) run(['--import', 'tsx', join('scripts', 'package.ts'), ...target, '--out', vsix]);
run(
  [
    join('node_modules', 'mocha', 'bin', 'mocha.js'),
    '--no-config',
    '--import=tsx',
    '--forbid-only',
    '--timeout',
    '240000',
    '--spec',
    `test/e2e/${only ?? '*'}.test.ts`,
  ],
  { ...process.env, BULK_TRANSCRIBE_TEST_VSIX: vsix },
);
