import assert from 'node:assert/strict';
import { failure } from '../../../../src/model/failure';
import type { Failure } from '../../../../src/model/failure';
import type { Link } from '../../../../src/model/link';
import { hostQuota } from '../../../../src/model/quotaNames';
import type { QuotaName } from '../../../../src/model/quotaNames';
import { after, FakeSource, found, start, videoLink, within, world } from '../../../helpers/fakeEngine';
import type { Answer, World } from '../../../helpers/fakeEngine';

const hourMs = 3_600_000;

const host = (link: Link): QuotaName => hostQuota(new URL(link.url).host);

/** Listens to sound that it has to fetch first: from one host that refuses, and from another. */
class Listener extends FakeSource {
  override quotas(link?: Link): readonly QuotaName[] {
    return link ? ['openai', host(link)] : ['openai'];
  }
}
const media = (number: number, at: string): { readonly link: Link } => ({
  link: { kind: 'media', url: `https://${at}/${number}.mp3`, id: `sound${number}` },
});
const jobs = [0, 1, 2, 3, 4, 5].map((number) => media(number, number < 2 ? 'bad.example' : 'good.example'));

describe('A host that refuses the sound', () => {
  for (const [what, refusal] of [
    ['blocks', failure('blocked', 'No.')],
    ['throttles', failure('rate-limited', 'Slowly.', { retryAfterMs: hourMs })],
    ['wants a password', failure('auth', 'Who are you?')],
  ] as const satisfies readonly (readonly [string, Failure])[])
    it(`and ${what} keeps nobody from the service that listens to it`, async () => {
      const source = new Listener('openai', (request): Answer => {
        const quota = host(request.link);
        return quota === 'host:bad.example' ? { ...refusal, quota } : found(request);
      });
      const w = world({ sources: [source] });
      const settings = { workers: 1 } as const;
      const batch = await start(w, jobs, settings);
      await w.clock.advance(30_000);
      assert.equal(batch.state.counts.completed, 4);
    });
});

describe('A file that is always throttled', () => {
  it('keeps no other file of its host waiting for long', async () => {
    const source = new FakeSource('subtitleFile', (request) =>
      request.link.id === 'sound0'
        ? failure('rate-limited', 'Slowly.', { status: 429, retryAfterMs: 1000 })
        : found(request),
    );
    source.quotaNames = ['host:good.example'];
    const w = world({ sources: [source] });
    const all = [0, 1, 2, 3].map((number) => media(number, 'good.example'));
    const batch = await start(w, all, { workers: 1 });
    await w.clock.advance(60_000);
    assert.equal(batch.state.counts.completed, 3);
  });
});

describe('A block of YouTube', () => {
  it('covers whoever would fetch sound from it, and leaves local work alone', async () => {
    const youtube = new FakeSource('youtube', () => failure('blocked', 'No.'));
    youtube.quotaNames = ['youtube'];
    const listener = new FakeSource('whisper');
    listener.quotas = (link?: Link) => (link?.kind === 'youtube' ? ['whisper', 'youtube'] : ['whisper']);
    youtube.accepts = (link?: Link) => link?.kind === 'youtube';
    const w = world({ sources: [youtube, listener] });
    const settings = { onBlocked: 'nextSource', sources: ['youtube', 'whisper'] } as const;
    const all = [{ link: videoLink(1) }, media(1, 'other.example')];
    const batch = await start(w, all, settings);
    await w.clock.advance(10_000);
    assert.deepEqual(listener.asked, ['sound1']);
    assert.equal(batch.state.counts.completed, 1);
  });
});

describe('A service that asks to slow down for half a day', () => {
  it('fails no video: they are parked after a while, and all of them are there at last', async function () {
    this.timeout(60_000);
    const w = world({ sources: [new FakeSource('youtube')] });
    const [source] = w.sources;
    assert.ok(source);
    source.quotaNames = ['youtube'];
    const from = w.clock.monotonic();
    source.answer = (request) => {
      if (w.clock.monotonic() - from > 12 * hourMs) return found(request);
      const headers = { 'retry-after': '120' };
      request.started.heard({ status: 429, headers });
      return failure('rate-limited', 'Slowly.', { status: 429, retryAfterMs: 120_000 });
    };
    const batch = await start(w, 20);
    await w.clock.advanceUntil(() => batch.state.phase === 'finished', 72 * hourMs);
    assert.deepEqual([batch.state.counts.completed, batch.state.counts.failed], [20, 0]);
    assert.ok(source.asked.length < 400, `${source.asked.length} requests`);
  });
});

