import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { parseLine } from '../../src/engine/journal/journal';
import { readFileSync } from 'node:fs';

/** Kills in a run: a few with every test run, `KILLS=200` for the long one. */
const kills = Number(process.env.KILLS ?? 10);
const videosAKill = 12;

describe('kill -9 at random moments of a mixed batch', function () {
  this.timeout(60_000 + kills * 5_000);
  const root = mkdtempSync(join(tmpdir(), 'kill-'));
  const output = join(root, 'out');
  const folder = join(output, 'mixed');
  const program = join(root, 'runner.cjs');
  const submits = new Map<string, number>();
  let redone = 0;
  let server: Server;
  let origin = '';

  before(async () => {
    await build({
      entryPoints: [join(__dirname, 'runner.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: program,
      logLevel: 'error',
    });
    server = createServer((request, response) => {
      const [, kind = '', id = ''] = (request.url ?? '').split('/');
      const wait = 5 + Math.random() * 40;
      if (kind !== 'result' && existsSync(join(folder, `${id}.md`))) redone += 1;
      if (kind === 'submit') submits.set(id, (submits.get(id) ?? 0) + 1);
      const hasCaptions = Number(id.slice(-6)) % 3 !== 0;
      const body =
        kind === 'submit' ? `r-${id}` : kind === 'captions' && !hasCaptions ? '' : `words of ${id}`;
      setTimeout(() => response.end(body), wait);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(() => {
    server.close();
    server.closeAllConnections();
    rmSync(root, { recursive: true, force: true });
  });

  /** Runs until it ends by itself, or is killed after `ms`; returns what it said. */
  function run(count: number, ms?: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, output, join(root, 'state'), origin, String(count)]);
      let said = '';
      let timer: NodeJS.Timeout | undefined;
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString();
        if (said.includes('started') && ms !== undefined)
          timer ??= setTimeout(() => child.kill('SIGKILL'), ms);
      });
      child.stderr.on('data', (data: Buffer) => (said += data.toString()));
      child.on('error', reject);
      // Not at `exit`: what it said last may still be on its way then.
      child.on('close', () => resolve(said));
    });
  }

  it(`loses nothing, redoes nothing that was done and submits nothing twice (${kills} kills)`, async () => {
    const count = kills * videosAKill;
    for (let kill = 0; kill < kills; kill += 1) await run(count, Math.random() * 150);
    const last = await run(count);
    const journal = readFileSync(join(folder, '.journal.jsonl'), 'utf8');
    const torn = journal.split('\n').filter((line) => line !== '' && parseLine(line) === undefined).length;
    const files = readdirSync(folder).filter((name) => name.endsWith('.md'));
    const twice = [...submits.values()].filter((times) => times > 1).length;
    const counts = /\{"pending".*?\}/.exec(last)?.[0] ?? '{}';
    const parsed = JSON.parse(counts) as Record<string, number>;
    const maybe = Number(/"maybe-charged":(\d+)/.exec(last)?.[1] ?? 0);
    const lost = count - (parsed.completed ?? 0) - (parsed.skipped ?? 0) - maybe;
    console.log(
      `      ${kills} kills, ${count} videos: ${lost} lost, ${redone} redone, ${twice} submitted twice; ` +
        `${counts}, ${maybe} maybe charged, ${torn} torn lines`,
    );
    assert.equal(twice, 0, 'submitted twice');
    assert.equal(redone, 0, 'asked again after its file was there');
    assert.equal(lost, 0, `lost: ${last}`);
    assert.equal(parsed.failed, maybe);
    assert.equal(files.length, count - maybe);
  });
});
