/** Finished steps of a job outlive its program, are trusted only in their own place, and go when the video is done. */
import assert from 'node:assert/strict';
import type { BatchHandle } from '../../../../src/engine/api';
import { createEngine } from '../../../../src/engine/engine';
import { failure } from '../../../../src/model/failure';
import type { SourceRequest } from '../../../../src/model/source';
import { FakeSource, found, start, unlimited, videos, within, world } from '../../../helpers/fakeEngine';
import type { Answer, World } from '../../../helpers/fakeEngine';

const count = 4;
const kept = '/out/a/.parts-0.jsonl';

class StepsWorld {
  /** Steps that were done, each of which costs money. */
  done = 0;
  /** The process dies when so many are done. */
  diesAt = Infinity;
  readonly source = new FakeSource('openai', (request) => this.answer(request), true);
  w: World = world({ sources: [this.source] });

  private async answer(request: SourceRequest): Promise<Answer> {
    const quote = { service: 'openai', origin: 'https://x' } as const;
    if (!(await request.consent(quote))) return { consent: quote };
    const known = (await request.kept?.read()) ?? [];
    for (let step = known.length; step < count; step += 1) {
      if (this.done >= this.diesAt) return new Promise(() => undefined);
      await request.intent(quote);
      this.done += 1;
      assert.equal(await request.kept?.add({ type: 'part', step }), true);
      await request.requestId(`sound-${step + 1}`);
    }
    return found(request);
  }

  /** Another process; the one before is dead, and what it had not flushed is lost. */
  again(change: (w: World) => World = (w) => w): void {
    this.w.files.crash();
    const dead = this.w.processes.own.pid;
    const next = change(this.w.another(dead + 100));
    next.processes.dead.add(dead);
    this.w = { ...next, engine: createEngine(next.parts) };
    this.diesAt = Infinity;
  }

  private agree(batch: BatchHandle): Promise<void> {
    return within(this.w.clock, batch.agree('openai', 'https://x', 0));
  }

  async run(): Promise<string | undefined> {
    const settings = { ...unlimited, sources: ['openai'], 'paid.maxCost': 1e6 } as const;
    const batch = await within(this.w.clock, start(this.w, videos(1), settings));
    await this.agree(batch);
    await within(this.w.clock, batch.settled());
    return batch.state.jobs[0]?.status;
  }

  async killed(at: number): Promise<void> {
    this.diesAt = at;
    const settings = { ...unlimited, sources: ['openai'], 'paid.maxCost': 1e6 } as const;
    const batch = await within(this.w.clock, start(this.w, videos(1), settings));
    await this.agree(batch);
    await this.w.clock.advanceUntil(() => this.done === at, 10_000);
    await this.w.clock.advance(1000);
  }
}

describe('Finished steps of a job', () => {
  it('are not done again after a kill, and their file goes with the transcript', async () => {
    const world = new StepsWorld();
    await world.killed(3);
    assert.ok(world.w.files.files.has(kept));
    world.again();
    assert.equal(await world.run(), 'completed');
    assert.equal(world.done, count);
    assert.ok(!world.w.files.files.has(kept));
  });

  it('are done again where a line is damaged or written by somebody else', async () => {
    const world = new StepsWorld();
    await world.killed(3);
    const node = world.w.files.files.get(kept);
    assert.ok(node);
    node.content = Buffer.from(node.content.toString().replace('"step":2', '"step":9'));
    world.again();
    await world.run();
    assert.equal(world.done, count + 1);
  });

  it('are kept in memory where the disk refuses them', async () => {
    const world = new StepsWorld();
    let tries = 0;
    world.source.answer = async (request) => {
      if ((tries += 1) === 2) {
        assert.equal((await request.kept?.read())?.length, 1);
        return found(request);
      }
      world.w.files.fail = (operation, path) => (path === kept ? 'no space left' : undefined);
      assert.equal(await request.kept?.add({ type: 'part' }), false);
      return failure('network', 'The connection broke.');
    };
    assert.equal(await world.run(), 'completed');
    assert.equal(tries, 2);
    assert.ok(world.w.logged.some((line) => line.includes('A finished part was not kept')));
  });

  it('stay with a failed job for its retry, and leave with its transcript', async () => {
    const world = new StepsWorld();
    world.source.answer = async (request) => {
      await request.kept?.add({ type: 'part' });
      return failure('unsupported', 'No.');
    };
    assert.equal(await world.run(), 'failed');
    assert.ok(world.w.files.files.has(kept));
    world.source.answer = found;
    world.again();
    const batch = await within(world.w.clock, start(world.w, videos(1), { sources: ['openai'] }));
    await within(world.w.clock, batch.rows([0], 'retry'));
    await within(world.w.clock, batch.settled());
    assert.equal(batch.state.jobs[0]?.status, 'completed');
    assert.ok(!world.w.files.files.has(kept));
  });

  it('are removed at the next opening where the kill came just before', async () => {
    const world = new StepsWorld();
    assert.equal(await world.run(), 'completed');
    await world.w.files.writeWhole(kept, 'left');
    world.again();
    await world.run();
    assert.ok(!world.w.files.files.has(kept));
  });
});
