import assert from 'node:assert/strict';
import { RateLimiter } from '../../../src/engine/rateLimiter';
import { readSettings } from '../../../src/model/settings';
import { FakeClock } from '../../helpers/fakeClock';
import { MemoryFiles } from '../../helpers/memoryFiles';
import { SeededRandom } from '../../helpers/seededRandom';

describe('the rate limiter', () => {
  it('holds the share of the hour and reaches it', async () => {
    const clock = new FakeClock();
    const settings = readSettings({ 'rate.youtube.perHour': 300, 'rate.youtube.concurrency': 0 }).settings;
    const files = new MemoryFiles();
    const limiter = new RateLimiter(
      {
        clock,
        random: new SeededRandom(),
        files,
        stateFolder: '/state',
        log: { write: () => undefined },
        pacer: { pass: () => Promise.resolve() },
      },
      settings,
    );
    await limiter.load();
    const starts: number[] = [];
    const worker = async (): Promise<void> => {
      for (;;) {
        const permit = await limiter.acquire(['youtube'], new AbortController().signal);
        starts.push(clock.monotonic());
        permit.release();
      }
    };
    for (let i = 0; i < 3; i++) void worker().catch(() => undefined);
    await clock.advance(3 * 3_600_000);
    const most = Math.max(...starts.map((at) => starts.filter((b) => b >= at && b < at + 3_600_000).length));
    assert.equal(most, 285);
    assert.ok(starts.length >= 285 * 3 * 0.995, String(starts.length));
    await limiter.close();
  });
});
