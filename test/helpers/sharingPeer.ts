/**
 * A machine in a process of its own that shares an account through a real Redis and starts requests as fast as its
 * limiter lets it. Arguments: Redis, state folder, service, requests a window, window in ms. Says in lines on stdout
 * what its log says.
 */
import { Agent, get } from 'node:http';
import { openPeers } from '../../src/cluster/pace/peers';
import { sharedByMachines } from '../../src/cluster/pace/record';
import { quotaSpec } from '../../src/engine/limits/quotaSpecs';
import { RateLimiter } from '../../src/engine/limits/rateLimiter';
import { readSettings } from '../../src/model/settings';
import { systemClock } from '../../src/platform/clock';
import { NodeFiles } from '../../src/platform/files';
import { systemRandom } from '../../src/platform/random';

async function main([
  url,
  stateFolder = '',
  service = '',
  limit,
  windowMs,
]: readonly string[]): Promise<void> {
  const log = { write: (_: string, message: string) => void process.stdout.write(`${message}\n`) };
  const { settings } = readSettings({ 'cluster.redisUrl': url, 'cluster.account': 'lab' });
  const limiter = new RateLimiter(
    {
      clock: systemClock,
      random: systemRandom,
      files: new NodeFiles(),
      stateFolder,
      log,
      specOf: (name, current) => ({
        ...quotaSpec(name, current),
        limit: Number(limit),
        windowMs: Number(windowMs),
        burst: 3,
        concurrency: 0,
        learns: false,
      }),
      share: sharedByMachines({
        clock: systemClock,
        log,
        openPeers: (wanted, world) => Promise.resolve(openPeers(wanted, undefined, world)),
      }),
    },
    settings,
  );
  await limiter.load();
  const agent = new Agent({ keepAlive: true });
  const worker = async (): Promise<void> => {
    for (;;) {
      const permit = await limiter.acquire(['openai'], new AbortController().signal);
      await new Promise<void>((resolve) => {
        get(service, { agent }, (response) => response.resume().on('end', resolve)).on('error', () =>
          resolve(),
        );
      });
      permit.release();
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

void main(process.argv.slice(2));
