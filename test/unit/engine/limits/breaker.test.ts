/** How long a quota stays shut after a block, and what opens it. */
import assert from 'node:assert/strict';
import { Breaker, parseBreakerState, type BreakerState } from '../../../../src/engine/limits/breaker';
import { Breakers } from '../../../../src/engine/limits/breakers';
import { FakeClock } from '../../../helpers/fakeClock';
import { Rig } from './rig';

const minute = 60_000;
const hour = 3_600_000;

describe('a breaker', () => {
  it('holds 1, 5 and 30 minutes, then parks with probes after 1, 2, 4 hours and daily', async () => {
    const clock = new FakeClock();
    const breaker = new Breaker(clock);
    const waits: [string, number][] = [];
    for (let i = 0; i < 8; i++) {
      const { move, until } = breaker.blocked('wait');
      waits.push([move, (until - clock.now()) / minute]);
      await clock.advance(until - clock.now());
      assert.equal(breaker.phase, 'half-open');
    }
    assert.deepEqual(waits, [
      ['hold', 1],
      ['hold', 5],
      ['hold', 30],
      ['park', 60],
      ['park', 120],
      ['park', 240],
      ['park', 1440],
      ['park', 1440],
    ]);
  });

  it('does not lengthen the wait for requests that were under way', () => {
    const clock = new FakeClock();
    const breaker = new Breaker(clock);
    const first = breaker.blocked('wait');
    assert.deepEqual(breaker.blocked('wait'), first);
  });

  it('is open until a probe is due, and closed after a success', async () => {
    const clock = new FakeClock();
    const breaker = new Breaker(clock);
    assert.equal(breaker.phase, 'closed');
    breaker.blocked('wait');
    await clock.advance(minute - 1);
    assert.equal(breaker.phase, 'open');
    await clock.advance(1);
    assert.equal(breaker.phase, 'half-open');
    assert.equal(breaker.succeeded(), true);
    assert.equal(breaker.succeeded(), false);
    assert.equal(breaker.phase, 'closed');
    assert.equal(breaker.until, undefined);
  });

  it('parks or goes to the next source at once when asked to', () => {
    const clock = new FakeClock();
    assert.deepEqual(new Breaker(clock).blocked('park'), { move: 'park', until: clock.now() + hour });
    assert.equal(new Breaker(clock).blocked('nextSource').move, 'nextSource');
  });

  it('asks for a probe of a known-good video at the fifth unavailable in a row', () => {
    const breaker = new Breaker(new FakeClock());
    const asks = (): boolean[] => Array.from({ length: 5 }, () => breaker.unavailable());
    assert.deepEqual(asks(), [false, false, false, false, true]);
    breaker.unavailable();
    breaker.succeeded();
    assert.deepEqual(asks(), [false, false, false, false, true]);
  });

  it('is as patient after a restart, and shuts its quota', async () => {
    const rig = new Rig();
    const first = await rig.limiter();
    const { until } = new Breakers(rig.clock, first).of('youtube').blocked('park');
    assert.equal(first.readyAt(['youtube']), until);
    await first.close();
    await rig.clock.advance(10 * minute);
    const second = await rig.limiter();
    const breakers = new Breakers(rig.clock, second);
    assert.equal(breakers.of('youtube').until, until);
    assert.equal(second.readyAt(['youtube']), until);
    breakers.of('youtube').succeeded();
    assert.ok(second.readyAt(['youtube']) <= rig.clock.now());
    assert.equal(breakers.known('openai'), undefined);
  });

  it('is that of the server which the settings name, also after a restart', async () => {
    const rig = new Rig();
    const first = await rig.limiter();
    const breakers = new Breakers(rig.clock, first);
    const { until } = breakers.of('openai').blocked('park');
    const [one, other] = [rig.settings, { ...rig.settings, 'openai.endpoint': 'https://other.example/v1' }];
    first.changeSettings(other);
    assert.equal(breakers.of('openai').phase, 'closed');
    assert.ok(first.readyAt(['openai']) <= rig.clock.now());
    await first.close();
    const second = await rig.limiter();
    const again = new Breakers(rig.clock, second);
    second.changeSettings(other);
    assert.equal(again.of('openai').phase, 'closed');
    assert.ok(second.readyAt(['openai']) <= rig.clock.now());
    second.changeSettings(one);
    assert.equal(again.of('openai').until, until);
    assert.equal(second.readyAt(['openai']), until);
  });

  it('opens in the other window too', async () => {
    const rig = new Rig();
    const [here, there] = [await rig.limiter(), await rig.limiter()];
    const breakers = new Breakers(rig.clock, there);
    new Breakers(rig.clock, here).of('youtube').blocked('wait');
    await rig.clock.settle();
    // The other process sees it with its next start.
    await rig.start(there, 'host:a');
    assert.equal(breakers.of('youtube').phase, 'open');
  });

  it('takes nothing from a damaged record', () => {
    for (const text of ['', '{', 'null', '[]', '{"holds":-1,"parks":0,"unavailable":0}', '{"holds":"1"}'])
      assert.equal(parseBreakerState(text), undefined);
    const whole = { holds: 0, parks: 0, unavailable: 0 };
    assert.deepEqual(parseBreakerState(JSON.stringify(whole)), whole);
    for (const name of Object.keys(whole))
      for (const wrong of ['1e999', '-1', '"0"', 'null', 'true'])
        assert.equal(
          parseBreakerState(JSON.stringify(whole).replace(`"${name}":0`, `"${name}":${wrong}`)),
          undefined,
        );
    // Without a time it is closed.
    assert.deepEqual(parseBreakerState('{"holds":1,"parks":0,"unavailable":0,"until":"x"}'), {
      ...whole,
      holds: 1,
    });
    assert.deepEqual(parseBreakerState('{"holds":1,"parks":0,"unavailable":2,"until":5}'), {
      holds: 1,
      parks: 0,
      unavailable: 2,
      until: 5,
    });
  });

  it('keeps the stage of its patience when a wait is over, and forgets it after an answer', async () => {
    const clock = new FakeClock();
    const breaker = new Breaker(clock);
    await clock.advance(breaker.blocked('wait').until - clock.now());
    // At the very end of the wait the next block is a new one.
    assert.equal(breaker.blocked('wait').until, clock.now() + 5 * minute);
    breaker.succeeded();
    assert.equal(breaker.blocked('wait').until, clock.now() + minute);
    assert.deepEqual(breaker.toJSON(), { holds: 1, parks: 0, until: breaker.until, unavailable: 0 });
    breaker.succeeded();
    assert.deepEqual(Object.keys(breaker.toJSON()), ['holds', 'parks', 'unavailable']);
  });

  it('does not count a park as a hold: after one, a hold is the first', async () => {
    const clock = new FakeClock();
    const breaker = new Breaker(clock);
    breaker.blocked('park');
    assert.deepEqual(breaker.toJSON(), { holds: 0, parks: 1, until: clock.now() + hour, unavailable: 0 });
    await clock.advance(hour);
    assert.equal(breaker.blocked('wait').until, clock.now() + minute);
  });

  it('says what a restart should keep, once for each change', () => {
    const clock = new FakeClock();
    let changes = 0;
    const breaker = new Breaker(clock, undefined, () => void (changes += 1));
    breaker.succeeded();
    assert.equal(changes, 0);
    breaker.blocked('wait');
    breaker.blocked('wait');
    assert.equal(changes, 1);
    breaker.succeeded();
    breaker.succeeded();
    assert.equal(changes, 2);
  });

  it('waits no longer than from the start when the wall clock is put back', () => {
    const clock = new FakeClock();
    const waits: [BreakerState, number | undefined][] = [
      [{ holds: 2, parks: 0, unavailable: 0 }, 5 * minute],
      [{ holds: 3, parks: 1, unavailable: 0 }, hour],
      [{ holds: 0, parks: 3, unavailable: 0 }, 4 * hour],
      [{ holds: 0, parks: 9, unavailable: 0 }, 24 * hour],
      // The length of that wait is unknown.
      [{ holds: 0, parks: 0, unavailable: 0 }, undefined],
    ];
    for (const [state, waitMs] of waits) {
      let changes = 0;
      const until = clock.now() + 1000 * hour;
      const breaker = new Breaker(clock, { ...state, until }, () => void (changes += 1));
      breaker.putBack();
      breaker.putBack();
      assert.equal(breaker.until, waitMs === undefined ? until : clock.now() + waitMs);
      assert.equal(changes, waitMs === undefined ? 0 : 1);
    }
    const soon = new Breaker(clock, { holds: 1, parks: 0, unavailable: 0, until: clock.now() + 5 });
    soon.putBack();
    assert.equal(soon.until, clock.now() + 5);
    const closed = new Breaker(clock);
    closed.putBack();
    assert.equal(closed.phase, 'closed');
  });
});
