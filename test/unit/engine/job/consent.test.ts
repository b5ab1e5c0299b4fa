import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyAmount, Consent } from '../../../../src/engine/job/consent';
import { settingsSchema } from '../../../../src/model/settings';
import type { Quote } from '../../../../src/model/source';

const quote = (cost?: number, service: 'deapi' | 'openai' = 'deapi'): Quote => ({
  service,
  origin: 'https://x',
  ...(cost === undefined ? {} : { cost }),
});

describe('Consent', () => {
  it('covers the stated amount of one service, and no more', () => {
    const consent = new Consent();
    assert.equal(consent.reserve(0, quote(1), 0), false);
    consent.agree('deapi', 'https://x', 2);
    assert.deepEqual(
      [0, 1, 2].map((job) => consent.reserve(job, quote(1), 0)),
      [true, true, false],
    );
    assert.equal(consent.reserve(3, quote(1, 'openai'), 0), false, 'another service asks again');
    assert.equal(consent.reserve(4, { ...quote(1), origin: 'https://y' }, 0), false, 'and another place');
    assert.equal(consent.reserve(5, quote(0), 0), true, 'what costs nothing needs none');
  });

  it('counts videos that have no price', () => {
    const consent = new Consent();
    consent.agree('openai', 'https://x', 0, 1);
    assert.equal(consent.reserve(0, quote(undefined, 'openai'), 500), true);
    assert.equal(consent.reserve(1, quote(undefined, 'openai'), 500), false);
    consent.settle(0, undefined, true);
    assert.equal(consent.reserve(1, quote(undefined, 'openai'), 500), true, 'the first one came to nothing');
  });

  it('asks again where the measured length costs more, for the difference', () => {
    const consent = new Consent();
    consent.agree('deapi', 'https://x', 5);
    assert.equal(consent.reserve(0, quote(2), 0), true);
    assert.equal(consent.reserve(0, quote(2), 0), true, 'the same once more');
    assert.equal(consent.reserve(0, quote(1), 0), true, 'less');
    assert.equal(consent.reserve(0, quote(6), 0), false, 'more than was agreed to');
    assert.equal(consent.reserve(0, quote(4), 0), true, 'more, and still within it');
    assert.equal(consent.reserve(1, quote(2), 0), false, 'the larger amount is taken');
    assert.equal(consent.reserve(2, quote(1), 0), true);
    assert.equal(consent.reserve(3, quote(), 0), false, 'a price that nobody knows is not covered by one');
  });

  it('knows what was spent before this process began', () => {
    const consent = new Consent();
    consent.agree('deapi', 'https://x', 3);
    consent.spent('deapi', 2);
    assert.equal(consent.reserve(0, quote(2), 0), false);
    assert.equal(consent.reserve(0, quote(1), 0), true);
  });

  it('to whatever it costs covers all, also what has no price', () => {
    const consent = new Consent();
    const { max } = settingsSchema['paid.maxCost'];
    assert.equal(consent.reserve(0, quote(anyAmount), max), true);
    assert.equal(consent.reserve(1, quote(), max), true);
  });

  it('never lets more be under way than was agreed to, whatever is asked, paid and given back', () => {
    const step = fc.record({
      job: fc.integer({ min: 0, max: 5 }),
      cost: fc.integer({ min: 1, max: 9 }),
      then: fc.constantFrom('holds', 'is paid', 'fails'),
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.array(step, { maxLength: 40 }), (allowed, steps) => {
        const consent = new Consent();
        consent.agree('deapi', 'https://x', allowed);
        const held = new Map<number, number>();
        let spent = 0;
        for (const { job, cost, then } of steps) {
          const before = held.get(job) ?? 0;
          const others = [...held.values()].reduce((sum, each) => sum + each, 0) - before;
          const covered = consent.reserve(job, quote(cost), 0);
          const wanted = Math.max(cost, before);
          assert.equal(covered, cost <= before || spent + others + cost <= allowed);
          if (covered) held.set(job, wanted);
          if (then === 'holds') continue;
          const mine = held.get(job);
          if (mine !== undefined && then === 'is paid') spent += mine;
          consent.settle(job, undefined, then === 'fails');
          held.delete(job);
        }
      }),
    );
  });
});
