/** What a connection that goes and comes back costs a batch: time, and no video. */
import assert from 'node:assert/strict';
import { failure } from '../../../../src/model/failure';
import type { Failure } from '../../../../src/model/failure';
import type { NetworkState } from '../../../../src/model/failureRules';
import type { Link } from '../../../../src/model/link';
import type { QuotaName } from '../../../../src/model/quotaNames';
import { paceWords } from '../../../../src/model/words';
import { FakeClock } from '../../../helpers/fakeClock';
import { after, FakeSource, found, start, videos, within, world } from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';

const requestMs = 100;
const minuteMs = 60_000;
const unreached = (): Failure =>
  failure('network', 'The host does not answer (ETIMEDOUT): www.youtube.com', { unsent: true });
/** What says the same of every server. */
const gone = (subject: NetworkState): Failure =>
  failure('network', 'The name could not be looked up (EAI_AGAIN)', { unsent: true, subject });

interface Outage {
  readonly from: number;
  readonly to: number;
}

/** YouTube, to which there is no connection during the outage, ms after the test began. */
function online(outage: Outage, fail: () => Failure = unreached): World & { readonly since: () => number } {
  const clock = new FakeClock();
  const began = clock.monotonic();
  const since = (): number => clock.monotonic() - began;
  const source = new FakeSource('youtube');
  source.quotaNames = ['youtube'];
  source.answer = after(clock, requestMs, (request) =>
    since() >= outage.from && since() < outage.to ? fail() : found(request),
  );
  return { ...world({ clock, sources: [source] }), since };
}

/** Each video at a host of its own; a request takes a second. */
function hosts(
  isGone: (id: string, since: number) => boolean,
  quotaOf: (id: string) => QuotaName = (id) => `host:${id}.example`,
): World & { readonly since: () => number } {
  const clock = new FakeClock();
  const began = clock.monotonic();
  const since = (): number => clock.monotonic() - began;
  const source = new FakeSource('subtitleFile');
  source.quotas = (link?: Link) => [quotaOf(link?.id ?? '')];
  source.answer = after(clock, 1_000, (request) =>
    isGone(request.link.id, since()) ? gone('offline') : found(request),
  );
  return { ...world({ clock, sources: [source] }), since };
}

