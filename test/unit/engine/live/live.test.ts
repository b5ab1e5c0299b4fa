/**
 * What passes in a batch, as a window on another process sees it: workers, lanes, quotas, pace and machines that help.
 */
import assert from 'node:assert/strict';
import type { BatchHandle } from '../../../../src/engine/api';
import { livePlaceOf } from '../../../../src/engine/live/livePlace';
import { after, FakeSource, unlimited, videos, within, world } from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';
import { watchingPage, type WatchingPage } from '../../../helpers/watchingPage';

const folder = '/out/a';
const { file, mark } = livePlaceOf('/state', folder);

interface Watched {
  readonly w: World;
  readonly batch: BatchHandle;
  readonly view: BatchHandle;
  /** A page that was given the state once, folds the events, and asks for the state again after a gap. */
  readonly page: WatchingPage;
  readonly look: (ms?: number) => Promise<void>;
  readonly stop: () => void;
}

/** Each video takes four seconds, in two stages. */
function slowWorld(): World {
  const source = new FakeSource('youtube');
  const w = world({ sources: [source] });
  source.quotaNames = ['youtube'];
  source.answer = async (request) => {
    await request.permit(['youtube']);
    request.stage('fetching');
    await new Promise<void>((resolve) => w.clock.after(1500, resolve));
    request.stage('transcribing', 40);
    return after(w.clock, 2500)(request);
  };
  return w;
}

/** Videos of four seconds each, on two workers, and a window that watches them. */
async function watched(count = 40): Promise<Watched> {
  const w = slowWorld();
  const settings = { ...unlimited, workers: 2, 'rate.youtube.perHour': 3600 };
  const request = { name: 'a', outputFolder: '/out', jobs: videos(count), settings };
  const batch = await within(w.clock, w.engine.start(request));
  const view = await within(w.clock, w.another(200).engine.open(folder, 'view'));
  const page = watchingPage(view);
  const stop = view.watch?.() ?? assert.fail('It cannot be watched.');
  const look = async (ms = 1000): Promise<void> => {
    await w.clock.advance(ms);
    await within(w.clock, view.follow?.() ?? assert.fail());
  };
  await look(0);
  return { w, batch, view, page, look, stop };
}

