/**
 * kill -9 at random moments: what was lost, asked for again, submitted or written twice, summed over the fault tests
 * that do it. KILLS says how often each of them kills; `npm run test:soak` is the long run.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const tests = ['killMinus9', 'killPaid', 'killOwner'].map((name) => join('test', 'fault', `${name}.test.ts`));
const { stdout, stderr } = spawnSync(
  process.execPath,
  [join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'), '--no-config', '--import=tsx', ...tests],
  { cwd: root, encoding: 'utf8', env: { KILLS: '20', ...process.env } },
);
const said = [
  ...stdout.matchAll(
    /(\d+) kills, \d+ videos: (-?\d+) lost, (\d+) redone, (\d+) (?:submitted|written) twice/g,
  ),
];
if (said.length < tests.length) throw new Error(stdout + stderr);
const sum = (place: number): number => said.reduce((all, counts) => all + Number(counts[place]), 0);
const rows = [
  ['lost', 2],
  ['redone after completion', 3],
  ['submitted or written twice', 4],
] as const;
console.log(`${sum(1)} kills`);
for (const [what, place] of rows)
  console.log(
    JSON.stringify({
      name: `kill -9: ${what}`,
      value: sum(place),
      unit: 'jobs',
      atLeast: 0,
      aim: 0,
    }),
  );
