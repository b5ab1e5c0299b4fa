/**
 * `npm run bench [name…]`: runs each bench of this folder in a process of its own, prints its figures against
 * "at least" and "aim", and writes them to bench-results/. A bench prints one JSON object a line:
 * {name, value, unit, atLeast, aim, better: "lower" | "higher", peers?: {name: value}}. Each is bundled first, as the
 * product ships: a loader that translates modules on the way would cost what no user pays.
 */
import { spawn } from 'node:child_process';
import { build } from 'esbuild';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, platform, release } from 'node:os';
import { join } from 'node:path';

interface Row {
  readonly bench: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly atLeast?: number;
  readonly aim?: number;
  readonly better?: 'lower' | 'higher';
  readonly peers?: Readonly<Record<string, number>>;
}

const folder = __dirname;
/** As deep in the tree as the sources, so that relative files are found. */
const built = join(folder, '..', '..', 'out', 'bench');
const wanted = process.argv.slice(2);
const benches = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !['run.ts', 'row.ts'].includes(file))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

async function main(): Promise<void> {
  const rows: Row[] = [];
  let broken = 0;
  for (const bench of benches) {
    process.stdout.write(`\n${bench}\n`);
    await bundle(bench);
    const code = await run(bench, (row) => {
      rows.push(row);
      process.stdout.write(`${shown(row)}\n`);
    });
    if (code !== 0) {
      broken += 1;
      process.stdout.write(`  ended with ${code}\n`);
    }
  }
  mkdirSync('bench-results', { recursive: true });
  const file = join('bench-results', `${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.json`);
  const machine = {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    system: `${platform()} ${release()}`,
    node: process.version,
  };
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, rows }, undefined, 2)}\n`);
  process.stdout.write(`\nWritten to ${file}.\n`);
  if (broken > 0) process.exitCode = 1;
}

async function bundle(bench: string): Promise<void> {
  await build({
    entryPoints: [join(folder, `${bench}.ts`)],
    outfile: join(built, `${bench}.cjs`),
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

function run(bench: string, onRow: (row: Row) => void): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--expose-gc', join(built, `${bench}.cjs`)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let rest = '';
    child.stdout.on('data', (text: Buffer) => {
      const lines = (rest + text.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('{')) onRow({ bench, ...(JSON.parse(line) as Omit<Row, 'bench'>) });
        else if (line.trim() !== '') process.stdout.write(`  ${line}\n`);
      }
    });
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

function shown({ name, value, unit, atLeast, aim, better = 'lower', peers }: Row): string {
  const meets = (limit: number | undefined): boolean =>
    limit === undefined || (better === 'lower' ? value <= limit : value >= limit);
  const mark = !meets(atLeast) ? 'MISSES' : meets(aim) ? 'aim' : 'ok';
  const goal = atLeast === undefined ? '' : `  at least ${atLeast}, aim ${aim ?? '–'}  ${mark}`;
  const others = Object.entries(peers ?? {}).map(([peer, figure]) => `${peer} ${figure}`);
  return `  ${name.padEnd(64)} ${String(Number(value.toPrecision(4))).padStart(10)} ${unit.padEnd(8)}${goal}${others.length > 0 ? `  (${others.join(', ')})` : ''}`;
}

void main();
