import assert from 'node:assert/strict';
import type { Permit } from '../../../src/model/source';
import type { RateLimiter } from '../../../src/engine/rateLimiter';
import { rideNames } from '../../../src/engine/ride';
import { mostWithin, Rig } from './rig';

const minute = 60_000;
const hour = 3_600_000;

/** A promise's value if it has one by now. */
async function now<T>(rig: Rig, promise: Promise<T>): Promise<T | 'waits'> {
  let state: T | 'waits' = 'waits';
  void promise.then((value) => (state = value));
  await rig.clock.settle();
  return state;
}

async function within(rig: Rig, permit: Promise<Permit>): Promise<Permit> {
  const got = await now(rig, permit);
  assert.ok(got !== 'waits');
  return got;
}

describe('the rate limiter', () => {
  it('reaches the share of the hour and never passes it in any window', async () => {
    const rig = new Rig({ 'rate.youtube.concurrency': 0 });
    rig.work(await rig.limiter(), 3, ['youtube']);
    await rig.clock.advance(5 * hour);
    const times = rig.starts.map((start) => start.at);
    assert.equal(mostWithin(times, hour), 285);
    assert.ok(times.length >= 0.995 * 5 * 285, `${times.length} of ${5 * 285}`);
  });

  it('starts with a burst at the spacing and goes on at a steady pace', async () => {
    const rig = new Rig({ 'rate.youtube.concurrency': 0 });
    rig.work(await rig.limiter(), 3, ['youtube']);
    await rig.clock.advance(hour / 2);
    const gaps = rig.starts.slice(1).map((start, i) => start.at - (rig.starts[i]?.at ?? 0));
    assert.ok(Math.min(...gaps) >= 1000);
    assert.ok(
      gaps.slice(0, 9).every((gap) => gap <= 1300),
      'ten starts come close together',
    );
    assert.ok(
      gaps.slice(12).every((gap) => Math.abs(gap - hour / 285) < 400),
      'then one every 12.6 s',
    );
  });

  it('uses one start at least of a small limit', async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': 1 });
    rig.work(await rig.limiter(), 2, ['deapi.submit']);
    await rig.clock.advance(10 * minute);
    assert.equal(rig.starts.length, 10);
  });

  it('costs nothing and touches no disk where no number limits', async () => {
    const rig = new Rig({
      'rate.youtube.perHour': 0,
      'rate.youtube.spacing': 0,
      'rate.youtube.concurrency': 0,
    });
    const limiter = await rig.limiter();
    for (let i = 0; i < 1000; i++) (await rig.start(limiter, 'youtube')).release();
    assert.equal(rig.files.counts.append, 0);
    assert.ok(limiter.readyAt(['youtube']) <= rig.clock.now());
  });

  it('takes a start that is ready before `acquire` returns, so that what is said next holds', async () => {
    const rig = new Rig({ 'rate.youtube.perHour': 100, 'rate.youtube.burst': 1, 'rate.youtube.spacing': 0 });
    const limiter = await rig.limiter();
    assert.ok(limiter.readyAt(['youtube']) <= rig.clock.now());
    const start = limiter.acquire(['youtube'], new AbortController().signal);
    assert.ok(limiter.readyAt(['youtube']) > rig.clock.now());
    (await within(rig, start)).release();
  });

  it('counts a start from when its request really goes out', async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': 1 });
    const limiter = await rig.limiter();
    const permit = await rig.start(limiter, 'deapi.submit');
    // The sound is fetched first.
    await rig.clock.advance(45_000);
    permit.going?.();
    permit.heard({ status: 200, headers: {} });
    permit.release();
    const wait = limiter.readyAt(['deapi.submit']) - rig.clock.now();
    assert.ok(wait >= minute && wait < minute + 1_000, `${wait} ms`);
  });

  it('gives a start back where no request came of it, also after a restart', async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': 1, 'deapi.quotaScope': 'both' });
    const limiter = await rig.limiter();
    const names = ['deapi.submit', 'host:example.org'];
    const permit = await within(rig, limiter.acquire(names, new AbortController().signal));
    const used = (who: RateLimiter, name: string): number | undefined =>
      who.views().find((view) => view.name === name)?.used;
    assert.deepEqual([used(limiter, 'deapi.submit'), used(limiter, 'deapi')], [1, 1]);
    // The sound was fetched, but the user's OK is missing.
    permit.unused?.('deapi.submit');
    permit.unused?.('deapi.submit');
    permit.going?.();
    permit.release();
    assert.deepEqual([used(limiter, 'deapi.submit'), used(limiter, 'deapi')], [undefined, undefined]);
    assert.equal(used(limiter, 'host:example.org'), 1);
    assert.ok(limiter.readyAt(['deapi.submit']) <= rig.clock.now());
    await rig.clock.advance(1_000);
    rig.kill(limiter);
    const after = await rig.limiter();
    for (const name of names) after.readyAt([name]);
    assert.deepEqual([used(after, 'deapi.submit'), used(after, 'host:example.org')], [undefined, 1]);
  });

  it('knows after a restart when a request really went out', async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': 1 });
    const limiter = await rig.limiter();
    const permit = await rig.start(limiter, 'deapi.submit');
    await rig.clock.advance(45_000);
    permit.going?.();
    await rig.clock.advance(100);
    rig.kill(limiter);
    const wait = (await rig.limiter()).readyAt(['deapi.submit']) - rig.clock.now();
    assert.ok(wait >= minute - 200, `${wait} ms`);
  });

  it('lets the rest of a start through that was counted before, but for holds and places', async () => {
    const rig = new Rig({ 'rate.youtube.perHour': 1, 'rate.youtube.concurrency': 2 });
    const limiter = await rig.limiter();
    const first = await rig.start(limiter, 'youtube');
    assert.ok(limiter.readyAt(['youtube']) > rig.clock.now());
    const ride = rideNames(['youtube']);
    const rest = await within(rig, limiter.acquire(ride, new AbortController().signal));
    assert.equal(limiter.readyAt(ride), Infinity, 'both places are taken');
    first.release();
    rest.release();
    assert.ok(limiter.readyAt(ride) <= rig.clock.now());
    assert.equal(limiter.views()[0]?.used, 1);
    limiter.hold('youtube', 5_000);
    assert.equal(limiter.readyAt(ride), rig.clock.now() + 5_000);
    assert.equal(limiter.why(ride)?.quota, 'youtube');
  });

  it('keeps the places of a quota and says that they are taken', async () => {
    const rig = new Rig({ 'whisper.concurrency': 2 });
    const limiter = await rig.limiter();
    const first = await rig.start(limiter, 'whisper');
    await rig.start(limiter, 'whisper');
    assert.equal(limiter.readyAt(['whisper']), Infinity);
    assert.deepEqual(limiter.why(['whisper']), { for: 'rate', quota: 'whisper' });
    let told = 0;
    limiter.onChange(() => told++);
    const third = rig.start(limiter, 'whisper');
    assert.equal(await now(rig, third), 'waits');
    first.release();
    first.release();
    assert.notEqual(await now(rig, third), 'waits');
    assert.ok(told > 0);
    assert.equal(limiter.readyAt(['whisper']), Infinity, 'releasing twice gives one place back');
  });

  it('takes from all its quotas at once or from none', async () => {
    const rig = new Rig({
      'deapi.quotaScope': 'both',
      'rate.deapi.perMinute': 10,
      'rate.utilization': 1,
      'rate.deapi.burst': 10,
    });
    const limiter = await rig.limiter();
    rig.work(limiter, 2, ['deapi.submit']);
    rig.work(limiter, 2, ['deapi.poll']);
    await rig.clock.advance(5 * minute);
    const times = rig.starts.map((start) => start.at);
    assert.equal(mostWithin(times, minute), 10, 'the account holds over both endpoints');
    assert.ok(times.length >= 49);
    const views = limiter.views();
    const used = (name: string): number => views.find((view) => view.name === name)?.used ?? 0;
    assert.equal(used('deapi'), used('deapi.submit') + used('deapi.poll'));
  });

  it('counts the endpoints of deAPI apart, together or both', async () => {
    for (const [scope, most] of [
      ['perEndpoint', 20],
      ['shared', 10],
      ['both', 10],
    ] as const) {
      const rig = new Rig({
        'deapi.quotaScope': scope,
        'rate.deapi.perMinute': 10,
        'rate.utilization': 1,
        'rate.deapi.burst': 10,
      });
      const limiter = await rig.limiter();
      rig.work(limiter, 2, ['deapi.submit']);
      rig.work(limiter, 2, ['deapi.poll']);
      await rig.clock.advance(3 * minute);
      assert.equal(
        mostWithin(
          rig.starts.map((start) => start.at),
          minute,
        ),
        most,
        scope,
      );
    }
  });

  it('holds the day until 00:00 UTC without scaling it', async () => {
    const rig = new Rig({ 'rate.youtube.perHour': 0, 'rate.youtube.spacing': 0, 'rate.youtube.perDay': 10 });
    const limiter = await rig.limiter();
    rig.work(limiter, 2, ['youtube']);
    await rig.clock.advance(minute);
    assert.equal(rig.starts.length, 10);
    const midnight = Date.UTC(2026, 10, 21);
    assert.equal(limiter.readyAt(['youtube']), midnight);
    assert.deepEqual(limiter.why(['youtube']), { for: 'rate', quota: 'youtube', until: midnight });
    await rig.clock.advance(midnight - rig.clock.now() - 1);
    assert.equal(rig.starts.length, 10);
    await rig.clock.advance(minute);
    assert.equal(rig.starts.length, 20);
  });

  it('counts the day over a restart', async () => {
    const rig = new Rig({ 'rate.youtube.perHour': 0, 'rate.youtube.spacing': 0, 'rate.youtube.perDay': 10 });
    const first = await rig.limiter();
    for (let i = 0; i < 7; i++) (await rig.start(first, 'youtube')).release();
    rig.kill(first);
    await rig.clock.advance(6 * hour);
    rig.work(await rig.limiter(), 2, ['youtube']);
    await rig.clock.advance(minute);
    assert.equal(rig.starts.length, 10);
  });

  it('ends a wait as cancelled and leaves no trace of it', async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': 2, 'rate.utilization': 1, 'rate.deapi.burst': 2 });
    const limiter = await rig.limiter();
    (await rig.start(limiter, 'deapi.poll')).heard({ status: 200, headers: {} });
    await rig.start(limiter, 'deapi.poll');
    const stop = new AbortController();
    const waiting = limiter.acquire(['deapi.poll'], stop.signal);
    stop.abort();
    await assert.rejects(waiting, /cancelled/);
    await assert.rejects(limiter.acquire(['deapi.poll'], stop.signal), /cancelled/);
    await rig.clock.advance(minute + 200);
    assert.notEqual(await now(rig, rig.start(limiter, 'deapi.poll')), 'waits');
  });

  it('ends all waits when it is closed', async () => {
    const rig = new Rig({ 'whisper.concurrency': 1 });
    const limiter = await rig.limiter();
    await rig.start(limiter, 'whisper');
    const waiting = rig.start(limiter, 'whisper');
    await rig.clock.settle();
    await limiter.close();
    await assert.rejects(waiting, /cancelled/);
  });

  describe('when a service answers', () => {
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

    it('lets the one who brings the first answer ask for more beside it', async () => {
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

  describe('when a quota is blocked', () => {
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

    it('stays shut without an end until it is told', async () => {
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
});
