/**
 * What the whole terminal program takes for 100,000 links, half of them failing, against a stand-in site: memory at
 * its peak over an idle program, the same list once more, and a resume until nothing is left to do.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';

const count = Number(process.env.BENCH_LINKS ?? 100_000);
const idOf = (number: number): string => `abc${String(number).padStart(8, '0')}`;

interface Took {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMB: number;
}

/** Writes what the process took when it exits. */
const meter = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeFileSync(process.env.METER, JSON.stringify({ maxRSS, cpu: userCPUTime + systemCPUTime }));
});`;

class Program {
  readonly root = mkdtempSync(join(tmpdir(), 'terminal-bench-'));
  private readonly dist = join(this.root, 'dist');
  private readonly meter = join(this.root, 'meter.cjs');

  make(): void {
    writeFileSync(this.meter, meter);
    execFileSync(process.execPath, ['esbuild.js', '--production', '--out', this.dist]);
  }

  /** Runs to its end; the site answers meanwhile. */
  async run(...args: readonly string[]): Promise<Took> {
    const file = join(this.root, 'took.json');
    const from = performance.now();
    await new Promise((resolve) => {
      spawn(process.execPath, ['--require', this.meter, join(this.dist, 'cli.js'), ...args], {
        cwd: this.root,
        stdio: 'ignore',
        env: { PATH: process.env.PATH, HOME: this.root, METER: file },
      }).on('close', resolve);
    });
    const { maxRSS, cpu } = JSON.parse(readFileSync(file, 'utf8')) as { maxRSS: number; cpu: number };
    return { seconds: (performance.now() - from) / 1000, cpuSeconds: cpu / 1e6, peakMB: maxRSS / 1024 };
  }
}

function say(
  name: string,
  value: number,
  unit: string,
  atLeast: number,
  aim: number,
  cpuSeconds?: number,
): void {
  const [rounded, cpu] = [value, cpuSeconds].map((one) => one && Math.round(one * 100) / 100);
  console.log(JSON.stringify({ name, value: rounded, cpu, unit, atLeast, aim }));
}

async function main(): Promise<void> {
  const program = new Program();
  const site = await YouTubeStandIn.start({
    videos: (id) =>
      Number(id.slice(3)) % 2 === 1 ? { ...standInVideo(id), behaviour: 'private' } : undefined,
  });
  // Its record of requests is of no use here, and grows.
  const forget = setInterval(() => site.reset(), 500);
  try {
    program.make();
    const list = join(program.root, 'big.urls');
    const links = Array.from({ length: count }, (_, n) => `https://www.youtube.com/watch?v=${idOf(n)}\n`);
    writeFileSync(list, links.join(''));
    const common = [
      ...['--json', '--workers', '20', '--sources', 'youtube', '--set', `youtube.endpoint=${site.origin}`],
      ...['perHour', 'spacing', 'concurrency'].flatMap((name) => ['--set', `rate.youtube.${name}=0`]),
    ];
    const out = ['--out', join(program.root, 'out')];
    const idle = await program.run('--version');
    const first = await program.run(list, ...common, ...out);
    const again = await program.run(list, ...common, ...out);
    const resumed = await program.run('resume', join(program.root, 'out', 'big'), ...common);
    console.log(
      `idle ${idle.peakMB.toFixed(0)} MB; first ${first.seconds.toFixed(1)} s, ${first.cpuSeconds.toFixed(1)} s CPU; ` +
        `again ${again.cpuSeconds.toFixed(2)} s CPU; resume ${resumed.cpuSeconds.toFixed(2)} s CPU`,
    );
    say('100,000 links, half failing: growth of the program', first.peakMB - idle.peakMB, 'MB', 300, 150);
    say('the same list again, all done', again.seconds, 's', 3, 1.5, again.cpuSeconds);
    say('resume of it through the terminal', resumed.seconds, 's', 2.2, 1, resumed.cpuSeconds);
  } finally {
    clearInterval(forget);
    await site.close();
    rmSync(program.root, { recursive: true, force: true });
  }
}

void main();
