import assert from 'node:assert/strict';
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

  it('free what is parked although the probe is skipped, or answers what proves nothing', async () => {
    for (const skips of [true, false]) {
      let refused = true;
      const source = new FakeSource('youtube', (request) => {
        if (refused) return failure('blocked', 'captcha');
        if (request.link.id === 'video000000') return failure('unavailable', 'removed');
        return found(request);
      });
      source.quotaNames = ['youtube'];
      const w = world({ sources: [source] });
      const batch = await start(w, 4, { workers: 1, onBlocked: 'park' });
      await w.clock.advanceUntil(() => batch.state.counts.parked === 4, 60_000);
      refused = false;
      if (skips) {
        await within(w.clock, batch.pause());
        await w.clock.advance(3_700_000);
        const resumed = batch.resume();
        await within(w.clock, Promise.all([batch.rows([0], 'skip'), resumed]));
      }
      await w.clock.advance(3 * 3_600_000);
      assert.equal(batch.state.counts.completed, 3);
      await within(w.clock, w.engine.dispose());
    }
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

  it('count a request that was broken off without a stop of ours as a lost connection', async () => {
    const abort = new Error('The operation was aborted');
    abort.name = 'AbortError';
    for (const answer of [() => failure('cancelled', 'Stopped.'), () => Promise.reject(abort)]) {
      const source = new FakeSource('youtube', answer);
      const w = world({ sources: [source] });
      const batch = await start(w, 1, { retries: 2 });
      await within(w.clock, batch.settled());
      assert.deepEqual([batch.state.jobs[0]?.failure?.code, source.asked.length], ['network', 3]);
    }
  });

  it('say "gone" in vain of a video that an earlier source has seen: the row keeps what that one said', async () => {
    const seen = [
      failure('po-token', 'YouTube wants a proof token.'),
      failure('no-language', 'Only in fr.', { subject: 'fr' }),
      failure('client-outdated', 'This video is made for kids.', { subject: 'kids' }),
    ];
    const unseen = [failure('client-outdated', 'Precondition check failed.'), failure('unsupported', 'x')];
    for (const first of [...seen, ...unseen]) {
      const last = new FakeSource('yt-dlp', () => failure('unavailable', 'Video unavailable.'));
      const w = world({ sources: [new FakeSource('youtube', () => first), last] });
      const batch = await start(w, 1);
      await within(w.clock, batch.settled());
      const ended = batch.state.jobs[0]?.failure;
      assert.equal(ended?.code, seen.includes(first) ? first.code : 'unavailable');
      assert.match(ended.message, /Video unavailable\./);
      assert.equal(last.asked.length, 1);
    }
  });

  it('go on to the next source where a video that was seen is said to be gone', async () => {
    const w = world({
      sources: [
        new FakeSource('youtube', () => failure('po-token', 'YouTube wants a proof token.')),
        new FakeSource('yt-dlp', () => failure('unavailable', 'Video unavailable.')),
        new FakeSource('whisper', found),
      ],
    });
    const batch = await start(w, 1);
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 1);
  });

  it('wait no longer than a day for a service that names an impossible time', async () => {
    for (const retryAfterMs of [-5, NaN, Infinity, 1e15, 1e300]) {
      const source = new FakeSource('youtube', (request) => {
        if (source.asked.length > 2) return found(request);
        request.started.heard({ status: 429, headers: {}, waitMs: retryAfterMs });
        return failure('rate-limited', 'slow down', { retryAfterMs });
      });
      source.quotaNames = ['youtube'];
      const w = world({ sources: [source] });
      const batch = await start(w, 1);
      await within(w.clock, batch.settled(), 86_400_000);
      assert.equal(batch.state.counts.completed, 1);
    }
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
    const w = slowWorld();
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
    const w = slowWorld();
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

  it('stays paused while the journal alone is refused, and goes on when it is not', async () => {
    const w = slowWorld();
    const batch = await start(w, 20);
    await w.clock.advance(1500);
    const seen: string[] = [];
    batch.onEvents((events) => {
      for (const event of events) if (event.type === 'control') seen.push(event.action);
    });
    w.files.fail = (operation, path) =>
      operation === 'append' && path.endsWith('.journal.jsonl') ? 'The device reports an error' : undefined;
    await w.clock.advance(60_000);
    assert.deepEqual([batch.state.phase, seen], ['paused', ['pause']]);
    w.files.fail = undefined;
    await w.clock.advanceUntil(() => batch.state.phase === 'finished', 60_000);
    assert.equal(batch.state.counts.completed, 20);
    assert.equal(new Set(w.sources[0]?.asked).size, w.sources[0]?.asked.length, 'nothing was asked twice');
  });

  it('is the same for a folder that vanishes: it comes back with everything that was known', async () => {
    const w = slowWorld();
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