describe('A batch that is watched from another process', () => {
  it('shows its workers, quotas and pace there, and lanes to the millisecond', async () => {
    const { batch, view, page, look } = await watched();
    for (let step = 0; step < 12; step += 1) await look();
    assert.equal(view.state.counts.running, 2);
    assert.equal(view.state.configuredWorkers, 2);
    assert.equal(view.state.pace?.by.kind, batch.state.pace?.by.kind);
    assert.ok(view.state.quotas.some(({ name, used }) => name === 'youtube' && used > 0));
    const seen = view.state.workers.map(({ lane }) => lane.filter(({ to }) => to !== undefined));
    assert.ok(seen.flat().length >= 6);
    for (const [at, segments] of seen.entries())
      for (const segment of segments) {
        const own = batch.state.workers[at]?.lane.find(
          ({ job, from, kind }) => job === segment.job && from === segment.from && kind === segment.kind,
        );
        assert.deepEqual(own, segment);
      }
    assert.deepEqual(page.state, view.state);
    assert.equal(page.gaps, 1, 'the state is asked for once, when what passes becomes known');
  });

  it('has on its lanes what was done before anybody watched', async () => {
    const w = slowWorld();
    const settings = { ...unlimited, workers: 2 };
    const batch = await within(
      w.clock,
      w.engine.start({ name: 'a', outputFolder: '/out', jobs: videos(40), settings }),
    );
    await w.clock.advance(30_000);
    const view = await within(w.clock, w.another(200).engine.open(folder, 'view'));
    view.watch?.();
    for (let step = 0; step < 4; step += 1) {
      await within(w.clock, view.follow?.() ?? assert.fail());
      await w.clock.advance(1000);
    }
    await within(w.clock, view.follow?.() ?? assert.fail());
    const [first] = batch.state.workers[0]?.lane ?? [];
    assert.ok(first?.to !== undefined && first.to < w.clock.now() - 20_000);
    assert.deepEqual(view.state.workers[0]?.lane[0], first);
    assert.equal(view.state.counts.completed + view.state.counts.running + view.state.counts.pending, 40);
  });

  it('costs nothing while nobody watches, and its file goes with the last watcher', async () => {
    const { w, look, stop, view } = await watched(400);
    for (let step = 0; step < 3; step += 1) await look();
    assert.ok(w.files.files.has(file));
    stop();
    await look();
    assert.equal(view.state.counts.running, 0, 'what is not followed is not shown');
    assert.deepEqual(view.state.quotas, []);
    await w.clock.advance(20_000);
    assert.ok(!w.files.files.has(file));
    const { append, writeWhole } = w.files.counts;
    await w.clock.advance(2000);
    assert.ok(w.files.counts.append - append < 4, `${w.files.counts.append - append} writes, the journal's`);
    assert.ok(w.files.counts.writeWhole - writeWhole < 4);
  });

  it('ends on the page as it ends there, and leaves no file', async () => {
    const { w, batch, view, page, look } = await watched(12);
    for (let step = 0; step < 3; step += 1) await look();
    const over = within(w.clock, batch.settled());
    for (let step = 0; step < 30; step += 1) await look(500);
    await over;
    await within(w.clock, w.engine.dispose());
    await look();
    assert.equal(view.owner, undefined);
    assert.equal(view.state.phase, 'finished');
    assert.equal(view.state.counts.completed, 12);
    assert.deepEqual(page.state, view.state);
    assert.ok(!w.files.files.has(file));
    assert.ok(!w.files.files.has(mark));
  });

  it('stands still when its process was killed, and what it left is not taken for that of the next one', async () => {
    const { w, view, look } = await watched();
    for (let step = 0; step < 4; step += 1) await look();
    const left = w.files.text(file) ?? '';
    assert.equal(view.state.counts.running, 2);
    const other = w.another(300);
    other.processes.dead.add(100);
    const third = await within(w.clock, other.engine.open(folder, 'view'));
    third.watch?.();
    await within(w.clock, third.follow?.() ?? assert.fail());
    assert.equal(third.state.phase, 'stopped');
    assert.equal(third.state.counts.running, 0);
    assert.deepEqual(third.state.helpers, []);
    await within(w.clock, other.engine.open(folder, 'resume'));
    await w.files.writeWhole(file, left);
    await within(w.clock, third.follow?.() ?? assert.fail());
    assert.notEqual(third.owner, undefined);
    assert.equal(third.state.counts.running, 0);
  });

  it('shows nothing as running while its process is frozen, and goes on with it', async () => {
    const { w, view, page, look } = await watched();
    for (let step = 0; step < 4; step += 1) await look();
    const kept = w.files.text(file) ?? '';
    const written = (): Promise<void> => w.files.writeWhole(file, kept);
    await w.clock.advance(11_000);
    await written();
    await within(w.clock, view.follow?.() ?? assert.fail());
    assert.equal(view.state.counts.running, 0);
    await written();
    await within(w.clock, view.follow?.() ?? assert.fail());
    assert.equal(view.state.counts.running, 0, 'it is not taken for new when it is read again');
    assert.deepEqual(page.state, view.state);
  });

  for (const [what, change] of [
    [
      'with a number that makes a million lanes',
      (text: string) => text.replace(/"worker":\d+/g, '"worker":1000000'),
    ],
    ['of something else', () => '\nnot a line at all'],
    ['that is cut off', (text: string) => text.slice(0, text.length >> 1)],
    ['of 20 MB', (text: string) => text + ' '.repeat(20_000_000)],
    ['that is empty', () => ''],
  ] as const)
    it(`takes nothing from a file ${what}`, async () => {
      const { w, view, look } = await watched();
      await w.clock.advance(1500);
      const bad = change(w.files.text(file) ?? '');
      await w.files.writeWhole(file, bad);
      await look(0);
      assert.ok(view.state.workers.length <= 2);
      assert.equal(view.state.phase, 'running');
      assert.equal(view.state.total, 40);
    });

  it('says of a stage that goes on only how far it is', async () => {
    const { w, batch, view, page, look } = await watched();
    for (let step = 0; step < 3; step += 1) await look();
    const before = w.files.text(file) ?? '';
    const source = w.sources[0];
    assert.ok(source instanceof FakeSource);
    source.answer = async (request) => {
      for (let percent = 0; percent < 4000; percent += 1) {
        request.stage('downloading', percent / 40);
        if (percent % 400 === 0) await new Promise<void>((resolve) => w.clock.after(400, resolve));
      }
      return after(w.clock, 10)(request);
    };
    for (let step = 0; step < 8; step += 1) await look();
    assert.ok(
      (w.files.text(file) ?? '').length < before.length + 200_000,
      'a percentage replaces the one before',
    );
    assert.equal(view.state.counts.completed, batch.state.counts.completed);
    assert.deepEqual(page.state, view.state);
  });
});