describe('A connection that goes', () => {
  for (const minutes of [0.2, 1, 5, 20])
    it(`for ${minutes} min in the middle of 30 videos costs none of them an attempt`, async () => {
      const outage = { from: 250, to: 250 + minutes * minuteMs };
      const w = online(outage);
      const batch = await start(w, 30, { workers: 5 });
      await within(w.clock, batch.settled());
      assert.equal(batch.state.counts.completed, 30);
      assert.equal(batch.state.retries, 0);
      // The next try is at most a minute away.
      assert.ok(w.since() < outage.to + minuteMs + 2_000, `${w.since()}`);
    });

  it('is tried by one request at a time, ever more seldom', async () => {
    const w = online({ from: 250, to: Infinity });
    await start(w, 500, { workers: 20 });
    await w.clock.advance(250 + 10 * minuteMs);
    const asked = w.sources[0]?.asked.length ?? 0;
    // 60 videos before, 20 that were under way together, then 1, 2, 4 … 60 s apart.
    assert.ok(asked <= 60 + 20 + 17, `${asked}`);
  });

  it('is not lost where a listed proxy fails: the user has to change it, so that the rows fail soon', async () => {
    const refused = (): Failure =>
      failure('network', 'The proxy 10.0.0.9:3128 refuses connections.', {
        subject: '10.0.0.9:3128',
        unsent: true,
      });
    const w = online({ from: 250, to: Infinity }, refused);
    const batch = await start(w, 30, { workers: 5 });
    await within(w.clock, batch.settled(), 5 * minuteMs);
    assert.equal(batch.state.phase, 'finished');
    assert.ok(batch.state.counts.failed > 0);
  });

  it('is what the batch shows, with the time of the next try', async () => {
    const w = online({ from: 250, to: Infinity });
    const batch = await start(w, 30, { workers: 5 });
    await w.clock.advance(40_000);
    const { pace, quotas } = batch.state;
    assert.equal(pace?.by.kind, 'unreached');
    assert.equal(pace.endsAt, undefined);
    assert.equal(quotas.find(({ name }) => name === 'youtube')?.unreached, true);
    const words = paceWords(pace, { now: w.clock.now(), quotas, workers: 5 });
    assert.match(words?.text ?? '', /^No connection to YouTube, next try in \d+\s?s$/);
    assert.equal(words?.tail, '; it goes on by itself.');
  });

  it('is told as a sign-in where the network wants one first, and waited for like any', async () => {
    const w = online({ from: 250, to: 5 * minuteMs }, () => gone('sign-in'));
    const batch = await start(w, 30, { workers: 5 });
    await w.clock.advance(40_000);
    const { pace, quotas } = batch.state;
    const words = paceWords(pace, { now: w.clock.now(), quotas, workers: 5 });
    assert.match(
      words?.text ?? '',
      /^This network wants a sign-in first \(open any page in a browser\), next/,
    );
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 30);
    assert.equal(batch.state.retries, 0);
  });

  it('is not lost for the others where the page of a sign-in comes for one video alone', async () => {
    const w = online({ from: 0, to: 0 });
    const answer = after(w.clock, requestMs);
    const odd = after(w.clock, requestMs, () => gone('sign-in'));
    const [source] = w.sources;
    assert.ok(source);
    source.answer = (request) => (request.link.id === 'video000005' ? odd : answer)(request);
    const batch = await start(w, 99, { workers: 5 });
    await w.clock.advance(minuteMs);
    assert.equal(batch.state.counts.completed, 98);
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.failed, 1);
  });

  it('for more than about half an hour fails what is left, with its cause, and the batch ends', async () => {
    const w = online({ from: 250, to: Infinity });
    const batch = await start(w, 500, { workers: 5 });
    await within(w.clock, batch.settled());
    const { counts, byError, phase } = batch.state;
    assert.equal(phase, 'finished');
    assert.equal(counts.completed + counts.failed, 500);
    assert.deepEqual(byError, { network: counts.failed });
    assert.ok(w.since() > 25 * minuteMs && w.since() < 40 * minuteMs, `${w.since() / minuteMs} min`);
    assert.ok((w.sources[0]?.asked.length ?? 0) < 70);
  });

  it('and is back when the user retries is no matter of the past', async () => {
    const w = online({ from: 250, to: 60 * minuteMs });
    const batch = await start(w, 30, { workers: 5 });
    await within(w.clock, batch.settled());
    assert.ok(batch.state.counts.failed > 0);
    await w.clock.advance(60 * minuteMs);
    await within(w.clock, batch.retryFailed());
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 30);
  });

  it('is tried at once when the user says so', async () => {
    const w = online({ from: 250, to: 10 * minuteMs + 1_000 });
    const batch = await start(w, 30, { workers: 5 });
    await w.clock.advance(10 * minuteMs + 2_000);
    assert.ok(batch.state.counts.completed < 30);
    await within(w.clock, batch.tryNow());
    await w.clock.advance(5_000);
    assert.equal(batch.state.counts.completed, 30);
  });

  it('lets Stop and Resume act at once', async () => {
    const w = online({ from: 250, to: 5 * minuteMs });
    const batch = await start(w, 30, { workers: 5 });
    await w.clock.advance(minuteMs);
    await within(w.clock, batch.stop());
    assert.equal(batch.state.phase, 'stopped');
    await w.clock.advance(10 * minuteMs);
    await within(w.clock, batch.resume());
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 30);
  });

  it('is waited for with every setting of onBlocked, and no other source is asked', async () => {
    for (const onBlocked of ['wait', 'nextSource', 'park'] as const) {
      const w = online({ from: 250, to: 5 * minuteMs });
      const other = new FakeSource('yt-dlp');
      w.sources.push(other);
      const batch = await start(w, 30, { workers: 5, onBlocked });
      await within(w.clock, batch.settled());
      assert.equal(batch.state.counts.completed, 30, onBlocked);
      assert.equal(other.asked.length, 0, onBlocked);
    }
  });

  it('is over with any answer, also one that the service is broken: that costs attempts', async () => {
    const broken = failure('bad-response', 'YouTube answered with status 503.', { status: 503 });
    const w = online({ from: 250, to: Infinity }, () => (w.since() < minuteMs ? unreached() : broken));
    const batch = await start(w, 30, { workers: 5 });
    await w.clock.advance(20 * minuteMs);
    assert.equal(batch.state.phase, 'finished');
    assert.deepEqual(batch.state.byError, { 'bad-response': batch.state.counts.failed });
  });
});

