/**
 * `npm run bench -- [name…] [--rounds N] [--compare OLD.json [--with NEW.json]]`: runs each bench of this folder in a
 * process of its own, in turn, with the yardstick beside it; prints its figures against "at least" and "aim", and
 * writes them to bench-results/. A bench prints one JSON object a line: {name, unit, atLeast?, aim?, better?: "lower" |
 * "higher"} with {value, cpu?, peers?: {name: value}}, or with several of these and when each was, as runs: [{value, …,
 * from, to}]. Each bench is bundled first, as the product ships: a loader that translates modules on the way would cost
 * what no user pays.
 */
import { spawn } from 'node:child_process';
import { build } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, platform, release } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { compareLines } from './measure/compare';
import {
  median,
  short,
  type Figure,
  type Machine,
  type Results,
  type Run,
  type Yardstick,
} from './measure/figures';
import { judge } from './measure/judge';
import { readResults, readRow, type PrintedRun } from './measure/results';
import { judgedBy, roundsOf } from './measure/table';
import { YardstickBeside } from './measure/yardstick';

const folder = __dirname;
/** As deep in the tree as the sources, so that relative files are found. */
const built = join(folder, '..', '..', 'out', 'bench');
const noBench = ['run.ts', 'world.ts', 'shapes.ts'];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { compare: { type: 'string' }, with: { type: 'string' }, rounds: { type: 'string' } },
  });
  const read = (file: string): Results =>
    readResults(file, existsSync(file) ? readFileSync(file, 'utf8') : '');
  // Before minutes of measuring, so that a wrong name is said at once.
  const old = values.compare === undefined ? undefined : read(values.compare);
  const results =
    values.with === undefined ? await measure(benchesOf(positionals), values.rounds) : read(values.with);
  if (old) process.stdout.write(`\n${compareLines(old, results, judgedBy).join('\n')}\n`);
}

function benchesOf(wanted: readonly string[]): readonly string[] {
  const all = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !noBench.includes(file))
    .map((file) => file.replace(/\.ts$/, ''));
  const strange = wanted.find((name) => !all.includes(name));
  if (strange !== undefined) throw new Error(`No bench "${strange}". There are: ${all.join(', ')}.`);
  return all.filter((name) => wanted.length === 0 || wanted.includes(name));
}

async function measure(benches: readonly string[], givenRounds: string | undefined): Promise<Results> {
  const rounds = (bench: string): number => Math.max(1, Math.trunc(Number(givenRounds ?? roundsOf(bench))));
  const figures = new Map<string, Figure>();
  const load = { start: loadavg()[0] ?? 0, end: 0 };
  await Promise.all(benches.map((bench) => bundle(bench, bench)));
  await bundle(join('measure', 'yardstickProcess'), 'yardstickProcess');
  const yardstick = new YardstickBeside(join(built, 'yardstickProcess.cjs'));
  try {
    await yardstick.ready();
    for (let round = 1; round <= Math.max(...benches.map(rounds)); round += 1)
      for (const bench of benches.filter((name) => rounds(name) >= round)) {
        process.stdout.write(
          `\n${bench}${rounds(bench) > 1 ? `, round ${round} of ${rounds(bench)}` : ''}\n`,
        );
        if (!(await run(bench, yardstick, figures))) process.exitCode = 1;
      }
  } finally {
    yardstick.end();
  }
  load.end = loadavg()[0] ?? 0;
  const results: Results = {
    at: new Date().toISOString(),
    machine: machineWith(load),
    figures: [...figures.values()],
  };
  print(results);
  return results;
}

function machineWith(load: Machine['load'] & object): Machine {
  return {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    system: `${platform()} ${release()}`,
    node: process.version,
    load,
  };
}

async function bundle(entry: string, name: string): Promise<void> {
  await build({
    entryPoints: [join(folder, `${entry}.ts`)],
    outfile: join(built, `${name}.cjs`),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'error',
    external: ['vscode', 'esbuild', 'playwright-core', 'axe-core', 'bullmq', 'ioredis'],
    // The bundle lies as deep below the root as the folders of the tests.
    define: { 'import.meta.dirname': '__dirname' },
  });
}

