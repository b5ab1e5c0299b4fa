// `npm run demo`: the main job on real input, without account or network. Installs and builds what is
// missing, starts a stand-in video site on loopback, and runs a list of some 40 links against it.
//   npm run demo                 in this terminal
//   npm run demo -- --vscode     the same in a VS Code workbench
// Plain Node, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { librariesWanted } from './npm.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'demo');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Node ${process.versions.node} is too old: install Node 20.19 or newer, then run this again.`,
  );
  process.exit(2);
}

function step(words, args) {
  console.log(`${words}…`);
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  console.error(`${stdout}${stderr}\n${words} failed: node ${args.join(' ')}`);
  process.exit(1);
}

/** True when `made` is missing or older than one of the files it is made from. */
function outdated(made, ...sources) {
  if (!existsSync(made)) return true;
  const { mtimeMs } = statSync(made);
  const newer = (path) =>
    statSync(path).isDirectory()
      ? readdirSync(path).some((name) => newer(join(path, name)))
      : statSync(path).mtimeMs > mtimeMs;
  return sources.some(newer);
}

const install = librariesWanted();
if (install !== undefined) step('Installing libraries', install);
if (
  outdated(
    join(root, 'dist', 'cli.js'),
    join(root, 'src'),
    join(root, 'webview-ui'),
    join(root, 'esbuild.js'),
  )
)
  step('Building', ['esbuild.js']);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
copyFileSync(join(root, 'test', 'fixtures', 'demo', 'lectures.urls'), join(folder, 'lectures.urls'));
copyFileSync(join(root, 'test', 'fixtures', 'demo', 'interview.vtt'), join(folder, 'interview.vtt'));

const site = spawn(
  process.execPath,
  ['--import', 'tsx', join('test', 'servers', 'youtube.ts'), '--port', '0', '--scenario', 'demo'],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
);
const stop = () => site.kill();
process.on('exit', stop);

const endpoint = await new Promise((resolve, reject) => {
  let said = '';
  site.stdout.on('data', (text) => {
    said += String(text);
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
    if (found) resolve(found[0]);
  });
  site.once('exit', (code) => reject(new Error(`The stand-in video site ended with ${code}.`)));
});

// The demo's own rate, so that one sees the limit at work without waiting an hour for it.
const settings = {
  'youtube.endpoint': endpoint,
  'rate.youtube.perHour': 6000,
  'rate.youtube.burst': 10,
  'rate.youtube.spacing': 0.5,
  sources: ['subtitleFile', 'youtube'],
};

if (process.argv.includes('--vscode')) {
  console.log(`A stand-in video site answers at ${endpoint}.`);
  const args = ['--import', 'tsx', join('test', 'vscode', 'open.ts'), folder];
  const all = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`bulkTranscribe.${name}`, value]),
  );
  const workbench = spawn(process.execPath, [...args, JSON.stringify(all)], { cwd: root, stdio: 'inherit' });
  process.on('SIGINT', () => undefined);
  workbench.once('exit', (code) => process.exit(code ?? 0));
} else {
  console.log(`A stand-in video site answers at ${endpoint}. Transcribing ${count()} links:\n`);
  const options = Object.entries(settings).flatMap(([name, value]) => [
    '--set',
    `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ]);
  const run = spawn(
    process.execPath,
    [join(root, 'dist', 'cli.js'), 'lectures.urls', '--out', join(folder, 'transcripts'), ...options],
    { cwd: folder, stdio: 'inherit', env: { ...process.env, BULK_TRANSCRIBE_STATE: join(folder, 'state') } },
  );
  process.on('SIGINT', () => undefined);
  run.once('exit', (code) => {
    stop();
    const batch = join(folder, 'transcripts', 'lectures-2026');
    const first = existsSync(batch)
      ? readdirSync(batch).find((name) => name.endsWith('.md') && name !== 'report.md')
      : undefined;
    if (first) {
      console.log(`\n${first}:\n\n${excerpt(readFileSync(join(batch, first), 'utf8'))}\n`);
      console.log('Five links failed on purpose. A list of your own, with the real sites:\n');
      console.log('  node dist/cli.js my-list.urls      (called bulk-transcribe once it is installed)\n');
    }
    // Some links of the demo fail on purpose; that is no failure of the demo.
    process.exit(code === 1 ? 0 : (code ?? 1));
  });
}

/** The beginning of a transcript, wrapped for the terminal. */
function excerpt(text) {
  const wrapped = text.split('\n').flatMap((line) => line.match(/.{1,92}(?:\s|$)|.{1,92}/g) ?? ['']);
  return wrapped
    .slice(0, 26)
    .map((line) => `  | ${line}`)
    .join('\n');
}

function count() {
  const lines = readFileSync(join(folder, 'lectures.urls'), 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).length;
}
