/** The address of a service was changed: what the old server has said holds up nothing at the new one. */
import assert from 'node:assert/strict';
import { failure } from '../../../../src/model/failure';
import type { Failure } from '../../../../src/model/failure';
import { after, FakeSource, found, start, within, world } from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';

const minute = 60_000;
const elsewhere = { 'openai.endpoint': 'https://other.example/v1' };

/** The first server answers `refusal` after so long, any other one works. */
function servers(refusal: Failure, afterMs = 0): World & { readonly openai: FakeSource } {
  const openai = new FakeSource('openai');
  openai.quotaNames = ['openai'];
  const w = world({ sources: [openai] });
  const refused = after(w.clock, afterMs, () => refusal);
  openai.answer = (request) =>
    request.settings['openai.endpoint'] === elsewhere['openai.endpoint'] ? found(request) : refused(request);
  return { ...w, openai };
}

const refusals: Readonly<Record<string, Failure>> = {
  'a block': failure('blocked', 'Not from your network.'),
  'a hold': failure('rate-limited', 'Slow down.', { retryAfterMs: 30 * minute }),
  'a limit a day': failure('quota-exhausted', 'Nothing left today.'),
  'a refused key': failure('auth', 'Wrong key.', { needs: 'openai:key' }),
};

describe('After a change of server', () => {
  for (const [what, refusal] of Object.entries(refusals)) {
    it(`${what} of the old one is over`, async () => {
      const w = servers(refusal);
      const batch = await start(w, 6, { workers: 2, sources: ['openai'], onBlocked: 'park' });
      await w.clock.advance(5_000);
      const asked = w.openai.asked.length;
      assert.ok(asked < 12, `${asked} requests`);
      w.engine.changeSettings({ ...w.engine.settings, ...elsewhere });
      await w.clock.advance(minute);
      assert.equal(batch.state.counts.completed, 6);
    });

    it(`${what} that the old one says late counts for nothing`, async () => {
      const w = servers(refusal, 10_000);
      const batch = await start(w, 6, { workers: 2, sources: ['openai'], onBlocked: 'park' });
      await w.clock.advance(1_000);
      const asked = w.openai.asked.length;
      w.engine.changeSettings({ ...w.engine.settings, ...elsewhere });
      await w.clock.advance(30_000);
      assert.equal(batch.state.counts.completed, 6);
      assert.equal(w.openai.asked.length, asked + 6);
    });
  }

  it('the block counts again where the first server is named again', async () => {
    const w = servers(failure('blocked', 'Not from your network.'));
    const batch = await start(w, 6, { workers: 2, sources: ['openai'], onBlocked: 'park' });
    await w.clock.advance(5_000);
    const before = w.engine.settings;
    w.engine.changeSettings({ ...before, ...elsewhere });
    w.engine.changeSettings(before);
    const asked = w.openai.asked.length;
    await w.clock.advance(10 * minute);
    assert.equal(w.openai.asked.length, asked);
    await within(w.clock, batch.stop());
  });
});
