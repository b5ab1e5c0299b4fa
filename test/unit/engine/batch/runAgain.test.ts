import assert from 'node:assert/strict';
import type { BatchHandle } from '../../../../src/engine/api';
import { journalName } from '../../../../src/engine/journal/journal';
import { lockName } from '../../../../src/engine/folder/owner';
import type { SourceRequest, SourceResult } from '../../../../src/model/source';
import {
  FakeSource,
  found,
  start,
  unlimited,
  videos,
  within,
  world,
  slowWorld,
} from '../../../helpers/fakeEngine';

const anyFile = { content: Buffer.alloc(0), flushed: 0, modifiedMs: 0 };

describe('A list that is run again', () => {
  it('continues its batch: what is new is added, what is done is kept', async () => {
    const w = world();
    const request = { name: 'a', outputFolder: '/out', list: '/l/a.urls', settings: unlimited };
    const first = await within(w.clock, w.engine.start({ ...request, jobs: videos(5) }));
    await within(w.clock, first.settled());
    const again = await within(w.clock, w.engine.start({ ...request, jobs: videos(8) }));
    await within(w.clock, again.settled());
    assert.equal(again.folder, first.folder);
    assert.equal(again.state.counts.completed, 8);
    assert.equal(w.sources[0]?.asked.length, 8);
  });

  it('has each video once also when it is started several times at once', async () => {
    const w = world();
    const request = { name: 'a', outputFolder: '/out', settings: unlimited };
    const start = (first: number): Promise<BatchHandle> =>
      w.engine.start({ ...request, jobs: videos(1200, first) });
    const [one, two, other] = await within(w.clock, Promise.all([start(0), start(0), start(5000)]));
    await within(w.clock, Promise.all([one.settled(), other.settled()]));
    assert.equal(two.folder, one.folder);
    assert.equal(one.state.total, 1200);
    assert.equal(other.folder, '/out/a 2');
    assert.equal(other.state.total, 1200);
    assert.equal(w.sources[0]?.asked.length, 2400);
  });

  it('does again what has no file any more, or none in a format that is wanted now', async () => {
    const w = world();
    const request = { name: 'a', outputFolder: '/out', list: '/l/a.urls', settings: unlimited };
    const first = await within(w.clock, w.engine.start({ ...request, jobs: videos(5) }));
    await within(w.clock, first.settled());
    const [, second, , , last] = first.state.jobs;
    assert.ok(second && last);
    await w.files.remove(`/out/a/${second.files?.[0] ?? ''}`);
    // A video that has left the list is not asked for again.
    await w.files.remove(`/out/a/${last.files?.[0] ?? ''}`);
    const again = await within(w.clock, w.engine.start({ ...request, jobs: videos(4) }));
    await within(w.clock, again.settled());
    assert.equal(again.state.counts.completed, 5);
    assert.deepEqual(w.sources[0]?.asked.slice(5), [second.link.id]);
    const settings = { ...unlimited, 'output.formats': ['md', 'srt'] as const };
    const wider = await within(w.clock, w.engine.start({ ...request, settings, jobs: videos(4) }));
    await within(w.clock, wider.settled());
    assert.equal(w.sources[0].asked.length, 10);
  });

  it('never pays by itself for what has no file any more', async () => {
    const heard = (request: SourceRequest): SourceResult => {
      const answer = found(request);
      return 'transcript' in answer ? { transcript: { ...answer.transcript, source: 'deapi' } } : answer;
    };
    const w = world({ sources: [new FakeSource('deapi', heard, true)] });
    const request = {
      name: 'a',
      outputFolder: '/out',
      list: '/l/a.urls',
      settings: unlimited,
      jobs: videos(2),
    };
    const first = await within(w.clock, w.engine.start(request));
    await within(w.clock, first.settled());
    assert.equal(first.state.counts.completed, 2);
    for (const { files } of first.state.jobs) await w.files.remove(`/out/a/${files?.[0] ?? ''}`);
    const again = await within(w.clock, w.engine.start(request));
    await within(w.clock, again.settled());
    assert.equal(w.sources[0]?.asked.length, 2);
  });

  for (const [what, first, again] of [
    ['as macOS names it', '/l/Séance.urls'.normalize('NFC'), '/l/Séance.urls'.normalize('NFD')],
    ['from the editor on Windows', 'C:\\l\\a.urls', 'c:\\l\\a.urls'],
    ['in other case, where the disk says that it is one file', '/l/a.urls', '/l/A.urls'],
  ] as const)
    it(`goes on with its batch ${what}`, async () => {
      const w = world();
      w.files.realPath = (path) => Promise.resolve(path.toLowerCase());
      const request = { name: 'a', outputFolder: '/out', settings: unlimited, jobs: videos(2) };
      const one = await within(w.clock, w.engine.start({ ...request, list: first }));
      const other = await within(w.clock, w.engine.start({ ...request, list: again }));
      assert.equal(other.folder, one.folder);
    });

  it('keeps lists apart whose names differ in case on a disk that knows case', async () => {
    const w = world();
    for (const list of ['/l/a.urls', '/l/A.urls']) w.files.files.set(list, anyFile);
    const request = { name: 'a', outputFolder: '/out', settings: unlimited, jobs: videos(2) };
    const one = await within(w.clock, w.engine.start({ ...request, list: '/l/a.urls' }));
    const other = await within(w.clock, w.engine.start({ ...request, list: '/l/A.urls' }));
    assert.notEqual(other.folder, one.folder);
  });

  it('takes another name for a different list, and does not redo what another batch has done', async () => {
    const w = world();
    const request = { name: 'a', outputFolder: '/out', settings: unlimited };
    const first = await within(w.clock, w.engine.start({ ...request, list: '/l/a.urls', jobs: videos(5) }));
    await within(w.clock, first.settled());
    await within(w.clock, first.stop());
    const other = await within(w.clock, w.engine.start({ ...request, list: '/m/a.urls', jobs: videos(7) }));
    await within(w.clock, other.settled());
    assert.equal(other.folder, '/out/a 2');
    assert.equal(other.state.counts.skipped, 5);
    assert.equal(other.state.counts.completed, 2);
    assert.equal(other.state.jobs[0]?.skip?.batch, 'a');
    await within(w.clock, other.rows([0], 'redo'));
    await within(w.clock, other.settled());
    assert.equal(other.state.counts.completed, 3);
  });

  it('does again on demand what this or another batch has done', async () => {
    const w = world();
    const request = { name: 'a', outputFolder: '/out', settings: unlimited };
    const first = await within(w.clock, w.engine.start({ ...request, list: '/l/a.urls', jobs: videos(5) }));
    await within(w.clock, first.settled());
    const redo = { ...request, list: '/m/a.urls', redo: true };
    const other = await within(w.clock, w.engine.start({ ...redo, jobs: videos(6) }));
    await within(w.clock, other.settled());
    assert.equal(other.state.counts.completed, 6);
    const again = await within(w.clock, w.engine.start({ ...redo, jobs: videos(7) }));
    await within(w.clock, again.settled());
    assert.equal(again.folder, other.folder);
    assert.equal(again.state.counts.completed, 7);
    assert.equal(w.sources[0]?.asked.length, 5 + 6 + 7);
  });

  it('recognises a finished file whose outcome was lost', async () => {
    const w = slowWorld();
    await start(w, 5, { workers: 1 });
    await w.clock.advance(2500);
    // The file of the third is there, its outcome never reached the disk.
    await w.files.writeWhole('/out/a/video000002.md', 'words');
    w.files.crash();
    const second = w.another(200);
    second.processes.dead.add(100);
    const source = w.sources[0];
    assert.ok(source);
    source.asked.length = 0;
    const batch = await within(w.clock, second.engine.open('/out/a', 'resume'));
    await within(w.clock, batch.settled());
    assert.ok(!source.asked.includes('video000002'));
    assert.equal(batch.state.counts.completed + batch.state.counts.skipped, 5);
  });
});

describe('A folder whose journal has no batch', () => {
  for (const [form, content] of [
    ['nothing', ''],
    ['what is no journal', '\0\u0007{"type":"x"}\nnonsense\n'],
  ] as const)
    it(`is not resumed as an empty one, and keeps what is in it: ${form}`, async () => {
      const w = world();
      await w.files.makeFolder('/out/a');
      await w.files.writeWhole(`/out/a/${journalName}`, content);
      await assert.rejects(within(w.clock, w.engine.open('/out/a', 'resume')), /There is no batch in/);
      assert.deepEqual(w.derived, []);
      assert.equal(await w.files.stat(`/out/a/${lockName}`), undefined);
    });
});