describe('A server that cannot be reached', () => {
  it('and never answered ends its videos after their attempts, in seconds', async () => {
    const w = online({ from: 0, to: Infinity });
    const batch = await start(w, 3);
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.failed, 3);
    assert.equal(w.sources[0]?.asked.length, 12);
    assert.ok(w.since() < 30_000, `${w.since()}`);
  });

  for (const state of ['offline', 'sign-in'] as const)
    it(`and never answered is waited for while no server can be (${state}), and no attempt is spent`, async () => {
      const outage = { from: 0, to: state === 'offline' ? 45_000 : 20 * minuteMs };
      const w = online(outage, () => gone(state));
      const batch = await start(w, 30, { workers: 5 });
      await within(w.clock, batch.settled());
      assert.equal(batch.state.counts.completed, 30);
      assert.equal(batch.state.retries, 0);
      assert.ok(w.since() < outage.to + minuteMs + 2_000, `${w.since()}`);
    });

  it('ends its videos after about a minute where there has been no network since the start', async () => {
    const w = online({ from: 0, to: Infinity }, () => gone('offline'));
    const batch = await start(w, 30, { workers: 5 });
    await within(w.clock, batch.settled());
    assert.deepEqual(batch.state.byError, { network: 30 });
    assert.ok(w.since() > 50_000 && w.since() < 90_000, `${w.since()}`);
  });

  it('and has a certificate that is not trusted ends its videos soon: it may be so for good', async () => {
    const w = online({ from: 0, to: Infinity }, () => gone('certificate'));
    const batch = await start(w, 3);
    await within(w.clock, batch.settled(), minuteMs);
    assert.deepEqual(batch.state.byError, { network: 3 });
  });

  it('ends its videos soon where another server answers, whatever its own error says', async () => {
    const isBroken = (id: string): boolean => Number(id.slice(-6)) % 10 === 0;
    const w = hosts(isBroken, (id) => (isBroken(id) ? 'host:broken.example' : 'youtube'));
    const batch = await start(w, 60, { workers: 5 });
    await within(w.clock, batch.settled(), 2 * minuteMs);
    assert.equal(batch.state.counts.failed, 6);
  });

  it('is waited for no longer than about a minute where only its own name cannot be looked up, with nobody left to ask', async () => {
    const w = hosts((id, since) => id === 'video000005' && since > 0);
    const batch = await start(w, 6, { workers: 1 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.failed, 1);
    assert.ok(w.since() < 2 * minuteMs, `${w.since()}`);
  });

  it('is waited for like a lost one where several say so of a network that was there', async () => {
    const w = hosts((_id, since) => since > 3_500 && since < 10 * minuteMs);
    const batch = await start(w, 30, { workers: 2 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 30);
    assert.equal(batch.state.retries, 0);
  });

  it('is waited for again after it was given up, though another has answered in between', async () => {
    const isGone = { now: true };
    const w = hosts((id) => isGone.now && id !== 'video000009');
    const first = await start(w, videos(1));
    await within(w.clock, first.settled());
    assert.equal(first.state.counts.failed, 1);
    const between = await start(w, videos(1, 9), {}, 'between');
    await within(w.clock, between.settled());
    assert.equal(between.state.counts.completed, 1);
    const retried = first.retryFailed();
    await w.clock.advance(20_000);
    await retried;
    isGone.now = false;
    await within(w.clock, first.settled());
    assert.equal(first.state.counts.completed, 1);
  });

  it('but answered this batch before the restart is waited for', async () => {
    const w = online({ from: 250, to: 20 * minuteMs });
    const first = await start(w, 30, { workers: 5 });
    await w.clock.advance(10_000);
    assert.ok(first.state.counts.completed > 0);
    await within(w.clock, w.engine.dispose());
    const batch = await within(w.clock, w.another(101).engine.open(first.folder, 'resume'));
    await within(w.clock, batch.resume());
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 30);
  });

  it('holds only its own videos: the others go on, and a wrong host fails soon', async () => {
    const clock = new FakeClock();
    const source = new FakeSource('subtitleFile');
    const hostOf = (id: string): QuotaName => {
      const at = Number(id.slice(-6));
      if (at === 5 || at === 8) return 'host:wrong.example';
      return at % 3 === 1 ? 'host:old.example' : 'youtube';
    };
    source.quotas = (link?: Link) => [hostOf(link?.id ?? '')];
    source.answer = (request) => {
      const at = Number(request.link.id.slice(-6));
      const host = hostOf(request.link.id);
      if (host === 'youtube') return after(clock, 3_000)(request);
      return host === 'host:old.example' && at < 4
        ? found(request)
        : failure('network', `ENOTFOUND ${host}`, { unsent: true });
    };
    const w = world({ clock, sources: [source] });
    const batch = await start(w, 90, { workers: 5 });
    await clock.advance(2 * minuteMs);
    const withEnd = (host: string, end: string): number =>
      batch.state.jobs.filter(({ link, status }) => hostOf(link.id) === host && status === end).length;
    assert.equal(withEnd('youtube', 'completed'), 58);
    assert.equal(withEnd('host:wrong.example', 'failed'), 2);
    assert.equal(withEnd('host:old.example', 'failed'), 0);
  });
});
