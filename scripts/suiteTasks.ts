/**
 * Runs tasks side by side, each after those it needs, and shows their output one after the other: the output of
 * the oldest running one comes at once, that of the others is kept until then. A few failed tasks may run again.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { OutputCounts, type Counts } from './suiteCounts';

export interface Task {
  readonly name: string;
  /** The line of the table it belongs to; several tasks may share one. */
  readonly row: string;
  /** What `node` runs. */
  readonly args: readonly string[];
  /** Names of tasks that must have ended before; well or not, unless the run stops there. */
  readonly needs: readonly string[];
  /** A suite, or a part of one: its output must hold mocha's figures. */
  readonly counted?: boolean;
  /** It mostly waits: one such runs beside the others, however many these are. */
  readonly waits?: boolean;
  /** When it fails, it is run once more after all others, alone. */
  readonly again?: boolean;
}

export interface TaskResult {
  readonly task: Task;
  /** Undefined: not started, because a task that all need had failed. */
  readonly code?: number;
  readonly counts: Counts;
  readonly startedAt: number;
  readonly endedAt: number;
  /** How it failed before it was run again. */
  readonly first?: TaskResult;
}

/** Where more fail, it is no accident, and the time for all of them is better spent. */
const mostAgain = 3;

export interface RunOptions {
  /** The working directory. */
  readonly root: string;
  /** How many may run at the same time, without one that mostly waits. */
  readonly atOnce: number;
  readonly environment: (task: Task) => NodeJS.ProcessEnv;
  /** No task begins after one of these has failed. */
  readonly stopAfter: (task: Task) => boolean;
  /** Gets the output of the tasks, one task after the other. */
  readonly show: (output: string | Uint8Array) => void;
}

/** Runs all of them and answers in their order. A signal to this process ends them all. */
export async function runAll(tasks: readonly Task[], options: RunOptions): Promise<readonly TaskResult[]> {
  const results = new Map<Task, TaskResult>();
  const waiting = new Set(tasks);
  const running = new Map<Task, Promise<void>>();
  const screen = new Screen(options.show);
  const groups = new ChildGroups();
  const names = new Set(tasks.map(({ name }) => name));
  let stopped = false;
  const ready = ({ needs }: Task): boolean =>
    needs.every((need) => !names.has(need) || [...results.keys()].some(({ name }) => name === need));

  for (;;) {
    for (const task of waiting) {
      if (stopped) break;
      const busy = [...running.keys()].filter(({ waits }) => waits !== true).length;
      const hasPlace = task.waits === true ? running.size === busy : busy < options.atOnce;
      if (!hasPlace || !ready(task)) continue;
      waiting.delete(task);
      const run = runOne(task, options, screen, groups).then((result) => {
        results.set(task, result);
        running.delete(task);
        if (result.code !== 0 && options.stopAfter(task)) stopped = true;
      });
      running.set(task, run);
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
    if (groups.interrupted) stopped = true;
  }
  const failed = [...results.values()].filter(({ task, code }) => task.again === true && code !== 0);
  for (const first of failed.length > mostAgain ? [] : failed) {
    if (stopped || groups.interrupted) break;
    const result = await runOne(first.task, options, screen, groups);
    results.set(first.task, { ...result, first });
  }
  groups.close();
  const counts = new OutputCounts().counts;
  const none = { counts, startedAt: 0, endedAt: 0 };
  return tasks.map((task) => results.get(task) ?? { task, ...none });
}

function runOne(task: Task, options: RunOptions, screen: Screen, groups: ChildGroups): Promise<TaskResult> {
  const startedAt = Date.now();
  const say = screen.open(task.name);
  const output = new OutputCounts();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, task.args, {
      cwd: options.root,
      env: options.environment(task),
      // It leads a group of its own, so that its children can be ended with it.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    groups.add(child);
    const end = (code: number): void => {
      say.close();
      resolve({ task, code, counts: output.end(), startedAt, endedAt: Date.now() });
    };
    child.stdout.on('data', (data: Buffer) => {
      say.write(data);
      output.read(String(data));
    });
    child.stderr.on('data', (data: Buffer) => say.write(data));
    child.on('error', (error) => {
      say.write(Buffer.from(`${error.message}\n`));
      end(1);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}

interface Voice {
  write(data: Buffer): void;
  close(): void;
}

/** One output for several writers: the oldest open one is shown as it comes, the others are kept until then. */
class Screen {
  private readonly open_: { name: string; kept: Buffer[]; closed: boolean; begun: boolean }[] = [];

  constructor(private readonly write: RunOptions['show']) {}

  open(name: string): Voice {
    const voice = { name, kept: [] as Buffer[], closed: false, begun: false };
    this.open_.push(voice);
    this.show();
    return {
      write: (data) => {
        voice.kept.push(data);
        this.show();
      },
      close: () => {
        voice.closed = true;
        this.show();
      },
    };
  }

  private show(): void {
    for (let first = this.open_[0]; first !== undefined; first = this.open_[0]) {
      if (!first.begun) this.write(`\n=== ${first.name}\n`);
      first.begun = true;
      for (const data of first.kept.splice(0)) this.write(data);
      if (!first.closed) return;
      this.open_.shift();
    }
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** The processes that were started, ended together when this one is asked to end. */
class ChildGroups {
  interrupted = false;
  private readonly children = new Set<ChildProcess>();
  private readonly interrupt = (signal: NodeJS.Signals): void => {
    this.interrupted = true;
    for (const child of this.children) end(child, signal);
  };

  constructor() {
    for (const signal of signals) process.on(signal, this.interrupt);
  }

  close(): void {
    for (const signal of signals) process.off(signal, this.interrupt);
  }

  add(child: ChildProcess): void {
    this.children.add(child);
    child.once('close', () => this.children.delete(child));
  }
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}
