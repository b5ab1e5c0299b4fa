/** What a list shows of its batch after a reload: read from the manifest as the product writes it. */
import { strict as assert } from 'node:assert';
import type { KnownBatch } from '../../../../src/editor/knownBatch';
import { markOf } from '../../../../src/editor/urls/listWords';
import { manifestJobs } from '../../../../src/editor/urls/manifestJobs';
import { ListProgress } from '../../../../src/editor/urls/progress';
import { RememberedLists } from '../../../../src/editor/urls/remembered';
import { emptyState, reduce, type BatchState } from '../../../../src/engine/state/reducer';
import type { BatchEvent } from '../../../../src/model/events';
import { failure } from '../../../../src/model/failure';
import type { Link } from '../../../../src/model/link';
import { manifestPieces } from '../../../../src/output/manifest';
import { MemoryFiles } from '../../../helpers/memoryFiles';
import { completed } from '../../../helpers/outcomes';

const now = Date.UTC(2026, 10, 20, 12);
const folder = '/out/talks';
const list = '/lists/talks.urls';
const linkOf = (id: string): Link => ({
  kind: 'youtube',
  id,
  url: `https://www.youtube.com/watch?v=${id}`,
});
const links = ['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc', 'ddddddddddd'].map(linkOf);

function stopped(): BatchState {
  const state = emptyState();
  const failed = { status: 'failed', failure: failure('private', 'It is private.'), seconds: 1, requests: 2 };
  const events: readonly BatchEvent[] = [
    { type: 'batch-created', at: now, id: 'b', name: 'talks', machine: 'm', list, settings: {} },
    { type: 'jobs-added', at: now, jobs: links.map((link) => ({ link })) },
    { type: 'control', at: now, action: 'start', by: 'user' },
    { type: 'outcome', at: now, job: 0, outcome: completed({ meta: { title: 'A talk', duration: 213 } }) },
    { type: 'outcome', at: now, job: 1, outcome: failed } as BatchEvent,
    { type: 'job-started', at: now, job: 2, worker: 1, attempt: 1 },
  ];
  for (const event of events) reduce(state, event);
  return state;
}

async function written(text?: string): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const manifest = Buffer.concat(await manifestPieces(stopped(), now, () => Promise.resolve()));
  await files.makeFolder(folder);
  await files.writeWhole(`${folder}/batch.json`, text ?? manifest);
  return files;
}

const batch: KnownBatch = {
  ...{ id: 'b', name: 'talks', folder, phase: 'stopped', total: 4, updatedAt: now, list },
  counts: { pending: 2, running: 0, completed: 1, failed: 1, skipped: 0, cancelled: 0, parked: 0 },
};

describe('The marks of a list whose batch is not open', () => {
  it('are those of its manifest, and no other list has them', async () => {
    const files = await written();
    let news = 0;
    const remembered = new RememberedLists(
      () => [batch],
      () => Promise.resolve(files),
      () => (news += 1),
    );
    const progress = new ListProgress(() => undefined, undefined, remembered);
    const marks = (of: string): (string | undefined)[] =>
      links.map((link) => {
        const job = progress.jobOf(of, link);
        return job && markOf(job, link, now)?.text;
      });
    assert.deepEqual(marks(list), [undefined, undefined, undefined, undefined], 'not read yet');
    await remembered.look(list);
    await remembered.look(list);
    assert.equal(news, 1, 'what has not changed is not read again');
    assert.deepEqual(marks(list), ['✓ Done', '✗ Private video', undefined, undefined]);
    assert.equal(progress.jobOf(list, linkOf('aaaaaaaaaaa'))?.meta.title, 'A talk');
    assert.deepEqual(marks('/other/talks.urls'), [undefined, undefined, undefined, undefined]);
    remembered.keep([]);
    assert.equal(progress.jobOf(list, linkOf('aaaaaaaaaaa')), undefined);
  });

  it('are none where the manifest is damaged, and each line is held to its form', async () => {
    const videos = async (text: string): Promise<readonly string[]> => [
      ...(await manifestJobs(await written(text), folder)).keys(),
    ];
    for (const bad of ['', '{', '{"videos": [', '{"videos": {}}', '{"videos": [null, 1, [], {"id": "x"}]}'])
      assert.deepEqual(await videos(bad), [], bad);
    assert.deepEqual(
      await videos(
        '{"videos": [{"id": "x", "status": "exploded"}, {"id": "y", "status": "completed", "title": 7}]}',
      ),
      ['y'],
    );
    assert.equal((await manifestJobs(new MemoryFiles(), folder)).size, 0);
  });
});
