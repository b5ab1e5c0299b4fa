/** What differs from machine to machine is no fact about a video: its memory, and what it has to work with. */
import assert from 'node:assert/strict';
import { markPlaces } from '../../../src/intake/places';
import type { NewJob } from '../../../src/model/events';
import { failure } from '../../../src/model/failure';
import { defaultSettings } from '../../../src/model/settings';
import { FakeSource, found, start, within } from '../../helpers/fakeEngine';
import { foundBy, instant, machines, slow, statuses, Together, type Owner } from './togetherRig';

describe('a helper that is smaller than the owner', () => {
  it('reads no text that is beyond its memory, and the owner reads it', async () => {
    const together = new Together();
    const w = await together.owner();
    const large = instant(async (request) => {
      const leave = await request.room?.(290 * 1_048_576, 'free');
      leave?.();
      return found(request);
    });
    await together.helper(large, { maxMemoryMB: 64 });
    const batch = await start(w, 3, { ...slow, 'rate.youtube.spacing': 5 });
    await within(w.clock, batch.settled(), 60_000);
    assert.deepEqual(statuses(batch), ['completed', 'completed', 'completed']);
    assert.deepEqual(machines(batch), [undefined, undefined, undefined]);
    assert.ok(large.asked.length > 0);
    assert.equal(new Set(large.asked).size, large.asked.length, 'each is tried there once');
  });

  it('reads large texts one after the other where both do not fit', async () => {
    const together = new Together();
    const w = await together.owner();
    let reading = 0;
    let most = 0;
    const large = instant(async (request) => {
      const leave = await request.room?.(290 * 1_048_576, 'free');
      most = Math.max(most, (reading += 1));
      await new Promise<void>((resolve) => w.clock.after(1_000, resolve));
      reading -= 1;
      leave?.();
      return found(request);
    });
    await together.helper(large, { maxMemoryMB: 512 });
    const batch = await start(w, 4, slow);
    await within(w.clock, batch.settled(), 60_000);
    assert.equal(most, 1);
    assert.ok(machines(batch).filter((name) => name === 'box1').length >= 3);
  });
});

describe('what costs nothing and needs no key', () => {
  const settings = {
    sources: ['subtitleFile'] as const,
    'rate.otherHosts.perMinute': 1,
    'rate.otherHosts.concurrency': 1,
  };
  /** As a list names them: whoever wrote it has not been asked about each host. */
  const listed = (...names: readonly number[]): readonly NewJob[] =>
    markPlaces(
      names.map((at) => ({
        link: { kind: 'subtitle', url: `https://example.org/${at}.vtt`, id: `file${at}AAAAAA` } as const,
      })),
      defaultSettings,
    );
  const filesOf = async (answer = foundBy('subtitleFile')): Promise<[Owner, FakeSource, FakeSource]> => {
    const together = new Together();
    const [own, theirs] = [
      new FakeSource('subtitleFile', foundBy('subtitleFile')),
      new FakeSource('subtitleFile', answer),
    ];
    for (const source of [own, theirs]) source.quotaNames = ['host:example.org'];
    together.home.sources.push(own);
    const w = await together.owner();
    await together.helper(theirs);
    return [w, own, theirs];
  };

  it('is offered, a subtitle file of a list as well', async () => {
    const [w, own, theirs] = await filesOf();
    const batch = await start(w, [...listed(1, 2, 3, 4)], settings);
    await within(w.clock, batch.settled(), 120_000);
    assert.deepEqual(new Set(statuses(batch)), new Set(['completed']));
    assert.ok(theirs.asked.length >= 2);
    assert.equal(own.asked.length + theirs.asked.length, 4);
  });

  it('is looked at by the owner where a name is private in the network of the helper', async () => {
    const [w, own, theirs] = await filesOf(() =>
      failure('invalid-url', 'A public page may not lead to a private address: example.org'),
    );
    const batch = await start(w, [...listed(1, 2)], { ...settings, 'rate.otherHosts.perMinute': 10 });
    await within(w.clock, batch.settled(), 120_000);
    assert.deepEqual(statuses(batch), ['completed', 'completed']);
    assert.deepEqual([own.asked.length, theirs.asked.length > 0], [2, true]);
  });
});
