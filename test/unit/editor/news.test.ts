import assert from 'node:assert/strict';
import { News } from '../../../src/editor/news';
import { FakeSource, found, start, within, world } from '../../helpers/fakeEngine';

describe('What was found when a batch was opened', () => {
  it('is said once in a window, also what is found while it begins', async () => {
    const w = world({ sources: [new FakeSource('youtube', found)] });
    w.files.fail = (operation, path) =>
      operation !== 'read' && operation !== 'stat' && operation !== 'list' && path.startsWith('/state')
        ? 'The disk is full (ENOSPC)'
        : undefined;
    const said: string[] = [];
    const news = new News((words) => said.push(words));
    const watched = new Set<unknown>();
    w.engine.onBatches(() => {
      for (const batch of w.engine.batches) if (!watched.has(batch)) news.watch(batch);
      for (const batch of w.engine.batches) watched.add(batch);
    });
    for (const name of ['a', 'b']) {
      const batch = await start(w, 2, {}, name);
      await within(w.clock, batch.settled());
    }
    assert.equal(said.length, 1, said.join('\n'));
    assert.match(said[0] ?? '', /cannot be written.*ENOSPC.*Nothing is paid for until it can be/s);
    await within(w.clock, w.engine.dispose());
  });
});
