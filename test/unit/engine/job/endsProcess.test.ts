import assert from 'node:assert/strict';
import { found, start, videoLink, within, world } from '../../../helpers/fakeEngine';
import type { Answer, World } from '../../../helpers/fakeEngine';
import type { BatchHandle } from '../../../../src/engine/api';
import type { SourceRequest } from '../../../../src/model/source';

const never = (): Promise<Answer> => new Promise(() => undefined);
const marks = '/out/a/.under-way';

/** The process is gone: the next one sees it as dead, and finds what is on the disk. */
function died(w: World, pid: number): World {
  const dead = w.processes.own.pid;
  const next = w.another(pid);
  next.processes.dead.add(dead);
  w.files.folders.add('/state');
  return next;
}

async function resumed(w: World): Promise<BatchHandle> {
  return within(w.clock, w.engine.open('/out/a', 'resume'));
}

const rowOf = (batch: BatchHandle, id: string): { readonly status: string; readonly code: unknown } => {
  const row = batch.state.jobs.find(({ link }) => link.id === id);
  return { status: row?.status ?? '', code: row?.failure?.subject };
};

const culprit = videoLink(2).id;

describe('A job that ends its process', () => {
  /** Runs until the culprit is asked, where the process dies; others that were asked with it never end. */
  const kills = async (request: SourceRequest): Promise<Answer> => {
    if (request.link.id !== culprit) return found(request);
    await request.room?.(100_000_000, 'free');
    return never();
  };

  it('runs last and alone after it died with others, and is set aside after it was alone twice', async () => {
    const first = world();
    const [source] = first.sources;
    assert.ok(source);
    source.answer = never;
    await start(first, 4, { workers: 4 });
    await first.clock.advance(1_000);
    assert.equal(source.active, 4);

    const second = died(first, 200);
    source.asked.length = 0;
    source.answer = kills;
    const again = await resumed(second);
    await second.clock.advance(60_000);
    assert.deepEqual(source.asked.slice(0, 2), [videoLink(0).id, videoLink(1).id]);
    assert.equal(rowOf(again, videoLink(1).id).status, 'completed');

    const third = died(second, 300);
    third.processes.dead.add(100);
    const more = await resumed(third);
    await third.clock.advance(60_000);
    assert.deepEqual(
      more.state.jobs.map(({ status }) => status),
      ['completed', 'completed', 'running', 'completed'],
    );

    const fourth = died(third, 400);
    const last = await resumed(fourth);
    await within(fourth.clock, last.settled());
    assert.deepEqual(rowOf(last, culprit), { status: 'failed', code: 'ended-twice' });
    // The user's own retry is another chance.
    source.answer = found;
    await within(fourth.clock, last.rows([2], 'retry'));
    await within(fourth.clock, last.settled());
    assert.equal(rowOf(last, culprit).status, 'completed');
  });

  for (const [what, read, most] of [
    ['is reading a large text each time', true, 2],
    ['may have been killed by hand each time', false, 4],
  ] as const)
    it(`is set aside after ${most} deaths when it is the only one under way and ${what}`, async () => {
      let w = world();
      const [source] = w.sources;
      assert.ok(source);
      source.answer = async (request) => {
        if (read) await request.room?.(100_000_000, 'free');
        return never();
      };
      await start(w, 1);
      await w.clock.advance(100);
      for (let death = 1; death <= most; death += 1) {
        const before = w.processes.own.pid;
        w = died(w, 100 * death + 100);
        w.processes.dead.add(before);
        const batch = await resumed(w);
        await w.clock.advance(100);
        assert.equal(rowOf(batch, videoLink(0).id).status, death < most ? 'running' : 'failed');
        for (let pid = 100; pid < 100 * death + 100; pid += 100) w.processes.dead.add(pid);
      }
      assert.equal(source.asked.length, most);
    });

  it('is not seen where the process is killed while it is being ended', async () => {
    let w = world();
    const [source] = w.sources;
    assert.ok(source);
    source.answer = async (request) => {
      await request.room?.(100_000_000, 'free');
      return never();
    };
    await start(w, 1);
    for (let kill = 0; kill < 5; kill += 1) {
      await w.clock.advance(100);
      // A signal; what is under way does not end in time.
      void w.engine.dispose();
      await w.clock.advance(10);
      const dead = w.processes.own.pid;
      w = died(w, 1_000 + kill);
      for (let pid = 0; pid < 1_000 + kill; pid += 1) w.processes.dead.add(pid);
      w.processes.dead.add(dead);
      const batch = await resumed(w);
      assert.equal(batch.state.jobs[0]?.deaths, undefined);
    }
  });

  it('is no other than the one: kills that hit several at once set nothing aside', async () => {
    let w = world();
    const [source] = w.sources;
    assert.ok(source);
    source.answer = never;
    await start(w, 6, { workers: 3 });
    for (let kill = 0; kill < 2; kill += 1) {
      await w.clock.advance(100);
      w = died(w, 200 + kill);
      await resumed(w);
    }
    source.answer = found;
    w = died(w, 400);
    w.processes.dead.add(200);
    const last = await resumed(w);
    await within(w.clock, last.settled());
    assert.equal(last.state.counts.completed, 6);
  });

  it('is not seen in a stop: nothing is left under way', async () => {
    const w = world();
    const [source] = w.sources;
    assert.ok(source);
    source.answer = (request) =>
      new Promise((resolve) => {
        request.signal.addEventListener('abort', () => resolve(found(request)));
      });
    const batch = await start(w, 3, { workers: 3 });
    await w.clock.advance(100);
    assert.match(w.files.text(marks) ?? '', /^\+0\n\+1\n\+2\n$/);
    await within(w.clock, batch.stop());
    await within(w.clock, w.engine.dispose());
    assert.equal(await w.files.stat(marks), undefined);
    source.answer = found;
    const next = await resumed(w.another(200));
    assert.ok(next.state.jobs.every(({ deaths }) => deaths === undefined));
  });

  for (const [what, asksFirst] of [
    ['is on disk before a source is asked', undefined],
    ['is being written while a source that asks first sends its request', true],
  ] as const)
    it(`has a mark that ${what}`, async () => {
      const w = world();
      const [source] = w.sources;
      assert.ok(source);
      let written = (): void => undefined;
      const onDisk = new Promise<void>((resolve) => (written = resolve));
      const open = w.files.openAppend.bind(w.files);
      w.files.openAppend = async (path) => {
        if (path === marks) await onDisk;
        return open(path);
      };
      if (asksFirst) Object.assign(source, { asksFirst });
      let answered = 0;
      source.answer = async (request) => {
        await request.begun;
        answered += 1;
        return found(request);
      };
      const batch = await start(w, 2, { workers: 2 });
      await w.clock.advance(1_000);
      assert.equal(source.active, asksFirst ? 2 : 0);
      assert.equal(answered, 0);
      written();
      await within(w.clock, batch.settled());
      assert.equal(answered, 2);
    });
});
