/**
 * A cold start of the terminal program as it ships: `--help`, `doctor`, and a link until its first request, with
 * YouTube alone and with the default sources and a yt-dlp, beside an empty program of the same Node. Medians of several
 * starts; judged by the processor's time, because the time on the clock is as much the neighbours'.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const starts = 9;

interface Took {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** What Python takes to start yt-dlp, on a machine that has nothing else to do. */
const ytDlp = `#!/bin/sh
sleep 0.4
echo 2026.10.26
`;

/** Writes what the process took when it exits. */
const meter = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeFileSync(process.env.METER, String((userCPUTime + systemCPUTime) / 1000));
});`;

async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'cold-bench-'));
  let asked: (() => void) | undefined;
  // Closes the connection: what comes after the first request is not measured.
  const server = createServer((request) => {
    asked?.();
    request.socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const dist = join(root, 'dist');
    execFileSync(process.execPath, ['esbuild.js', '--production', '--out', dist]);
    const empty = join(root, 'empty.cjs');
    writeFileSync(empty, '');
    writeFileSync(join(root, 'meter.cjs'), meter);
    const programs = join(root, 'bin');
    mkdirSync(programs);
    writeFileSync(join(programs, 'yt-dlp'), ytDlp);
    chmodSync(join(programs, 'yt-dlp'), 0o755);
    const env = { PATH: `${programs}:${process.env.PATH}`, HOME: root, METER: join(root, 'took') };
    /** Ends at its exit, or at its first request, which ends it. */
    const start = (...args: readonly string[]): Promise<Took> =>
      new Promise((resolve, reject) => {
        rmSync(env.METER, { force: true });
        const from = performance.now();
        let wallMs = 0;
        const child = spawn(process.execPath, ['--require', join(root, 'meter.cjs'), ...args], {
          ...{ cwd: root, env, stdio: 'ignore' },
        });
        asked = () => {
          wallMs ||= performance.now() - from;
          child.kill('SIGINT');
        };
        child.once('error', reject);
        child.once('close', () => {
          wallMs ||= performance.now() - from;
          resolve({ cpuMs: Number(readFileSync(env.METER, 'utf8')), wallMs });
        });
      });
    const cli = join(dist, 'cli.js');
    const { port } = server.address() as AddressInfo;
    // The limits are those of all starts together, which would make the later ones wait.
    const site = [
      `youtube.endpoint=http://127.0.0.1:${port}`,
      'rate.youtube.perHour=0',
      'rate.youtube.spacing=0',
    ];
    const link = [cli, 'https://youtu.be/dQw4w9WgXcQ', ...site.flatMap((setting) => ['--set', setting])];
    const rows = [
      { name: 'an empty program', args: [empty], atLeast: 100, aim: 60 },
      { name: '--help', args: [cli, '--help'], atLeast: 300, aim: 150 },
      { name: 'doctor', args: [cli, 'doctor'], atLeast: 1500, aim: 600 },
      {
        name: 'a link, stopped at its first request',
        args: [...link, '--sources', 'youtube'],
        ...{ atLeast: 600, aim: 300 },
      },
      {
        name: 'a link with the default sources, stopped at its first request',
        args: link,
        ...{ atLeast: 600, aim: 300 },
      },
    ];
    for (const { name, args, atLeast, aim } of rows) {
      const took: Took[] = [];
      for (let at = 0; at < starts; at += 1) took.push(await start(...args));
      const median = (of: 'cpuMs' | 'wallMs'): number =>
        Math.round(took.map((one) => one[of]).sort((a, b) => a - b)[Math.floor(starts / 2)] ?? NaN);
      console.log(JSON.stringify({ name: `${name}: CPU`, value: median('cpuMs'), unit: 'ms', atLeast, aim }));
      const wall = { value: median('wallMs'), cpu: median('cpuMs'), unit: 'ms' };
      console.log(JSON.stringify({ name: `${name}: wall`, ...wall }));
    }
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(root, { recursive: true, force: true });
  }
}

void main();
