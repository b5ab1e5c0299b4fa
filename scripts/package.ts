/**
 * `npm run package [-- --out file.vsix]`: builds for release and packs the .vsix without node_modules, then
 * holds it to its budget of size and to what may be in it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';

const root = join(import.meta.dirname, '..');
/** Bytes. What is larger does not ship. */
const budget = 700 * 1024;
const aim = 400 * 1024;

const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly version: string;
};
const asked = process.argv.indexOf('--out');
const out = (asked > 0 ? process.argv[asked + 1] : undefined) ?? join(root, `${name}-${version}.vsix`);

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  console.error(`${stdout}${stderr}`);
  process.exit(1);
}

run(process.execPath, ['esbuild.js', '--production']);
const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
run(process.execPath, [
  vsce,
  'package',
  '--no-dependencies',
  '--skip-license',
  '--no-rewrite-relative-links',
  '--out',
  out,
]);

const { size } = statSync(out);
const files = unzipSync(readFileSync(out));
const foreign = Object.keys(files).filter(
  (path) =>
    path.endsWith('.map') ||
    /node_modules|(^|\/)(src|test|webview-ui|scripts|coverage|test-results)\//.test(path),
);
const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`;
for (const [path, content] of Object.entries(files))
  console.log(`${kilobytes(content.length).padStart(9)}  ${path}`);
console.log(`${out}: ${kilobytes(size)} (aim ${kilobytes(aim)}, at most ${kilobytes(budget)})`);
if (foreign.length > 0) console.error(`These do not belong into the package: ${foreign.join(', ')}`);
if (size > budget) console.error(`The package is larger than ${kilobytes(budget)}.`);
if (foreign.length > 0 || size > budget) process.exitCode = 1;
