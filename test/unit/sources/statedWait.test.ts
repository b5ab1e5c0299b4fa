import assert from 'node:assert/strict';
import { statedWaitMs } from '../../../src/sources/statedWait';

const now = Date.parse('2026-11-24T10:00:00Z');
const inWords = (words: string): number | undefined => statedWaitMs({}, words, now);

describe('The wait that a service states', () => {
  it('stands in its words, with every unit and without one', () => {
    const said: readonly (readonly [string, number | undefined])[] = [
      ['Rate limit reached … Please try again in 4.2s. Visit https://x for more.', 4200],
      ['Please try again in 1m26.4s.', 86_400],
      ['Please try again in 2m59.56s. Need more tokens?', 179_560],
      ['Please try again in 512ms.', 512],
      ['Please try again in 1h0m2s', 3_602_000],
      ['Please retry after 20 seconds.', 20_000],
      ['Please retry after 20', 20_000],
      ['Requests have exceeded the call rate limit. Please retry after 1 second.', 1000],
      ['Retry-After: 7', 7000],
      ['Too many requests, wait 3 minutes', 180_000],
      ['You can try again in about 2 hours and 5 minutes.', 7_500_000],
      ['Try again in 1 day.', 86_400_000],
      ['retry_after: 30', 30_000],
      ['retryDelay: 34s', 34_000],
      ['Limit of 20 requests per minute reached', undefined],
      ['Slow down', undefined],
      ['', undefined],
    ];
    assert.deepEqual(
      said.map(([words]) => [words, inWords(words)]),
      said.map((entry) => [...entry]),
    );
  });

  it('is the longer one of header and words, and a reset counts where nothing else is said', () => {
    const words = 'Please try again in 4.2s.';
    assert.equal(statedWaitMs({ 'retry-after': '2' }, words, now), 4200);
    assert.equal(statedWaitMs({ 'retry-after': '30' }, words, now), 30_000);
    assert.equal(statedWaitMs({ 'retry-after': '4.2s' }, '', now), 4200);
    assert.equal(statedWaitMs({ 'retry-after': 'Tue, 24 Nov 2026 10:00:09 GMT' }, '', now), 9000);
    const reset = { 'x-ratelimit-reset-requests': '6s', 'x-ratelimit-reset-tokens': '1m0s' };
    assert.equal(statedWaitMs(reset, words, now), 4200);
    assert.equal(statedWaitMs(reset, '', now), 6000);
    assert.equal(statedWaitMs({ ...reset, 'x-ratelimit-remaining-tokens': '0' }, '', now), 60_000);
    assert.equal(statedWaitMs({ ...reset, 'x-ratelimit-remaining-requests': '0' }, '', now), 6000);
  });

  it('is the reset of the whole limit where no wait is named: in seconds, as a date, as epoch seconds or ms', () => {
    const resets: readonly (readonly [Readonly<Record<string, string>>, number | undefined])[] = [
      [{ 'x-ratelimit-reset': '12' }, 12_000],
      [{ 'x-ratelimit-reset': '1.5', 'x-ratelimit-remaining': '0' }, 1500],
      [{ 'x-ratelimit-reset': String(now / 1000 + 40) }, 40_000],
      [{ 'x-ratelimit-reset': String(now + 40_000) }, 40_000],
      [{ 'x-ratelimit-reset': '2026-11-24T10:00:09Z' }, 9000],
      [{ 'x-ratelimit-reset': '6m0s' }, 360_000],
      [{ 'ratelimit-reset': '50', 'ratelimit-remaining': '0' }, 50_000],
      [{ 'x-rate-limit-reset': '7' }, 7000],
      [{ 'x-ratelimit-reset-after': '0.5' }, 500],
      // A service whose clock is wrong.
      [{ 'x-ratelimit-reset': String(now / 1000 + 4000), date: 'Tue, 24 Nov 2026 11:00:00 GMT' }, 400_000],
      [{ 'x-ratelimit-reset': '12', 'retry-after': '3' }, 3000],
      // Another limit refused; milliseconds or seconds; over; a mistake.
      [{ 'x-ratelimit-reset': '12', 'x-ratelimit-remaining': '5' }, undefined],
      [{ 'x-ratelimit-reset': '3600' }, 3_600_000],
      [{ 'x-ratelimit-reset': '3601' }, undefined],
      [{ 'x-ratelimit-reset': '60000' }, undefined],
      [{ 'x-ratelimit-reset': '0' }, undefined],
      [{ 'x-ratelimit-reset': String(now / 1000 - 40) }, undefined],
      [{ 'x-ratelimit-reset': String(now / 1000 + 200_000) }, undefined],
      [{ 'x-ratelimit-reset': 'soon' }, undefined],
    ];
    for (const [headers, ms] of resets) {
      assert.equal(statedWaitMs(headers, '', now), ms, JSON.stringify(headers));
      const { 'x-ratelimit-reset': whole, ...others } = headers;
      if (whole === undefined || 'retry-after' in others || 'x-ratelimit-remaining' in others) continue;
      // The reset of requests, of tokens and of seconds of sound is read by the same rule.
      for (const what of ['requests', 'tokens', 'audio-seconds'])
        assert.equal(
          statedWaitMs({ ...others, [`x-ratelimit-reset-${what}`]: whole }, '', now),
          ms,
          `${what} ${whole}`,
        );
    }
  });

  it('stands in a field of its own', () => {
    for (const [body, ms] of [
      ['{"error":{"message":"Slow","details":[{"retryDelay":"37s"}]}}', 37_000],
      ['{"message":"Slow","retry_after": 20}', 20_000],
      ['{"retry_after_seconds":7}', 7000],
      ['{"retry_after":null}', undefined],
    ] as const)
      assert.equal(inWords(body), ms, body);
  });

  it('is not believed beyond a day', () => {
    assert.equal(inWords('try again in 400h'), undefined);
    assert.equal(inWords('try again in 2 days'), undefined);
    assert.equal(statedWaitMs({ 'retry-after': '999999999' }, '', now), undefined);
  });
});
