import assert from 'node:assert/strict';
import type { BatchHandle } from '../../../../src/engine/api';
import { failure, FailureError } from '../../../../src/model/failure';
import type { Failure } from '../../../../src/model/failure';
import type { Link } from '../../../../src/model/link';
import type { Settings } from '../../../../src/model/settings';
import type { ExpandRequest, ListItem } from '../../../../src/model/source';
import { FakeClock } from '../../../helpers/fakeClock';
import { FakeSource, found, start, unlimited, videoLink, within, world } from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';

const playlist: Link = {
  kind: 'list',
  list: 'youtube-playlist',
  url: 'https://www.youtube.com/playlist?list=PL1',
  id: 'PL1',
};

type Steps = (request: ExpandRequest, attempt: number) => AsyncIterable<ListItem>;

function listWorld(steps: (clock: FakeClock) => Steps): World {
  const clock = new FakeClock();
  const next = steps(clock);
  let attempt = 0;
  return world({ clock, expander: { expand: (request) => next(request, (attempt += 1)) } });
}

const startList = (w: World, settings: Partial<Settings> = {}): Promise<BatchHandle> =>
  start(w, [{ link: playlist }], settings);

const wait = (clock: FakeClock, ms: number): Promise<void> =>
  new Promise((resolve) => clock.after(ms, resolve));

async function* items(count: number): AsyncIterable<ListItem> {
  for (let number = 0; number < count; number += 1)
    yield await Promise.resolve({ link: videoLink(number), meta: {} });
}

/** Fails this often, then yields three entries. */
function failing(times: number, fail: Failure): World {
  return listWorld(
    () =>
      async function* (_request, attempt) {
        if (attempt <= times) throw new FailureError(fail);
        yield* items(3);
      },
  );
}

