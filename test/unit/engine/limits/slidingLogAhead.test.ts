/** What the sliding log says of starts to come, against what it then grants. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SlidingLog } from '../../../../src/engine/limits/slidingLog';

describe('A look ahead in the log of starts', () => {
  it('is what will be granted, whatever limit, burst and starts there were', () => {
    fc.assert(
      fc.property(
        fc.record({
          allowed: fc.integer({ min: 1, max: 40 }),
          burst: fc.integer({ min: 1, max: 50 }),
          before: fc.integer({ min: 0, max: 90 }),
          restMs: fc.integer({ min: 0, max: 120_000 }),
          starts: fc.integer({ min: 1, max: 120 }),
        }),
        ({ allowed, burst, before, restMs, starts }) => {
          const log = new SlidingLog({ allowed, windowMs: 60_000, burst: Math.min(burst, allowed) });
          let now = 1_000_000;
          const start = (): void => {
            now = Math.max(now, log.readyAt());
            log.add(now);
          };
          for (let count = 0; count < before; count += 1) start();
          now += restMs;
          const said = log.grantedAt(starts, now);
          for (let count = 0; count < starts; count += 1) start();
          // Short of the truth by no more than what a late timer may catch up.
          assert.ok(Math.abs(now - said) <= 60_000 / allowed, `${said} was said, ${now} it was`);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is now where nothing limits', () => {
    const log = new SlidingLog({ allowed: 0, windowMs: 60_000, burst: 1 });
    assert.equal(log.grantedAt(1_000, 5), 5);
  });
});
