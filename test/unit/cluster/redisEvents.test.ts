/** What an owner reads in the lanes of a real Redis. */
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { LaneEvents } from '../../../src/cluster/redisEvents';
import type { LaneEvent } from '../../../src/cluster/wire';
import { RedisServer } from '../../servers/redis';

describe('events of the lanes', () => {
  it('are those of its own attempts, and a text that is too long is not parsed', async () => {
    const server = await RedisServer.start();
    const [reader, writer] = [new Redis(server.port), new Redis(server.port)];
    const seen: LaneEvent[] = [];
    try {
      await new Promise<void>((resolve) => {
        const events = new LaneEvents(
          reader,
          ['lane:events'],
          () => ['batch_a.'],
          (event) => {
            seen.push(event);
            if (seen.length === 2) {
              events.close();
              resolve();
            }
          },
        );
        const done = (id: string, value: string): Promise<unknown> =>
          writer.xadd('lane:events', '*', 'event', 'completed', 'jobId', id, 'returnvalue', value);
        void events.run();
        void events.ready
          .then(() => done('batch_b.0.youtube.0', '{"v":1}'))
          .then(() => done('batch_a.0.youtube.0', JSON.stringify({ words: 'x'.repeat(2_000_000) })))
          .then(() => done('batch_a.1.youtube.0', '{"v":1}'));
      });
    } finally {
      reader.disconnect();
      writer.disconnect();
      await server.end();
    }
    assert.deepEqual(seen, [
      { kind: 'done', id: 'batch_a.0.youtube.0', value: undefined },
      { kind: 'done', id: 'batch_a.1.youtube.0', value: { v: 1 } },
    ]);
  });
});