describe('A list link', () => {
  it('starts its first video before the second entry is known, and later ones while it waits for more', async () => {
    const w = listWorld(
      (clock) =>
        async function* () {
          yield { link: videoLink(0), meta: {} };
          await wait(clock, 60_000);
          yield { link: videoLink(1), meta: {} };
          yield { link: videoLink(2), meta: {} };
          await wait(clock, 3_600_000);
        },
    );
    const batch = await startList(w);
    await w.clock.advance(1_000);
    assert.deepEqual(w.sources[0]?.asked, ['video000000']);
    await w.clock.advance(61_000);
    assert.deepEqual(w.sources[0].asked, ['video000000', 'video000001', 'video000002']);
    assert.equal(batch.state.pace?.by.kind, 'expanding');
    await within(w.clock, batch.settled());
    assert.equal(batch.state.total, 3);
  });

  it('waits when the service asks to slow down, however often, and costs no try', async () => {
    const w = failing(5, failure('rate-limited', 'slow down', { retryAfterMs: 30_000 }));
    const batch = await startList(w, { retries: 0 });
    const from = w.clock.monotonic();
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 3);
    assert.ok(w.clock.monotonic() - from >= 150_000);
  });

  it('says that it waits for the connection, and is read at once when the user asks for a try', async () => {
    const gone = failure('network', 'No name', { unsent: true, subject: 'offline', quota: 'youtube' });
    const w = listWorld(
      () =>
        async function* (request, attempt) {
          const permit = await request.permit(['youtube']);
          permit.release();
          if (attempt <= 5) throw new FailureError(gone);
          yield* items(3);
        },
    );
    const batch = await startList(w);
    await w.clock.advance(16_000);
    assert.equal(batch.state.pace?.by.kind, 'unreached');
    await within(w.clock, batch.tryNow());
    await w.clock.advance(1_000);
    assert.equal(batch.state.counts.completed, 3);
  });

  it('counts a reading that was broken off without a stop of ours as a lost connection', async () => {
    const w = failing(2, failure('cancelled', 'Stopped.'));
    const batch = await startList(w);
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 3);
  });

  it('is read again after a broken connection, as often as a video would be', async () => {
    const w = failing(3, failure('network', 'reset'));
    const batch = await startList(w, { retries: 3 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 3);

    const broken = failing(9, failure('network', 'reset'));
    const failed = await startList(broken, { retries: 2 });
    await within(broken.clock, failed.settled());
    assert.equal(failed.state.counts.failed, 1);
    assert.equal(failed.state.jobs[0]?.failure?.code, 'network');
  });

  it('is read again when the user retries it after the end, with its videos and alone', async () => {
    const w = failing(2, failure('network', 'reset'));
    const batch = await startList(w, { retries: 0 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.failed, 1);
    await within(w.clock, batch.retryFailed());
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.failed, 1, 'broken once more');
    await within(w.clock, batch.rows([0], 'retry'));
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 3);
    assert.equal(batch.state.phase, 'finished');
  });

  it('sits out a block, and is parked with everything else of the service when that lasts', async () => {
    const w = listWorld(
      () =>
        async function* (request, attempt) {
          const permit = await request.permit(['youtube']);
          permit.release();
          if (attempt <= 4) throw new FailureError(failure('blocked', 'captcha'));
          yield* items(3);
        },
    );
    const batch = await startList(w);
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.parked, 1);
    // A minute, five minutes, half an hour; then one try an hour later.
    await w.clock.advance(3_700_000);
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 3);
  });

  it('slows the workers down when its service asks to, as a video does', async () => {
    const w = failing(1, failure('rate-limited', 'slow down', { retryAfterMs: 30_000 }));
    const batch = await startList(w, { workers: 8 });
    await w.clock.advance(2_000);
    assert.equal(batch.state.effectiveWorkers, 4);
    assert.equal(batch.state.rateLimited, 1);
  });

  it('shuts only the quota that has blocked it', async () => {
    const w = listWorld(
      () =>
        async function* (request) {
          for (const quota of ['host:feeds.example', 'youtube'] as const)
            (await request.permit([quota])).release();
          yield* [];
          throw new FailureError(failure('blocked', 'captcha', { quota: 'youtube' }));
        },
    );
    const [source] = w.sources;
    assert.ok(source);
    source.quotaNames = ['host:feeds.example'];
    const batch = await start(w, [{ link: playlist }, { link: videoLink(7) }], { onBlocked: 'park' });
    await within(w.clock, batch.settled());
    assert.deepEqual([batch.state.counts.parked, batch.state.counts.completed], [1, 1]);
  });

  it('waits for the same thing as a video that was blocked, and is freed with it', async () => {
    for (const onBlocked of ['park', 'nextSource'] as const) {
      const clock = new FakeClock();
      let blocks = 1;
      const youtube = new FakeSource('youtube');
      youtube.quotaNames = ['youtube'];
      const w = world({
        clock,
        sources: [youtube],
        expander: {
          async *expand(request) {
            (await request.permit(['youtube'])).release();
            if ((blocks -= 1) >= 0) throw new FailureError(failure('blocked', 'captcha'));
            yield* items(3);
          },
        },
      });
      const batch = await start(w, [{ link: playlist }, { link: videoLink(7) }], { onBlocked });
      await within(clock, batch.settled());
      await clock.advanceUntil(() => batch.state.phase === 'finished');
      assert.deepEqual([batch.state.counts.completed, batch.state.total], [4, 4], onBlocked);
    }
  });

  it('has its retries in the budget of its service', async () => {
    const clock = new FakeClock();
    const sent: number[] = [];
    const w = world({
      clock,
      expander: {
        async *expand(request) {
          (await request.permit(['youtube'])).release();
          sent.push(clock.monotonic());
          yield* [];
          throw new FailureError(failure('network', 'reset'));
        },
      },
    });
    const lists = Array.from({ length: 30 }, (_, number) => ({
      link: { ...playlist, id: `PL${number}`, url: `${playlist.url}${number}` },
    }));
    const batch = await start(w, lists, { retries: 2 });
    await within(clock, batch.settled());
    assert.equal(batch.state.counts.failed, 30);
    // Thirty first tries, the budget's ten retries, and then one a second.
    const early = sent.filter((at) => at < 10_000).length;
    assert.ok(early >= 45 && early <= 52, `${early}`);
    assert.equal(sent.length, 90);
  });

  it('that fails for good ends the batch where the first failure is to', async () => {
    const w = failing(9, failure('unavailable', 'gone'));
    const batch = await startList(w, { onError: 'stop' });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.phase, 'stopped');
    assert.equal(batch.state.why?.code, 'unavailable');
  });

  it('says what the list has to say', async () => {
    const w = listWorld(
      () =>
        async function* (request) {
          request.note?.('Only its newest 15 are there.');
          yield* items(1);
        },
    );
    const batch = await startList(w);
    await within(w.clock, batch.settled());
    assert.ok(w.logged.includes('info Only its newest 15 are there.'));
  });

  it('does its entries again on demand, whether another batch or this one has them', async () => {
    const w = listWorld(() => () => items(3));
    const first = await startList(w);
    await within(w.clock, first.settled());
    const redo = { name: 'b', outputFolder: '/out', redo: true, settings: unlimited };
    for (const times of [1, 2]) {
      const again = await within(w.clock, w.engine.start({ ...redo, jobs: [{ link: playlist }] }));
      await within(w.clock, again.settled());
      assert.equal(again.state.counts.completed, 3);
      assert.equal(w.sources[0]?.asked.length, 3 + 3 * times);
    }
  });

  it('ends with a stop, also when its reader does not listen', async () => {
    const w = listWorld(
      () =>
        async function* () {
          yield { link: videoLink(0), meta: {} };
          await new Promise(() => undefined);
        },
    );
    const batch = await startList(w);
    await w.clock.advance(1_000);
    await within(w.clock, batch.stop(), 6_000);
    assert.equal(batch.state.phase, 'stopped');
  });
});

