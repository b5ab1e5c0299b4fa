import assert from 'node:assert/strict';
import type { Permit } from '../../../../src/model/source';
import { mostWithin, now, Rig, within } from './rig';

const minute = 60_000;
const hour = 3_600_000;

describe('the rate limiter, when a service answers', () => {
  const settings = { 'rate.deapi.burst': 10 };

  it('awaits the first answer of a service not yet known, then lets the rest go', async () => {
    const rig = new Rig(settings);
    const limiter = await rig.limiter();
    const first = await rig.start(limiter, 'deapi.submit');
    const second = rig.start(limiter, 'deapi.submit');
    assert.equal(await now(rig, second), 'waits');
    assert.equal(limiter.why(['deapi.submit'])?.for, 'first-answer');
    first.heard({ status: 200, headers: {} });
    assert.notEqual(await now(rig, second), 'waits');
  });

  it('lets the job that brings the first answer send further requests beside it', async () => {
    const rig = new Rig({ ...settings, 'deapi.quotaScope': 'shared' });
    const limiter = await rig.limiter();
    const { signal } = new AbortController();
    const first = await rig.start(limiter, 'deapi.submit');
    const stranger = limiter.acquire(['deapi.price'], signal);
    const price = await within(rig, limiter.acquire(['deapi.price'], signal, first));
    assert.equal(await now(rig, stranger), 'waits');
    price.heard({ status: 200, headers: {} });
    assert.notEqual(await now(rig, stranger), 'waits');
  });

  it('lets a job with a place take further starts in it, when all places are taken and as a probe', async () => {
    const rig = new Rig({ 'rate.youtube.concurrency': 1, 'rate.youtube.spacing': 0 });
    const limiter = await rig.limiter();
    const { signal } = new AbortController();
    const first = await rig.start(limiter, 'youtube');
    const stranger = limiter.acquire(['youtube'], signal);
    (await within(rig, limiter.acquire(['youtube'], signal, first))).release();
    assert.equal(await now(rig, stranger), 'waits');
    first.release();
    (await within(rig, stranger)).release();

    limiter.block(limiter.keyOf('youtube'), rig.clock.now());
    const probe = await rig.start(limiter, 'youtube');
    (await within(rig, limiter.acquire(['youtube'], signal, probe))).release();
    assert.equal(await now(rig, limiter.acquire(['youtube'], signal)), 'waits');
    probe.release();
  });

  it('lets another be the first when the first brought no answer', async () => {
    const rig = new Rig(settings);
    const limiter = await rig.limiter();
    const first = await rig.start(limiter, 'deapi.submit');
    const others = [rig.start(limiter, 'deapi.submit'), rig.start(limiter, 'deapi.submit')];
    first.release();
    await rig.clock.settle();
    assert.equal(rig.starts.length, 2);
    assert.equal(others.length, 2);
  });

  it('learns an account of one a minute and ten a day from the first answer', async () => {
    const rig = new Rig(settings);
    const limiter = await rig.limiter();
    const loop = async (): Promise<void> => {
      for (let used = 1; ; used++) {
        const permit = await rig.start(limiter, 'deapi.submit');
        permit.heard({
          status: 200,
          headers: {
            'x-ratelimit-limit': '1',
            'x-ratelimit-remaining': '0',
            'x-ratelimit-daily-limit': '10',
            'x-ratelimit-daily-remaining': String(10 - used),
          },
        });
        permit.release();
      }
    };
    loop().catch(() => undefined);
    await rig.clock.advance(hour);
    const times = rig.starts.map((start) => start.at);
    assert.equal(times.length, 10);
    assert.equal(mostWithin(times, minute), 1);
    assert.equal(limiter.readyAt(['deapi.submit']), Date.UTC(2026, 10, 21));
    assert.ok(limiter.readyAt(['deapi.poll']) <= rig.clock.now(), 'asking for results goes on');
  });

  it('holds the whole quota after a 429, for seconds, dates and milliseconds', async () => {
    const rig = new Rig(settings);
    const cases: [Record<string, string>, number][] = [
      [{ 'retry-after': '90' }, 90_000],
      [{ 'retry-after': new Date(rig.clock.now() + 120_000).toUTCString() }, 120_000],
      [{ 'retry-after': '1', 'retry-after-ms': '2500' }, 2_500],
    ];
    for (const [headers, waitMs] of cases) {
      const own = new Rig(settings);
      const limiter = await own.limiter();
      const first = await own.start(limiter, 'openai');
      first.heard({ status: 200, headers: {} });
      const second = await own.start(limiter, 'openai');
      second.heard({ status: 429, headers });
      second.release();
      const held = limiter.why(['openai']);
      assert.deepEqual(held, { for: 'held', quota: 'openai', until: own.clock.now() + waitMs });
      assert.equal(limiter.views()[0]?.heldUntil, own.clock.now() + waitMs);
      const third = own.start(limiter, 'openai');
      await own.clock.advance(waitMs - 1);
      assert.equal(await now(own, third), 'waits');
      await own.clock.advance(1);
      assert.notEqual(await now(own, third), 'waits');
    }
  });

  it('holds 60 s at first where the service names no time, longer when refused again, less after success', async () => {
    const rig = new Rig({ 'rate.otherHosts.concurrency': 0 });
    const limiter = await rig.limiter();
    const refused = async (): Promise<number> => {
      const permit = await rig.start(limiter, 'host:example.org');
      permit.heard({ status: 429, headers: {} });
      permit.release();
      const waitMs = limiter.readyAt(['host:example.org']) - rig.clock.now();
      await rig.clock.advance(waitMs);
      return waitMs;
    };
    assert.equal(await refused(), 60_000);
    const second = await refused();
    assert.ok(second >= 60_000 && second <= 120_000, String(second));
    for (let i = 0; i < 5; i++) {
      const permit = await rig.start(limiter, 'host:example.org');
      permit.heard({ status: 200, headers: {} });
      permit.release();
      await rig.clock.advance(5_000);
    }
    assert.equal(await refused(), 60_000);
  });

  it('is not asked ever faster when it says “at once” at each refusal', async () => {
    const rig = new Rig({ 'rate.youtube.perHour': 0, 'rate.youtube.spacing': 0 });
    const limiter = await rig.limiter();
    const waits: number[] = [];
    for (let times = 0; times < 6; times++) {
      const permit = await rig.start(limiter, 'youtube');
      permit.heard({ status: 429, headers: { 'retry-after': '0' } });
      permit.release();
      const wait = limiter.readyAt(['youtube']) - rig.clock.now();
      waits.push(wait);
      await rig.clock.advance(wait);
    }
    assert.deepEqual(waits, [0, 1_000, 2_000, 4_000, 8_000, 16_000]);
  });

  it('takes refusals of requests that were under way together as one', async () => {
    const rig = new Rig({ 'rate.otherHosts.concurrency': 0, 'rate.otherHosts.perMinute': 0 });
    const limiter = await rig.limiter();
    const permits: Permit[] = [];
    for (let i = 0; i < 5; i++) permits.push(await rig.start(limiter, 'host:a'));
    for (const permit of permits) permit.heard({ status: 429, headers: {} });
    assert.equal(limiter.readyAt(['host:a']), rig.clock.now() + 60_000);
  });

  it('holds a daily refusal until 00:00 UTC, also after a restart and for the other window', async () => {
    const rig = new Rig(settings);
    const limiter = await rig.limiter();
    const permit = await rig.start(limiter, 'deapi.submit');
    permit.heard({ status: 429, headers: { 'x-ratelimit-type': 'daily' } });
    permit.release();
    const midnight = Date.UTC(2026, 10, 21);
    assert.equal(limiter.readyAt(['deapi.submit']), midnight);
    await limiter.close();
    await rig.clock.advance(8 * hour);
    assert.equal((await rig.limiter()).readyAt(['deapi.submit']), midnight);
  });

  it('counts what the service has counted and we have not', async () => {
    const rig = new Rig({ ...settings, 'rate.utilization': 1 });
    const limiter = await rig.limiter();
    const first = await rig.start(limiter, 'deapi.poll');
    first.heard({ status: 200, headers: { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '5' } });
    first.release();
    rig.work(limiter, 5, ['deapi.poll']);
    await rig.clock.advance(59_000);
    assert.equal(rig.starts.length, 6);
  });

  it('goes slower after refusals that name no limit, and faster again with each success', async () => {
    const rig = new Rig({ 'rate.otherHosts.perMinute': 100, 'rate.otherHosts.concurrency': 0 });
    const limiter = await rig.limiter();
    const permit = await rig.start(limiter, 'host:a');
    permit.heard({ status: 429, headers: {} });
    permit.release();
    assert.equal(limiter.views()[0]?.limit, 70);
    rig.work(limiter, 3, ['host:a']);
    await rig.clock.advance(5 * minute);
    assert.equal(limiter.views()[0]?.limit, 100);
  });

  it('leaves a quota alone that shares nothing with the refused one', async () => {
    const rig = new Rig();
    const limiter = await rig.limiter();
    limiter.hold('youtube', minute);
    assert.equal(limiter.why(['youtube'])?.for, 'held');
    assert.equal(limiter.why(['host:a']), undefined);
    assert.equal(limiter.why(['host:a', 'youtube'])?.quota, 'youtube');
  });
});

