/** When a failed request is sent again, and how many of those a service gets. */
import assert from 'node:assert/strict';
import { RetryBudget, RetryBudgets, retryDelayMs } from '../../../../src/engine/limits/retryPolicy';
import { failure } from '../../../../src/model/failure';
import { FakeClock } from '../../../helpers/fakeClock';
import { SeededRandom } from '../../../helpers/seededRandom';

const minute = 60_000;

describe('a retry', () => {
  it('waits for a random share of a bound that doubles to a minute', () => {
    const delays = (share: number): number[] =>
      [0, 1, 2, 3, 6, 7, 8, 40].map((attempt) =>
        retryDelayMs(attempt, failure('network', 'x'), { next: () => share, id: () => '' }),
      );
    assert.deepEqual(delays(0), [0, 0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(delays(0.5), [500, 500, 1000, 2000, 16_000, 30_000, 30_000, 30_000]);
    assert.deepEqual(delays(1), [1000, 1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('never goes before the time the service asked for', () => {
    const delayMs = retryDelayMs(1, failure('network', 'x', { retryAfterMs: 5000 }), new SeededRandom());
    assert.ok(delayMs >= 5000 && delayMs <= 6000);
  });

  /** When retries go while the service does not answer, ms from now. */
  async function retriesOver(clock: FakeClock, budget: RetryBudget, ms: number): Promise<readonly number[]> {
    const from = clock.monotonic();
    const went: number[] = [];
    for (;;) {
      while (budget.take()) went.push(clock.monotonic() - from);
      const waitMs = budget.readyAt() - clock.now();
      assert.ok(waitMs > 0);
      if (clock.monotonic() - from + waitMs > ms) return went;
      await clock.advance(waitMs);
    }
  }

  it('is one of at most ten, or of a tenth of what was sent in two minutes', async () => {
    const clock = new FakeClock();
    const budget = new RetryBudget(clock);
    const taken = (): number => {
      let count = 0;
      while (budget.take()) count += 1;
      return count;
    };
    assert.equal(taken(), 10);
    for (let i = 0; i < 200; i++) budget.sent();
    assert.equal(taken(), 10);
    await clock.advance(2 * minute + 1000);
    // What was sent before is forgotten, and with it what ten of the retries leant on: single ones are left.
    assert.equal(taken(), 1);
  });

  it('goes out alone while the service stays away, at distances that grow with the time', async () => {
    const clock = new FakeClock();
    const went = await retriesOver(clock, new RetryBudget(clock), 60 * minute);
    const within = (ms: number): number => went.filter((at) => at <= ms).length;
    assert.deepEqual([within(0), within(8_000), within(20_000)], [10, 18, 29]);
    // An hour away costs the service fewer than 150 retries, however many wait.
    assert.ok(within(2 * minute) < 60 && went.length < 150, `${within(2 * minute)}, ${went.length}`);
    const last = went.slice(-2);
    assert.equal((last[1] ?? 0) - (last[0] ?? 0), minute);
  });

  it('finds a service back after a fourteenth of the time that it was away, or a second', async () => {
    const clock = new FakeClock();
    const went = await retriesOver(clock, new RetryBudget(clock), 30 * minute);
    for (const away of [1_000, 8_000, 20_000, 2 * minute, 15 * minute]) {
      const back = went.find((at) => at >= away) ?? Infinity;
      assert.ok(back - away <= Math.max(1_000, away / 14), `${away}: ${back}`);
    }
  });

  it('has the whole budget again with the first answer', () => {
    const budget = new RetryBudget(new FakeClock());
    for (let i = 0; i < 10; i++) budget.take();
    assert.equal(budget.allows(), false);
    budget.answered();
    for (let i = 0; i < 10; i++) assert.equal(budget.take(), true);
    assert.equal(budget.take(), false);
  });

  it('of one service does not use up those of another', () => {
    const budgets = new RetryBudgets(new FakeClock());
    for (let i = 0; i < 10; i++) budgets.of('deapi').take();
    budgets.answered(['openai']);
    assert.deepEqual([budgets.of('deapi').allows(), budgets.of('openai').allows()], [false, true]);
    assert.equal(budgets.of('deapi'), budgets.of('deapi'));
  });
});