describe('A source that does not listen', () => {
  it('loses its place five seconds after the abort, and its later answer is ignored', async () => {
    const deaf = new FakeSource('youtube', () => new Promise(() => undefined));
    const w = world({ sources: [deaf] });
    const batch = await start(w, [{ link: videoLink(1) }, { link: videoLink(2) }]);
    await w.clock.advance(1_000);
    await within(w.clock, batch.stop(), 5_100);
    assert.equal(batch.state.phase, 'stopped');
    assert.equal(batch.state.counts.pending, 2);
    deaf.answer = (request) => ({
      transcript: {
        language: 'en',
        captions: 'manual',
        source: 'youtube',
        cues: [{ start: 0, end: 1, text: request.link.id }],
        meta: {},
      },
    });
    await within(w.clock, batch.resume());
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 2);
  });
});

describe('A page that no source reads', () => {
  const page = (name: string): Link => ({ kind: 'page', url: `https://e.org/${name}`, id: `page-${name}` });
  const unsupported = failure('unsupported', 'no video there');
  let asked: string[];

  function pageWorld(source: FakeSource): World {
    asked = [];
    return world({
      clock: new FakeClock(),
      sources: [source],
      expander: {
        mayBeList: (link) => link.kind === 'page',
        expand: async function* ({ link }) {
          asked.push(link.id);
          if (!link.url.endsWith('feed')) throw new FailureError(failure('bad-response', 'no feed'));
          yield* items(3);
        },
      },
    });
  }
  const onlyVideos = (id: 'youtube' | 'yt-dlp'): FakeSource =>
    new FakeSource(id, (request) => (request.link.kind === 'page' ? unsupported : found(request)));

  it('becomes its entries where it answers as a list', async () => {
    const w = pageWorld(onlyVideos('youtube'));
    const batch = await start(w, [{ link: page('feed') }], unlimited);
    await within(w.clock, batch.settled());
    assert.deepEqual([batch.state.counts.completed, batch.state.counts.failed, batch.state.total], [3, 0, 3]);
    assert.equal(batch.state.jobs[0]?.expandedInto, 3);
  });

  it('is asked for once, and ends with what its sources said where it does not', async () => {
    const w = pageWorld(onlyVideos('yt-dlp'));
    const batch = await start(w, [{ link: page('a') }, { link: page('b') }], { ...unlimited, workers: 1 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.failed, 2);
    assert.equal(batch.state.jobs[0]?.failure?.message, 'no video there');
    assert.deepEqual(asked, ['page-a', 'page-b']);
  });

  it('is asked for also where no source takes it', async () => {
    const none = onlyVideos('youtube');
    none.accepts = (link) => link.kind === 'youtube';
    const w = pageWorld(none);
    const batch = await start(w, [{ link: page('feed') }, { link: page('b') }], unlimited);
    await within(w.clock, batch.settled());
    assert.deepEqual([batch.state.counts.completed, batch.state.counts.failed], [3, 1]);
    assert.equal(batch.state.jobs[1]?.failure?.code, 'unsupported');
  });
});
