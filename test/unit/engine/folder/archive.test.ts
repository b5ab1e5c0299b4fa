import assert from 'node:assert/strict';
import { Archive } from '../../../../src/engine/folder/archive';
import { journalName } from '../../../../src/engine/journal/journal';
import { FakeSource, found, unlimited, videos, within, world } from '../../../helpers/fakeEngine';

describe('What was done in other batches of an output folder', () => {
  it('is known however much else is in the folder, and whatever the batch is called', async () => {
    const w = world({ sources: [new FakeSource('youtube', found)] });
    const request = { name: 'z-last', outputFolder: '/out', jobs: videos(2), settings: unlimited };
    const batch = await within(w.clock, w.engine.start(request));
    await within(w.clock, batch.settled());
    for (let number = 0; number < 2_100; number += 1) {
      const name = `2025-${String(number).padStart(4, '0')}`;
      if (number % 2 === 0) await w.files.makeFolder(`/out/${name}`);
      else await w.files.writeWhole(`/out/${name}`, 'notes of the user');
    }
    const { done } = await new Archive(w.files, w.clock).beside('/out/another', undefined, []);
    assert.deepEqual(
      videos(2).map(({ link }) => done(link.id)),
      [['z-last'], ['z-last']],
    );
    assert.ok((await w.files.stat(`/out/z-last/${journalName}`)) !== undefined);
    await within(w.clock, w.engine.dispose());
  });
});
