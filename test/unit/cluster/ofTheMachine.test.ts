/** What differs from machine to machine is no fact about a video: its memory, and what it has to work with. */
import assert from 'node:assert/strict';
import { FakeSource, found, start, within } from '../../helpers/fakeEngine';
import { foundBy, instant, machines, slow, statuses, Together } from './togetherRig';

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
  it('is offered, a subtitle file by its link as well', async () => {
    const together = new Together();
    const { home } = together;
    const files = new FakeSource('subtitleFile', foundBy('subtitleFile'));
    files.quotaNames = ['host:example.org'];
    home.sources.push(files);
    const w = await together.owner();
    const source = new FakeSource('subtitleFile', foundBy('subtitleFile'));
    source.quotaNames = ['host:example.org'];
    await together.helper(source);
    const jobs = [1, 2, 3, 4].map((at) => ({
      link: { kind: 'subtitle', url: `https://example.org/${at}.vtt`, id: `file${at}AAAAAA` } as const,
    }));
    const settings = {
      sources: ['subtitleFile'] as const,
      'rate.otherHosts.perMinute': 1,
      'rate.otherHosts.concurrency': 1,
    };
    const batch = await start(w, jobs, settings);
    await within(w.clock, batch.settled(), 120_000);
    assert.deepEqual(new Set(statuses(batch)), new Set(['completed']));
    assert.ok(source.asked.length >= 2);
    assert.equal(files.asked.length + source.asked.length, 4);
  });
});
