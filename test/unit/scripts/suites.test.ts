// How `npm test` runs its suites: what counts as passed, what runs a second time, and what the table says of it.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summaryOf } from '../../../scripts/suiteSummary';
import { runAll, type Task, type TaskResult } from '../../../scripts/suiteTasks';

const says = (words: string, code = 0): string =>
  `console.log(${JSON.stringify(words)}); process.exitCode = ${code};`;
const passes = says('  2 passing (1s)');
const fails = says('  1 passing (1s)\n  1 failing\n\n  1) the panel is back', 1);

describe('the run of all suites', () => {
  let folder: string;
  let shown: string;
  let marks = 0;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'suites-'));
    shown = '';
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const task = (name: string, script: string, more: Partial<Task> = {}): Task => ({
    ...{ name, row: name.split(' ')[0] ?? name, args: ['-e', script], needs: [], counted: true },
    ...more,
  });
  /** Does one thing when it runs first, and another from the second time on. */
  const firstThen = (first: string, then: string): string => {
    marks += 1;
    const mark = JSON.stringify(join(folder, `ran-${marks}`));
    return `const fs = require('node:fs'); if (fs.existsSync(${mark})) { ${then} } else { fs.writeFileSync(${mark}, ''); ${first} }`;
  };
  const run = (tasks: readonly Task[]): Promise<readonly TaskResult[]> =>
    runAll(tasks, {
      root: folder,
      atOnce: 2,
      environment: () => process.env,
      stopAfter: ({ row }) => row === 'build',
      show: (output) => {
        shown += typeof output === 'string' ? output : Buffer.from(output).toString();
      },
    });
  const summary = (results: readonly TaskResult[]): { readonly text: string; readonly ok: boolean } =>
    summaryOf(results, ['build', 'unit', 'e2e'], 60_000);

  it('adds the parts of a suite up in one row, and ends with the figures of all', async () => {
    const results = await run([task('unit', passes), task('e2e one', passes), task('e2e two', passes)]);
    const { text, ok } = summary(results);
    assert.ok(ok, text);
    assert.match(text, /^unit +ok {2}2 passed, 0 failed {2}\d+ s\ne2e +ok {2}4 passed, 0 failed {2}\d+ s$/m);
    assert.match(text, / {2}6 passing \(60 s\)\n\nTOTAL: 6 passed, 0 failed$/);
    for (const { name } of results.map((result) => result.task))
      assert.match(shown, new RegExp(`=== ${name}\n`));
  });

  it('runs one that mostly waits beside as many others as there may be', async () => {
    const mark = JSON.stringify(join(folder, 'begun'));
    const until = `while (!require('node:fs').existsSync(${mark})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);`;
    const begins = `require('node:fs').writeFileSync(${mark}, '');`;
    const results = await run([
      task('unit one', until + passes),
      task('unit two', until + passes),
      task('unit three', passes),
      task('e2e', begins + passes, { waits: true }),
    ]);
    assert.ok(summary(results).ok);
    const [one, two, three] = results.map(({ startedAt, endedAt }) => ({ startedAt, endedAt }));
    assert.ok(one && two && three && three.startedAt >= Math.min(one.endedAt, two.endedAt));
  });

  it('runs a failed part once more, says so, and shows how it failed', async () => {
    const flaky = task('e2e one', firstThen(fails, passes), { again: true });
    const { text, ok } = summary(await run([flaky, task('e2e two', passes, { again: true })]));
    assert.ok(ok, text);
    assert.match(text, /=== failed in e2e one\n\n {2}1\) the panel is back\n/);
    assert.match(text, /^e2e +ok {2}4 passed, 0 failed.*\ne2e one: passed when run again$/m);
    assert.match(text, /TOTAL: 4 passed, 0 failed$/);
  });

  it('fails when a part fails twice', async () => {
    const { text, ok } = summary(await run([task('e2e one', fails, { again: true }), task('unit', passes)]));
    assert.ok(!ok);
    assert.match(text, /^e2e +FAILED {2}1 passed, 1 failed.*\ne2e one: failed twice$/m);
    assert.match(text, / {2}3 passing \(60 s\)\n {2}1 failing\n/);
  });

  it('gives no second try to what was not named for it, nor where many fail', async () => {
    const once = await run([task('unit', firstThen(fails, passes))]);
    assert.ok(!summary(once).ok);
    const many = ['one', 'two', 'three', 'four'].map((name) =>
      task(`e2e ${name}`, firstThen(fails, passes), { again: true }),
    );
    const { text, ok } = summary(await run(many));
    assert.ok(!ok);
    assert.doesNotMatch(text, /again|twice/);
  });

  it('fails when a part ran no test or wrote no figures, although it ended well', async () => {
    const results = await run([task('unit', passes), task('e2e one', passes), task('e2e two', '')]);
    const { text, ok } = summary(results);
    assert.ok(!ok);
    assert.match(text, /^e2e +FAILED .*\(no test ran in e2e two\)$/m);
    assert.match(text, /FAILED: see the summary above\.$/);
  });

  it('begins nothing after a failed build, and fails for what did not run', async () => {
    const build = task('build', says('', 1), { counted: false });
    const results = await run([build, task('unit', passes, { needs: ['build'] })]);
    const { text, ok } = summary(results);
    assert.ok(!ok);
    assert.match(text, /^build +FAILED/m);
    assert.match(text, /^unit +FAILED {2}\(did not run\)$/m);
  });
});
