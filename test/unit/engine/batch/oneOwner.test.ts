import assert from 'node:assert/strict';
import { journalName } from '../../../../src/engine/journal/journal';
import { lockName, takeOwnership } from '../../../../src/engine/folder/owner';
import {
  FakeProcesses,
  slowWorld,
  start,
  videos,
  within,
  world,
  type World,
} from '../../../helpers/fakeEngine';
import { SeededRandom } from '../../../helpers/seededRandom';

/** The first process that wants to own a batch has seen its folder free, and waits before it claims it. */
function firstClaimWaits({ files }: World): { readonly reached: Promise<void>; readonly go: () => void } {
  const claim = files.createExclusive.bind(files);
  let go = (): void => undefined;
  const free = new Promise<void>((resolve) => (go = resolve));
  const reached = new Promise<void>((resolve) => {
    files.createExclusive = async (path, content) => {
      if (!path.endsWith(lockName)) return claim(path, content);
      files.createExclusive = claim;
      resolve();
      await free;
      return claim(path, content);
    };
  });
  return { reached, go };
}

describe('One owner a batch', () => {
  it('names the owner, and replaces a dead one at once', async () => {
    const w = slowWorld(100_000);
    await start(w, 3);
    const second = w.another(200);
    await assert.rejects(
      within(w.clock, second.engine.open('/out/a', 'resume')),
      /another window or terminal \(process 100\)/,
    );
    const seen = await within(w.clock, second.engine.open('/out/a', 'view'));
    assert.match(seen.owner ?? '', /process 100/);
    second.processes.dead.add(100);
    const from = w.clock.monotonic();
    await within(w.clock, second.engine.open('/out/a', 'resume'));
    assert.ok(w.clock.monotonic() - from < 1000);
  });

  it('lets one win of many that see it dead at the same time', async () => {
    const w = world();
    await w.files.makeFolder('/out/a');
    const dead = { v: 1, host: 'here', boot: 'b1', pid: 1, started: 's', nonce: '0123456789abcdef', beat: 1 };
    await w.files.writeWhole(`/out/a/${lockName}`, JSON.stringify(dead));
    const tries = [2, 3, 4, 5, 6].map((pid) => {
      const processes = new FakeProcesses({ host: 'here', boot: 'b1', pid, started: `s${pid}` });
      processes.dead.add(1);
      return takeOwnership('/out/a', { ...w.parts, processes, random: new SeededRandom(pid) });
    });
    const results = await within(w.clock, Promise.allSettled(tries));
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  });

  it('begins in the next folder when another process began and ended a batch in the free one meanwhile', async () => {
    const w = world();
    const second = w.another(200);
    const claim = firstClaimWaits(w);
    const late = start(second, videos(3, 10));
    await within(w.clock, claim.reached);
    await start(w, 2);
    await w.clock.advance(60_000);
    await within(w.clock, w.engine.dispose());
    const before = w.files.text(`/out/a/${journalName}`);
    claim.go();
    const batch = await within(w.clock, late);
    assert.equal(batch.folder, '/out/a 2');
    assert.equal(w.files.text(`/out/a/${journalName}`), before);
    assert.equal(w.files.text(`/out/a/${lockName}`), undefined);
    await w.clock.advance(60_000);
    assert.equal(batch.state.counts.completed, 3);
  });

  it('goes on with the batch that another process began and ended from the same list meanwhile', async () => {
    const w = world();
    const second = w.another(200);
    const claim = firstClaimWaits(w);
    const late = start(second, 2);
    await within(w.clock, claim.reached);
    await start(w, 2);
    await w.clock.advance(60_000);
    await within(w.clock, w.engine.dispose());
    claim.go();
    const batch = await within(w.clock, late);
    assert.equal(batch.folder, '/out/a');
    await w.clock.advance(60_000);
    assert.equal(batch.state.jobs.length, 2);
    assert.equal(w.sources[0]?.asked.length, 2);
  });

  it('takes no batch whose lock the system does not let it read', async () => {
    const w = slowWorld(100_000);
    await start(w, 3);
    const second = w.another(200);
    w.files.fail = (operation, path) =>
      path.endsWith(lockName) && operation === 'read' ? 'No permission' : undefined;
    await assert.rejects(within(w.clock, second.engine.open('/out/a', 'resume')), /No permission/);
    w.files.fail = undefined;
    await assert.rejects(within(w.clock, second.engine.open('/out/a', 'resume')), /process 100/);
  });

  it('watches the heart of an owner on another machine before taking over', async () => {
    const w = slowWorld(100_000);
    await start(w, 3);
    const far = w.another(200);
    Object.assign(far.processes.own, { host: 'there' });
    await assert.rejects(within(w.clock, far.engine.open('/out/a', 'resume')), /another computer/);
    // The first machine goes to sleep: for the other, its heartbeat has stopped.
    w.files.fail = (operation, path) =>
      path.endsWith(lockName) && operation === 'writeWhole' ? 'frozen' : undefined;
    const taken = within(w.clock, takeOwnership('/out/a', { ...far.parts, processes: far.processes }));
    await assert.rejects(taken, /frozen/);
  });

  it('writes nothing more once it has lost the batch while it was frozen', async () => {
    const w = slowWorld(30_000);
    const batch = await start(w, 3);
    await w.clock.advance(1000);
    const other = {
      v: 1,
      host: 'there',
      boot: 'b9',
      pid: 9,
      started: 's9',
      nonce: 'fedcba9876543210',
      beat: 1,
    };
    await w.files.writeWhole(`/out/a/${lockName}`, JSON.stringify(other));
    const before = w.files.text(`/out/a/${journalName}`);
    w.clock.jump(20_000);
    await w.clock.advance(60_000);
    assert.equal(w.files.text(`/out/a/${journalName}`), before);
    assert.match(batch.owner ?? '', /another computer/);
  });
});
