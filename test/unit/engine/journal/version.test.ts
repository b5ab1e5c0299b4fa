import { match, ok, rejects, strictEqual as is } from 'node:assert';
import { journalLine } from '../../../../src/engine/journal/journal';
import { journalVersion } from '../../../../src/engine/journal/version';
import { FailureError } from '../../../../src/model/failure';
import { videoLink, within, world } from '../../../helpers/fakeEngine';
import { MemoryFiles } from '../../../helpers/memoryFiles';

/** A folder with a journal whose last line is of a version that is one more than ours. */
async function later(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  for (const folder of ['/out', '/out/a']) await files.makeFolder(folder);
  const lines = [
    { type: 'batch-created', at: 1, id: 'batch_1', name: 'a', machine: 'machine-1', settings: {} },
    { type: 'jobs-added', at: 1, jobs: [{ link: videoLink(0) }] },
    { type: 'news', at: 1, v: journalVersion + 1 },
  ];
  await files.writeWhole(
    '/out/a/.journal.jsonl',
    lines.map((line, at) => journalLine(line, at + 1)).join(''),
  );
  return files;
}

describe('A batch of a later version', () => {
  for (const mode of ['view', 'resume'] as const)
    it(`is refused by name with the next step, to ${mode}`, async () => {
      const w = world({ files: await later() });
      const before = (await w.files.read('/out/a/.journal.jsonl'))?.length;
      await rejects(within(w.clock, w.engine.open('/out/a', mode)), (error: unknown) => {
        ok(error instanceof FailureError);
        is(error.failure.code, 'disk');
        match(error.failure.message, /the batch a\. Update Bulk Transcribe/);
        return true;
      });
      is((await w.files.read('/out/a/.journal.jsonl'))?.length, before, 'nothing is written to it');
    });

  it('is not begun a second time by its list', async () => {
    const w = world({ files: await later() });
    await rejects(
      within(
        w.clock,
        w.engine.start({ name: 'a', outputFolder: '/out', jobs: [], settings: w.engine.settings }),
      ),
      /Update Bulk Transcribe/,
    );
  });
});
