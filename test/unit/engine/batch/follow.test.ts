/**
 * A batch that another process runs, as this one sees it: new lines of its journal are read and emitted as
 * events.
 */
import assert from 'node:assert/strict';
import { journalLine, journalName } from '../../../../src/engine/journal/journal';
import { snapshotLines } from '../../../../src/engine/journal/snapshot';
import type { BatchHandle } from '../../../../src/engine/api';
import { after, unlimited, videos, within, world } from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';
import { copyOf, watchingPage, type WatchingPage } from '../../../helpers/watchingPage';

const folder = '/out/a';

async function running(count: number): Promise<{ readonly w: World; readonly batch: BatchHandle }> {
  const w = world();
  const source = w.sources[0];
  if (source) source.answer = after(w.clock, 1000);
  const request = { name: 'a', outputFolder: '/out', jobs: videos(count), settings: unlimited };
  return { w, batch: await within(w.clock, w.engine.start(request)) };
}

/** What another process sees, and a page that was given the state once and folds what it is told. */
async function seen(w: World): Promise<{
  readonly view: BatchHandle;
  readonly page: WatchingPage;
  readonly follow: () => Promise<void>;
}> {
  const view = await within(w.clock, w.another(200).engine.open(folder, 'view'));
  const page = watchingPage(view);
  return { view, page, follow: () => within(w.clock, view.follow?.() ?? assert.fail('It cannot follow.')) };
}

describe('A batch that another process runs', () => {
  it('is followed: what is done there is done here, as it is written', async () => {
    const { w, batch } = await running(12);
    const { view, page, follow } = await seen(w);
    assert.match(view.owner ?? '', /process 100/);
    for (let step = 0; step < 6; step += 1) {
      await w.clock.advance(700);
      await follow();
      assert.equal(view.state.counts.completed, batch.state.counts.completed);
      assert.deepEqual(page.state, view.state);
    }
    assert.equal(view.state.counts.completed, 12);
    assert.equal(page.gaps, 0);
  });

  it('shows that it was paused, resumed, and ended, and then that it has no owner any more', async () => {
    const { w, batch } = await running(12);
    const { view, follow } = await seen(w);
    await within(w.clock, batch.pause());
    await follow();
    assert.equal(view.state.phase, 'paused');
    await within(w.clock, batch.resume());
    await follow();
    assert.equal(view.state.phase, 'running');
    await within(w.clock, batch.settled());
    await within(w.clock, w.engine.dispose());
    await follow();
    assert.equal(view.state.phase, 'finished');
    assert.equal(view.owner, undefined);
  });

  it('stands still when its process was killed, for this one to go on with', async () => {
    const { w } = await running(12);
    const other = w.another(200);
    const view = await within(w.clock, other.engine.open(folder, 'view'));
    other.processes.dead.add(100);
    await within(w.clock, view.follow?.() ?? assert.fail());
    assert.equal(view.owner, undefined);
    assert.equal(view.state.phase, 'stopped');
    assert.equal(view.state.phaseBy, 'engine');
    const later = await within(w.clock, other.engine.open(folder, 'view'));
    assert.equal(later.state.phase, 'stopped');
    assert.equal((await within(w.clock, other.engine.open(folder, 'resume'))).state.phase, 'running');
  });

  it('takes a line that is half written when it is whole', async () => {
    const { w, batch } = await running(4);
    await within(w.clock, batch.settled());
    const path = `${folder}/${journalName}`;
    const whole = w.files.text(path) ?? '';
    const cut = whole.lastIndexOf('\n') + 30;
    await w.files.writeWhole(path, whole.slice(0, whole.indexOf('\n', 400)));
    const { view, page, follow } = await seen(w);
    await w.files.writeWhole(path, whole.slice(0, cut));
    await follow();
    const before = view.seq;
    await w.files.writeWhole(path, whole);
    await follow();
    assert.equal(view.seq, before + 1);
    assert.equal(view.state.phase, 'finished');
    assert.deepEqual(page.state, view.state);
    assert.equal(page.gaps, 0);
  });

  it('is read again when its journal was made shorter; a follower sees a gap', async () => {
    const { w, batch } = await running(6);
    await w.clock.advance(1500);
    const { view, page, follow } = await seen(w);
    await within(w.clock, batch.settled());
    const lines = [...snapshotLines(copyOf(batch.state), 1000)].map((record) => journalLine(record));
    await w.files.writeWhole(`${folder}/${journalName}`, lines.join(''));
    await follow();
    assert.equal(view.state.counts.completed, 6);
    assert.equal(page.gaps, 1);
    assert.deepEqual(page.state, view.state);
  });
});
