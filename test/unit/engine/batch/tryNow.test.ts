/** "Try now": the user's word that a block is over sends one request at once, and its failure lengthens nothing. */
import assert from 'node:assert/strict';
import { failure } from '../../../../src/model/failure';
import type { Failure } from '../../../../src/model/failure';
import type { BatchHandle } from '../../../../src/engine/api';
import { FakeClock } from '../../../helpers/fakeClock';
import { after, FakeSource, found, start, videos, within, world } from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';

const minute = 60_000;
const blocked = failure('blocked', 'Confirm that you are not a bot.');

/** YouTube answers what `answer` says now, 100 ms after it was asked. */
function site(clock = new FakeClock()): World & { answer: Failure | undefined; source: FakeSource } {
  const source = new FakeSource('youtube');
  source.quotaNames = ['youtube'];
  const w = { ...world({ clock, sources: [source] }), answer: blocked as Failure | undefined, source };
  source.answer = after(clock, 100, (request) => w.answer ?? found(request));
  return w;
}

async function heldBatch(w: ReturnType<typeof site>, settings = {}): Promise<BatchHandle> {
  const batch = await start(w, 20, { workers: 1, ...settings });
  await w.clock.advance(1000);
  assert.equal(w.source.asked.length, 1, 'the block has held the rest');
  return batch;
}
const untilOf = (batch: BatchHandle): number | undefined => {
  const by = batch.state.pace?.by;
  return by?.kind === 'blocked' ? by.until : undefined;
};

