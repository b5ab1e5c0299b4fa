/**
 * Runs the e2e suite: packs the .vsix, starts the stand-in site, and lets mocha drive the workbench in a
 * browser. `npx tsx test/e2e/run.ts panel` runs one of its files; `--vsix FILE` uses a package that is there,
 * `--pack FILE` only makes it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { vsix: { type: 'string' }, pack: { type: 'string' } },
});
const folder = mkdtempSync(join(tmpdir(), 'e2e-package-'));
const vsix = values.vsix ?? values.pack ?? join(folder, 'bulk-transcribe.vsix');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}

// With the engine in it, as users of this platform get it.
const target = ['--target', `${process.platform}-${process.arch}`];
if (values.vsix === undefined)
  run(['--import', 'tsx', join('scripts', 'package.ts'), ...target, '--out', vsix]);
const [file] = positionals;
if (values.pack === undefined)
  run(
    [
      join('node_modules', 'mocha', 'bin', 'mocha.js'),
      ...['--no-config', '--import=tsx', '--forbid-only', '--timeout', '240000'],
      // The tests of a file go on in one workbench: after a failure it is not as the next one expects it.
      ...(file === undefined ? [] : ['--bail']),
      ...['--spec', `test/e2e/${file ?? '*'}.test.ts`],
    ],
    { ...process.env, BULK_TRANSCRIBE_TEST_VSIX: vsix },
  );
