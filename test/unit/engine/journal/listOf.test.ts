import assert from 'node:assert/strict';
import { listOfJournal } from '../../../../src/engine/journal/listOf';
import { journalLine } from '../../../../src/engine/journal/record';
import { MemoryFiles } from '../../../helpers/memoryFiles';

const path = '/out/talks/.journal.jsonl';
async function listIn(text: string | undefined): Promise<string | undefined> {
  const files = new MemoryFiles();
  await files.makeFolder('/out/talks');
  if (text !== undefined) await files.writeWhole(path, text);
  return listOfJournal(files, path);
}
const created = (list?: string): string =>
  journalLine({ type: 'batch-created', id: 'b', ...(list === undefined ? {} : { list }) }, 1);

describe('The list that a batch was started from', () => {
  it("is in its journal's first record, or in its snapshot", async () => {
    assert.equal(await listIn(created('/lists/talks.urls')), '/lists/talks.urls');
    assert.equal(
      await listIn(journalLine({ type: 'snapshot', head: { list: '/lists/talks.urls' } })),
      '/lists/talks.urls',
    );
    assert.equal(await listIn(created() + journalLine({ type: 'control' }, 2)), '', 'of no list');
  });

  it('is read from the second copy where the first is damaged, and is unknown without a journal', async () => {
    const line = created('/lists/talks.urls');
    assert.equal(await listIn(line.replace('batch', 'botch') + line), '/lists/talks.urls');
    for (const none of [undefined, '', 'x', '\n{"list":"/a"}', line.slice(0, -3)])
      assert.equal(await listIn(none), undefined);
  });
});
