import assert from 'node:assert/strict';
import type { Link } from '../../../src/model/link';
import type { SourceResult } from '../../../src/model/source';
import { FakeSource, found, unlimited, videos, within, world } from '../../helpers/fakeEngine';

const headers = { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '299' };

describe('A paid source that asks for the price before it submits', () => {
  for (const scope of ['perEndpoint', 'shared', 'both'] as const)
    it(`does not wait for itself when the service counts ${scope}`, async () => {
      const source = new FakeSource('deapi', async (request): Promise<SourceResult> => {
        const price = await request.permit(['deapi.price']);
        price.heard({ status: 200, headers, quota: 'deapi.price' });
        price.release();
        request.started.going?.();
        request.started.heard({ status: 200, headers, quota: 'deapi.submit' });
        const poll = await request.permit(['deapi.poll']);
        poll.heard({ status: 200, headers, quota: 'deapi.poll' });
        poll.release();
        return found(request);
      });
      source.quotas = (link?: Link) => (link ? ['deapi.submit'] : []);
      const w = world({ sources: [source] });
      const settings = { ...unlimited, 'deapi.quotaScope': scope };
      const request = { name: 'a', outputFolder: '/out', jobs: videos(4), settings };
      const batch = await within(w.clock, w.engine.start(request));
      await w.clock.advance(20_000);
      assert.equal(batch.state.counts.completed, 4);
    });

  it('uses up no submits of a day for videos that wait for an OK', async () => {
    const quote = { service: 'deapi', origin: 'https://x', cost: 1 } as const;
    const source = new FakeSource('deapi', async (request): Promise<SourceResult> => {
      if (await request.consent(quote)) return found(request);
      request.started.unused?.('deapi.submit');
      return { consent: quote };
    });
    source.quotas = (link?: Link) => (link ? ['deapi.submit'] : []);
    const w = world({ sources: [source] });
    const settings = { ...unlimited, 'rate.deapi.perMinute': 1, 'rate.deapi.perDay': 10 };
    const request = { name: 'a', outputFolder: '/out', jobs: videos(40), settings };
    const batch = await within(w.clock, w.engine.start(request));
    await w.clock.advance(5_000);
    assert.equal(batch.state.counts.parked, 40);
  });
});
