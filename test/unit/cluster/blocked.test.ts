/** A block is an address's: what one machine may not ask for, another one may. */
import assert from 'node:assert/strict';
import { failure } from '../../../src/model/failure';
import type { Settings } from '../../../src/model/settings';
import { FakeSource, start, within, type Answer } from '../../helpers/fakeEngine';
import { foundBy, instant, machines, slow, statuses, Together, type Owner } from './togetherRig';

const blocked = (): Answer => failure('blocked', 'Sign in to confirm that you are no bot');
const brisk: Partial<Settings> = { ...slow, 'rate.youtube.spacing': 1 };

/** An owner whose address is blocked. */
async function blockedOwner(together: Together): Promise<Owner> {
  const w = await together.owner();
  const own = w.sources[0];
  assert.ok(own);
  own.answer = blocked;
  return w;
}

function addPaid({ home }: Together): FakeSource {
  const paid = new FakeSource('openai', foundBy('openai'), true);
  home.sources.push(paid);
  return paid;
}

const askedHere = ({ sources }: Owner): number => sources[0]?.asked.length ?? 0;

describe('a batch whose own address is blocked', () => {
  for (const onBlocked of ['park', 'nextSource', 'wait'] as const)
    it(`leaves all rows to a helper that is not (${onBlocked})`, async () => {
      const together = new Together();
      const paid = addPaid(together);
      const w = await blockedOwner(together);
      await together.helper();
      const batch = await start(w, 8, { ...brisk, onBlocked, sources: ['youtube', 'openai'] });
      await within(w.clock, batch.settled(), 60_000);
      assert.deepEqual(new Set(statuses(batch)), new Set(['completed']));
      assert.deepEqual(new Set(machines(batch)), new Set(['box1']));
      assert.equal(askedHere(w), 1);
      assert.deepEqual(paid.asked, []);
    });

  it('waits for a helper that is busy rather than paying', async () => {
    const together = new Together();
    const paid = addPaid(together);
    const w = await blockedOwner(together);
    await together.helper(instant(), { ...slow, 'rate.youtube.spacing': 20 });
    const sources = ['youtube', 'openai'] as const;
    const batch = await start(w, 6, { ...brisk, onBlocked: 'nextSource', sources });
    // Its own address is tried again after a minute.
    await within(w.clock, batch.settled(), 600_000);
    assert.deepEqual(new Set(machines(batch)), new Set(['box1']));
    assert.deepEqual(paid.asked, []);
  });

  it('asks itself again when the block is over', async () => {
    const together = new Together();
    const paid = addPaid(together);
    const w = await blockedOwner(together);
    await together.helper(instant(), { ...slow, 'rate.youtube.spacing': 30 });
    const sources = ['youtube', 'openai'] as const;
    const batch = await start(w, 12, { ...brisk, onBlocked: 'nextSource', sources });
    await w.clock.advance(50_000);
    assert.equal(askedHere(w), 1);
    const own = w.sources[0];
    assert.ok(own);
    own.answer = foundBy('youtube');
    await within(w.clock, batch.settled(), 60_000);
    assert.deepEqual(new Set(statuses(batch)), new Set(['completed']));
    assert.ok(askedHere(w) > 3);
    assert.deepEqual(paid.asked, []);
  });

  it('parks where all helpers are blocked as well, and goes on with one that comes', async () => {
    const together = new Together();
    const w = await blockedOwner(together);
    await together.helper(instant(blocked));
    const batch = await start(w, 5, { ...brisk, onBlocked: 'park' });
    await w.clock.advance(30_000);
    assert.deepEqual(new Set(statuses(batch)), new Set(['parked']));
    await together.helper();
    await within(w.clock, batch.settled(), 30_000);
    assert.deepEqual(new Set(machines(batch)), new Set(['box2']));
  });

  it('pays where all helpers are blocked as well and that is what was asked for', async () => {
    const together = new Together();
    const paid = addPaid(together);
    const w = await blockedOwner(together);
    await together.helper(instant(blocked));
    const sources = ['youtube', 'openai'] as const;
    const batch = await start(w, 4, { ...brisk, onBlocked: 'nextSource', sources });
    await within(w.clock, batch.settled(), 50_000);
    assert.deepEqual(new Set(statuses(batch)), new Set(['completed']));
    assert.equal(paid.asked.length, 4);
  });

  it('parks when its helper is gone', async () => {
    const together = new Together();
    const w = await blockedOwner(together);
    const helper = await together.helper(instant(), { ...slow, 'rate.youtube.spacing': 1_200 });
    const batch = await start(w, 4, { ...brisk, onBlocked: 'park' });
    await w.clock.advance(5_000);
    await within(w.clock, helper.close());
    await w.clock.advance(30_000);
    assert.deepEqual(statuses(batch).filter((status) => status === 'parked').length, 3);
  });

  it('keeps what may not leave, and parks that alone', async () => {
    const together = new Together();
    const w = await blockedOwner(together);
    await together.helper();
    const url = 'http://10.0.0.1/talk';
    const jobs = [
      ...[1, 2, 3].map((at) => ({
        link: { kind: 'page', url: `https://example.org/${at}`, id: `page${at}AAAAAA` } as const,
      })),
      { link: { kind: 'page', url, id: 'privateAAAA' } as const },
    ];
    const batch = await start(w, jobs, { ...brisk, onBlocked: 'park' });
    await w.clock.advance(30_000);
    assert.deepEqual(statuses(batch), ['completed', 'completed', 'completed', 'parked']);
  });
});

describe('a helper whose address is blocked', () => {
  it('holds back no other one', async () => {
    const together = new Together();
    const w = await blockedOwner(together);
    const shut = instant(blocked);
    await together.helper(shut);
    await together.helper(instant(), { ...slow, 'rate.youtube.spacing': 2 });
    const batch = await start(w, 10, { ...brisk, onBlocked: 'park' });
    await within(w.clock, batch.settled(), 60_000);
    assert.deepEqual(new Set(machines(batch)), new Set(['box2']));
    assert.ok(shut.asked.length <= 3);
  });
});
