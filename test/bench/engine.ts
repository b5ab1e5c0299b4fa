/**
 * The engine's own numbers: CPU and memory of 100,000 jobs that do nothing, resume, control. Prints one JSON
 * line a figure: {name, value, unit, atLeast, aim}. Run with `npm run bench engine`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../src/engine/engine';
import type { Engine, EngineParts } from '../../src/engine/api';
import { NodeFiles } from '../../src/platform/files';
import type { Clock } from '../../src/model/ports';
import { FakeSource, found, unlimited, videos } from '../helpers/fakeEngine';
import { SeededRandom } from '../helpers/seededRandom';

const count = Number(process.argv[2] ?? 100_000);
const root = mkdtempSync(join(tmpdir(), 'engine-bench-'));

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

function engine(source: FakeSource): Engine {
  source.remembers = false;
  const parts: EngineParts = {
    clock,
    random: new SeededRandom(7),
    files: new NodeFiles(root),
    processes: {
      own: { host: 'here', boot: 'b', pid: process.pid, started: 's' },
      run: () => Promise.reject(new Error('none')),
      find: () => Promise.resolve(undefined),
      isAlive: () => Promise.resolve(false),
    },
    machine: {
      memory: () => process.memoryUsage.rss(),
      cpuMs: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
      },
      cores: 2,
      id: 'bench',
    },
    log: { write: () => undefined },
    sources: [source],
    expander: {
      expand: () => {
        throw new Error('none');
      },
    },
    // Does nothing, as the jobs do: writing transcripts is output's figure.
    writer: {
      write: (request) => Promise.resolve([`${request.link.id}.md`]),
      find: () => Promise.resolve(undefined),
    },
    derived: { write: () => Promise.resolve() },
    stateFolder: join(root, 'state'),
  };
  return createEngine(parts, unlimited);
}

function say(name: string, value: number, unit: string, atLeast: number, aim: number): void {
  console.log(JSON.stringify({ name, value: Math.round(value * 1000) / 1000, unit, atLeast, aim }));
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const rss = (): number => process.memoryUsage.rss() / 1_048_576;

/** The longest time the event loop did not turn, ms, and the most CPU time of all threads in one such time. */
function lag(): () => { readonly value: number; readonly cpu: number } {
  let last = performance.now();
  let spent = cpuMs();
  const most = { value: 0, cpu: 0 };
  const timer = setInterval(() => {
    const now = performance.now();
    most.value = Math.max(most.value, now - last - 5);
    most.cpu = Math.max(most.cpu, cpuMs() - spent);
    last = now;
    spent = cpuMs();
  }, 5);
  return () => {
    clearInterval(timer);
    return most;
  };
}

function sayStop(what: string, { value, cpu }: ReturnType<ReturnType<typeof lag>>): void {
  const row = { name: `longest stop of the event loop while ${what}`, unit: 'ms', atLeast: 50, aim: 20 };
  console.log(JSON.stringify({ ...row, value: Math.round(value), cpu: Math.round(cpu) }));
}

const settings = { ...unlimited, workers: 20 };
global.gc?.();
const memoryWithoutList = rss();
const jobs = videos(count);
global.gc?.();
const memoryBefore = rss();
const quiet = (request: Parameters<typeof found>[0]): ReturnType<typeof found> => found(request);

/** 100,000 jobs that do nothing, journal on. */
async function nothing(): Promise<void> {
  const source = new FakeSource('youtube', quiet);
  const e = engine(source);
  const cpu = cpuMs();
  const stop = lag();
  const from = performance.now();
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, rss())), 50);
  const batch = await e.start({ name: 'nothing', outputFolder: join(root, 'nothing'), jobs, settings });
  await batch.settled();
  clearInterval(watch);
  if (batch.state.counts.completed !== count) throw new Error(JSON.stringify(batch.state.counts));
  say('engine CPU a job', (cpuMs() - cpu) / count, 'ms', 0.3, 0.1);
  // By how much the process has grown at most, garbage that is not swept yet included.
  say('memory for the batch', peak - memoryBefore, 'MB', 300, 150);
  say('memory for the batch and the list it was given', peak - memoryWithoutList, 'MB', 300, 150);
  sayStop('running', stop());
  console.error(`${Math.round(performance.now() - from)} ms in all`);
  await e.dispose();
}

/** Control with everything queued. */
async function control(): Promise<void> {
  const source = new FakeSource('youtube', (request) => {
    request.stage('fetching');
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(found(request)), 20);
      request.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve({ code: 'cancelled', message: 'Stopped.' });
      });
    });
  });
  const e = engine(source);
  const batch = await e.start({ name: 'control', outputFolder: join(root, 'control'), jobs, settings });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const from = performance.now();
    await work();
    return performance.now() - from;
  };
  const last = count - 1;
  const next = timed(
    () =>
      new Promise<void>((resolve) => {
        const off = batch.onEvents((events) => {
          if (events.some((event) => event.type === 'job-started' && event.job === last)) {
            off();
            resolve();
          }
        });
        void batch.rows([last], 'next');
      }),
  );
  // The next free worker takes it: up to the 20 ms that a job lasts here are in the figure.
  say('run next takes effect', await next, 'ms', 250, 50);
  say('pause takes effect', await timed(() => batch.pause()), 'ms', 250, 50);
  await batch.resume();
  await new Promise((resolve) => setTimeout(resolve, 200));
  say('stop takes effect', await timed(() => batch.stop()), 'ms', 250, 50);
  await e.dispose();
}

/** Resume of a journal in which nearly everything is done. */
async function resume(): Promise<void> {
  const half = new FakeSource('youtube', quiet);
  const e = engine(half);
  const batch = await e.start({ name: 'resume', outputFolder: join(root, 'resume'), jobs, settings });
  await new Promise<void>((resolve) => {
    const off = batch.onEvents(() => {
      if (batch.state.counts.completed < count * 0.9) return;
      off();
      resolve();
    });
  });
  await batch.stop();
  await e.dispose();
  global.gc?.();
  const from = performance.now();
  let first = 0;
  const source = new FakeSource('youtube', (request) => {
    first ||= performance.now() - from;
    return found(request);
  });
  const again = engine(source);
  const stop = lag();
  const resumed = await again.open(join(root, 'resume', 'resume'), 'resume');
  await resumed.settled();
  say('resume until the first job starts', first / 1000, 's', 1.5, 0.3);
  sayStop('resuming', stop());
  await again.dispose();
}
async function main(): Promise<void> {
  try {
    await nothing();
    await control();
    await resume();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
void main();
