/** A wall clock that is put back by hours in the middle of a batch. */
import assert from 'node:assert/strict';
import { failure } from '../../../../src/model/failure';
import { FakeSource, found, start, unlimited, videos, within, world } from '../../../helpers/fakeEngine';

const hourMs = 3_600_000;

describe('A clock that is put back by a day', () => {
  it('delays no retry', async () => {
    let asked = 0;
    const source = new FakeSource('youtube', (request) =>
      (asked += 1) === 1 ? failure('network', 'The connection broke.') : found(request),
    );
    const w = world({ sources: [source] });
    const batch = await start(w, 1);
    await w.clock.advanceUntil(() => batch.state.jobs[0]?.wait?.for === 'retry');
    w.clock.jump(-24 * hourMs);
    await within(w.clock, batch.settled(), 10 * 60_000);
    assert.equal(batch.state.counts.completed, 1);
  });

  it('lengthens no hold after a block and no wait for a probe', async () => {
    let blocked = true;
    const source = new FakeSource('youtube', (request) =>
      blocked ? failure('blocked', 'Sign in to confirm you are not a bot.') : found(request),
    );
    source.quotaNames = ['youtube'];
    const w = world({ sources: [source] });
    const start = w.engine.start({ name: 'a', outputFolder: '/out', jobs: videos(3), settings: unlimited });
    const batch = await within(w.clock, start);
    await w.clock.advance(10_000);
    w.clock.jump(-24 * hourMs);
    // Held for a minute, 5 and 30 minutes, then parked until the first probe.
    await w.clock.advanceUntil(() => batch.state.counts.parked === 3, 2 * hourMs);
    assert.equal(batch.state.counts.parked, 3);
    w.clock.jump(-24 * hourMs);
    blocked = false;
    await w.clock.advanceUntil(() => batch.state.counts.completed === 3, 2 * hourMs);
    assert.equal(batch.state.counts.completed, 3);
  });

  it('delays no try that the user has asked for at once', async () => {
    let blocked = true;
    const source = new FakeSource('youtube', (request) =>
      blocked ? failure('blocked', 'Sign in to confirm you are not a bot.') : found(request),
    );
    source.quotaNames = ['youtube'];
    const w = world({ sources: [source] });
    const batch = await start(w, 3, { onBlocked: 'park' });
    await w.clock.advanceUntil(() => batch.state.counts.parked === 3, 2 * hourMs);
    blocked = false;
    const tried = batch.tryNow();
    w.clock.jump(-365 * 24 * hourMs);
    await within(w.clock, tried);
    await w.clock.advance(hourMs / 2);
    assert.equal(batch.state.counts.completed, 3);
  });

  it('is told once, where its requests are recorded for a time to come', async () => {
    const source = new FakeSource('youtube');
    source.quotaNames = ['youtube'];
    const settings = { ...unlimited, 'rate.youtube.perHour': 300 };
    const w = world({ sources: [source] });
    w.clock.jump(30 * hourMs);
    const ahead = await within(
      w.clock,
      w.engine.start({ name: 'a', outputFolder: '/out', jobs: videos(20), settings }),
    );
    await within(w.clock, ahead.settled(), hourMs);
    await within(w.clock, w.engine.dispose());
    w.clock.jump(-30 * hourMs);
    const told: (readonly string[] | undefined)[] = [];
    for (const [pid, name] of [
      [200, 'b'],
      [300, 'c'],
    ] as const) {
      const next = w.another(pid);
      const batch = await within(
        w.clock,
        next.engine.start({ name, outputFolder: '/out', jobs: videos(5, 100 * pid), settings }),
      );
      await within(w.clock, batch.settled(), hourMs);
      told.push(
        batch.news,
        batch.state.notes.map(({ text }) => text),
      );
      await within(w.clock, next.engine.dispose());
    }
    const words = told[0] ?? [];
    assert.match(words.join(), /^The clock of this computer was ahead: 20 requests are recorded/);
    assert.deepEqual(told, [words, words, [], []]);
  });
});