describe('the rate limiter, when a quota is blocked', () => {
  it('starts nothing until then, one probe after that, and all once it is unblocked', async () => {
    const rig = new Rig({ 'rate.otherHosts.perMinute': 0 });
    const limiter = await rig.limiter();
    limiter.block('host:a', rig.clock.now() + minute);
    const waiting = [rig.start(limiter, 'host:a'), rig.start(limiter, 'host:a')];
    await rig.clock.advance(minute - 1);
    assert.equal(rig.starts.length, 0);
    assert.equal(limiter.why(['host:a'])?.for, 'breaker');
    assert.equal(limiter.views()[0]?.blocked, true);
    await rig.clock.advance(1);
    assert.equal(rig.starts.length, 1);
    limiter.unblock('host:a');
    await Promise.all(waiting);
    assert.equal(rig.starts.length, 2);
  });

  it('sends another probe when the first brought no news', async () => {
    const rig = new Rig();
    const limiter = await rig.limiter();
    limiter.block('host:a', rig.clock.now());
    const first = await rig.start(limiter, 'host:a');
    const second = rig.start(limiter, 'host:a');
    assert.equal(await now(rig, second), 'waits');
    first.release();
    await rig.clock.advance(2000);
    assert.notEqual(await now(rig, second), 'waits');
  });

  it('stays closed without an end until it is opened', async () => {
    const rig = new Rig();
    const limiter = await rig.limiter();
    limiter.block('host:a');
    assert.equal(limiter.readyAt(['host:a']), Infinity);
    limiter.unblock('host:a');
    assert.ok(limiter.readyAt(['host:a']) <= rig.clock.now());
  });
});

it('shows what is used, allowed and next, with a history of the window', async () => {
  const rig = new Rig({ 'rate.youtube.concurrency': 0 });
  const limiter = await rig.limiter();
  assert.deepEqual(limiter.views(), []);
  rig.work(limiter, 3, ['youtube']);
  await rig.clock.advance(2 * hour);
  const [view] = limiter.views();
  assert.ok(view);
  assert.equal(view.limit, 300);
  assert.equal(view.allowed, 285);
  assert.equal(view.unit, 'hour');
  assert.ok(view.used >= 283 && view.used <= 285);
  assert.equal(view.history.length, 24);
  assert.ok(view.history.every((share) => share > 0.93 && share <= 0.95));
  assert.ok(view.nextAt !== undefined && view.nextAt > rig.clock.now());
});
