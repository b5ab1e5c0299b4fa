/**
 * How much of the allowed rate is reached, and whether a server ever sees a request too many: real requests
 * over loopback against servers that count in fixed windows, in a sliding log and by token bucket, all at
 * once, with short windows so that several fit. Run: npx tsx test/bench/rate.ts
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowedOf, quotaSpec } from '../../src/engine/limits/quotaSpecs';
import { RateLimiter } from '../../src/engine/limits/rateLimiter';
import { defaultSettings } from '../../src/model/settings';
import { systemClock } from '../../src/platform/clock';
import { NodeFiles } from '../../src/platform/files';
import { systemRandom } from '../../src/platform/random';

const limit = 200;
const windowMs = 4_000;
const utilization = defaultSettings['rate.utilization'];
const allowed = allowedOf(limit, utilization);
const windows = 5;

/** True: the request is within the server's limit. */
type Rule = () => boolean;

const rules: Readonly<Record<string, () => Rule>> = {
  'fixed window': () => {
    let window = 0;
    let count = 0;
    return () => {
      const now = Math.floor(performance.now() / windowMs);
      if (now !== window) count = 0;
      window = now;
      return ++count <= limit;
    };
  },
  'sliding log': () => {
    const log: number[] = [];
    return () => {
      const now = performance.now();
      while ((log[0] ?? Infinity) <= now - windowMs) log.shift();
      if (log.length >= limit) return false;
      log.push(now);
      return true;
    };
  },
  'token bucket': () => {
    const size = limit / 10;
    let tokens = size;
    let last = performance.now();
    return () => {
      const now = performance.now();
      tokens = Math.min(size, tokens + ((now - last) * limit) / windowMs);
      last = now;
      if (tokens < 1) return false;
      tokens--;
      return true;
    };
  },
};

interface Result {
  readonly share: number;
  readonly refused: number;
  readonly most: number;
}

async function run(rule: Rule, spacingMs: number): Promise<Result> {
  let refused = 0;
  const server = createServer((_request, response) => {
    const fits = rule();
    if (!fits) refused++;
    response.writeHead(fits ? 200 : 429).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const stateFolder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-rate-'));
  const limiter = new RateLimiter(
    {
      clock: systemClock,
      random: systemRandom,
      files: new NodeFiles(),
      stateFolder,
      log: { write: (level, message) => void process.stderr.write(`${level}: ${message}\n`) },
      specOf: (name, settings) => ({
        ...quotaSpec(name, settings),
        limit,
        windowMs,
        burst: 3,
        spacingMs,
        concurrency: 0,
      }),
    },
    defaultSettings,
  );
  await limiter.load();
  const stop = new AbortController();
  const starts: number[] = [];
  const worker = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const permit = await limiter.acquire(['host:127.0.0.1'], stop.signal);
      starts.push(performance.now());
      await new Promise<void>((resolve) => {
        get({ port, host: '127.0.0.1', agent }, (response) => {
          response.resume().on('end', () => {
            permit.heard({ status: response.statusCode ?? 0, headers: {} });
            resolve();
          });
        }).on('error', () => resolve());
      });
      permit.release();
    }
  };
  const workers = Array.from({ length: 5 }, () => worker().catch(() => undefined));
  await new Promise<void>((resolve) => systemClock.after(windows * windowMs, resolve));
  stop.abort();
  await Promise.all(workers);
  await limiter.close();
  agent.destroy();
  await new Promise((resolve) => server.close(resolve));
  await rm(stateFolder, { recursive: true });
  return { share: shareOf(starts), refused, most: mostOf(starts) };
}

/** Starts over those allowed, from the second window on: the steady state. */
function shareOf(starts: readonly number[]): number {
  const begin = (starts[0] ?? 0) + windowMs;
  const end = (starts[0] ?? 0) + windows * windowMs;
  const steady = starts.filter((at) => at >= begin && at < end).length;
  return (100 * steady) / (allowed * (windows - 1));
}

function mostOf(starts: readonly number[]): number {
  let most = 0;
  let from = 0;
  starts.forEach((at, i) => {
    while (at - (starts[from] ?? at) >= windowMs) from++;
    most = Math.max(most, i - from + 1);
  });
  return most;
}

function report(name: string, value: number, unit: string, atLeast: number, aim: number): void {
  const better = atLeast === 0 ? 'lower' : 'higher';
  console.log(JSON.stringify({ name, value: Math.round(value * 100) / 100, unit, atLeast, aim, better }));
}

const cases = [
  ...Object.entries(rules).map(([name, rule]) => ({ name, rule: rule(), spacingMs: 0 })),
  // The same through bottleneck: what its grants cost at 50 a second.
  {
    name: 'sliding log, spaced by bottleneck',
    rule: (rules['sliding log'] ?? (() => () => true))(),
    spacingMs: 5,
  },
];
async function main(): Promise<void> {
  const results = await Promise.all(
    cases.map(async (each) => ({ name: each.name, ...(await run(each.rule, each.spacingMs)) })),
  );
  for (const { name, share, refused, most } of results) {
    report(`rate share: ${name}`, share, '% of the allowed rate', 98, 99.5);
    report(`requests over the limit: ${name}`, refused, 'requests refused', 0, 0);
    report(`starts over the share in any window: ${name}`, Math.max(0, most - allowed), 'starts', 0, 0);
  }
}

void main();
