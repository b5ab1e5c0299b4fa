/** A process that starts as fast as the shared limit lets it, and prints a line for each start. */
import { writeSync } from 'node:fs';
import { quotaSpec } from '../../../../src/engine/limits/quotaSpecs';
import { RateLimiter } from '../../../../src/engine/limits/rateLimiter';
import { defaultSettings } from '../../../../src/model/settings';
import { systemClock } from '../../../../src/platform/clock';
import { NodeFiles } from '../../../../src/platform/files';
import { systemRandom } from '../../../../src/platform/random';

async function main([stateFolder = '', limit = '', windowMs = '']: readonly string[]): Promise<void> {
  const limiter = new RateLimiter(
    {
      clock: systemClock,
      random: systemRandom,
      files: new NodeFiles(),
      stateFolder,
      log: { write: (_level, message) => void writeSync(2, `${message}\n`) },
      specOf: (name, settings) => ({
        ...quotaSpec(name, settings),
        limit: Number(limit),
        windowMs: Number(windowMs),
        burst: 5,
        concurrency: 0,
      }),
    },
    defaultSettings,
  );
  await limiter.load();
  for (;;) {
    const permit = await limiter.acquire(['host:a'], new AbortController().signal);
    writeSync(1, `${Date.now()}\n`);
    permit.release();
  }
}

void main(process.argv.slice(2));
