import assert from 'node:assert/strict';
import { Parking } from '../../../../src/engine/job/parking';
import { Breaker } from '../../../../src/engine/limits/breaker';
import { failure } from '../../../../src/model/failure';
import { needOf } from '../../../../src/model/failureRules';
import { agreed, unblocked } from '../../../../src/model/need';
import { FakeClock } from '../../../helpers/fakeClock';
import { FakeSource, start, within, world } from '../../../helpers/fakeEngine';

const hour = 3_600_000;
const noKey = failure('auth', 'No key.', { needs: 'deapi:key' });
const key = needOf(noKey, 'deapi', []);

function parkedJobs(...jobs: number[]): { readonly clock: FakeClock; readonly parking: Parking } {
  const clock = new FakeClock();
  const parking = new Parking(clock, { of: () => new Breaker(clock) });
  parking.close(key, noKey, undefined, 'deapi');
  for (const job of jobs) parking.add(key, job);
  return { clock, parking };
}

describe('Parking', () => {
  it('keeps jobs with the same need together, and others apart', () => {
    const { parking } = parkedJobs(1, 2);
    const blocked = failure('blocked', 'captcha');
    parking.close(unblocked('youtube'), blocked, 5);
    parking.add(unblocked('youtube'), 3);
    assert.equal(parking.count, 3);
    assert.equal(parking.parkedFor(key), noKey);
    assert.equal(parking.parkedFor(unblocked('youtube')), blocked);
    assert.equal(parking.parkedFor(agreed('deapi', 'https://x')), undefined);
    assert.deepEqual(parking.needOfSource('deapi'), key);
    assert.equal(parking.needOfSource('youtube'), undefined);
    assert.deepEqual(parking.open(key), [1, 2]);
    assert.equal(parking.count, 1);
    assert.deepEqual(parking.openAll(), [3]);
  });

  it('sends one probe after 1, 2 and 4 hours, then daily', async () => {
    const { clock, parking } = parkedJobs(1, 2, 3);
    for (const hours of [1, 2, 4, 24, 24]) {
      const at = parking.nextProbe;
      assert.equal(at - clock.now(), hours * hour);
      assert.deepEqual(parking.dueProbes(at - 1), []);
      await clock.advance(at - clock.now());
      assert.deepEqual(parking.dueProbes(clock.now()), [1]);
      assert.equal(parking.isProbe(1, key), true);
      assert.deepEqual(parking.dueProbes(clock.now()), [], 'one at a time');
      assert.equal(parking.nextProbe, Infinity);
      assert.deepEqual(parking.mendedBy(1, key), [], 'it needs the same still');
      parking.close(key, noKey, undefined, 'deapi');
      parking.add(key, 1);
      parking.probeLost(1);
    }
    assert.equal(parking.count, 3);
  });

  it('frees the rest when the probe gets through, or fails for another reason', async () => {
    for (const otherNeed of [undefined, unblocked('deapi.submit')]) {
      const { clock, parking } = parkedJobs(1, 2, 3);
      await clock.advance(hour);
      parking.dueProbes(clock.now());
      assert.deepEqual(parking.mendedBy(2, otherNeed), [], 'it is no probe');
      assert.deepEqual(parking.mendedBy(1, otherNeed), [2, 3]);
      assert.equal(parking.count, 0);
    }
  });

  it('sends another probe when one came back without an answer', async () => {
    const { clock, parking } = parkedJobs(1, 2);
    await clock.advance(hour);
    assert.deepEqual(parking.dueProbes(clock.now()), [1]);
    parking.probeLost(1);
    assert.deepEqual(parking.dueProbes(clock.now()), [2]);
  });

  it('waits for the time that a service has named, and for the user where it named none', () => {
    const clock = new FakeClock();
    const parking = new Parking(clock, { of: () => new Breaker(clock) });
    const day = failure('quota-exhausted', 'x', { needs: 'deapi:day', notBefore: clock.now() + 5 * hour });
    parking.close(needOf(day, 'deapi', []), day);
    parking.add(needOf(day, 'deapi', []), 0);
    assert.equal(parking.nextProbe, clock.now() + 5 * hour);
    const consent = agreed('deapi', 'https://x');
    parking.close(consent, failure('payment', ''), Infinity);
    parking.add(consent, 1);
    parking.remove(0);
    assert.equal(parking.nextProbe, Infinity);
  });
});

describe('A probe that still needs what it was sent for', () => {
  it('frees no job, and the next one goes after twice the time', async function () {
    // Hours pass second by second.
    this.timeout(60_000);
    const source = new FakeSource('deapi', () => noKey);
    const w = world({ sources: [source] });
    const batch = await start(w, 20, { sources: ['deapi'], workers: 1 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.parked, 20);
    const asked: number[] = [];
    const from = w.clock.now();
    source.answer = () => {
      asked.push(Math.round((w.clock.now() - from) / hour));
      return noKey;
    };
    await w.clock.advanceUntil(() => w.clock.now() > from + 4 * hour);
    assert.deepEqual(asked, [1, 3]);
    assert.equal(batch.state.counts.parked, 20);
    let released = 0;
    batch.onEvents((events) => {
      for (const event of events)
        if (event.type === 'job-control' && event.action === 'release') released += event.jobs.length;
    });
    await w.clock.advanceUntil(() => asked.length === 3);
    await w.clock.advance(1_000);
    assert.equal(released, 1, 'only the probe itself');
  });
});
