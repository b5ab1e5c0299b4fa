/** Quotas that machines share through Redis: no sliding window is ever above the share, whatever happens to them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RedisServer } from '../../../servers/redis';
import { mostWithin } from '../../engine/limits/rig';
import { Machines, type Machine } from './rig';

const windowMs = 60_000;
const limit = 60;
const allowed = 57;
const spec = { limit, windowMs, burst: 3, spacingMs: 0, concurrency: 0, perDay: 0, learns: false };

describe('machines that share an account', () => {
  let server: RedisServer;
  let world: Machines;

  before(async () => (server = await RedisServer.start()));
  after(() => server.end());
  beforeEach(() => (world = new Machines(server.port, () => spec)));
  afterEach(() => world.close());

  it('use its whole share together and never more', async () => {
    for (const offset of [0, 3_600_000, -86_400_000]) (await world.add(offset)).work(4, ['openai']);
    await world.redis.clock.advance(4 * windowMs);
    const most = mostWithin(world.times, windowMs);
    assert.ok(most <= allowed, `${most} in a window`);
    assert.ok(world.starts.length >= 0.97 * 4 * allowed, `${world.starts.length} starts`);
  });

  it('stay within it over freezes, kills, cuts, clocks that are put, and a Redis that loses its data', async () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 100, max: 20_000 }),
      what: fc.constantFrom('freeze', 'kill', 'join', 'cut', 'restart', 'lose', 'flush', 'clock'),
      which: fc.nat(),
      ms: fc.integer({ min: 50, max: 40_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 4, maxLength: 14 }),
        fc.array(fc.integer({ min: -100_000, max: 100_000 }), { minLength: 2, maxLength: 4 }),
        async (steps, offsets) => {
          const machines: Machine[] = [];
          const join = async (offset: number): Promise<void> => {
            const machine = await world.add(offset);
            machines.push(machine);
            machine.work(3, ['openai']);
          };
          for (const offset of offsets) await join(offset);
          const { redis } = world;
          // Where nobody who is there knows what was started, nobody can: a Redis without its data, and all cut off.
          let calmUntil = 0;
          const calm = (ms: number): void => {
            calmUntil = redis.clock.monotonic() + ms + 10_000;
            for (const machine of machines) machine.wellAgain();
          };
          for (const { afterMs, what, which, ms } of steps) {
            await redis.clock.advance(afterMs);
            const machine = machines[which % machines.length];
            if (!machine || redis.clock.monotonic() < calmUntil) continue;
            if (what === 'freeze') machine.freeze(ms);
            else if (what === 'kill') await machine.kill();
            else if (what === 'join') await join(ms);
            else if (what === 'cut') machine.cut(ms);
            else if (what === 'clock') redis.ahead -= ms;
            else if (what === 'flush') {
              calm(0);
              await redis.real.flushall();
            } else if (redis.up) {
              if (what === 'lose') calm(ms);
              await redis.restart(ms, what === 'restart');
            }
          }
          await redis.clock.advance(30_000);
          const most = mostWithin(world.times, windowMs);
          for (const machine of machines) await machine.kill();
          await redis.clock.advance(100_000);
          world.starts.length = 0;
          await redis.real.flushall();
          assert.ok(most <= allowed, `${most} in a window`);
        },
      ),
      { numRuns: 5 },
    );
  }).timeout(120_000);
});
