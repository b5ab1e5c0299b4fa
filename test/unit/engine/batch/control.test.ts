import assert from 'node:assert/strict';
import type { BatchHandle } from '../../../../src/engine/api';
import { journalName } from '../../../../src/engine/journal/journal';
import { lockName, takeOwnership } from '../../../../src/engine/folder/owner';
import type { QuotaName } from '../../../../src/model/quotaNames';
import { failure } from '../../../../src/model/failure';
import type { SourceRequest, SourceResult } from '../../../../src/model/source';
import {
  after,
  FakeProcesses,
  FakeSource,
  found,
  start,
  unlimited,
  videos,
  within,
  world,
} from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';
import { SeededRandom } from '../../../helpers/seededRandom';

function slow(ms = 1000): World {
  const w = world();
  const source = w.sources[0];
  if (source) source.answer = after(w.clock, ms);
  return w;
}

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
    const w = slow();
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
    const w = slow(60_000);
    const batch = await start(w, 20);
    await w.clock.advance(1000);
    await within(w.clock, batch.stop(), 1000);
    assert.equal(batch.state.phase, 'stopped');
    assert.equal(batch.state.counts.pending, 20);
    assert.equal(w.sources[0]?.active, 0);
  });

  it('puts a job first, skips one and retries one', async () => {
    const w = slow();
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

  it('skips a job that runs by ending it', async () => {
    const w = slow(60_000);
    const batch = await start(w, 2, { workers: 1 });
    await w.clock.advance(500);
    await within(w.clock, batch.rows([0], 'skip'), 1000);
    assert.equal(batch.state.jobs[0]?.status, 'skipped');
  });

  it('changes the number of workers in mid-run within a second, and restarts nothing', async () => {
    const w = slow();
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
    const w = slow();
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

describe('Failures', () => {
  it('hold the quota when throttled, cost no attempt, and halve the workers', async () => {
    let calls = 0;
    const source = new FakeSource('youtube', (request) => {
      calls += 1;
      if (calls > 1) return found(request);
      request.started.heard({ status: 429, headers: { 'retry-after': '30' } });
      return failure('rate-limited', 'slow down', { status: 429, retryAfterMs: 30_000 });
    });
    source.quotaNames = ['youtube'];
    const w = world({ sources: [source] });
    const batch = await start(w, 3, { workers: 1, 'rate.youtube.perHour': 1000 });
    const from = w.clock.monotonic();
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 3);
    assert.equal(batch.state.retries, 0);
    assert.equal(batch.state.rateLimited, 1);
    assert.ok(w.clock.monotonic() - from >= 29_000);
  });

  it('park everything that needs the same key, with one request, until the user resumes', async () => {
    let refused = true;
    const w = world({
      sources: [
        new FakeSource('deapi', (r) => (refused ? failure('auth', 'key', { needs: 'deapi:key' }) : found(r))),
      ],
    });
    const batch = await start(w, 50, { workers: 1 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.parked, 50);
    assert.equal(w.sources[0]?.asked.length, 1);
    refused = false;
    // The first probe goes out by itself after an hour, and frees the rest.
    await w.clock.advance(3_700_000);
    assert.equal(batch.state.counts.completed, 50);
  });

  it('end a job in which nothing moves as a timeout', async () => {
    const w = world({ sources: [new FakeSource('youtube', after(world().clock, 1e9))] });
    const source = w.sources[0];
    assert.ok(source);
    source.answer = after(w.clock, 1e9);
    const batch = await start(w, 1, { retries: 0 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.jobs[0]?.failure?.code, 'timeout');
  });
});

describe('A disk that is full', () => {
  it('lets no batch begin whose first line it does not take, and has it whole later', async () => {
    const w = world({ sources: [new FakeSource('youtube', found)] });
    w.files.fail = (operation, path) =>
      operation === 'flush' && path.endsWith('.journal.jsonl') ? 'The disk is full' : undefined;
    const request = { name: 'a', outputFolder: '/out', jobs: videos(3), settings: unlimited };
    await assert.rejects(within(w.clock, w.engine.start(request)), /disk is full/);
    assert.equal(w.engine.batches.length, 0);
    w.files.fail = () => undefined;
    const batch = await within(w.clock, w.engine.start(request));
    await within(w.clock, batch.settled());
    assert.deepEqual([batch.folder, batch.state.counts.completed], ['/out/a', 3]);
    await within(w.clock, w.engine.dispose());
  });

  it('lets no batch go on either whose journal takes no line, and keeps it as it was', async () => {
    const w = slow();
    const request = { name: 'a', outputFolder: '/out', jobs: videos(9), settings: unlimited };
    const batch = await within(w.clock, w.engine.start(request));
    await w.clock.advance(1500);
    const done = batch.state.counts.completed;
    await within(w.clock, w.engine.dispose());
    const second = w.another(200);
    w.files.fail = (operation, path) =>
      operation === 'flush' && path.endsWith('.journal.jsonl') ? 'The disk is full' : undefined;
    await assert.rejects(within(w.clock, second.engine.start(request)), /disk is full/);
    await assert.rejects(within(w.clock, second.engine.open('/out/a', 'resume')), /disk is full/);
    // The user's own record stays open with its engine.
    const open = w.files.opened.filter((path) => path.startsWith('/out/'));
    assert.deepEqual([second.engine.batches.length, open], [0, []]);
    w.files.fail = undefined;
    const again = await within(w.clock, second.engine.open('/out/a', 'resume'));
    assert.ok(again.state.counts.completed >= done);
    await within(w.clock, again.settled());
    assert.equal(again.state.counts.completed, 9);
    await within(w.clock, second.engine.dispose());
  });

  it('pauses the batch with the reason, and lets it go on when it is mended', async () => {
    const w = slow();
    const batch = await start(w, 20);
    await w.clock.advance(1500);
    w.files.fail = (operation) =>
      ['append', 'flush', 'writeWhole', 'createExclusive'].includes(operation)
        ? 'The disk is full'
        : undefined;
    await w.clock.advance(20_000);
    assert.equal(batch.state.phase, 'paused');
    assert.match(batch.state.why?.message ?? '', /full/);
    assert.equal((await within(w.clock, batch.settled()))?.code, 'disk');
    w.files.fail = undefined;
    await w.clock.advanceUntil(() => batch.state.phase === 'finished', 60_000);
    assert.equal(batch.state.counts.completed, 20);
    assert.equal(new Set(w.sources[0]?.asked).size, w.sources[0]?.asked.length, 'nothing was asked twice');
  });

  it('is the same for a folder that vanishes: it comes back with everything that was known', async () => {
    const w = slow();
    const batch = await start(w, 20);
    await w.clock.advance(1500);
    await w.files.remove('/out/a');
    await w.clock.advance(30_000);
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 20);
    await within(w.clock, w.engine.dispose());
    const seen = await within(w.clock, w.another(200).engine.open('/out/a', 'view'));
    assert.equal(seen.state.counts.completed, 20);
  });
});

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
    const w = slow();
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

describe('One owner a batch', () => {
  it('names the owner, and replaces a dead one at once', async () => {
    const w = slow(100_000);
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

  it('watches the heart of an owner on another machine before taking over', async () => {
    const w = slow(100_000);
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
    const w = slow(30_000);
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
