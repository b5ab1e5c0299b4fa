/**
 * The order of work and the estimate, with real programs: each job is a process that sleeps. Wall time over
 * the schedule that the same jobs, each as long as it really took, could have had at best; and how far off
 * the end was that was foretold after a tenth.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../src/engine/engine';
import type { NewJob } from '../../src/model/events';
import type { Settings } from '../../src/model/settings';
import { systemClock } from '../../src/platform/clock';
import { NodeFiles } from '../../src/platform/files';
import { createProcesses } from '../../src/platform/processes';
import { systemRandom } from '../../src/platform/random';
import { FakeSource, found, unlimited, videos } from '../helpers/fakeEngine';
import { SeededRandom } from '../helpers/seededRandom';

const workers = 5;
const runs = 3;
const root = mkdtempSync(join(tmpdir(), 'schedule-bench-'));
const processes = createProcesses();

interface Ran {
  readonly wallMs: number;
  /** What each job took, in the order of the list. */
  readonly tookMs: readonly number[];
  /**
   * Difference in ms between the end as predicted after a tenth and the true one, divided by what was left
   * then.
   */
  readonly foretold: number | undefined;
}

let sleep = '';

async function run(
  name: string,
  seconds: readonly number[],
  settings: Settings,
  known: boolean,
): Promise<Ran> {
  const files = new NodeFiles(root);
  const tookMs: number[] = [];
  const source = new FakeSource('youtube', async (request) => {
    const from = performance.now();
    const index = Number(request.link.id.slice(-6));
    await processes.run({
      command: sleep,
      args: [String(seconds[index])],
      signal: request.signal,
      timeoutMs: 60_000,
    });
    tookMs[index] = performance.now() - from;
    return found(request);
  });
  source.remembers = false;
  const engine = createEngine(
    {
      clock: systemClock,
      random: systemRandom,
      files,
      processes,
      machine: { memory: () => process.memoryUsage.rss(), cpuMs: () => 0, cores: 2, id: 'bench' },
      log: { write: () => undefined },
      sources: [source],
      expander: {
        expand: () => {
          throw new Error('no lists here');
        },
      },
      writer: {
        write: (request) => Promise.resolve([`${request.link.id}.md`]),
        find: () => Promise.resolve(undefined),
      },
      derived: { write: () => Promise.resolve() },
      stateFolder: join(root, 'state'),
    },
    settings,
  );
  const jobs: NewJob[] = videos(seconds.length).map((job, index) => ({
    ...job,
    ...(known ? { meta: { duration: seconds[index] ?? 0 } } : {}),
  }));
  const from = performance.now();
  let guess: { readonly at: number; readonly endsAt: number } | undefined;
  const batch = await engine.start({ name, outputFolder: join(root, 'out'), jobs, settings });
  batch.onEvents(() => {
    const endsAt = batch.state.pace?.endsAt;
    if (guess !== undefined || endsAt === undefined) return;
    if (batch.state.counts.completed >= seconds.length / 10) guess = { at: Date.now(), endsAt };
  });
  await batch.settled();
  const wallMs = performance.now() - from;
  const end = Date.now();
  if (batch.state.counts.completed !== seconds.length) throw new Error(JSON.stringify(batch.state.counts));
  await engine.dispose();
  return {
    wallMs,
    tookMs,
    foretold: guess === undefined ? undefined : Math.abs(guess.endsAt - end) / (end - guess.at),
  };
}

/** The end of jobs that are taken in the order of the list by whichever worker is free first. */
function inOrder(tookMs: readonly number[]): number {
  const free = Array.from({ length: workers }, () => 0);
  for (const ms of tookMs) {
    const next = free.indexOf(Math.min(...free));
    free[next] = (free[next] ?? 0) + ms;
  }
  return Math.max(...free);
}

function leastOf(tookMs: readonly number[]): number {
  return Math.max(tookMs.reduce((sum, ms) => sum + ms, 0) / workers, ...tookMs);
}

/** Lengths as videos have them: many short, few long. */
function uneven(count: number, medianSeconds: number): readonly number[] {
  const random = new SeededRandom(11);
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return Math.round(1000 * Math.min(medianSeconds * 4, medianSeconds * Math.exp(0.7 * normal))) / 1000;
  });
}

function say(name: string, value: number, unit: string, atLeast: number, aim: number): void {
  console.log(JSON.stringify({ name, value: Math.round(value * 10_000) / 10_000, unit, atLeast, aim }));
}

/** The best of several: other programs of this computer make a run longer, never shorter. */
async function best(measure: (run: number) => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let at = 0; at < runs; at += 1) values.push(await measure(at));
  return Math.min(...values);
}

async function middle(measure: (run: number) => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let at = 0; at < runs; at += 1) values.push(await measure(at));
  return values.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? NaN;
}

async function main(): Promise<void> {
  sleep = (await processes.find('sleep', '')) ?? '';
  const settings = { ...unlimited, workers };
  const lengths = uneven(60, 0.6);
  const even = Array.from({ length: 100 }, () => 0.4);
  try {
    const list = await best(async (at) => {
      const { wallMs, tookMs } = await run(`list-${at}`, lengths, settings, false);
      return wallMs / inOrder(tookMs);
    });
    say('wall over the ideal schedule in the order of the list', list, '×', 1.03, 1.005);
    const longest = await best(async (at) => {
      const order = { ...settings, order: 'longestFirst' } as const;
      const { wallMs, tookMs } = await run(`longest-${at}`, lengths, order, true);
      return wallMs / leastOf(tookMs);
    });
    say('longestFirst: wall over max(work ÷ workers, longest job)', longest, '×', 1.05, 1.02);
    const eta = await middle(async (at) => {
      const { foretold } = await run(`even-${at}`, even, settings, false);
      if (foretold === undefined) throw new Error('no end was foretold');
      return foretold * 100;
    });
    say('error of the end foretold after a tenth, even lengths', eta, '%', 15, 5);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

void main();
