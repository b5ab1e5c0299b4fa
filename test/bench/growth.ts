/**
 * How the engine's costs grow with the length of a list whose jobs do nothing: CPU and memory a job, the time until the
 * first job starts, resume and manifest, each length in a process of its own. Drawn in bench-results/growth.svg, where
 * what grows with the list alone is a level line. A million is run with `maxMemoryMB` 2048.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../src/engine/engine';
import type { Engine } from '../../src/engine/api';
import { manifestContent } from '../../src/output/manifest';
import { NodeFiles } from '../../src/platform/files';
import { breathe } from '../../src/captions/sliced';
import { FakeSource, found, unlimited, videos } from '../helpers/fakeEngine';
import { growthPlot } from '../helpers/growthPlot';
import { benchWorld } from './world';

const lengths = (process.env.BENCH_LENGTHS ?? '1000,10000,100000,1000000').split(',').map(Number);
const settings = { ...unlimited, workers: 20, maxMemoryMB: 2048 };

/** Fewer than there are workers. */
const heldJobs = 10;

interface Costs {
  /** Of the processor, ms. */
  readonly cpuMs: number;
  /** By how much the process grew, without the list that it was given. */
  readonly peakMB: number;
  readonly wholeMB: number;
  readonly startMs: number;
  readonly resumeMs: number;
  readonly manifestMs: number;
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** `held`: ids of jobs that do not end until they are stopped. */
async function engineIn(root: string, held: ReadonlySet<string>, started: () => void): Promise<Engine> {
  let isFirst = true;
  const source = new FakeSource('youtube', (request) => {
    if (isFirst) started();
    isFirst = false;
    if (!held.has(request.link.id)) return found(request);
    return new Promise((resolve) => {
      request.signal.addEventListener('abort', () => resolve({ code: 'cancelled', message: 'Stopped.' }));
    });
  });
  source.remembers = false;
  const parts = {
    ...(await benchWorld(root)),
    sources: [source],
    expander: {
      expand: () => {
        throw new Error('none');
      },
    },
    // Do nothing, as the jobs do; the manifest is measured apart.
    writer: {
      write: (request: { readonly link: { readonly id: string } }) =>
        Promise.resolve([`${request.link.id}.md`]),
      find: () => Promise.resolve(undefined),
    },
    derived: { write: () => Promise.resolve() },
  };
  return createEngine(parts, settings);
}

/** Runs a list of this length but for its last jobs, then resumes it. */
async function measured(length: number): Promise<Costs> {
  const root = mkdtempSync(join(tmpdir(), 'growth-bench-'));
  try {
    const jobs = videos(length);
    const held = new Set(jobs.slice(-heldJobs).map(({ link }) => link.id));
    global.gc?.();
    const before = process.memoryUsage.rss();
    let startMs = 0;
    let from = cpuMs();
    const first = await engineIn(root, held, () => (startMs = cpuMs() - from));
    const batch = await first.start({ name: 'all', outputFolder: root, jobs, settings });
    await new Promise<void>((resolve) => {
      const off = batch.onEvents(() => {
        if (batch.state.counts.completed < length - heldJobs) return;
        off();
        resolve();
      });
    });
    await batch.stop();
    const cpu = cpuMs() - from;
    from = cpuMs();
    await new NodeFiles().writeWhole(
      join(root, 'batch.json'),
      await manifestContent(batch.state, Date.now(), breathe),
    );
    const manifestMs = cpuMs() - from;
    await first.dispose();
    const peakKB = process.resourceUsage().maxRSS;
    global.gc?.();
    from = cpuMs();
    let resumeMs = 0;
    const again = await engineIn(root, new Set(), () => (resumeMs = cpuMs() - from));
    const resumed = await again.open(batch.folder, 'resume');
    await resumed.settled();
    if (resumed.state.counts.completed !== length) throw new Error(JSON.stringify(resumed.state.counts));
    await again.dispose();
    const peakMB = peakKB / 1024 - before / 1_048_576;
    const wholeMB = process.resourceUsage().maxRSS / 1024;
    return { cpuMs: cpu, peakMB, wholeMB, startMs, resumeMs, manifestMs };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function inProcess(length: number): Promise<Costs> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, BENCH_GROWTH_OF: String(length) };
    const child = spawn(process.execPath, ['--expose-gc', __filename], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env,
    });
    let text = '';
    child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString('utf8')));
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(text) as Costs);
      else reject(new Error(`${length} jobs ended with ${code}`));
    });
  });
}

function say(row: Readonly<Record<string, string | number>>): void {
  console.log(JSON.stringify(row));
}

async function main(): Promise<void> {
  const own = process.env.BENCH_GROWTH_OF;
  if (own !== undefined) {
    console.log(JSON.stringify(await measured(Number(own))));
    return;
  }
  const all: (Costs & { readonly length: number })[] = [];
  for (const length of lengths) {
    const costs = await inProcess(length);
    all.push({ length, ...costs });
    const each = (ms: number): number => Math.round((ms / length) * 100_000) / 100_000;
    const of = `${length.toLocaleString('en')} jobs`;
    say({ name: `${of}: CPU a job`, value: each(costs.cpuMs), unit: 'ms', atLeast: 0.3, aim: 0.1 });
    say({ name: `${of}: memory a job`, value: each(costs.peakMB * 1024), unit: 'KB' });
    say({ name: `${of}: CPU until the first one starts`, value: Math.round(costs.startMs), unit: 'ms' });
    say({ name: `${of}: CPU of resume until one starts`, value: Math.round(costs.resumeMs), unit: 'ms' });
    say({ name: `${of}: CPU of the manifest`, value: Math.round(costs.manifestMs), unit: 'ms' });
    const most = length >= 1_000_000 ? { atLeast: 1536 } : {};
    say({ name: `${of}: whole process`, value: Math.round(costs.wholeMB), unit: 'MB', ...most });
  }
  mkdirSync('bench-results', { recursive: true });
  const lines = [
    { name: 'CPU', of: all.map(({ length, cpuMs: ms }) => [length, ms] as const), unit: 'ms' },
    { name: 'memory', of: all.map(({ length, peakMB }) => [length, peakMB * 1024] as const), unit: 'KB' },
    { name: 'start', of: all.map(({ length, startMs }) => [length, startMs] as const), unit: 'ms' },
    { name: 'resume', of: all.map(({ length, resumeMs }) => [length, resumeMs] as const), unit: 'ms' },
    { name: 'manifest', of: all.map(({ length, manifestMs }) => [length, manifestMs] as const), unit: 'ms' },
  ];
  writeFileSync(join('bench-results', 'growth.svg'), growthPlot(lines));
  console.log('Drawn in bench-results/growth.svg.');
}

void main();
