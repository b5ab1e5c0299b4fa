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

  it('is one of at most ten, or of a tenth of what was sent in two minutes', async () => {
    const clock = new FakeClock();
    const budget = new RetryBudget(clock);
    for (let i = 0; i < 10; i++) {
      assert.equal(budget.allows(), true);
      budget.sent(true);
    }
    assert.equal(budget.allows(), false);
    assert.ok(budget.readyAt() > clock.now() + 110_000);
    for (let i = 0; i < 200; i++) budget.sent();
    assert.equal(budget.allows(), true);
    for (let i = 0; i < 11; i++) budget.sent(true);
    assert.equal(budget.allows(), true);
    budget.sent(true);
    assert.equal(budget.allows(), false);
    await clock.advance(budget.readyAt() - clock.now());
    assert.equal(budget.allows(), true);
    assert.equal(budget.readyAt(), clock.now());
  });

  it('counts what was sent in the last two minutes alone, by the second', async () => {
    const clock = new FakeClock();
    const budget = new RetryBudget(clock);
    for (let i = 0; i < 200; i++) budget.sent();
    await clock.advance(minute);
    for (let i = 0; i < 15; i++) budget.sent(true);
    assert.equal(budget.allows(), true);
    // The second of the 200 is forgotten as a whole, and with it what 15 retries leant on.
    await clock.advance(minute + 999);
    assert.equal(budget.allows(), true);
    await clock.advance(1);
    assert.equal(budget.allows(), false);
    // In the minute until the retries are forgotten too, none may go.
    assert.equal(budget.readyAt(), clock.now() + minute);
    await clock.advance(minute - 1);
    assert.equal(budget.allows(), false);
    await clock.advance(1);
    assert.equal(budget.allows(), true);
  });

  it('has a time at which it may go that is not before enough is forgotten', async () => {
    const clock = new FakeClock();
    const budget = new RetryBudget(clock);
    for (let second = 0; second < 12; second++) {
      budget.sent(true);
      await clock.advance(1000);
    }
    // Twelve in twelve seconds: three have to be forgotten before one more is the tenth.
    assert.equal(budget.allows(), false);
    assert.equal(budget.readyAt(), clock.now() - 12_000 + 3000 + 2 * minute);
    await clock.advance(budget.readyAt() - clock.now() - 1);
    assert.equal(budget.allows(), false);
    await clock.advance(1);
    assert.equal(budget.allows(), true);
  });

  it('of one service does not use up those of another', () => {
    const budgets = new RetryBudgets(new FakeClock());
    for (let i = 0; i < 10; i++) budgets.of('deapi').sent(true);
    assert.deepEqual([budgets.of('deapi').allows(), budgets.of('openai').allows()], [false, true]);
    assert.equal(budgets.of('deapi'), budgets.of('deapi'));
  });
});
