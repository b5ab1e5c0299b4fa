/**
 * Machines as processes that share one paid account through a real Redis, with kills, against a service with a true
 * sliding window: whether it refuses a request, and how much of the share is used; then the same with Redis killed,
 * with and without its data, and with a network that is cut for 20 s; and what the script costs Redis. A minute by
 * default, SECONDS=300 for longer. Run: npm run bench -- sharing
 */
import { build } from 'esbuild';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { paceScript } from '../../src/cluster/pace/script';
import { Herd } from '../helpers/sharingHerd';
import { RedisServer } from '../servers/redis';

const limit = 300;
const windowMs = 60_000;
const allowed = 285;
const seconds = Number(process.env.SECONDS ?? 60);
/** The bench itself is bundled elsewhere, as deep in the tree. */
const root = join(import.meta.dirname, '..', '..');
const program = join(root, 'out', 'bench', 'sharingPeer.cjs');

function report(
  name: string,
  value: number,
  unit: string,
  atLeast: number,
  aim: number,
  higher: boolean,
): void {
  const better = higher ? 'higher' : 'lower';
  console.log(JSON.stringify({ name, value: Math.round(value * 100) / 100, unit, atLeast, aim, better }));
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function herdOf(redis: RedisServer): Promise<Herd> {
  const herd = await Herd.start({ redisPort: redis.port, limit, windowMs, program: [program] });
  for (let i = 0; i < 3; i++) await herd.join();
  await new Promise<void>((resolve) => (herd.onArrival = resolve));
  return herd;
}

/** One of three is killed every 20 s, and another comes 5 s later. */
async function withKills(): Promise<void> {
  const redis = await RedisServer.start();
  const herd = await herdOf(redis);
  const begin = herd.arrivals[0] ?? 0;
  const end = begin + seconds * 1000;
  for (let at = begin + 10_000; at < end; at += 20_000) {
    await wait(Math.max(0, at - performance.now()));
    const [oldest] = herd.peers;
    if (oldest) await herd.kill(oldest);
    await wait(5_000);
    await herd.join();
  }
  await wait(Math.max(0, end - performance.now()));
  const made = herd.arrivals.filter((at) => at <= end).length;
  report('requests refused, 3 machines and kills', herd.refused, 'requests', 0, 0, false);
  const share = (100 * made) / ((allowed * seconds * 1000) / windowMs);
  report('use of the share, 3 machines and kills', share, '%', 97, 99, true);
  await herd.end();
  await redis.end();
}

/** Redis is away for 10 s, then a machine's network for 20 s; how long until all go on through Redis again. */
async function withoutRedis(keepsData: boolean): Promise<void> {
  const redis = await RedisServer.start({ keeps: keepsData });
  const herd = await herdOf(redis);
  await wait(15_000);
  await redis.kill();
  await wait(10_000);
  await redis.begin();
  const back = performance.now();
  const isBack = (times: number): boolean =>
    herd.peers.every(({ said }) => said.filter((line) => line.startsWith('Redis is back')).length >= times);
  while (!isBack(1)) await wait(20);
  const name = keepsData ? 'with its data' : 'without its data';
  report(`until all share again, Redis killed ${name}`, (performance.now() - back) / 1000, 's', 5, 2, false);
  await wait(10_000);
  const [cut] = herd.peers;
  cut?.relay.stop();
  await wait(20_000);
  cut?.relay.mend();
  const mended = performance.now();
  const again = (): boolean =>
    (cut?.said.filter((line) => line.startsWith('Redis is back')).length ?? 0) >= 2;
  while (!again()) await wait(20);
  report(
    'until it shares again, network cut for 20 s',
    (performance.now() - mended) / 1000,
    's',
    5,
    2,
    false,
  );
  await wait(15_000);
  report(`requests refused, Redis killed ${name}, network cut`, herd.refused, 'requests', 0, 0, false);
  await herd.end();
  await redis.end();
}

/** Starts a second that one Redis answers, with `machines` that share one name. */
async function script(machines: number): Promise<void> {
  const server = await RedisServer.start();
  const redis = new Redis(server.port, '127.0.0.1');
  const id = (machine: number): string => machine.toString(16).padStart(16, '0');
  const tag = 'bulk-transcribe:{egress:bench}:';
  const keys = ['members', 'news', 'meta', 'q:log', 'q:run', 'q:days'].map((kind) => tag + kind);
  const quota = { key: 'q', allowed: 285, held: 60_600, step: 0, tol: 0, spacing: 0, places: 0, perDay: 0 };
  const ask = (me: string, more: object): string =>
    JSON.stringify({
      me,
      channel: `${tag}peer:`,
      hello: false,
      born: 0,
      read: 0,
      told: machines,
      members: {},
      quotas: [{ ...quota, all: false }],
      tell: [],
      ...more,
    });
  const read = new Map<string, { born: number; read: number }>();
  const call = async (me: string, more: object): Promise<void> => {
    const answer = await redis.eval(paceScript, keys.length, ...keys, ask(me, { ...read.get(me), ...more }));
    const { born, read: number } = JSON.parse(String(answer)) as { born: number; read: number };
    read.set(me, { born, read: number });
  };
  for (let machine = 0; machine < machines; machine++) await call(id(machine), { hello: true });
  await wait(2_600);
  const until = performance.now() + 4_000;
  let calls = 0;
  await Promise.all(
    Array.from({ length: machines }, async (_, machine) => {
      for (let n = 0; performance.now() < until; n++, calls++)
        await call(id(machine), { want: [`${id(machine)}.${n.toString(36)}`, [1]] });
    }),
  );
  const cpu = /used_cpu_user:([\d.]+)/.exec(await redis.info('cpu'))?.[1] ?? '0';
  report(`starts asked a second, ${machines} machines of one name`, calls / 4, '/s', 500, 2000, true);
  report(
    `CPU of Redis a start, ${machines} machines of one name`,
    (1000 * Number(cpu)) / calls,
    'ms',
    1,
    0.3,
    false,
  );
  redis.disconnect();
  await server.end();
}

async function main(): Promise<void> {
  await build({
    entryPoints: [join(root, 'test', 'helpers', 'sharingPeer.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  await script(3);
  await script(50);
  await withKills();
  await withoutRedis(true);
  await withoutRedis(false);
}

void main();