describe('A block in the guise of “unavailable”', () => {
  function disguised(): { w: World; site: { blocked: boolean; probes: number; askedAll: number } } {
    const site = { blocked: true, probes: 0, askedAll: 0 };
    const source = new FakeSource('youtube');
    source.quotaNames = ['youtube'];
    const w = world({ sources: [source] });
    source.answer = after(w.clock, 100, (request) => {
      site.askedAll += 1;
      return site.blocked ? failure('unavailable', 'gone') : found(request);
    });
    Object.assign(source, {
      probe: () => {
        site.probes += 1;
        return Promise.resolve(site.blocked ? failure('blocked', 'no') : undefined);
      },
    });
    return { w, site };
  }

  it('is found by a video that is known to be there', async () => {
    let blocked = true;
    const source = new FakeSource('youtube', (r) => (blocked ? failure('unavailable', 'gone') : found(r)));
    source.quotaNames = ['youtube'];
    const probed = Object.assign(source, {
      probe: () => Promise.resolve(blocked ? failure('blocked', 'no') : undefined),
    });
    const w = world({ sources: [probed] });
    const batch = await start(w, 12, { workers: 1 });
    await w.clock.advance(30_000);
    assert.equal(source.asked.length, 5);
    assert.equal(batch.state.counts.failed, 0);
    blocked = false;
    await w.clock.advance(3_600_000);
    assert.equal(batch.state.counts.completed, 12);
  });

  for (const [workers, count] of [
    [1, 5],
    [5, 5],
    [20, 60],
  ] as const)
    it(`costs no video of ${count} with ${workers} workers, and keeps the batch open until it is known`, async () => {
      const { w, site } = disguised();
      const batch = await start(w, count, { workers });
      await w.clock.advance(2 * 3_600_000);
      assert.equal(batch.state.counts.failed, 0);
      assert.ok(site.askedAll < count + 40, `${site.askedAll} requests`);
      site.blocked = false;
      await w.clock.advanceUntil(() => batch.state.phase === 'finished', 48 * 3_600_000);
      assert.equal(batch.state.counts.completed, count);
    });

  it('is looked for with a start of the same quota', async () => {
    const { w, site } = disguised();
    await start(w, 20, {
      workers: 1,
      'rate.youtube.perHour': 5,
      'rate.utilization': 1,
      'rate.youtube.burst': 5,
    });
    await w.clock.advance(60_000);
    assert.deepEqual([site.askedAll, site.probes], [5, 0]);
    await w.clock.advance(3_600_000);
    assert.equal(site.probes, 1);
  });

  it('is no longer looked for when the batch is stopped', async () => {
    const { w, site } = disguised();
    const batch = await start(w, 20, {
      workers: 1,
      'rate.youtube.perHour': 5,
      'rate.utilization': 1,
      'rate.youtube.burst': 5,
    });
    await w.clock.advance(60_000);
    await within(w.clock, batch.stop());
    await w.clock.advance(2 * 3_600_000);
    assert.equal(site.probes, 0);
    assert.equal(batch.state.phase, 'stopped');
  });
});

describe('With `onBlocked: nextSource` a block', () => {
  it('parks a video that has no source left, and all of its sources are asked again when it is lifted', async () => {
    let blocked = true;
    const youtube = new FakeSource('youtube', (request) =>
      blocked ? failure('blocked', 'captcha') : found(request),
    );
    const ytDlp = new FakeSource('yt-dlp', () => failure('no-captions', 'none'));
    youtube.quotaNames = ytDlp.quotaNames = ['youtube'];
    const w = world({ sources: [youtube, ytDlp] });
    const batch = await start(w, 2, { onBlocked: 'nextSource', workers: 1 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.parked, 2);
    blocked = false;
    await w.clock.advanceUntil(() => batch.state.phase === 'finished');
    assert.deepEqual([batch.state.counts.completed, ytDlp.asked.length], [2, 0]);
  });

  it('never skips a source that holds a paid request', async () => {
    let blocked = true;
    const deapi = new FakeSource('deapi', async (request) => {
      if (!request.resume) {
        await request.intent({ service: 'deapi', origin: 'https://x', cost: 1 });
        await request.requestId('r1');
      }
      return blocked ? failure('blocked', 'captcha') : found(request);
    });
    const other = new FakeSource('openai');
    deapi.quotaNames = ['deapi.submit'];
    const w = world({ sources: [deapi, other] });
    const batch = await start(w, 1, { onBlocked: 'nextSource', 'paid.maxCost': 9 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.parked, 1);
    blocked = false;
    await w.clock.advanceUntil(() => batch.state.phase === 'finished');
    assert.deepEqual([batch.state.counts.completed, other.asked.length], [1, 0]);
  });
});
