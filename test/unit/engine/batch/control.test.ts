import assert from 'node:assert/strict';
import type { QuotaName } from '../../../../src/model/quotaNames';
import { failure } from '../../../../src/model/failure';
import {
  after,
  FakeSource,
  found,
  start,
  unlimited,
  videos,
  within,
  world,
  slowWorld,
} from '../../../helpers/fakeEngine';

describe('Control', () => {
  it('has a warning about files that will not be written among its notes, once', async () => {
    const w = world();
    const { derived } = w.parts;
    Object.assign(derived, { warnings: () => Promise.resolve(['Rename index.md.']) });
    const batch = await start(w, 2);
    await within(w.clock, batch.settled());
    await within(w.clock, batch.resume());
    await within(w.clock, batch.settled());
    assert.deepEqual(batch.state.notes, [{ text: 'Rename index.md.' }]);
  });

  it('pauses: what runs finishes, nothing new starts; and resumes', async () => {
    const w = slowWorld();
    const batch = await start(w, 20);
    await w.clock.advance(500);
    await within(w.clock, batch.pause());
    await w.clock.advance(10_000);
    assert.equal(batch.state.counts.completed, 5);
    assert.equal(batch.state.phase, 'paused');
    await within(w.clock, batch.resume());
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 20);
  });

  it('stops: what runs is aborted and nothing is lost', async () => {
    const w = slowWorld(60_000);
    const batch = await start(w, 20);
    await w.clock.advance(1000);
    await within(w.clock, batch.stop(), 1000);
    assert.equal(batch.state.phase, 'stopped');
    assert.equal(batch.state.counts.pending, 20);
    assert.equal(w.sources[0]?.active, 0);
  });

  it('puts a job first, skips one and retries one', async () => {
    const w = slowWorld();
    const batch = await start(w, 30, { workers: 1 });
    await w.clock.advance(500);
    await within(w.clock, batch.rows([25], 'next'));
    await within(w.clock, batch.rows([1, 2], 'skip'));
    await w.clock.advance(1000);
    assert.equal(w.sources[0]?.asked[1], 'video000025');
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.skipped, 2);
    assert.equal(batch.state.counts.completed, 28);
    await within(w.clock, batch.rows([1], 'retry'));
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 29);
  });

  it('frees only what is parked: what has ended meanwhile is not done again', async () => {
    const w = world();
    const batch = await start(w, 2);
    await within(w.clock, batch.settled());
    await within(w.clock, batch.rows([0, 1], 'release'));
    await within(w.clock, batch.settled());
    assert.deepEqual([w.sources[0]?.asked.length, batch.state.counts.completed], [2, 2]);
  });

  it('does what was wanted last, when stop and resume follow each other at once', async () => {
    for (const wanted of [
      ['resume', 'stop'],
      ['stop', 'resume'],
    ] as const) {
      const w = slowWorld();
      const batch = await start(w, 9, { workers: 2 });
      await w.clock.advance(500);
      if (wanted[0] === 'resume') await within(w.clock, batch.stop());
      await within(w.clock, Promise.all(wanted.map((each) => batch[each]())));
      const isStopped = wanted[1] === 'stop';
      assert.equal(batch.state.phase, isStopped ? 'stopped' : 'running');
      await within(w.clock, batch.settled(), 60_000);
      assert.equal(batch.state.counts.completed, isStopped ? 0 : 9);
    }
  });

  it('skips a job that runs by ending it', async () => {
    const w = slowWorld(60_000);
    const batch = await start(w, 2, { workers: 1 });
    await w.clock.advance(500);
    await within(w.clock, batch.rows([0], 'skip'), 1000);
    assert.equal(batch.state.jobs[0]?.status, 'skipped');
  });

  it('changes the number of workers in mid-run within a second, and restarts nothing', async () => {
    const w = slowWorld();
    const batch = await start(w, 60, { workers: 2 });
    await w.clock.advance(1500);
    w.engine.changeSettings({ ...unlimited, workers: 10 });
    await w.clock.advance(1000);
    assert.equal(w.sources[0]?.mostActive, 10);
    w.engine.changeSettings({ ...unlimited, workers: 10, parallel: false });
    await w.clock.advance(2000);
    assert.equal(w.sources[0].active, 1);
    await within(w.clock, batch.settled());
    assert.equal(w.sources[0].asked.length, 60);
  });

  it('stops at the first failure, or retries what can pass once more at the end, as set', async () => {
    let calls = 0;
    const flaky = new FakeSource('youtube', (request) => {
      calls += 1;
      return request.link.id.endsWith('3') && calls < 8 ? failure('network', 'reset') : found(request);
    });
    const w = world({ sources: [flaky] });
    const batch = await start(w, 6, { onError: 'retryAtEnd', retries: 0, workers: 1 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed + batch.state.counts.failed, 6);
    assert.equal(flaky.asked.length, 7);

    const broken = world({ sources: [new FakeSource('youtube', () => failure('private', 'no'))] });
    const stopped = await start(broken, 10, { onError: 'stop', workers: 1 });
    await within(broken.clock, stopped.settled());
    assert.equal(stopped.state.phase, 'stopped');
    assert.equal(stopped.state.counts.failed, 1);
    assert.equal(stopped.state.why?.code, 'private');
  });

  it('counts every time that a failure was tried again: by itself, at the end, and by the user', async () => {
    let broken = true;
    const source = new FakeSource('youtube', (request) =>
      broken && request.link.id.endsWith('0') ? failure('network', 'reset') : found(request),
    );
    const w = world({ sources: [source] });
    const batch = await start(w, 2, { onError: 'retryAtEnd', retries: 2 });
    await within(w.clock, batch.settled());
    assert.equal(source.asked.length, 7);
    const retries = (): (number | undefined)[] => batch.state.jobs.map((job) => job.retries);
    assert.deepEqual(retries(), [5, 0], 'two, the second round, and two of its own');
    broken = false;
    await within(w.clock, batch.retryFailed());
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 2);
    assert.deepEqual(retries(), [6, 0]);
    assert.equal(batch.state.retries, 6);
  });

  it('shares workers fairly between batches', async () => {
    const w = slowWorld();
    const first = await start(w, 100, { workers: 4 }, 'first');
    await w.clock.advance(3000);
    const before = first.state.counts.completed;
    const second = await start(w, videos(100, 500), { workers: 4 }, 'second');
    await w.clock.advance(10_500);
    const a = first.state.counts.completed - before;
    const b = second.state.counts.completed;
    assert.ok(Math.abs(a - b) <= 4, `${a} and ${b}`);
  });
});

describe('No worker waits for one quota', () => {
  it('while a queued job could run on another', async () => {
    const w = world();
    const source = w.sources[0];
    assert.ok(source);
    source.answer = after(w.clock, 1000);
    source.quotas = (link?: { readonly id: string }): readonly QuotaName[] =>
      Number(link?.id.slice(-6)) < 50 ? ['youtube'] : [];
    const batch = await start(w, 100, { 'rate.youtube.perHour': 10, 'rate.youtube.burst': 1 });
    await w.clock.advance(14_000);
    // Fifty need no quota: five workers do them in ten seconds, though they are behind the others.
    const free = batch.state.jobs.slice(50).filter((job) => job.status === 'completed').length;
    assert.equal(free, 50);
    const waiting = batch.state.jobs.filter((job) => job.status === 'running' && job.wait !== undefined);
    assert.ok(waiting.length > 0, 'idle workers say what they wait for');
    await within(w.clock, w.engine.dispose());
  });
});
