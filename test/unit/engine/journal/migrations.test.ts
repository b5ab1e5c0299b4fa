import { deepStrictEqual as same, match, ok, rejects, strictEqual as is } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchHandle } from '../../../../src/engine/api';
import { journalLine } from '../../../../src/engine/journal/journal';
import { journalVersion } from '../../../../src/engine/journal/migrations';
import { FailureError } from '../../../../src/model/failure';
import { FakeSource, found, within, world } from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';
import { MemoryFiles } from '../../../helpers/memoryFiles';

const fixture = (name: string): string =>
  readFileSync(join(__dirname, '../../../fixtures/journals', name), 'utf8');

/** A folder as the first release left it, killed in the middle of a batch with the video 5 submitted. */
async function left(journal: string): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  for (const folder of ['/out', '/out/a', '/state']) await files.makeFolder(folder);
  await files.writeWhole('/out/a/.journal.jsonl', journal);
  await files.writeWhole('/state/ledger.jsonl', fixture('v1-ledger.jsonl'));
  for (const number of [0, 6, 10, 11]) {
    const id = `video${String(number).padStart(6, '0')}`;
    await files.writeWhole(`/out/a/${id}.md`, id);
  }
  return files;
}

function opened(w: World, mode: 'view' | 'resume' = 'resume'): Promise<BatchHandle> {
  return within(w.clock, w.engine.open('/out/a', mode));
}

describe('A batch of the first release', () => {
  for (const form of ['events', 'snapshot'])
    describe(`as ${form}`, () => {
      it('is read with all that became of its videos', async () => {
        const w = world({ files: await left(fixture(`v1-${form}.jsonl`)) });
        const { state } = await opened(w, 'view');
        same(
          state.jobs.map(({ status, failure }) => failure?.code ?? status),
          [
            'completed',
            'private',
            'network',
            'pending',
            'auth',
            'pending',
            'completed',
            'completed',
            'invalid-url',
            'completed',
            'completed',
          ],
        );
        is(state.jobs[7]?.expandedInto, 2);
        is(state.jobs[5]?.paid?.requestId, 'request-5');
        same(state.jobs[3]?.memory?.passed, ['youtube']);
        same(state.jobs[4]?.memory?.passed, ['youtube']);
        is(state.total, 10);
        is(state.requests, 5);
      });

      it('goes on where it was, and asks for what was paid instead of paying again', async () => {
        const youtube = new FakeSource('youtube');
        const resumed: (string | undefined)[] = [];
        const deapi = new FakeSource(
          'deapi',
          (request) => {
            resumed.push(request.resume?.requestId);
            return found(request);
          },
          true,
        );
        const w = world({ sources: [youtube, deapi], files: await left(fixture(`v1-${form}.jsonl`)) });
        const batch = await opened(w);
        await within(w.clock, batch.settled());
        same(youtube.asked, []);
        same([...deapi.asked].sort(), ['video000003', 'video000004', 'video000005']);
        same(
          resumed.filter((id) => id !== undefined),
          ['request-5'],
        );
        is(batch.state.counts.completed, 7);
        is(batch.state.counts.failed, 3);
      });
    });
});

describe('A batch of a later version', () => {
  const later = (): string => fixture('v1-events.jsonl') + lineOfLater();

  /** A whole line whose version is one more than ours. */
  function lineOfLater(): string {
    return journalLine({ type: 'news', at: 1, v: journalVersion + 1 }, 99);
  }

  for (const mode of ['view', 'resume'] as const)
    it(`is refused by name with the next step, to ${mode}`, async () => {
      const w = world({ files: await left(later()) });
      const before = (await w.files.read('/out/a/.journal.jsonl'))?.length;
      await rejects(opened(w, mode), (error: unknown) => {
        ok(error instanceof FailureError);
        is(error.failure.code, 'disk');
        match(error.failure.message, /the batch a\. Update Bulk Transcribe/);
        return true;
      });
      is((await w.files.read('/out/a/.journal.jsonl'))?.length, before, 'nothing is written to it');
    });

  it('is not begun a second time by its list', async () => {
    const w = world({ files: await left(later()) });
    await rejects(
      within(
        w.clock,
        w.engine.start({ name: 'a', outputFolder: '/out', jobs: [], settings: w.engine.settings }),
      ),
      /Update Bulk Transcribe/,
    );
  });
});
