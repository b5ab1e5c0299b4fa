/** Several machines on one Redis, as processes of the built program: an owner, helpers, a stand-in site. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { ownProgram } from '../programs/find';
import { RedisServer, type RedisOptions } from '../servers/redis';
import { YouTubeStandIn, type YouTubeOptions } from '../servers/youtube';
import { cliProgram } from './cli';

type Line = Readonly<Record<string, unknown>>;

/** A process of the program, and what it says. */
export class Machine {
  readonly lines: Line[] = [];
  said = '';
  readonly ended: Promise<number | null>;
  private readonly waiters = new Set<() => void>();

  constructor(readonly child: ChildProcess) {
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      const pieces = (rest + piece).split('\n');
      rest = pieces.pop() ?? '';
      for (const line of pieces) if (line.startsWith('{')) this.lines.push(JSON.parse(line) as Line);
      this.tell();
    });
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      this.said += piece;
      this.tell();
    });
    this.ended = new Promise((resolve) => child.once('close', resolve));
    void this.ended.then(() => this.tell());
  }

  /** Resolves once it has said what fits; rejects when it ends before. */
  until(fits: (line: Line) => boolean, what: string): Promise<void> {
    return this.wait(() => this.lines.some(fits), what);
  }

  untilSaid(words: RegExp): Promise<void> {
    return this.wait(() => words.test(this.said), String(words));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  private wait(isThere: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (isThere()) resolve();
        else if (this.child.exitCode !== null || this.child.signalCode !== null)
          reject(new Error(`It ended before it said ${what}: ${this.said}`));
        else return;
        this.waiters.delete(look);
      };
      this.waiters.add(look);
      look();
    });
  }

  private tell(): void {
    for (const look of [...this.waiters]) look();
  }
}

/** What one of its processes has that differs from the others. */
export interface MachineOptions {
  /** Seconds between two starts of its own address; 0: as fast as it can. */
  readonly spacing?: number;
  /** Starts of its own address in an hour, of which it uses 95 %. */
  readonly perHour?: number;
  /** Starts that may follow each other at once. */
  readonly burst?: number;
  /** Where it finds Redis; absent: that of the rig. Undefined: its arguments say so. */
  readonly redis?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  readonly sources?: string;
}

export class ClusterRig {
  readonly root = mkdtempSync(join(tmpdir(), 'bulk-transcribe-cluster-'));
  readonly output = join(this.root, 'out');
  private readonly machines: Machine[] = [];
  private client: Redis | undefined;

  private constructor(
    readonly site: YouTubeStandIn,
    readonly server: RedisServer,
  ) {}

  static async start(site: YouTubeOptions = {}, redis: RedisOptions = {}): Promise<ClusterRig> {
    return new ClusterRig(
      await YouTubeStandIn.start({ ...(site.delays ? {} : { delayMs: 60 }), ...site }),
      await RedisServer.start(redis),
    );
  }

  /** For what somebody else may write there. */
  get redis(): Redis {
    return (this.client ??= new Redis(this.server.port, '127.0.0.1', { lazyConnect: false }));
  }

  async close(): Promise<void> {
    for (const { child } of this.machines) child.kill('SIGKILL');
    await Promise.all(this.machines.map(({ ended }) => ended));
    this.client?.disconnect();
    await this.server.end();
    await this.site.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** A list of `count` videos, each with captions. */
  list(name: string, count: number): string {
    const path = join(this.root, `${name}.urls`);
    const ids = Array.from(
      { length: count },
      (_, at) => `${name.padEnd(5, '_').slice(0, 5)}${String(at).padStart(6, '0')}`,
    );
    writeFileSync(path, ids.map((id) => `https://www.youtube.com/watch?v=${id}\n`).join(''));
    return path;
  }

  /** A helper that takes as much as it can. */
  async helper(name: string, more: readonly string[] = [], options: MachineOptions = {}): Promise<Machine> {
    const helper = this.call(name, ['worker', '--workers', '3', ...more], options);
    await helper.until(({ state }) => state === 'ready', 'that it is ready');
    return helper;
  }

  /** An owner whose own address has one start a second. */
  run(list: string, more: readonly string[] = [], options: MachineOptions = {}): Machine {
    return this.call('owner', [list, '--out', this.output, ...more], { spacing: 1, ...options });
  }

  resume(name: string, options: MachineOptions = {}): Machine {
    return this.call('owner', ['resume', join(this.output, name)], { spacing: 1, ...options });
  }

  call(state: string, args: readonly string[], options: MachineOptions = {}): Machine {
    const { spacing = 0, env = {}, sources = 'youtube' } = options;
    const { perHour = spacing === 0 ? 0 : 3_600 } = options;
    const { burst = spacing === 0 || options.perHour !== undefined ? 100 : 1 } = options;
    const url = 'redis' in options ? options.redis : this.server.url;
    const rates = {
      perHour,
      burst,
      spacing,
      concurrency: 0,
    };
    const settings = Object.entries(rates).flatMap(([key, value]) => [
      '--set',
      `rate.youtube.${key}=${value}`,
    ]);
    const redis = url === undefined ? [] : ['--redis', url];
    const own = [...redis, '--json', '--sources', sources];
    const site = ['--set', `youtube.endpoint=${this.site.origin}`];
    const child = spawn(ownProgram(process.execPath), [cliProgram, ...args, ...own, ...site, ...settings], {
      cwd: this.root,
      env: {
        PATH: process.env.PATH,
        HOME: this.root,
        BULK_TRANSCRIBE_STATE: join(this.root, `state-${state}`),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const machine = new Machine(child);
    this.machines.push(machine);
    return machine;
  }

  /** The rows of the batch as its manifest has them. */
  videos(name: string): readonly Line[] {
    const text = readFileSync(join(this.output, name, 'batch.json'), 'utf8');
    return (JSON.parse(text) as { readonly videos: readonly Line[] }).videos;
  }

  /** How often each video was asked for. */
  asked(): ReadonlyMap<string, number> {
    const times = new Map<string, number>();
    for (const { kind, video } of this.site.seen)
      if (kind === 'player') times.set(video, (times.get(video) ?? 0) + 1);
    return times;
  }
}
