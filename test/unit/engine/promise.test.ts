import assert from 'node:assert/strict';
import { failure } from '../../../src/model/failure';
import { defaultSettings } from '../../../src/model/settings';
import { FakeSource, found, videos, within, world } from '../../helpers/fakeEngine';

const hourMs = 3_600_000;

describe('“YouTube blocked me overnight; it carried on by itself and all 2,000 were there.”', () => {
  it('holds with default settings, two hours of block and a restart', async function () {
    this.timeout(60_000);
    const source = new FakeSource('youtube');
    source.quotaNames = ['youtube'];
    const w = world({ sources: [source] });
    const from = w.clock.monotonic();
    let refusals = 0;
    // The site refuses this network from half an hour on, for two hours.
    source.answer = (request) => {
      const passed = w.clock.monotonic() - from;
      if (passed < hourMs / 2 || passed > 2.5 * hourMs) return found(request);
      refusals += 1;
      return failure('blocked', 'Sign in to confirm you are not a bot');
    };
    const batch = await within(
      w.clock,
      w.engine.start({ name: 'all', outputFolder: '/out', jobs: videos(2000), settings: defaultSettings }),
    );
    await w.clock.advance(1.2 * hourMs);
    const before = batch.state.counts.completed;
    assert.ok(before > 100 && before < 2000, `${before} were done`);

    // The process dies; the next one resumes.
    w.files.crash();
    w.engine.dispose().catch(() => undefined);
    const second = w.another(200);
    second.processes.dead.add(100);
    const again = await within(w.clock, second.engine.open('/out/all', 'resume'));
    await w.clock.advanceUntil(() => again.state.phase === 'finished', 48 * hourMs);
    assert.equal(again.state.counts.completed, 2000);
    const files = await w.files.list('/out/all');
    assert.equal(files.filter((name) => name.endsWith('.md')).length, 2000);
    // Nothing that was done is asked for again, and the site is left in peace while it refuses.
    const asked = new Map<string, number>();
    for (const id of source.asked) asked.set(id, (asked.get(id) ?? 0) + 1);
    assert.ok(refusals < 60, `${refusals} refusals`);
    await within(w.clock, second.engine.dispose());
  });
});
