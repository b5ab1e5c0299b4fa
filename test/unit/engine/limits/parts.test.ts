/** The small parts: headers, numbers of the quotas and the governor. */
import assert from 'node:assert/strict';
import { Governor } from '../../../../src/engine/limits/governor';
import { readQuotaNews } from '../../../../src/engine/limits/answerHeaders';
import { resetMs } from '../../../../src/model/retryAfter';
import { allowedOf, anyDayLimit, quotaSpec } from '../../../../src/engine/limits/quotaSpecs';
import { quotaTable } from '../../../../src/model/quotas';
import type { QuotaRow } from '../../../../src/model/quotas';
import { defaultSettings } from '../../../../src/model/settings';
import type { Settings } from '../../../../src/model/settings';
import { FakeClock } from '../../../helpers/fakeClock';
import { Rig } from './rig';

const minute = 60_000;
const hour = 3_600_000;

describe('what an answer says about limits', () => {
  const at = Date.UTC(2026, 10, 20, 12);
  const news = (status: number, headers: Record<string, string>): ReturnType<typeof readQuotaNews> =>
    readQuotaNews({ status, headers }, at);

  it('is read from Retry-After in seconds, as a date and in milliseconds', () => {
    assert.equal(news(429, { 'retry-after': '7' }).waitMs, 7000);
    assert.equal(news(429, { 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }).waitMs, 30_000);
    assert.equal(news(429, { 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }).waitMs, 0);
    // A service whose clock is an hour behind means half a minute all the same.
    const slow = { date: 'Fri, 20 Nov 2026 11:00:00 GMT', 'retry-after': 'Fri, 20 Nov 2026 11:00:30 GMT' };
    assert.equal(news(429, slow).waitMs, 30_000);
    assert.equal(news(429, { 'retry-after': '-1' }).waitMs, undefined);
    assert.equal(news(429, { 'retry-after-ms': '1500', 'retry-after': '2' }).waitMs, 1500);
    assert.equal(news(503, { 'retry-after': '7' }).throttled, true);
    assert.equal(news(503, {}).throttled, false);
    assert.equal(news(429, { 'retry-after': 'soon' }).waitMs, undefined);
    assert.equal(news(429, { 'retry-after': '86400' }).waitMs, 24 * hour);
    assert.equal(news(200, { 'retry-after': '7' }).waitMs, undefined);
  });

  it('is ignored where it asks for more than a day: our own hold counts then', async () => {
    for (const headers of [
      { 'retry-after': '99999999999' },
      { 'retry-after': '9'.repeat(400) },
      { 'retry-after': String(at / 1000 + 60) },
      { 'retry-after': 'Fri, 20 Nov 2099 12:00:00 GMT' },
      { 'retry-after-ms': String(at) },
      {
        'x-ratelimit-limit-requests': '1',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '9999h',
      },
    ])
      assert.equal(news(429, headers).waitMs, undefined, JSON.stringify(headers));
    assert.equal(news(429, { 'retry-after-ms': String(at), 'retry-after': '7' }).waitMs, 7000);

    const rig = new Rig({ 'rate.deapi.perMinute': 60 });
    const limiter = await rig.limiter();
    const permit = await rig.start(limiter, 'deapi.poll');
    permit.heard({ status: 429, headers: { 'retry-after': '99999999999' } });
    permit.release();
    const wait = limiter.why(['deapi.poll']);
    assert.equal(wait?.for, 'held');
    assert.equal(wait.until, rig.clock.now() + minute);
  });

  it('is read from deAPI, the minute and the day apart', () => {
    assert.deepEqual(
      news(429, {
        'x-ratelimit-limit': '300',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-daily-limit': '10',
        'x-ratelimit-daily-remaining': '0',
        'x-ratelimit-type': 'daily',
      }),
      {
        throttled: true,
        ok: false,
        limit: 300,
        remaining: 0,
        dailyLimit: 10,
        dailyRemaining: 0,
        daily: true,
      },
    );
  });

  it('is read from OpenAI as a minute and from Groq as a day, though both use the same names', () => {
    const openai = news(200, {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
    });
    assert.equal(openai.limit, 60);
    assert.equal(openai.dailyLimit, undefined);
    const groq = news(200, {
      'x-ratelimit-limit-requests': '14400',
      'x-ratelimit-remaining-requests': '14370',
      'x-ratelimit-reset-requests': '2m59.56s',
    });
    assert.equal(groq.limit, undefined);
    assert.equal(groq.dailyLimit, 14_400);
  });

  it('is of a refusal the reset of the limit where no wait is named, of a success nothing', () => {
    assert.equal(news(429, { 'x-ratelimit-reset': '12', 'x-ratelimit-remaining': '0' }).waitMs, 12_000);
    assert.equal(news(200, { 'x-ratelimit-reset': '12', 'x-ratelimit-remaining': '0' }).waitMs, undefined);
  });

  it('is not taken from what makes no sense', () => {
    assert.deepEqual(news(200, { 'x-ratelimit-limit': '-1', 'x-ratelimit-remaining': 'many' }), {
      throttled: false,
      ok: true,
    });
  });

  it('has resets as durations of Go or as seconds', () => {
    assert.equal(resetMs({}, '1s', 0), 1000);
    assert.equal(resetMs({}, '6m0s', 0), 360_000);
    assert.equal(resetMs({}, '1m26.4s', 0), 86_400);
    assert.equal(resetMs({}, '500ms', 0), 500);
    assert.equal(resetMs({}, '1h2m3s', 0), 3_723_000);
    assert.equal(resetMs({}, '12', 0), 12_000);
    assert.equal(resetMs({}, undefined, 0), undefined);
  });
});

