// What a batch has to say of itself reaches its notes when it is found, also while the batch is paused.
import assert from 'node:assert/strict';
import { createEngine } from '../../../../src/engine/engine';
import type { TranscriptWriter } from '../../../../src/model/output';
import { unlimited, videoLink, within, world } from '../../../helpers/fakeEngine';

describe('news of a batch', () => {
  it('is among its notes at once while it is paused, and only once after it goes on', async () => {
    const w = world();
    let release: () => void = () => undefined;
    let writes: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const begun = new Promise<void>((resolve) => (writes = resolve));
    const writer: TranscriptWriter = {
      find: () => Promise.resolve(undefined),
      write: async ({ tell }) => {
        writes();
        await held;
        tell?.('A file was corrected and stays as it is.');
        return ['a.md'];
      },
    };
    const engine = createEngine({ ...w.parts, writer });
    const jobs = [{ link: videoLink(0) }, { link: videoLink(1) }];
    const settings = { ...unlimited, workers: 1 };
    const batch = await within(w.clock, engine.start({ name: 'a', outputFolder: '/out', jobs, settings }));
    await within(w.clock, begun);
    const paused = batch.pause();
    release();
    await within(w.clock, paused);
    await w.clock.advance(1_000);
    const notes = (): readonly string[] => batch.state.notes.map(({ text }) => text);
    assert.equal(batch.state.phase, 'paused');
    assert.deepEqual(notes(), ['A file was corrected and stays as it is.']);
    await within(w.clock, batch.resume());
    await within(w.clock, batch.settled());
    assert.deepEqual(notes(), ['A file was corrected and stays as it is.']);
    await within(w.clock, engine.dispose());
  });
});
