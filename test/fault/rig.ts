/** What the fault tests share: the terminal program as built from source, real folders, a stand-in site. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { parseLine } from '../../src/engine/journal/journal';
import { YouTubeStandIn, type YouTubeOptions } from '../servers/youtube';
import { ownProgram, program } from '../programs/find';

type Line = Readonly<Record<string, unknown>>;

/** One call of the program: what it says so far, and how it ends. */
export interface Call {
  readonly child: ChildProcess;
  readonly lines: readonly Line[];
  readonly words: () => string;
  readonly ended: Promise<number | null>;
  /** Resolves with the first line, said already or later, that fits; rejects when the program ends before. */
  until(what: (line: Line) => boolean): Promise<Line>;
  /** Changes its folders while it is suspended: it sees all of the change or nothing. */
  still(act: () => void): void;
}

export class Rig {
  readonly root = mkdtempSync(join(tmpdir(), 'bulk-transcribe-fault-'));
  /** Where the batch folders of `run` come to lie. */
  output = join(this.root, 'out');
  /** Keys of services, as environment variables. */
  keys: Readonly<Record<string, string>> = {};
  private readonly program = join(this.root, 'cli.cjs');
  private readonly running = new Set<ChildProcess>();

  private constructor(readonly site: YouTubeStandIn) {}

  static async start(delayMs: number, site: YouTubeOptions = {}): Promise<Rig> {
    const rig = new Rig(await YouTubeStandIn.start({ delayMs, ...site }));
    // A copy of its own: dist/ may be rebuilt at any moment.
    await build({
      entryPoints: [join(__dirname, '..', '..', 'src', 'cli.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: rig.program,
      // Loaded where a Redis is named, and none is.
      external: ['bullmq', 'ioredis'],
      logLevel: 'error',
    });
    return rig;
  }

  async close(): Promise<void> {
    for (const child of this.running) child.kill('SIGKILL');
    await this.site.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** A list of `count` videos, each with captions. */
  list(name: string, count: number): string {
    const path = join(this.root, `${name}.urls`);
    const links = ids(name, count).map((id) => `https://www.youtube.com/watch?v=${id}\n`);
    writeFileSync(path, links.join(''));
    return path;
  }

  folder(name: string): string {
    return join(this.output, name);
  }

  run(list: string, ...more: readonly string[]): Call {
    return this.call([list, '--out', this.output, ...more]);
  }

  resume(name: string, ...more: readonly string[]): Call {
    return this.call(['resume', this.folder(name), ...more]);
  }

  /**
   * `host`: as if on a computer of that name that shares the folders (a namespace of its own; needs root), where the
   * files `empty` are empty.
   */
  call(args: readonly string[], host?: string, empty: readonly string[] = []): Call {
    const own = [
      ...['--json', '--workers', '4', '--sources', 'youtube'],
      ...['--set', `youtube.endpoint=${this.site.origin}`],
      ...['perHour', 'burst', 'spacing', 'concurrency'].flatMap((name) => [
        '--set',
        `rate.youtube.${name}=${name === 'burst' ? 100 : 0}`,
      ]),
    ];
    // What the test says comes last, and counts.
    const [first = '', ...others] = args;
    const command = [this.program, first, ...own, ...others];
    const hidden = empty.map((path) => `mount --bind /dev/null ${path} && `).join('');
    const become = `${hidden}hostname ${host ?? ''} && exec "$@"`;
    const spaces = empty.length > 0 ? ['--uts', '--mount'] : ['--uts'];
    const elsewhere = [...spaces, 'sh', '-c', become, 'sh', process.execPath];
    const [start, rest] =
      host === undefined
        ? [ownProgram(process.execPath), command]
        : [program('unshare'), [...elsewhere, ...command]];
    const child = spawn(start, rest, {
      cwd: this.root,
      env: {
        PATH: process.env.PATH,
        HOME: join(this.root, 'home'),
        BULK_TRANSCRIBE_STATE: join(this.root, 'state'),
        ...this.keys,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return this.listen(child);
  }

  private listen(child: ChildProcess): Call {
    this.running.add(child);
    const lines: Line[] = [];
    const waiters = new Set<() => void>();
    let words = '';
    let rest = '';
    let over = false;
    const heard = (): void => {
      for (const waiter of [...waiters]) waiter();
    };
    child.stderr?.on('data', (piece: Buffer) => (words += piece.toString()));
    child.stdout?.on('data', (piece: Buffer) => {
      const whole = (rest + piece.toString()).split('\n');
      rest = whole.pop() ?? '';
      for (const line of whole) if (line !== '') lines.push(JSON.parse(line) as Line);
      heard();
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        over = true;
        this.running.delete(child);
        heard();
        resolve(code);
      });
    });
    const until = (what: (line: Line) => boolean): Promise<Line> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(what);
          if (found) resolve(found);
          else if (over) reject(new Error(`it ended before: ${words}`));
          else return;
          waiters.delete(look);
        };
        waiters.add(look);
        look();
      });
    const still = (act: () => void): void => {
      // Windows cannot do that, and does not let a file in use be moved either.
      const canStop = process.platform !== 'win32';
      if (canStop) child.kill('SIGSTOP');
      try {
        act();
      } finally {
        if (canStop) child.kill('SIGCONT');
      }
    };
    return { child, lines, words: () => words, ended, until, still };
  }

  /** Ids of the videos whose file is in the folder. */
  written(name: string): readonly string[] {
    return readdirSync(this.folder(name)).flatMap((file) => /\[([\w-]{11})\]\.md$/.exec(file)?.[1] ?? []);
  }

  /** Videos that were asked for since the stand-in was last reset, each as often as it was. */
  asked(): readonly string[] {
    return this.site.seen.filter(({ kind }) => kind === 'player').map(({ video }) => video);
  }

  journal(name: string): string {
    return join(this.folder(name), '.journal.jsonl');
  }

  /** Lines of the journal that cannot be read. */
  torn(name: string): number {
    const lines = readFileSync(this.journal(name), 'utf8').split('\n');
    return lines.filter((line) => line !== '' && parseLine(line) === undefined).length;
  }
}

/** Eleven characters each, different for each list. */
export function ids(name: string, count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `${name.slice(0, 6).padEnd(6, '0')}${String(index).padStart(5, '0')}`,
  );
}

export const isOutcome = (line: Line): boolean => line.type === 'job' && line.status === 'completed';
export const isPaused = (line: Line): boolean => line.type === 'batch' && line.state === 'paused';
export const isRunning = (line: Line): boolean => line.type === 'batch' && line.state === 'running';
