/** Videos that wait for a quota on free workers: each says when its own start is due, not the next one of all. */
import assert from 'node:assert/strict';
import { after, FakeSource, unlimited, videos, within, world } from '../../../helpers/fakeEngine';
import { FakeClock } from '../../../helpers/fakeClock';

describe('videos in line for a quota', () => {
  it('say how long each of them waits, and start about then', async () => {
    const clock = new FakeClock();
    const source = new FakeSource('youtube', after(clock, 1_000));
    source.quotaNames = ['youtube'];
    const { engine } = world({ clock, sources: [source] });
    const settings = {
      ...unlimited,
      workers: 5,
      'rate.youtube.perHour': 100,
      'rate.youtube.burst': 1,
      'rate.youtube.spacing': 0,
    };
    const started = engine.start({ name: 'line', outputFolder: '/out', jobs: videos(5), settings });
    const batch = await within(clock, started);
    const due = new Map<number, number>();
    const began = new Map<number, number>();
    batch.onEvents((events) => {
      for (const event of events) {
        if (event.type === 'wait' && event.wait?.for === 'rate' && event.wait.until !== undefined)
          if (!due.has(event.job)) due.set(event.job, event.wait.until);
        if (event.type === 'stage' && !began.has(event.job)) began.set(event.job, event.at);
      }
    });
    for (const { index, wait } of batch.state.jobs) if (wait?.until !== undefined) due.set(index, wait.until);
    await within(clock, batch.settled());
    await within(clock, engine.dispose());
    const step = 3_600_000 / 95;
    const waits = [...due].sort(([, a], [, b]) => a - b);
    assert.equal(waits.length, 4);
    for (const [at, [job, until]] of waits.entries()) {
      const before = waits[at - 1]?.[1];
      if (before !== undefined)
        assert.ok(Math.abs(until - before - step) < 0.3 * step, `${until - before} ms`);
      const start = began.get(job) ?? 0;
      assert.ok(
        Math.abs(start - until) < 0.3 * step,
        `video ${job} was due at ${until} and began at ${start}`,
      );
    }
  });
});
