// `npm test`: installs what is missing, builds, and runs every suite, one after the other.
//   node scripts/test.mjs [suite…]     only these, for example: unit host
// A suite that did not run, or ran no test, is a failure. Plain Node, because it runs before anything is
// installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const windows = process.platform === 'win32';
const npm = windows ? 'npm.cmd' : 'npm';
const tsx = [process.execPath, '--import', 'tsx'];
const mocha = [process.execPath, join(root, 'node_modules', 'mocha', 'bin', 'mocha.js')];

/** Steps without tests of their own come first; each suite's command prints mocha's summary. */
const steps = [
  { name: 'setup', command: [...tsx, 'scripts/setupTests.ts'] },
  { name: 'build', command: [process.execPath, 'esbuild.js'] },
  { name: 'typecheck', command: [npm, 'run', '--silent', 'typecheck'] },
  { name: 'lint', command: [npm, 'run', '--silent', 'lint'] },
];
/** A folder of tests that need more than the unit tests' time. */
const folderSuite = (name, folder, timeoutMs) => ({
  name,
  folder,
  command: [
    ...mocha,
    ...['--no-config', '--import=tsx', '--forbid-only', '--timeout', String(timeoutMs)],
    ...['--spec', `${folder}/**/*.test.ts`],
  ],
});
const suites = [
  // Fails as well when the engine's coverage falls below what .c8rc.json says.
  { name: 'unit', command: [process.execPath, join(root, 'node_modules', 'c8', 'bin', 'c8.js'), ...mocha] },
  {
    name: 'panel',
    folder: 'test/panel',
    command: [...mocha, '--config', 'test/panel/.mocharc.json'],
  },
  folderSuite('promises', 'test/promises', 120_000),
  folderSuite('faults', 'test/fault', 240_000),
  { name: 'host', command: [...tsx, 'test/host/run.ts'] },
  { name: 'e2e', command: [...tsx, 'test/e2e/run.ts'] },
].filter(({ folder }) => folder === undefined || existsSync(join(root, folder)));

function installLibraries() {
  const made = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(made) && statSync(made).mtimeMs >= statSync(lock).mtimeMs) return;
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
  });
  if (status !== 0) process.exit(1);
}

const REPEATED_LINES = 120;

/** Runs a command, counts what mocha says it did, and keeps what it says of failures. */
function run([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      shell: windows && command === npm,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let unfinished = '';
    const counts = { passing: 0, failing: 0, pending: 0, again: 0, seen: false, failures: [] };
    const count = (line) => {
      const found = /^\s*(\d+) (passing|failing|pending)\b/.exec(line);
      if (!found) {
        if (/^\s*tried again: /.test(line)) counts.again += 1;
        if (counts.failing > 0 && counts.failures.length < REPEATED_LINES) counts.failures.push(line);
        return;
      }
      counts[found[2]] += Number(found[1]);
      counts.seen ||= found[2] === 'passing';
    };
    child.stdout.on('data', (data) => {
      process.stdout.write(data);
      const lines = (unfinished + String(data)).split('\n');
      unfinished = lines.pop() ?? '';
      // Colours, where a terminal has them, stand before the figures.
      for (const line of lines) count(stripVTControlCharacters(line));
    });
    child.stderr.on('data', (data) => process.stderr.write(data));
    child.on('error', (error) => resolve({ ...counts, code: 1, error }));
    child.on('close', (code) => {
      count(unfinished);
      resolve({ ...counts, code: code ?? 1 });
    });
  });
}

const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`;
const begun = Date.now();
installLibraries();
const wanted = process.argv.slice(2);
const table = [];
const total = { passing: 0, failing: 0 };
const failures = [];
let failed = false;
for (const step of steps) {
  if (wanted.length > 0 && step.name !== 'build') continue;
  const since = Date.now();
  console.log(`\n=== ${step.name}`);
  const { code } = await run(step.command);
  table.push(`${step.name.padEnd(10)} ${code === 0 ? 'ok' : 'FAILED'}  ${seconds(since)}`);
  if (code === 0) continue;
  failed = true;
  // Without a build no suite says anything true.
  if (step.name === 'build') break;
}
for (const suite of suites) {
  if (wanted.length > 0 && !wanted.includes(suite.name)) continue;
  const since = Date.now();
  console.log(`\n=== ${suite.name}`);
  const result = await run(suite.command);
  total.passing += result.passing;
  total.failing += result.failing;
  if (result.failures.length > 0) failures.push(`\n=== failed in ${suite.name}`, ...result.failures);
  const ran = result.seen && result.passing + result.failing > 0;
  const good = result.code === 0 && result.failing === 0 && ran;
  if (!good) failed = true;
  const why = ran ? '' : '  (no test ran)';
  const again = result.again > 0 ? `, ${result.again} tried again (see above)` : '';
  table.push(
    `${suite.name.padEnd(10)} ${good ? 'ok' : 'FAILED'}  ${result.passing} passed, ${result.failing} failed${result.pending > 0 ? `, ${result.pending} pending` : ''}${again}  ${seconds(since)}${why}`,
  );
}
// Once more at the end, where a log that was cut still has it.
if (failures.length > 0) console.log(failures.join('\n'));
console.log(`\n=== summary (${seconds(begun)})\n${table.join('\n')}\n`);
console.log(`  ${total.passing} passing (${seconds(begun)})`);
if (total.failing > 0) console.log(`  ${total.failing} failing`);
console.log(`\nTOTAL: ${total.passing} passed, ${total.failing} failed`);
if (failed && total.failing === 0) console.log('FAILED: see the summary above.');
process.exitCode = failed || total.passing === 0 ? 1 : 0;
