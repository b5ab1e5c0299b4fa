import assert from 'node:assert/strict';
import { failure } from '../../../../src/model/failure';
import type { Failure } from '../../../../src/model/failure';
import type { Link } from '../../../../src/model/link';
import type { SourceResult } from '../../../../src/model/source';
import { after, FakeSource, found, start, videoLink, within, world } from '../../../helpers/fakeEngine';
import { FakeClock } from '../../../helpers/fakeClock';

describe('A paid step', () => {
  it('is never made again where it may have been charged; the user’s own retry makes it', async () => {
    let die = true;
    const source = new FakeSource('deapi', async (request) => {
      await request.intent({ service: 'deapi', origin: 'https://x', cost: 0 });
      if (die) return new Promise(() => undefined);
      await request.requestId('r1');
      return found(request);
    });
    const w = world({ sources: [source] });
    await start(w, 1);
    await w.clock.advance(1000);
    w.files.crash();
    die = false;
    const second = w.another(200);
    second.processes.dead.add(100);
    const batch = await within(w.clock, second.engine.open('/out/a', 'resume'));
    await within(w.clock, batch.settled());
    assert.equal(batch.state.jobs[0]?.failure?.code, 'maybe-charged');
    assert.equal(source.asked.length, 1);
    await within(w.clock, batch.rows([0], 'retry'));
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 1);
  });

  it('is never made again by itself when nothing moves after it began', async () => {
    const w = world({ sources: [new FakeSource('deapi')] });
    const [source] = w.sources;
    assert.ok(source);
    source.answer = async (request) => {
      await request.intent({ service: 'deapi', origin: 'https://api.deapi.ai', cost: 0.01 });
      return new Promise(() => undefined);
    };
    const batch = await start(w, 1, { sources: ['deapi'], stallTimeout: 5 });
    await w.clock.advanceUntil(() => batch.state.phase === 'finished', 3_600_000);
    assert.equal(batch.state.jobs[0]?.failure?.code, 'maybe-charged');
    assert.equal(source.asked.length, 1);
  });

  it('is never made again by itself when no answer to it came, unless it certainly never left', async () => {
    for (const [more, code, asked] of [
      [{}, 'maybe-charged', 1],
      [{ unsent: true }, 'network', 4],
    ] as const) {
      const paid = new FakeSource('deapi', async (request) => {
        await request.intent({ service: 'deapi', origin: 'https://x', cost: 1 });
        return failure('network', 'The connection broke.', more);
      });
      const w = world({ sources: [paid] });
      const batch = await start(w, 1);
      await within(w.clock, batch.settled());
      assert.deepEqual([batch.state.jobs[0]?.failure?.code, paid.asked.length], [code, asked]);
    }
  });

  it('is never made again by itself when the service took it and gave it up', async () => {
    const paid = new FakeSource('deapi', async (request) => {
      await request.intent({ service: 'deapi', origin: 'https://x', cost: 1 });
      await request.requestId(`r${paid.asked.length}`);
      return failure('tool-failed', 'Worker lost.', { subject: 'deAPI', paidAnew: true });
    });
    const w = world({ sources: [paid] });
    const batch = await start(w, 1, { onError: 'retryAtEnd' });
    await within(w.clock, batch.settled());
    await within(w.clock, w.engine.dispose());
    const second = w.another(200);
    const again = await within(w.clock, second.engine.open('/out/a', 'resume'));
    await within(w.clock, again.settled());
    assert.deepEqual([again.state.jobs[0]?.failure?.code, paid.asked.length], ['tool-failed', 1]);
    assert.deepEqual(await within(w.clock, again.retryFailed()), { retried: 1, of: 1 });
    await within(w.clock, again.settled());
    assert.equal(paid.asked.length, 2);
    assert.equal(paid.requests[1]?.resume, undefined, 'the request that failed is not asked for again');
  });

  it('is resumed when a lost key is back, and no other service is paid for the same video', async () => {
    const paid = new FakeSource('deapi');
    const other = new FakeSource('openai');
    const w = world({ sources: [paid, other] });
    paid.answer = async (request) => {
      await request.intent({ service: 'deapi', origin: 'https://x', cost: 1 });
      await request.requestId('r1');
      return new Promise(() => undefined);
    };
    await start(w, 1);
    await w.clock.advance(1000);
    w.files.crash();
    paid.ready = false;
    paid.answer = (request) =>
      paid.ready && request.resume?.requestId === 'r1'
        ? found(request)
        : failure('auth', 'No key.', { needs: 'deapi:key' });
    const second = w.another(200);
    second.processes.dead.add(100);
    const batch = await within(w.clock, second.engine.open('/out/a', 'resume'));
    await within(w.clock, batch.settled());
    assert.deepEqual([batch.state.counts.parked, other.asked.length], [1, 0]);
    paid.ready = true;
    await within(w.clock, batch.resume());
    await within(w.clock, batch.settled());
    await within(w.clock, batch.rows([0], 'release'));
    await within(w.clock, batch.settled());
    assert.deepEqual([batch.state.counts.completed, other.asked.length], [1, 0]);
  });

  it('is picked up after a crash also where it was wanted again while it ran', async () => {
    const paid = new FakeSource('deapi', async (request) => {
      await request.intent({ service: 'deapi', origin: 'https://x', cost: 1 });
      await request.requestId('r1');
      return new Promise(() => undefined);
    });
    const w = world({ sources: [paid] });
    const batch = await start(w, 1);
    await w.clock.advance(1000);
    await within(w.clock, batch.rows([0], 'redo'));
    w.files.crash();
    let resumed: string | undefined;
    paid.answer = (request) => {
      resumed = request.resume?.requestId;
      return found(request);
    };
    const second = w.another(200);
    second.processes.dead.add(100);
    const again = await within(w.clock, second.engine.open('/out/a', 'resume'));
    await within(w.clock, again.settled());
    assert.deepEqual([again.state.counts.completed, resumed], [1, 'r1']);
  });

  it('counts in the costs and in what was agreed to, also without a transcript and after a restart', async () => {
    const silent = new FakeSource('deapi', async (request) => {
      const quote = { service: 'deapi', origin: 'https://x', cost: 2 } as const;
      if (!(await request.consent(quote))) return { consent: quote };
      return { failure: failure('no-captions', 'No words.'), paid: { cost: 2, requestId: 'r1' } };
    });
    const w = world({ sources: [silent] });
    const batch = await start(w, 3, { 'paid.maxCost': 4 });
    await within(w.clock, batch.settled());
    assert.deepEqual([batch.state.counts.failed, batch.state.counts.parked, batch.state.cost], [2, 1, 4]);
    assert.deepEqual([batch.state.jobs[0]?.cost, batch.state.jobs[0]?.requestId], [2, 'r1']);
    await within(w.clock, w.engine.dispose());
    const second = w.another(200);
    const again = await within(w.clock, second.engine.open('/out/a', 'resume'));
    await within(w.clock, again.settled());
    assert.deepEqual([again.state.counts.parked, again.state.cost], [1, 4]);
  });

  describe('for which no price is quoted', () => {
    const unpriced = (): FakeSource =>
      new FakeSource('openai', async (request) => {
        const quote = { service: 'openai', origin: 'https://x' } as const;
        if (!(await request.consent(quote))) return { consent: quote };
        const heard = { language: 'en', captions: 'speech', source: 'openai', cues: [], meta: {} } as const;
        return { transcript: heard };
      });

    it('has an OK for the videos that were asked about and no others, also after a restart', async () => {
      const w = world({ sources: [unpriced()] });
      const batch = await start(w, 2, { 'paid.maxCost': 500 });
      await within(w.clock, batch.settled());
      assert.equal(batch.state.counts.parked, 2);
      await within(w.clock, batch.agree('openai', 'https://x', Infinity));
      await within(w.clock, batch.settled());
      assert.equal(batch.state.counts.completed, 2);
      await start(w, 3);
      await within(w.clock, batch.settled());
      assert.deepEqual([batch.state.counts.completed, batch.state.counts.parked], [2, 1]);
      await within(w.clock, w.engine.dispose());
      const second = w.another(200);
      const again = await within(w.clock, second.engine.open('/out/a', 'resume'));
      await within(w.clock, again.settled());
      assert.deepEqual([again.state.counts.completed, again.state.counts.parked], [2, 1]);
    });

    it('needs none where whatever it costs was agreed to beforehand', async () => {
      const w = world({ sources: [unpriced()] });
      const batch = await start(w, 3, { 'paid.maxCost': 1_000_000 });
      await within(w.clock, batch.settled());
      assert.equal(batch.state.counts.completed, 3);
    });
  });

  it('waits for the user’s OK while others go on', async () => {
    const speech = new FakeSource('deapi', async (request) => {
      const quote = { service: 'deapi', origin: 'https://x', cost: 2 } as const;
      return (await request.consent(quote)) ? found(request) : { consent: quote };
    });
    const w = world({ sources: [speech] });
    const batch = await start(w, 3, { 'paid.maxCost': 3 });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 1);
    assert.equal(batch.state.counts.parked, 2);
    assert.equal(batch.state.jobs.filter((job) => job.consent).length, 2);
    await within(w.clock, batch.agree('deapi', 'https://x', Infinity));
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 3);
  });

  it('goes on with the next free worker once it has its OK, however many wait', async () => {
    const clock = new FakeClock();
    const quote = { service: 'deapi', origin: 'https://x', cost: 2 } as const;
    const last = videoLink(29).id;
    const soon = after(clock, 1_000);
    const source = new FakeSource('deapi', async (request) =>
      request.link.id !== last || (await request.consent(quote)) ? soon(request) : { consent: quote },
    );
    const w = world({ clock, sources: [source] });
    const batch = await start(w, 30, { workers: 1 });
    await within(clock, batch.rows([29], 'next'));
    await clock.advanceUntil(() => batch.state.counts.parked === 1, 5_000);
    await within(clock, batch.agree('deapi', 'https://x', 2));
    await clock.advanceUntil(() => batch.state.jobs[29]?.status === 'completed', 5_000);
    assert.ok(batch.state.counts.pending > 20);
  });
});

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
      const settings = { 'deapi.quotaScope': scope } as const;
      const batch = await start(w, 4, settings);
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
    const settings = { 'rate.deapi.perMinute': 1, 'rate.deapi.perDay': 10 } as const;
    const batch = await start(w, 40, settings);
    await w.clock.advance(5_000);
    assert.equal(batch.state.counts.parked, 40);
  });
});

describe('A source before a paid one', () => {
  it('is told that the next costs money, where no free one comes between', async () => {
    const none = (): Failure => failure('no-captions', 'The video has no captions.');
    for (const between of [true, false]) {
      const youtube = new FakeSource('youtube', none);
      const sources = [
        youtube,
        ...(between ? [new FakeSource('whisper')] : []),
        new FakeSource('deapi', found, true),
      ];
      const w = world({ sources });
      const batch = await start(w, 1, { sources: sources.map(({ id }) => id) });
      await within(w.clock, batch.settled());
      assert.equal(youtube.requests[0]?.paysNext, !between);
    }
  });
});
