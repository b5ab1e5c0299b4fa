import assert from 'node:assert/strict';
import type { LastingEvent } from '../../../../src/model/events';
import { Journal, readJournal } from '../../../../src/engine/journal/journal';
import { emptyState, reduce } from '../../../../src/engine/state/reducer';
import { FakeClock } from '../../../helpers/fakeClock';
import { videos } from '../../../helpers/fakeEngine';
import { MemoryFiles } from '../../../helpers/memoryFiles';
import { completedEvent } from '../../../helpers/outcomes';

const path = '/out/a/.journal.jsonl';
const created: LastingEvent = {
  type: 'batch-created',
  at: 1,
  id: 'batch_1',
  name: 'a',
  machine: 'm',
  settings: { workers: 3 },
};
const done = (job: number): ReturnType<typeof completedEvent> =>
  completedEvent(job, { meta: { title: `Größe ${job} 🎓` }, files: [`Talk ${job}.md`] }, 10 + job);

async function folder(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await files.makeFolder('/out/a');
  return files;
}

describe('A journal that was refused or deleted', () => {
  it('is written again from the state when its folder was deleted and created empty', async () => {
    const files = await folder();
    const state = emptyState();
    const journal = new Journal(files, path, new FakeClock(), 1, () => state);
    await journal.write([created, { type: 'jobs-added', at: 2, jobs: videos(2) }]);
    reduce(state, created);
    reduce(state, { type: 'jobs-added', at: 2, jobs: videos(2) });
    await files.remove('/out/a');
    assert.equal(await journal.isWhole(), false);
    await journal.mend();
    await journal.write([done(1)]);
    const read = await readJournal(files, path, new FakeClock());
    assert.equal(read.state.counts.completed, 1);
    assert.equal(read.state.total, 2);
  });

  it('is written again from the state where the disk refuses that file alone', async () => {
    const files = await folder();
    const state = emptyState();
    const journal = new Journal(files, path, new FakeClock(), 1, () => state);
    const rows = { type: 'jobs-added', at: 2, jobs: videos(2) } as const;
    await journal.write([created, rows]);
    for (const event of [created, rows]) reduce(state, event);
    let refused = files.files.get(path);
    files.fail = (operation, where) =>
      operation === 'append' && files.files.get(where) === refused
        ? 'The device reports an error'
        : undefined;
    await assert.rejects(journal.write([done(1)]), /device reports/);
    await journal.mend();
    await journal.write([done(1)]);
    assert.equal((await readJournal(files, path, new FakeClock())).state.counts.completed, 1);
    refused = files.files.get(path);
    files.fail = (_operation, where) => (where.startsWith(path) ? 'The disk is full' : undefined);
    await assert.rejects(journal.mend(), /disk is full/);
    files.fail = undefined;
    assert.deepEqual(await files.list('/out/a'), ['.journal.jsonl']);
  });
});
