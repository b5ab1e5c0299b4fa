/**
 * `npm run package [-- --target linux-x64] [--out file.vsix]`: builds for release and packs the .vsix without
 * node_modules; for a target with that platform's speech engine in it, without one for all platforms. Then it
 * holds the package to its budget of size and to what may and must be in it. Works in a folder of its own, so that
 * nothing of a development build gets in, and no VS Code that runs from dist/ is disturbed.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { engineFile, engineNotice } from './engine';
import { manifestOf, pageReadme } from './pageReadme';

const root = join(import.meta.dirname, '..');
/** Bytes. What is larger does not ship. */
const universal = { budget: 800 * 1024, aim: 600 * 1024 };
const withEngine = { budget: 3 * 1024 * 1024, aim: 2.5 * 1024 * 1024 };

const { name, version, repository } = manifestOf(root);
const option = (flag: string): string | undefined => {
  const at = process.argv.indexOf(flag);
  return at > 0 ? process.argv[at + 1] : undefined;
};
const target = option('--target');
const { budget, aim } = target === undefined ? universal : withEngine;
const suffix = target === undefined ? '' : `-${target}`;
const out = resolve(option('--out') ?? join(root, `${name}-${version}${suffix}.vsix`));
const stage = join(root, 'out', `package-${process.pid}`);
const staged = [
  'package.json',
  '.vscodeignore',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'language-configuration.json',
  'syntaxes',
  'media',
];

function run(args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  console.error(`${stdout}${stderr}`);
  process.exit(1);
}

/** Puts the engine and its licence beside what was built. */
function addEngine(platform: string, dist: string): void {
  const engine = engineFile(platform);
  mkdirSync(join(dist, 'engine'));
  writeFileSync(join(dist, 'engine', 'whisper.node'), engine.content);
  appendFileSync(join(dist, 'ThirdPartyNotices.txt'), engineNotice(engine));
}

process.on('exit', () => rmSync(stage, { recursive: true, force: true }));
mkdirSync(stage, { recursive: true });
for (const path of staged) cpSync(join(root, path), join(stage, path), { recursive: true });
writeFileSync(join(stage, 'README.md'), pageReadme(root));
run(['esbuild.js', '--production', '--vsix', '--out', join(stage, 'dist')], root);
if (target !== undefined) addEngine(target, join(stage, 'dist'));
const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
// With an address vsce makes the README's relative links whole.
const links = repository.url === '' ? ['--no-rewrite-relative-links'] : [];
const choices = [
  ...['--no-dependencies', '--skip-license', ...links],
  ...(target === undefined ? [] : ['--target', target]),
];
run([vsce, 'package', ...choices, '--out', out], stage);

const { size } = statSync(out);
const files = unzipSync(readFileSync(out));
const foreign = Object.keys(files).filter(
  (path) =>
    (target === undefined && path.endsWith('.node')) ||
    path.endsWith('.map') ||
    /node_modules|(^|\/)(src|test|webview-ui|scripts|coverage|test-results)\//.test(path),
);
const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`;
for (const [path, content] of Object.entries(files))
  console.log(`${kilobytes(content.length).padStart(9)}  ${path}`);
console.log(`${out}: ${kilobytes(size)} (aim ${kilobytes(aim)}, at most ${kilobytes(budget)})`);
const page = ['panel.js', 'toolkit.js', 'panel.css', 'codicon.css', 'codicon.ttf'];
const needed = [
  ...['LICENSE.txt', 'readme.md', 'dist/extension.js', 'dist/ThirdPartyNotices.txt'],
  ...page.map((file) => `dist/webview/${file}`),
];
const ofEngine = ['dist/whisperEngine.js', ...(target === undefined ? [] : ['dist/engine/whisper.node'])];
const missing = [...needed, ...ofEngine].filter((path) => !(`extension/${path}` in files));
if (missing.length > 0) console.error(`These are missing: ${missing.join(', ')}`);
if (foreign.length > 0) console.error(`These do not belong into the package: ${foreign.join(', ')}`);
if (size > budget) console.error(`The package is larger than ${kilobytes(budget)}.`);
if (missing.length > 0 || foreign.length > 0 || size > budget) process.exitCode = 1;
