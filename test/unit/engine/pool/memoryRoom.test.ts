/** Memory for reading large texts: who would go beyond the limit waits, in order, and one at a time always goes on. */
import assert from 'node:assert/strict';
import { beyondMemory, MemoryRoom } from '../../../../src/engine/pool/memoryRoom';

const MB = 1_048_576;

class Room {
  used = 100 * MB;
  readonly entered: number[] = [];
  readonly room = new MemoryRoom({ memory: () => this.used });
  private readonly abort = new AbortController();

  async enter(megabytes: number, signal: AbortSignal = this.abort.signal): Promise<() => void> {
    const leave = await this.room.enter(megabytes * MB, 500, signal);
    this.entered.push(megabytes);
    return leave;
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }
}

describe('Memory for reading a large text', () => {
  it('is given while there is room, and then in the order in which it was asked for', async () => {
    const r = new Room();
    const first = await r.enter(300);
    await r.enter(200);
    const third = r.enter(250);
    const fourth = r.enter(10);
    await r.settle();
    assert.deepEqual(r.entered, [300, 200]);
    first();
    first();
    await Promise.all([third, fourth]);
    assert.deepEqual(r.entered, [300, 200, 250, 10]);
  });

  it('counts what the process has taken since its start', async () => {
    const r = new Room();
    const first = await r.enter(100);
    r.used += 350 * MB;
    const second = r.enter(100);
    await r.settle();
    assert.deepEqual(r.entered, [100]);
    // Whatever the process takes, one at a time goes on.
    first();
    await second;
  });

  it('is no longer waited for once the job is stopped, and who comes after is served', async () => {
    const r = new Room();
    await r.enter(300);
    const stop = new AbortController();
    const stopped = r.enter(400, stop.signal);
    const next = r.enter(100);
    await r.settle();
    assert.deepEqual(r.entered, [300]);
    stop.abort();
    await assert.rejects(stopped, /Stopped/);
    await next;
    assert.deepEqual(r.entered, [300, 100]);
    await assert.rejects(r.enter(400, AbortSignal.abort()), /Stopped/);
  });

  it('is refused by name where the limit would not hold one text', () => {
    assert.equal(beyondMemory(64 * MB, 64), undefined);
    assert.deepEqual(beyondMemory(290 * MB, 64)?.failure, {
      code: 'too-large',
      message: 'Reading it takes about 290 MB of memory, and maxMemoryMB allows 64 MB.',
      subject: 'memory',
    });
  });
});
