/**
 * What an attempt through Redis costs: how many a second go through one Redis, and the owner's CPU for each. A helper
 * in a process of its own answers at once, with 200 cues a video, so that nothing is measured but the way there and
 * back.
 */
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterHelper } from '../../src/cluster/helper';
import { ClusterOwner } from '../../src/cluster/owner';
import { openWire } from '../../src/cluster/redisWire';
import { RateLimiter } from '../../src/engine/limits/rateLimiter';
import { MemoryRoom } from '../../src/engine/pool/memoryRoom';
import type { Offer, OfferedAttempt } from '../../src/model/elsewhere';
import { defaultSettings } from '../../src/model/settings';
import type { Source } from '../../src/model/source';
import type { Cue } from '../../src/model/transcript';
import { systemClock } from '../../src/platform/clock';
import { NodeFiles } from '../../src/platform/files';
import { systemRandom } from '../../src/platform/random';
import { ownProgram, program } from '../programs/find';

const attempts = 5_000;
const warmUp = 500;
const log = { write: () => undefined };
const cues: readonly Cue[] = Array.from({ length: 200 }, (_, at) => ({
  start: at * 3,
  end: at * 3 + 2.5,
  text: `Word number ${at} of the talk, and ${(at * 7919) % 1000} others that somebody said there.`,
}));

const instant: Source = {
  id: 'youtube',
  paid: false,
  readiness: () => Promise.resolve({ ready: true, detail: '' }),
  accepts: () => true,
  quotas: () => [],
  transcribe: () =>
    Promise.resolve({
      transcript: { language: 'en', captions: 'manual', source: 'youtube', cues, meta: { title: 'Talk' } },
    }),
};

const world = { clock: systemClock, random: systemRandom, files: new NodeFiles(), log };

async function help(url: string, stateFolder: string): Promise<void> {
  const settings = { ...defaultSettings, workers: 20, 'rate.youtube.perHour': 0, 'rate.youtube.spacing': 0 };
  const limiter = new RateLimiter({ ...world, stateFolder }, settings);
  await limiter.load();
  const wire = await openWire({ url, mustAnswer: true }, () => undefined);
  const nothing = { began: () => undefined, ended: () => undefined, said: () => undefined };
  const memory = new MemoryRoom({ memory: () => process.memoryUsage.rss() });
  const named = { machine: 'bench', place: url };
  const parts = { ...world, ...named, wire, sources: [instant], limiter, memory, settings };
  await new ClusterHelper(parts, nothing).start();
  process.send?.('ready');
}

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-bench-'));
  const port = await freePort();
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const redis = spawn(program('redis-server'), own, { stdio: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const helpers = ['a', 'b'].map((name) =>
    spawn(ownProgram(process.execPath), [__filename, url, join(folder, name)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }),
  );
  await Promise.all(helpers.map((helper) => new Promise((resolve) => helper.once('message', resolve))));
  const wire = await openWire({ url, mustAnswer: true }, () => undefined);
  const owner = new ClusterOwner({ ...world, wire, machine: 'owner', place: url });
  await owner.start();
  await offerAll(owner, 0, warmUp);
  const cpu = process.cpuUsage();
  const from = performance.now();
  await offerAll(owner, warmUp, attempts);
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  row('attempts through one Redis', attempts / seconds, '/s', 500, 1_000, 'higher');
  row("owner's CPU an attempt", (user + system) / 1000 / attempts, 'ms', 3, 1, 'lower');
  await owner.close();
  for (const helper of helpers) helper.kill();
  redis.kill();
  await rm(folder, { recursive: true, force: true });
}

/** As many at once as there is room for. */
async function offerAll(owner: ClusterOwner, first: number, count: number): Promise<void> {
  const running = new Set<Promise<void>>();
  for (let row = first; row < first + count; row += 1) {
    while (running.size >= 80 || owner.room('youtube', ['youtube']) <= 0)
      await Promise.race([...running, new Promise((resolve) => setTimeout(resolve, 20))]);
    const work = answered(owner.offer(attempt(row), actions)).finally(() => running.delete(work));
    running.add(work);
  }
  await Promise.all(running);
}

async function answered(offer: Offer): Promise<void> {
  const answer = await offer.answer;
  if (answer.kind !== 'answered' || !('transcript' in answer.result)) throw new Error('no answer');
  offer.stored();
}

const actions = {
  taken: () => undefined,
  stage: () => undefined,
  learn: () => undefined,
  note: () => undefined,
};

function attempt(row: number): OfferedAttempt {
  const id = `bench${String(row).padStart(6, '0')}`;
  return {
    batch: 'batch_bench',
    row,
    attempt: 0,
    source: 'youtube',
    quotas: ['youtube'],
    link: { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id },
    meta: {},
    settings: defaultSettings,
  };
}

function row(
  name: string,
  value: number,
  unit: string,
  atLeast: number,
  aim: number,
  better: 'lower' | 'higher',
): void {
  console.log(JSON.stringify({ name, value, unit, atLeast, aim, better }));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const [url, folder] = process.argv.slice(2);
void (url === undefined || folder === undefined ? measure() : help(url, folder));
