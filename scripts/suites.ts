/**
 * `npm test` after the libraries are there: what is run, in which order, and the table at the end. One thing
 * more runs at once than there are processors, each as soon as what it needs is done. A suite that did not run,
 * or ran no test, is a failure.
 *   suites.ts [suite…]     only these, after a build
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { narrowedPath } from '../test/programs/folder';
import { npmArguments } from './npm.mjs';
import { summaryOf } from './suiteSummary';
import { runAll, type Task } from './suiteTasks';

const root = join(import.meta.dirname, '..');
const module = (...path: readonly string[]): string => join(root, 'node_modules', ...path);
const tsx = (...args: readonly string[]): readonly string[] => ['--import', 'tsx', ...args];
const mocha = [module('mocha', 'bin', 'mocha.js')];
const script = (name: string): readonly string[] => npmArguments(['run', '--silent', name]);

/** Everything of this run that is not kept: two runs, and the clean-up of one, do not meet. */
const runFolder = mkdtempSync(join(tmpdir(), 'bt-test-'));
const temporary = join(runFolder, 'tmp');
mkdirSync(temporary);

const mochaAlone = [...mocha, '--no-config', '--import=tsx', '--forbid-only'];

/** A folder of tests that need more than the unit tests' time. */
const folderSuite = (
  name: string,
  folder: string,
  timeoutMs: number,
  more: readonly string[] = [],
): readonly Task[] =>
  existsSync(join(root, folder))
    ? [
        {
          ...suite(name, [
            ...[...mochaAlone, '--timeout', String(timeoutMs), ...more],
            ...['--spec', `${folder}/**/*.test.ts`],
          ]),
          waits: true,
        },
      ]
    : [];

/** The unit tests in two parts: those of the engine fail as well when its coverage falls below .c8rc.json. */
const unitParts = (): readonly Task[] => {
  const own = [...mochaAlone, '--timeout', '60000', '--require', './test/helpers/propertySeed.ts'];
  const c8 = [
    module('c8', 'bin', 'c8.js'),
    '--temp-directory',
    join(runFolder, 'coverage'),
    process.execPath,
  ];
  const engine = 'test/unit/engine/**/*.test.ts';
  return [
    suite('unit', [...own, '--spec', 'test/unit/**/*.test.ts', '--ignore', engine]),
    { ...suite('unit engine', [...c8, ...own, '--spec', engine]), row: 'unit' },
  ];
};

function suite(name: string, args: readonly string[], more: readonly string[] = []): Task {
  return { name, row: name, args, needs: ['programs', 'build', ...more], counted: true };
}

/**
 * Each file of the e2e suite by itself, so that all processors have something to do until the end; large files
 * first, because they take longest. The workbench in a browser is not our program, and it drops a key or a click
 * now and then: a file that fails is run once more.
 */
const e2eFiles = (vsix: string): readonly Task[] => {
  const folder = join(root, 'test', 'e2e');
  const size = (file: string): number => statSync(join(folder, file)).size;
  const files = readdirSync(folder).filter((file) => file.endsWith('.test.ts'));
  return files
    .toSorted((one, other) => size(other) - size(one))
    .map((file) => file.replace('.test.ts', ''))
    .map((name) => ({
      ...suite(`e2e ${name}`, tsx('test/e2e/run.ts', name, '--vsix', vsix), ['code-server', 'package']),
      row: 'e2e',
      again: true,
    }));
};
const vsix = join(runFolder, 'bulk-transcribe.vsix');

/** In the order in which they begin, where several could. The rows of the table come in `rows`' order. */
const tasks: readonly Task[] = [
  { name: 'programs', row: 'setup', args: tsx('scripts/setupTests.ts', 'programs'), needs: [] },
  { name: 'build', row: 'build', args: ['esbuild.js'], needs: [] },
  { name: 'package', row: 'build', args: tsx('test/e2e/run.ts', '--pack', vsix), needs: [] },
  {
    name: 'code-server',
    row: 'setup',
    args: tsx('scripts/setupTests.ts', 'code-server'),
    needs: ['programs'],
  },
  { name: 'typecheck', row: 'typecheck', args: script('typecheck'), needs: [] },
  { name: 'lint', row: 'lint', args: script('lint'), needs: [] },
  suite('panel', [...mocha, '--config', 'test/panel/.mocharc.json']),
  ...unitParts(),
  // It runs in the same workbench.
  { ...suite('host', tsx('test/host/run.ts'), ['code-server']), again: true },
  ...e2eFiles(vsix),
  // They mostly wait: for owners that are frozen, processes that are killed, services that ask to slow down.
  ...folderSuite('promises', 'test/promises', 120_000),
  ...folderSuite('faults', 'test/fault', 240_000, ['--parallel', '--jobs', '3']),
];
const rows = ['setup', 'build', 'typecheck', 'lint', 'unit', 'panel', 'promises', 'faults', 'host', 'e2e'];

/** The tasks of a call: all, or those of the named suites with what they need, without set-up and checks. */
function chosen(names: readonly string[]): readonly Task[] {
  if (names.length === 0) return tasks;
  const suites = rows.filter((row) => tasks.some((task) => task.row === row && task.counted === true));
  const unknown = names.find((name) => !suites.includes(name));
  if (unknown !== undefined) throw new Error(`There is no suite "${unknown}", only ${suites.join(', ')}.`);
  const wanted = tasks.filter(({ row }) => names.includes(row));
  const needed = new Set(wanted.flatMap(({ needs }) => needs));
  return tasks.filter((task) => wanted.includes(task) || (task.row === 'build' && needed.has(task.name)));
}

async function main(): Promise<void> {
  const begun = Date.now();
  const wanted = chosen(process.argv.slice(2));
  const own = { ...process.env, TMPDIR: temporary, TMP: temporary, TEMP: temporary };
  let path: string | undefined;
  const results = await runAll(wanted, {
    root,
    atOnce: availableParallelism(),
    // The links are made when the first suite begins: by then the programs are there.
    environment: ({ counted }) =>
      counted === true ? { ...own, PATH: (path ??= narrowedPath(join(runFolder, 'bin'))) } : process.env,
    // Without what is tested no suite says anything true.
    stopAfter: ({ row }) => row === 'build',
    show: (output) => process.stdout.write(output),
  });
  const { text, ok } = summaryOf(results, rows, Date.now() - begun);
  console.log(text);
  process.exitCode = ok ? 0 : 1;
}

process.on('exit', () => {
  try {
    rmSync(runFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  } catch (error) {
    // A program that is only ending still writes there. What the suites came to is known, and counts.
    console.error(`Not removed: ${runFolder} (${error instanceof Error ? error.message : String(error)})`);
  }
});
main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