/** One round: adds its runs to the figures. False where the bench broke or a row has no figure. */
async function run(
  bench: string,
  yardstick: YardstickBeside,
  figures: Map<string, Figure>,
): Promise<boolean> {
  let from = Date.now();
  let last = from;
  let isWhole = true;
  const child = spawn(process.execPath, ['--expose-gc', join(built, `${bench}.cjs`)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  for await (const line of createInterface({ input: child.stdout })) {
    const row = line.startsWith('{') ? readRow(bench, JSON.parse(line)) : undefined;
    if (row) {
      const to = Date.now();
      // Rows that are printed together were measured together.
      if (to - last > 100) from = last;
      last = to;
      const runs = row.runs.map((each) => beside(each, yardstick, from, to));
      const key = `${bench}\n${row.figure.name}`;
      figures.set(key, { ...row.figure, runs: [...(figures.get(key)?.runs ?? []), ...runs] });
      process.stdout.write(`  ${row.figure.name}: ${runs.map(({ value }) => short(value)).join(', ')}\n`);
    } else if (line.startsWith('{')) {
      isWhole = false;
      process.stdout.write(`  no figure: ${line}\n`);
    } else if (line.trim() !== '') process.stdout.write(`  ${line}\n`);
  }
  const code = await ended;
  if (code !== 0) process.stdout.write(`  ended with ${code}\n`);
  return isWhole && code === 0;
}

function beside(printed: PrintedRun, yardstick: YardstickBeside, since: number, now: number): Run {
  const { from = since, to = now, ...own } = printed;
  const measured = yardstick.between(from, to);
  return { ...own, ...(measured ? { yardstick: measured } : {}) };
}

/** The table of all figures, and the result file. */
function print({ at, machine, figures }: Results): void {
  let bench = '';
  const rows = figures.map((figure) => {
    if (figure.bench !== bench) process.stdout.write(`\n${heading(figure.bench, figures)}\n`);
    bench = figure.bench;
    const by = judgedBy(figure);
    const judgement = judge(figure, by);
    const { value, judged, mark, how } = judgement;
    process.stdout.write(`${shown(figure, judgement)}\n`);
    return { ...figure, value, judged, judgedBy: by, mark, how };
  });
  mkdirSync('bench-results', { recursive: true });
  const file = join('bench-results', `${at.slice(0, 19).replaceAll(':', '')}.json`);
  writeFileSync(file, `${JSON.stringify({ at, machine, rows }, undefined, 2)}\n`);
  const { load, cores, node } = machine;
  process.stdout.write(
    `\n${cores} cores, load ${load?.start.toFixed(1) ?? '?'} at the start and ${load?.end.toFixed(1) ?? '?'} at the end, Node ${node}. Written to ${file}.\n`,
  );
}

/** With the yardstick beside the bench; what each run had beside it is in the result file. */
function heading(bench: string, figures: readonly Figure[]): string {
  const runs = figures.filter((figure) => figure.bench === bench).flatMap((figure) => figure.runs);
  const of = (what: keyof Yardstick): string =>
    median(runs.flatMap(({ yardstick }) => yardstick?.[what] ?? [])).toFixed(1);
  return `${bench} (yardstick: ${of('cpuMs')} ms of work in ${of('wallMs')} ms, flush ${of('flushMs')} ms, timers ${of('lateMs')} ms late)`;
}

function shown(figure: Figure, { value, judged, spread, mark, how }: ReturnType<typeof judge>): string {
  const { name, unit, atLeast, aim, runs } = figure;
  const between = runs.length > 1 ? ` [${short(spread[0])}–${short(spread[1])}]` : '';
  const goal = atLeast === undefined ? '' : `  at least ${atLeast}, aim ${aim ?? '–'}  ${mark}`;
  const peers = Object.keys(runs[0]?.peers ?? {}).map(
    (peer) => `${peer} ${short(median(runs.flatMap((run) => run.peers?.[peer] ?? [])))}`,
  );
  const others = peers.length > 0 ? `  (${peers.join(', ')})` : '';
  const counted = how === '' ? '' : `  judged ${short(judged)}: ${how}`;
  return `  ${name.padEnd(64)} ${short(value).padStart(8)} ${unit}${between}${counted}${goal}${others}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