describe('the numbers of a quota', () => {
  it('are the share of the limit, never less than one, and none where there is no limit', () => {
    assert.equal(allowedOf(300, 0.95), 285);
    assert.equal(allowedOf(1, 0.95), 1);
    assert.equal(allowedOf(0, 0.95), 0);
    assert.equal(allowedOf(100, 0.29), 29);
  });

  it('follow the settings', () => {
    const youtube = quotaSpec('youtube', defaultSettings);
    assert.equal(youtube.limit, 300);
    assert.equal(youtube.windowMs, hour);
    assert.equal(youtube.spacingMs, 1000);
    assert.equal(quotaSpec('host:example.org', defaultSettings).limit, 60);
    assert.equal(quotaSpec('whisper', defaultSettings).concurrency, 1);
    assert.equal(quotaSpec('anything', defaultSettings).limit, 0);
    const there = { ...defaultSettings, 'openai.endpoint': 'https://api.groq.com/openai/v1' };
    assert.notEqual(quotaSpec('openai', there).key, quotaSpec('openai', defaultSettings).key);
  });

  it('make the starts of a whole day known wherever one has a limit a day', () => {
    const dayLimit = (settings: Settings): boolean => anyDayLimit((name) => quotaSpec(name, settings));
    assert.equal(dayLimit(defaultSettings), false);
    const rows: readonly QuotaRow[] = Object.values(quotaTable);
    const caps = rows.flatMap(({ perDay }) => perDay ?? []);
    assert.ok(caps.length >= 3);
    for (const cap of caps)
      for (const scope of ['perEndpoint', 'shared', 'both'] as const)
        assert.equal(dayLimit({ ...defaultSettings, [cap]: 10, 'deapi.quotaScope': scope }), true, cap);
  });

  it('count the parts of a service apart, together or both', () => {
    const spec = (name: string, scope: Settings['deapi.quotaScope']): unknown[] => {
      const settings = { ...defaultSettings, 'deapi.quotaScope': scope, 'rate.deapi.perDay': 10 };
      const { limit, perDay, parents, learns } = quotaSpec(name, settings);
      return [limit, perDay, parents, learns];
    };
    assert.deepEqual(spec('deapi.submit', 'perEndpoint'), [300, 10, [], true]);
    assert.deepEqual(spec('deapi', 'perEndpoint'), [0, 0, [], false]);
    assert.deepEqual(spec('deapi.submit', 'shared'), [0, 0, ['deapi'], false]);
    assert.deepEqual(spec('deapi', 'shared'), [300, 10, [], true]);
    assert.deepEqual(spec('deapi.submit', 'both'), [300, 0, ['deapi'], true]);
    assert.deepEqual(spec('deapi', 'both'), [300, 10, [], true]);
  });
});

describe('the governor', () => {
  const limits = { workers: 8, parallel: true, adaptive: true };

  it('halves at most once in five seconds, down to one', async () => {
    const clock = new FakeClock();
    const governor = new Governor(clock, limits);
    const seen: number[] = [];
    governor.onChange(() => seen.push(governor.effective()));
    for (let i = 0; i < 6; i++) {
      governor.throttled();
      governor.throttled();
      await clock.advance(5000);
    }
    assert.deepEqual(seen, [4, 2, 1]);
    assert.equal(governor.why(), 'throttled');
  });

  it('gives one back after ten successes in a row, and none while a quota sets the pace', () => {
    const governor = new Governor(new FakeClock(), limits);
    governor.throttled();
    const succeed = (times: number): void => {
      for (let i = 0; i < times; i++) governor.succeeded();
    };
    succeed(9);
    assert.equal(governor.effective(), 4);
    succeed(1);
    assert.equal(governor.effective(), 5);
    governor.quotaBound(true);
    succeed(100);
    assert.equal(governor.effective(), 5);
    governor.quotaBound(false);
    succeed(30);
    assert.equal(governor.effective(), 8);
    assert.equal(governor.why(), undefined);
  });

  it('follows the settings at once and stays as it is without adaptive', () => {
    const governor = new Governor(new FakeClock(), limits);
    governor.configure({ ...limits, parallel: false });
    assert.equal(governor.effective(), 1);
    assert.equal(governor.why(), undefined);
    governor.configure({ ...limits, adaptive: false });
    governor.throttled();
    assert.equal(governor.effective(), 8);
    governor.configure({ ...limits, workers: 20 });
    assert.equal(governor.effective(), 20);
  });

  it('slows down before the memory is used up and when the event loop is late, and comes back', async () => {
    const clock = new FakeClock();
    const governor = new Governor(clock, limits);
    const load = async (memoryMB: number, lagMs = 0): Promise<number> => {
      governor.load({ memoryMB, maxMemoryMB: 1000, lagMs });
      await clock.advance(2000);
      return governor.effective();
    };
    assert.equal(await load(500), 8);
    assert.equal(await load(850), 7);
    assert.equal(governor.why(), 'memory');
    assert.equal(await load(1000), 1);
    assert.equal(await load(500), 2);
    assert.equal(await load(500, 80), 1);
    for (let i = 0; i < 7; i++) await load(500);
    assert.equal(governor.effective(), 8);
  });
});
