/** An owner and a helper on one Redis in memory: who takes what, and what comes home. */
import assert from 'node:assert/strict';
import { offerId } from '../../../src/cluster/messages';
import { failure } from '../../../src/model/failure';
import { after, FakeSource, start, unlimited, within, type Answer } from '../../helpers/fakeEngine';
import type { MemoryRedis } from '../../helpers/memoryWire';
import { foundBy, instant, lane, machines, slow, statuses, Together } from './togetherRig';

describe('an owner and its helpers', () => {
  it('share a list: what cannot start here starts there, and each video once', async () => {
    const together = new Together();
    const w = await together.owner();
    const source = instant();
    await together.helper(source);
    const batch = await start(w, 10, slow);
    await within(w.clock, batch.settled(), 30_000);
    assert.deepEqual(new Set(statuses(batch)), new Set(['completed']));
    const asked = [...source.asked, ...(w.sources[0]?.asked ?? [])];
    assert.equal(asked.length, 10);
    assert.equal(new Set(asked).size, 10);
    assert.equal(machines(batch).filter((name) => name === 'box1').length, source.asked.length);
    assert.ok(source.asked.length >= 8);
  });

  it('show no video on a worker here that is offered to others', async () => {
    const together = new Together();
    const w = await together.owner();
    await together.helper(new FakeSource('youtube', after(w.clock, 60_000)));
    const batch = await start(w, 12, { ...slow, workers: 3 });
    await w.clock.advance(5_000);
    const { jobs, workers } = batch.state;
    const running = jobs.filter(({ status }) => status === 'running');
    assert.ok(running.length > 0);
    for (const { index, worker = 0 } of running) assert.equal(workers[worker - 1]?.job, index);
  });

  it('leave nothing behind once what followed is on disk', async () => {
    const together = new Together();
    const w = await together.owner();
    await together.helper();
    const batch = await start(w, 6, slow);
    await within(w.clock, batch.settled(), 30_000);
    await w.clock.advance(1_000);
    assert.equal(together.redis.lane(lane).size, 0);
    assert.equal(together.redis.pieces.size, 0);
  });

  it('work alone where nobody helps', async () => {
    const together = new Together();
    const w = await together.owner();
    const batch = await start(w, 3, slow);
    await within(w.clock, batch.settled(), 600_000);
    assert.deepEqual(machines(batch), [undefined, undefined, undefined]);
    assert.equal(together.redis.lane(lane).size, 0);
  });

  it('ask for a video only when their own address has a start free', async () => {
    const together = new Together();
    const w = await together.owner();
    const source = instant();
    await together.helper(source, { ...slow, 'rate.youtube.spacing': 30 });
    const batch = await start(w, 6, slow);
    await w.clock.advance(20_000);
    assert.equal(source.asked.length, 1);
    const states = [...together.redis.lane(lane).values()].map(({ state }) => state);
    assert.ok(!states.includes('active'), 'none is held without a start');
    await within(w.clock, batch.settled(), 600_000);
  });

  it('take a failure home, and the next source follows', async () => {
    const together = new Together();
    const w = await together.owner();
    await together.helper(instant(() => failure('no-captions', 'There are none.')));
    const batch = await start(w, 4, slow);
    await within(w.clock, batch.settled(), 30_000);
    const codes = batch.state.jobs.map(({ failure: fail }) => fail?.code);
    assert.ok(codes.filter((code) => code === 'no-captions').length >= 3);
  });

  it('look themselves where a helper alone says that a video is gone', async () => {
    const together = new Together();
    const w = await together.owner();
    await together.helper(instant(() => failure('unavailable', 'Video unavailable')));
    const batch = await start(w, 2, { ...slow, 'rate.youtube.spacing': 1 });
    await within(w.clock, batch.settled(), 60_000);
    assert.deepEqual(statuses(batch), ['completed', 'completed']);
    assert.deepEqual(machines(batch), [undefined, undefined]);
  });

  it('go on where a helper is blocked: it waits, the video goes back, nobody else is shut', async () => {
    const together = new Together();
    const w = await together.owner();
    const blocked = instant(() => failure('blocked', 'Sign in to confirm'));
    await together.helper(blocked);
    const batch = await start(w, 4, { ...slow, 'rate.youtube.spacing': 5 });
    await within(w.clock, batch.settled(), 60_000);
    assert.deepEqual(new Set(statuses(batch)), new Set(['completed']));
    assert.ok(blocked.asked.length <= 3);
    assert.match(together.said.join('\n'), /blocks this address/);
  });

  it('take an answer once, whoever sends it again', async () => {
    const together = new Together();
    const w = await together.owner();
    await together.helper();
    const { redis } = together;
    const twice: Parameters<MemoryRedis['tell']>[0][] = [];
    redis.listeners.add({
      prefixes: () => ['batch_'],
      onEvent: (event) => {
        if (event.kind === 'done') twice.push(event);
      },
    });
    const batch = await start(w, 5, slow);
    await within(w.clock, batch.settled(), 30_000);
    const before = JSON.stringify(batch.state.counts);
    for (const event of [...twice]) redis.tell(event);
    await w.clock.advance(2_000);
    assert.equal(JSON.stringify(batch.state.counts), before);
    assert.equal(batch.state.counts.completed, 5);
  });

  it('refuse an answer that is none, say so on the row, and try the video here', async () => {
    const together = new Together();
    const w = await together.owner();
    const never = new Promise<Answer>(() => undefined);
    await together.helper(instant(() => never));
    const batch = await start(w, 2, { ...slow, 'rate.youtube.spacing': 20 });
    await w.clock.advance(3_000);
    const [id] = [...together.redis.lane(lane)].find(([, { state }]) => state === 'active') ?? [];
    assert.ok(id !== undefined);
    together.redis.tell({ kind: 'done', id, value: { v: 1, pieces: 1e9 } });
    await within(w.clock, batch.settled(), 90_000);
    assert.deepEqual(statuses(batch), ['completed', 'completed']);
    assert.match(batch.state.notes.map(({ text }) => text).join('\n'), /was refused/);
  });

  it('do not take what an earlier try has left for an answer to this one', async () => {
    const together = new Together();
    const w = await together.owner();
    const batch = await start(w, 2, slow);
    await w.clock.advance(2_000);
    const row = batch.state.jobs.find(({ status }) => status !== 'completed')?.index ?? 1;
    const id = offerId({ batch: batch.state.id, row, source: 'youtube', attempt: 0 });
    together.redis
      .lane(lane)
      .set(id, { state: 'done', data: { offer: 'old' }, at: w.clock.now(), value: { v: 1, offer: 'old' } });
    const source = instant();
    await together.helper(source);
    await within(w.clock, batch.settled(), 30_000);
    assert.equal(source.asked.length, 1);
    assert.equal(batch.state.notes.length, 0);
  });

  it('take the finished answers of a process that is gone', async () => {
    const together = new Together();
    const first = await together.owner();
    const source = instant(after(first.clock, 2_000));
    const helper = await together.helper(source);
    const batch = await start(first, 6, slow);
    await first.clock.advance(1_000);
    await within(first.clock, first.engine.dispose());
    // What was under way goes on, and nobody is there to hear of it.
    await first.clock.advance(5_000);
    await within(first.clock, helper.close());
    const asked = source.asked.length;
    const kept = [...together.redis.lane(lane).values()].filter(({ state }) => state === 'done').length;
    const second = await together.owner(2);
    const resumed = await within(
      second.clock,
      second.engine.open(batch.folder, 'resume', { ...unlimited, ...slow }),
    );
    await second.clock.advance(2_000);
    assert.ok(kept > 0, 'answers wait');
    assert.ok(machines(resumed).filter((name) => name === 'box1').length >= kept);
    assert.equal(source.asked.length, asked);
  });

  it('keep a finished answer until its file is there, whoever was ended while it wrote', async () => {
    const together = new Together();
    const first = await together.owner();
    const source = instant();
    await together.helper(source);
    first.files.fail = (_operation, path) => (/\.md|\.cues/.test(path) ? 'The disk is full' : undefined);
    const batch = await start(first, 4, slow);
    await first.clock.advance(3_000);
    await within(first.clock, first.engine.dispose());
    first.files.fail = undefined;
    const asked = source.asked.length;
    assert.ok(asked > 0);
    const second = await together.owner(2);
    const resumed = await within(
      second.clock,
      second.engine.open(batch.folder, 'resume', { ...unlimited, ...slow }),
    );
    await within(second.clock, resumed.settled(), 30_000);
    assert.deepEqual(new Set(statuses(resumed)), new Set(['completed']));
    assert.equal(new Set(source.asked).size, source.asked.length);
    assert.ok(machines(resumed).filter((name) => name === 'box1').length >= asked);
  });

  it('end at once what is not wanted any more, and take the next', async () => {
    const together = new Together();
    const w = await together.owner();
    const source = instant(after(w.clock, 3_600_000));
    await together.helper(source, { workers: 1 });
    const batch = await start(w, 4, slow);
    await w.clock.advance(3_000);
    const [first] = source.asked;
    const row = batch.state.jobs.findIndex(({ link }) => link.id === first);
    await within(w.clock, batch.rows([row], 'skip'));
    await w.clock.advance(1_000);
    assert.equal(source.requests[0]?.signal.aborted, true);
    assert.equal(source.asked.length, 2, 'its worker has another video');
    const id = offerId({ batch: batch.state.id, row, source: 'youtube', attempt: 0 });
    together.redis.tell({ kind: 'done', id, value: { v: 1 } });
    await w.clock.advance(1_000);
    assert.equal(statuses(batch)[row], 'skipped');
    await within(w.clock, batch.stop());
    await w.clock.advance(1_000);
    assert.equal(source.active, 0);
    assert.equal(together.redis.lane(lane).size, 0);
  });

  it('end what is not wanted any more once Redis is back', async () => {
    const together = new Together();
    const w = await together.owner();
    const source = instant(after(w.clock, 3_600_000));
    await together.helper(source, { workers: 1 });
    const batch = await start(w, 3, slow);
    await w.clock.advance(3_000);
    together.redis.turn(false);
    await within(w.clock, batch.stop());
    assert.equal(source.active, 1);
    together.redis.turn(true);
    await w.clock.advance(3_000);
    assert.equal(source.active, 0);
    assert.equal(together.redis.lane(lane).size, 0);
  });

  it('have back what nobody has taken when the batch is paused', async () => {
    const together = new Together();
    const w = await together.owner();
    await together.helper(instant(), { ...slow, 'rate.youtube.spacing': 30 });
    const batch = await start(w, 8, slow);
    await w.clock.advance(2_000);
    assert.ok(together.redis.lane(lane).size > 0);
    await within(w.clock, batch.pause());
    await w.clock.advance(1_000);
    assert.equal(together.redis.lane(lane).size, 0);
    assert.ok(statuses(batch).includes('pending'));
    await within(w.clock, batch.stop());
  });

  it('tell two helpers of one host name apart, by the same names everywhere and as long as they are there', async () => {
    const together = new Together();
    const w = await together.owner();
    const busy = (): FakeSource => instant(after(w.clock, 2_000));
    const first = await together.helper(busy(), {}, undefined, 'box');
    await together.helper(busy(), {}, undefined, 'box');
    const batch = await start(w, 10, slow);
    await within(w.clock, batch.settled(), 30_000);
    const names = (): readonly string[] => w.owner.helpers().map(({ name }) => name);
    assert.deepEqual(names(), ['box', 'box (2)']);
    assert.deepEqual(new Set(machines(batch).filter((name) => name !== undefined)), new Set(names()));
    await within(w.clock, first.close());
    await w.clock.advance(7_000);
    assert.deepEqual(names(), ['box (2)']);
  });

  it('hand back at their end what they have, and others take it', async () => {
    const together = new Together();
    const w = await together.owner();
    const first = await together.helper(instant(after(w.clock, 3_600_000)));
    const batch = await start(w, 4, slow);
    await w.clock.advance(2_000);
    await within(w.clock, first.close());
    const source = instant();
    await together.helper(source);
    await within(w.clock, batch.settled(), 60_000);
    assert.deepEqual(new Set(statuses(batch)), new Set(['completed']));
    assert.ok(source.asked.length > 0);
  });

  it('go on alone while Redis is away, and say so', async () => {
    const together = new Together();
    const w = await together.owner();
    await together.helper(instant(after(w.clock, 3_600_000)));
    const batch = await start(w, 4, { ...slow, 'rate.youtube.spacing': 5 });
    await w.clock.advance(1_000);
    together.redis.turn(false, false);
    await w.clock.advance(3_000);
    assert.match(w.owner.trouble() ?? '', /does not answer.*goes on alone/);
    await within(w.clock, batch.settled(), 120_000);
    assert.deepEqual(new Set(machines(batch)), new Set([undefined]));
    together.redis.turn(true);
    await w.clock.advance(1_000);
    assert.equal(w.owner.trouble(), undefined);
  });

  it('share the links of other sites in a lane of their own', async () => {
    const together = new Together();
    const own = together.home.sources[0];
    assert.ok(own);
    const sites = new FakeSource('yt-dlp', foundBy('yt-dlp'));
    sites.quotaNames = ['host:example.org'];
    together.home.sources.push(sites);
    own.quotaNames = [];
    const w = await together.owner();
    const source = new FakeSource('yt-dlp', foundBy('yt-dlp'));
    source.quotaNames = ['host:example.org'];
    await together.helper(source);
    const jobs = [1, 2, 3, 4].map((at) => ({
      link: { kind: 'page', url: `https://example.org/${at}`, id: `page${at}AAAAAA` } as const,
    }));
    const settings = {
      sources: ['yt-dlp'] as const,
      'rate.otherHosts.perMinute': 1,
      'rate.otherHosts.concurrency': 1,
    };
    const batch = await start(w, jobs, settings);
    await within(w.clock, batch.settled(), 120_000);
    assert.deepEqual(new Set(statuses(batch)), new Set(['completed']));
    assert.ok(source.asked.length >= 2);
    assert.ok([...together.redis.lanes.keys()].includes('v1.yt-dlp'));
  });

  it('have what only another machine can do done there', async () => {
    const together = new Together();
    const w = await together.owner();
    const own = w.sources[0];
    assert.ok(own);
    own.ready = false;
    const batch = await start(w, 3, slow);
    const source = instant();
    await together.helper(source);
    await within(w.clock, batch.rows([0, 1, 2], 'retry'));
    await within(w.clock, batch.settled(), 30_000);
    assert.deepEqual(statuses(batch), ['completed', 'completed', 'completed']);
    assert.deepEqual(own.asked, []);
    assert.equal(source.asked.length, 3);
  });

  it('go on with the next source where only another machine could, and failed', async () => {
    const together = new Together();
    const w = await together.owner();
    const own = w.sources[0];
    assert.ok(own);
    own.ready = false;
    await together.helper(instant(() => failure('unavailable', 'Video unavailable')));
    const batch = await start(w, 1, slow);
    await within(w.clock, batch.rows([0], 'retry'));
    await within(w.clock, batch.settled(), 30_000);
    assert.deepEqual(statuses(batch), ['failed']);
  });

  it('wait for the machine that can, once it has been there', async () => {
    const together = new Together();
    const w = await together.owner();
    const own = w.sources[0];
    assert.ok(own);
    own.ready = false;
    const first = await together.helper(instant(after(w.clock, 60_000)));
    const batch = await start(w, 2, slow);
    await w.clock.advance(2_000);
    await within(w.clock, first.close());
    await w.clock.advance(30_000);
    assert.ok(statuses(batch).every((status) => status === 'pending' || status === 'running'));
    await together.helper();
    await within(w.clock, batch.settled(), 30_000);
    assert.deepEqual(statuses(batch), ['completed', 'completed']);
  });

  it('let no paid source, local file or unconfirmed address leave', async () => {
    const together = new Together();
    const { owner } = await together.owner();
    const link = { kind: 'page', url: 'https://example.org/talk', id: 'AAAAAAAAAAA' } as const;
    const may = (source: 'deapi' | 'yt-dlp', more: object): boolean =>
      owner.mayTake({ batch: 'b', row: 0, source, link: { ...link, ...more } });
    assert.ok(may('yt-dlp', {}));
    assert.ok(!may('deapi', {}));
    assert.ok(!may('yt-dlp', { url: 'http://10.0.0.1/x' }));
    assert.ok(!may('yt-dlp', { url: 'file:///x.mp4', path: '/x.mp4' }));
    assert.ok(!may('yt-dlp', { outside: true, reach: 'unconfirmed' }));
  });
});
