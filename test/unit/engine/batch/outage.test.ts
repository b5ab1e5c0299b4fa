/** What a service that is away for a while, or fails for some videos only, costs a batch in time. */
import assert from 'node:assert/strict';
import { failure } from '../../../../src/model/failure';
import { FakeClock } from '../../../helpers/fakeClock';
import { after, FakeSource, found, start, within, world } from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';

const requestMs = 5;

/** A service of its own quota that does not answer from `from` to `to`, ms after the test began. */
function awayBetween(from: number, to: number, clock = new FakeClock()): World {
  const source = new FakeSource('youtube');
  source.quotaNames = ['youtube'];
  const began = clock.monotonic();
  source.answer = after(clock, requestMs, (request) => {
    const passed = clock.monotonic() - began;
    return passed >= from && passed < to ? failure('network', 'ECONNREFUSED') : found(request);
  });
  return world({ clock, sources: [source] });
}

describe('A service that was away', () => {
  for (const [from, seconds] of [
    [0, 8],
    [0, 20],
    [100, 8],
    [0, 90],
  ] as const)
    for (const workers of [5, 20])
      it(`for ${seconds} s, ${from} ms after the start, costs 200 videos on ${workers} workers at most twice the ideal time, and none of them`, async () => {
        const w = awayBetween(from, from + seconds * 1000);
        const began = w.clock.monotonic();
        const batch = await start(w, 200, { workers });
        await within(w.clock, batch.settled());
        assert.equal(batch.state.counts.completed, 200);
        const tookMs = w.clock.monotonic() - began;
        const idealMs = seconds * 1000 + (200 * requestMs) / workers;
        assert.ok(tookMs <= 2 * idealMs, `${tookMs} of ${idealMs} ms`);
      });

  it('gets few retries while it is away, however many videos wait', async () => {
    const w = awayBetween(0, Infinity);
    const batch = await start(w, 500, { workers: 20 });
    await w.clock.advance(30_000);
    // All first tries, the budget of a tenth of them, and about one a second.
    assert.ok((w.sources[0]?.asked.length ?? 0) <= 500 + 60 + 30);
    const { pace } = batch.state;
    assert.ok(pace?.by.kind === 'failing' && pace.by.waiting > 450);
    // Nobody knows when it ends.
    assert.equal(pace.endsAt, undefined);
    await within(w.clock, batch.stop());
  });

  it('lets what another batch waits for go as well', async () => {
    const w = awayBetween(0, 8_000);
    const began = w.clock.monotonic();
    const first = await start(w, 100, {}, 'a');
    const second = await start(w, 100, {}, 'b');
    await within(w.clock, Promise.all([first.settled(), second.settled()]));
    assert.deepEqual([first.state.counts.completed, second.state.counts.completed], [100, 100]);
    assert.ok(w.clock.monotonic() - began < 17_000);
  });
});

describe('A service that fails for some', () => {
  it('and then works is not waited for: 500 videos, 8 % of which fail twice', async () => {
    const clock = new FakeClock();
    const source = new FakeSource('youtube');
    source.quotaNames = ['youtube'];
    const tries = new Map<string, number>();
    source.answer = after(clock, 100, (request) => {
      const { id } = request.link;
      tries.set(id, (tries.get(id) ?? 0) + 1);
      const flaky = Number(id.slice(-3)) % 12 === 0;
      return flaky && (tries.get(id) ?? 0) <= 2 ? failure('bad-response', '500') : found(request);
    });
    const w = world({ clock, sources: [source] });
    const began = clock.monotonic();
    const batch = await start(w, 500, { workers: 20 });
    await within(clock, batch.settled());
    assert.equal(batch.state.counts.completed, 500);
    // 580 requests of 100 ms on 20 workers are 2.9 s, and the last retry may wait two seconds.
    assert.ok(clock.monotonic() - began < 6_000, `${clock.monotonic() - began}`);
  });

  it('for good ends them in less than a minute: 14 broken files of 20 on one host', async () => {
    const clock = new FakeClock();
    const source = new FakeSource('subtitleFile');
    source.quotaNames = ['host:example.org'];
    source.answer = after(clock, requestMs, (request) =>
      Number(request.link.id.slice(-6)) < 14 ? failure('network', 'reset') : found(request),
    );
    const w = world({ clock, sources: [source] });
    const began = clock.monotonic();
    const batch = await start(w, 20);
    await within(clock, batch.settled());
    assert.deepEqual([batch.state.counts.completed, batch.state.counts.failed], [6, 14]);
    assert.equal(source.asked.length, 6 + 14 * 4);
    assert.ok(clock.monotonic() - began < 60_000, `${clock.monotonic() - began}`);
  });
});
