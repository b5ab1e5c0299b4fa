import assert from 'node:assert/strict';
import type { RateLimiter } from '../../../../src/engine/limits/rateLimiter';
import { rideNames } from '../../../../src/model/quotaNames';
import { mostWithin, now, Rig, within } from './rig';

const minute = 60_000;
const hour = 3_600_000;

const tenAMinute = { 'rate.deapi.perMinute': 10, 'rate.utilization': 1, 'rate.deapi.burst': 10 };

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

  it('names what delays the next start: the spacing, then the pace, the limit only when it is used up', async () => {
    const rig = new Rig({ 'rate.youtube.concurrency': 0 });
    const limiter = await rig.limiter();
    const bound = (): string | undefined => limiter.bound(['youtube'])?.by;
    rig.work(limiter, 3, ['youtube']);
    await rig.clock.advance(5_000);
    assert.deepEqual(limiter.bound(['youtube']), { by: 'spacing', everyMs: 1_000 });
    for (let minutes = 1; minutes < 55; minutes += 1) {
      await rig.clock.advance(minute);
      assert.equal(bound(), 'spread', `after ${minutes} min, ${rig.starts.length} starts`);
    }
  });

  it('calls a limit reached when all of it is used, and a day or a service that is busy by its name', async () => {
    const burst = new Rig({ ...tenAMinute, 'rate.deapi.burst': 10 });
    const limiter = await burst.limiter();
    burst.work(limiter, 1, ['deapi.submit']);
    await burst.clock.advance(30_000);
    assert.deepEqual(limiter.bound(['deapi.submit']), { by: 'limit' });

    const busy = new Rig({ 'whisper.concurrency': 1 });
    const one = await busy.limiter();
    await busy.start(one, 'whisper');
    assert.deepEqual(one.bound(['whisper']), { by: 'requests' });

    const day = new Rig({ 'rate.youtube.perDay': 1, 'rate.youtube.spacing': 0 });
    const last = await day.limiter();
    (await day.start(last, 'youtube')).release();
    assert.deepEqual(last.bound(['youtube']), { by: 'day' });
    last.hold('youtube', 48 * hour);
    assert.equal(last.bound(['youtube']), undefined);
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

  it('takes a start that is ready before `acquire` returns, so that the next `readyAt` is true', async () => {
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
    const names = ['deapi.submit', 'host:example.org'] as const;
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

  it('lets the rest of an already counted start through, except for holds and places', async () => {
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

  it('shows whose limit it is, where the settings say so', async () => {
    const rig = new Rig({ 'openai.endpoint': 'https://api.groq.com/openai/v1', 'rate.openai.perMinute': 20 });
    const limiter = await rig.limiter();
    (await rig.start(limiter, 'openai')).release();
    assert.deepEqual(
      limiter.views().map(({ name, service }) => [name, service]),
      [['openai', 'Groq']],
    );
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
    const rig = new Rig({ ...tenAMinute, 'deapi.quotaScope': 'both' });
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
      const rig = new Rig({ ...tenAMinute, 'deapi.quotaScope': scope });
      const limiter = await rig.limiter();
      rig.work(limiter, 2, ['deapi.submit']);
      rig.work(limiter, 2, ['deapi.poll']);
      await rig.clock.advance(3 * minute);
      const times = rig.starts.map((start) => start.at);
      assert.equal(mostWithin(times, minute), most, scope);
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
});
