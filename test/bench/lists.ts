/**
 * A list of 100,000 links in a real VS Code: what opening it, typing in it and scrolling through it cost the extension
 * host. The host suite does it and prints its figures; "at a stretch" is how long other extensions waited.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** What is measured, with the CPU and the longest stretch that are wanted, in ms: at least, aim. */
const wanted = [
  { what: 'open', cpu: [6000, 2500], stretch: [400, 150] },
  { what: 'type 20 keys', cpu: [1500, 500], stretch: [200, 60] },
  { what: 'and read once', cpu: [3000, 1200], stretch: [200, 60] },
  { what: 'scroll 40 times', cpu: [1500, 500], stretch: [100, 50] },
] as const;

function main(): void {
  execFileSync(process.execPath, ['esbuild.js'], { cwd: root, stdio: 'ignore' });
  const out = execFileSync(process.execPath, ['--import', 'tsx', join('test', 'host', 'run.ts'), 'suite'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, BULK_TRANSCRIBE_TEST_GREP: 'a list of 100,000 lines' },
  });
  const figures = /^\s*(.+): CPU of the extension host (\d+) ms, at a stretch (\d+) ms/gm;
  const found = new Map(
    [...out.matchAll(figures)].map(([, what = '', cpu, stretch]) => [what, { cpu, stretch }]),
  );
  for (const { what, cpu, stretch } of wanted) {
    const figure = found.get(what);
    say(`100,000 lines, ${what}: CPU`, Number(figure?.cpu), cpu);
    say(`100,000 lines, ${what}: at a stretch`, Number(figure?.stretch), stretch);
  }
}

function say(name: string, value: number, [atLeast, aim]: readonly [number, number]): void {
  console.log(JSON.stringify({ name, value, unit: 'ms', atLeast, aim }));
}

main();
