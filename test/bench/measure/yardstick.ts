/** Runs the yardstick beside the benches and says what it took between two points in time. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { median, quantile, type Yardstick } from './figures';
import { isFields, numberOf } from './results';

export interface Sample {
  /** When it came, ms since the epoch. */
  readonly at: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly flushMs: number;
  readonly lateMs: number;
}

/** A run that is shorter than this many samples takes those nearest to it. */
const leastSamples = 3;

/** Of the samples from `from` to `to` (ms since the epoch); undefined where there is none at all. */
export function yardstickOf(samples: readonly Sample[], from: number, to: number): Yardstick | undefined {
  const away = ({ at }: Sample): number => Math.max(0, from - at, at - to);
  const within = samples.filter((sample) => away(sample) === 0);
  const nearest = [...samples].sort((a, b) => away(a) - away(b)).slice(0, leastSamples);
  const taken = within.length >= leastSamples ? within : nearest;
  if (taken.length === 0) return undefined;
  const of = (what: (sample: Sample) => number): number => Math.round(median(taken.map(what)) * 1000) / 1000;
  const walls = taken.map(({ wallMs }) => wallMs);
  return {
    samples: taken.length,
    cpuMs: of(({ cpuMs }) => cpuMs),
    wallMs: of(({ wallMs }) => wallMs),
    strays: Math.round(((quantile(walls, 0.75) - quantile(walls, 0.25)) / 2 / median(walls)) * 1000) / 1000,
    flushMs: of(({ flushMs }) => flushMs),
    lateMs: of(({ lateMs }) => lateMs),
  };
}

export class YardstickBeside {
  readonly samples: Sample[] = [];
  private readonly child: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), 'bench-yardstick-'));
  private readonly first: Promise<void>;

  /** `script`: yardstickProcess.ts as built. */
  constructor(script: string) {
    const child = spawn(process.execPath, [script, this.folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child = child;
    this.first = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.take(JSON.parse(line));
        resolve();
      });
      child.once('exit', () => reject(new Error('The yardstick ended by itself.')));
    });
    // Nobody may be waiting for it when it is ended.
    this.first.catch(() => undefined);
  }

  /** Until the first sample is there. */
  ready(): Promise<void> {
    return this.first;
  }

  between(from: number, to: number): Yardstick | undefined {
    return yardstickOf(this.samples, from, to);
  }

  end(): void {
    this.child.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private take(said: unknown): void {
    if (!isFields(said)) return;
    const [cpuMs, wallMs, flushMs, lateMs] = ['cpuMs', 'wallMs', 'flushMs', 'lateMs'].map((name) =>
      numberOf(said[name]),
    );
    if (cpuMs === undefined || wallMs === undefined || flushMs === undefined || lateMs === undefined) return;
    this.samples.push({ at: Date.now(), cpuMs, wallMs, flushMs, lateMs });
  }
}