describe('Try now', () => {
  it('sends exactly one request, whose failure puts the hold back, no longer than before', async () => {
    const w = site();
    const batch = await heldBatch(w);
    await w.clock.advance(9_000);
    const until = untilOf(batch);
    assert.ok(until !== undefined && until > w.clock.now());
    await batch.tryNow();
    await w.clock.advance(10_000);
    assert.equal(w.source.asked.length, 2);
    assert.equal(untilOf(batch), until);
    // The next probe goes out when it would have, and only its failure makes the next wait longer.
    await w.clock.advance(until - w.clock.now() + 2000);
    assert.equal(w.source.asked.length, 3);
    await w.clock.advance(4 * minute);
    assert.equal(w.source.asked.length, 3);
    await within(w.clock, batch.stop());
  });

  it('is not answered by a refusal of what was asked before', async () => {
    const w = site();
    const batch = await start(w, 20, { workers: 4, onBlocked: 'park' });
    // Three are answered at once, the fourth only after the user has said that the block is over.
    const answer = w.source.answer;
    w.source.answer = (request) => {
      const isSlow = w.source.asked.length === 4;
      return isSlow ? after(w.clock, 3_000, () => blocked)(request) : answer(request);
    };
    await w.clock.advance(1000);
    assert.equal(w.source.asked.length, 4);
    w.answer = undefined;
    w.source.answer = after(w.clock, 5_000);
    await batch.tryNow();
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 20);
    assert.equal(w.source.asked.length, 24);
  });

  it('is not taken back by a refusal of what was asked before it succeeded', async () => {
    const w = site();
    const batch = await start(w, 20, { workers: 4, onBlocked: 'park' });
    const answer = w.source.answer;
    w.source.answer = (request) =>
      w.source.asked.length === 4 ? after(w.clock, 9_000, () => blocked)(request) : answer(request);
    await w.clock.advance(1000);
    w.answer = undefined;
    // Some are still out when the refusal arrives.
    w.source.answer = after(w.clock, 3_000);
    await batch.tryNow();
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 20);
    assert.equal(w.source.asked.length, 24);
  });

  it('sends one request for all batches, and what that proves holds for all', async () => {
    const w = site();
    const one = await start(w, 5, { workers: 2, onBlocked: 'park' });
    await w.clock.advance(1000);
    const other = await start(w, videos(5, 50), { workers: 2, onBlocked: 'park' }, 'other');
    await w.clock.advance(1000);
    const asked = w.source.asked.length;
    await one.tryNow();
    await w.clock.advance(2000);
    assert.equal(w.source.asked.length, asked + 1);
    assert.deepEqual([one.state.counts.parked, other.state.counts.parked], [5, 5]);
    w.answer = undefined;
    await other.tryNow();
    await w.clock.advance(minute);
    assert.deepEqual([one.state.counts.completed, other.state.counts.completed], [5, 5]);
  });

  it('leaves the others their turn where the user skips the video that asks', async () => {
    const w = site();
    const batch = await start(w, 5, { workers: 1, onBlocked: 'park' });
    await w.clock.advance(1000);
    w.answer = undefined;
    w.source.answer = after(w.clock, 5_000);
    await batch.tryNow();
    await w.clock.advance(1000);
    const running = batch.state.jobs.findIndex(({ status }) => status === 'running');
    await within(w.clock, batch.rows([running], 'skip'));
    await w.clock.advance(1000);
    await batch.tryNow();
    await w.clock.advance(minute);
    assert.equal(batch.state.counts.completed, 4);
  });

  it('lets the rest go at once when the request succeeds', async () => {
    const w = site();
    const batch = await heldBatch(w);
    w.answer = undefined;
    await batch.tryNow();
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 20);
  });

  it('is one request however often it is asked for, and none while nothing is blocked', async () => {
    const w = site();
    const batch = await heldBatch(w);
    await Promise.all([batch.tryNow(), batch.tryNow(), batch.resume()]);
    await w.clock.advance(50);
    await batch.tryNow();
    await w.clock.advance(1000);
    assert.equal(w.source.asked.length, 2);
    w.answer = undefined;
    await batch.tryNow();
    await within(w.clock, batch.settled());
    const { length } = w.source.asked;
    await batch.tryNow();
    await w.clock.advance(minute);
    assert.equal(w.source.asked.length, length);
  });

  for (const [how, act] of [
    ['Pause and Resume', (batch: BatchHandle) => batch.pause()],
    ['Stop and Resume', (batch: BatchHandle) => batch.stop()],
  ] as const)
    it(`is what ${how} means`, async () => {
      const w = site();
      const batch = await heldBatch(w);
      await within(w.clock, act(batch));
      await within(w.clock, batch.resume());
      await w.clock.advance(1000);
      assert.equal(w.source.asked.length, 2);
      await w.clock.advance(10_000);
      assert.equal(w.source.asked.length, 2);
    });

  it('is what a resume of the folder means, in another process too', async () => {
    const w = site();
    const batch = await heldBatch(w);
    await within(w.clock, w.engine.dispose());
    const other = w.another(200);
    const again = await within(w.clock, other.engine.open(batch.folder, 'resume'));
    await w.clock.advance(2000);
    assert.equal(w.source.asked.length, 2);
    await w.clock.advance(10_000);
    assert.equal(w.source.asked.length, 2);
    await within(w.clock, again.stop());
  });

  it('takes one of the parked videos, and parks it again until the time that was named', async () => {
    const w = site();
    const batch = await start(w, 20, { workers: 1, onBlocked: 'park' });
    await w.clock.advance(2000);
    assert.equal(batch.state.counts.parked, 20);
    const until = batch.state.jobs[5]?.parkedUntil;
    assert.ok(until !== undefined && until > w.clock.now() + 50 * minute);
    const before = w.source.asked.length;
    await batch.tryNow();
    await w.clock.advance(2000);
    assert.equal(w.source.asked.length, before + 1);
    assert.equal(batch.state.counts.parked, 20);
    assert.deepEqual(new Set(batch.state.jobs.map((job) => job.parkedUntil)), new Set([until]));
    w.answer = undefined;
    await batch.tryNow();
    await w.clock.advance(minute);
    assert.equal(batch.state.counts.completed, 20);
  });

  it('puts the hold back when the request comes to nothing', async () => {
    const w = site();
    const batch = await heldBatch(w, { retries: 0 });
    await w.clock.advance(2000);
    const until = untilOf(batch);
    assert.ok(until !== undefined);
    w.answer = failure('network', 'ECONNRESET');
    await batch.tryNow();
    await w.clock.advance(2000);
    assert.equal(w.source.asked.length, 2);
    assert.equal(untilOf(batch), until);
    await within(w.clock, batch.stop());
  });

  it('says what is going on while the request is out', async () => {
    const w = site();
    const batch = await heldBatch(w);
    w.source.answer = after(w.clock, 5000);
    await batch.tryNow();
    await w.clock.advance(2500);
    assert.equal(untilOf(batch), undefined);
    await within(w.clock, batch.settled());
  });
});
