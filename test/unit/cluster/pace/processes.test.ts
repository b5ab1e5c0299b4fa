/** Real processes, a real Redis, real kills: the service of a shared account never has to refuse a request. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Herd } from '../../../helpers/sharingHerd';
import { RedisServer } from '../../../servers/redis';

const peer = ['--import', 'tsx', join(__dirname, '..', '..', '..', 'helpers', 'sharingPeer.ts')];

describe('processes that share an account', () => {
  let redis: RedisServer;
  let herd: Herd;

  beforeEach(async () => {
    redis = await RedisServer.start();
    herd = await Herd.start({ redisPort: redis.port, limit: 100, windowMs: 2_000, program: peer });
  });
  afterEach(async () => {
    await herd.end();
    await redis.end();
  });

  /** Resolves with this many requests more. */
  function requests(count: number): Promise<void> {
    const wanted = herd.arrivals.length + count;
    return new Promise((resolve) => {
      herd.onArrival = () => {
        if (herd.arrivals.length >= wanted) resolve();
      };
    });
  }

  it('stay within it while they are killed and Redis loses its data', async () => {
    for (let i = 0; i < 3; i++) await herd.join();
    await requests(40);
    const [first, second] = herd.peers;
    assert.ok(first && second);
    await herd.kill(first);
    await requests(15);
    await herd.join();
    await redis.kill();
    await requests(10);
    await redis.begin();
    await requests(30);
    second.relay.stop();
    await requests(40);
    second.relay.mend();
    await requests(30);
    assert.equal(herd.refused, 0);
    assert.ok(second.said.some((line) => line.startsWith('Redis is back')));
  }).timeout(60_000);
});
