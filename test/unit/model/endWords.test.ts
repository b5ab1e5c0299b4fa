// When a batch will end: as sure as the estimate is, in few words that do not move with every second.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { endSpan, endWords, type EndSpan } from '../../../src/model/words';

const minute = 60_000;
const hour = 60 * minute;
const now = new Date(2026, 10, 20, 14, 18).getTime();

/** The text for an end in `inMinutes`, give or take `withinMinutes`. */
function words(inMinutes: number, withinMinutes: number): string {
  const endsAt = now + inMinutes * minute;
  return endWords(endsAt, endSpan({ endsAt, endsWithinMs: withinMinutes * minute }), now);
}

describe('when a batch will end', () => {
  it('is a span of the clock, in steps as fine as the estimate is sure', () => {
    assert.equal(words(46, 2.2), '15:01–15:07');
    assert.equal(words(46, 6), '14:55–15:10');
    assert.equal(words(120, 30), '15:45–17:00');
    assert.equal(words(420, 100), '19:30–23:00');
  });

  it('is a time where the estimate is sure to the minute, or does not say how sure it is', () => {
    assert.equal(words(46, 0.9), 'about 15:04');
    assert.equal(endWords(now + 46 * minute, endSpan({ endsAt: now + 46 * minute }), now), 'about 15:04');
    assert.equal(endSpan({ endsWithinMs: hour }), undefined, 'nothing is said of an end that is not known');
  });

  it('shows only its later end when it may come at any time', () => {
    assert.equal(words(10, 10), 'by 14:40');
  });

  it('goes over midnight without a date, and has it once where all of it is tomorrow', () => {
    assert.equal(words(580, 50), '23:00–01:00');
    assert.equal(words(720, 30), '21 Nov 01:45–03:00');
  });

  it('is a day, or days, where it is far away', () => {
    assert.equal(words(3 * 24 * 60, 120), 'about Mon 23 Nov');
    assert.equal(words(3 * 24 * 60, 24 * 60), '22–24 Nov');
    assert.equal(words(10 * 24 * 60, 24 * 60), '29 Nov–1 Dec');
    assert.equal(words(19 * 60, 5 * 60), 'by Sat 21 Nov');
  });

  it('contains the end and its uncertainty, and is kept while it does', () => {
    let told: EndSpan | undefined;
    let changes = 0;
    for (let second = 0; second < 600; second += 1) {
      // The estimate wavers by half a minute.
      const endsAt = now + 46 * minute + 30_000 * Math.sin(second);
      const span = endSpan({ endsAt, endsWithinMs: 5 * minute }, told);
      if (span !== told) changes += 1;
      told = span;
    }
    assert.equal(changes, 1);
    const later = endSpan({ endsAt: now + 90 * minute, endsWithinMs: 5 * minute }, told);
    assert.notEqual(later, told, 'what is no longer true is told anew');
    const surer = endSpan({ endsAt: now + 46 * minute, endsWithinMs: minute }, told);
    assert.notEqual(surer, told, 'what is known much better too');
  });

  it('never leaves out what the estimate allows', () => {
    const ms = fc.integer({ min: 0, max: 40 * 24 * hour });
    fc.assert(
      fc.property(fc.array(fc.tuple(ms, ms), { maxLength: 20 }), (estimates) => {
        let told: EndSpan | undefined;
        for (const [leftMs, doubtMs] of estimates) {
          const endsAt = now + leftMs;
          const endsWithinMs = Math.min(leftMs, doubtMs);
          told = endSpan({ endsAt, endsWithinMs }, told);
          if (!told) continue;
          assert(told.from <= endsAt - endsWithinMs && endsAt + endsWithinMs <= told.to);
          assert.doesNotMatch(endWords(endsAt, told, now), /undefined|NaN/);
        }
      }),
    );
  });
});
