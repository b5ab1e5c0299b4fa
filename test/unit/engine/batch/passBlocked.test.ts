/** "Use deAPI": what a block holds goes on with the next source, in this batch, until the service answers again. */
import assert from 'node:assert/strict';
import { failure } from '../../../../src/model/failure';
import type { Failure } from '../../../../src/model/failure';
import type { SourceId } from '../../../../src/model/transcript';
import { after, FakeSource, found, start, within, world } from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';

const minute = 60_000;

interface Site extends World {
  answer: Failure | undefined;
  readonly youtube: FakeSource;
  readonly whisper: FakeSource;
}

/** YouTube blocks; whisper is ready where it is said, and answers after 5 s. */
function site(isReady = true): Site {
  const youtube = new FakeSource('youtube');
  youtube.quotaNames = ['youtube'];
  const whisper = new FakeSource('whisper');
  if (!isReady)
    whisper.readiness = () =>
      Promise.resolve({ ready: false, code: 'tool-missing', why: 'Not set up.', nextStep: 'Set it up.' });
  const w = world({ sources: [youtube, whisper] });
  const blocked = failure('blocked', 'Confirm that you are not a bot.');
  const all: Site = { ...w, youtube, whisper, answer: blocked };
  youtube.answer = after(w.clock, 100, (request) => all.answer ?? found(request));
  whisper.answer = after(w.clock, 5000, found);
  return all;
}

const sources: readonly SourceId[] = ['youtube', 'whisper'];
const settings = { workers: 1, sources } as const;

describe('Passing a block', () => {
  for (const onBlocked of ['wait', 'park'] as const)
    it(`takes what waits to the next source, with onBlocked ${onBlocked}`, async () => {
      const w = site();
      const batch = await start(w, 6, { ...settings, onBlocked });
      await w.clock.advance(2000);
      assert.equal(w.whisper.asked.length, 0);
      const settingsBefore = { ...batch.state.settings };
      await within(w.clock, batch.passBlocked());
      await within(w.clock, batch.settled());
      assert.equal(batch.state.counts.completed, 6);
      assert.equal(w.whisper.asked.length, 6);
      assert.deepEqual(batch.state.settings, settingsBefore, 'no setting has changed');
    });

  it('ends when the service answers again', async () => {
    const w = site();
    const batch = await start(w, 60, settings);
    await w.clock.advance(2000);
    await within(w.clock, batch.passBlocked());
    await w.clock.advance(30_000);
    w.answer = undefined;
    await w.clock.advance(minute);
    const { length } = w.whisper.asked;
    assert.ok(length > 5 && length < 25, `${length} were done by the next source`);
    // The next block is another one: it holds, as the setting says.
    w.answer = failure('blocked', 'Again.');
    await within(w.clock, batch.rows([0], 'redo'));
    await w.clock.advance(20_000);
    assert.equal(w.whisper.asked.length, length);
    await within(w.clock, batch.stop());
  });

  it('means no other batch', async () => {
    const w = site();
    const first = await start(w, 3, settings, 'a');
    await w.clock.advance(2000);
    await within(w.clock, first.passBlocked());
    await within(w.clock, first.settled());
    const asked = w.whisper.asked.length;
    const second = await start(w, 3, settings, 'b');
    await w.clock.advance(5000);
    assert.equal(w.whisper.asked.length, asked);
    assert.equal(second.state.counts.failed, 0);
    await within(w.clock, second.stop());
  });

  it('fails nothing where no later source is ready', async () => {
    const w = site(false);
    const batch = await start(w, 6, settings);
    await w.clock.advance(2000);
    await within(w.clock, batch.passBlocked());
    await w.clock.advance(10_000);
    const { failed, completed } = batch.state.counts;
    assert.deepEqual([failed, completed], [0, 0]);
    w.answer = undefined;
    await batch.tryNow();
    await w.clock.advance(minute);
    assert.equal(batch.state.counts.completed, 6);
  });

  it('does nothing while nothing is blocked', async () => {
    const w = site();
    w.answer = undefined;
    const batch = await start(w, 6, settings);
    await within(w.clock, batch.passBlocked());
    await within(w.clock, batch.settled());
    assert.equal(w.whisper.asked.length, 0);
  });
});
