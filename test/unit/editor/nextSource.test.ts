/** Which source can go on with what a block holds, and what it says about the price. */
import assert from 'node:assert/strict';
import { nextSource } from '../../../src/editor/nextSource';
import type { BatchHandle } from '../../../src/engine/api';
import { failure } from '../../../src/model/failure';
import type { QuotaName } from '../../../src/model/quotaNames';
import { defaultSettings, type Settings } from '../../../src/model/settings';
import type { NextSource } from '../../../src/protocol';
import { FakeSource, start, videos, world } from '../../helpers/fakeEngine';

/** A source that needs these quotas for every link. */
function source(id: FakeSource['id'], ...quotas: readonly QuotaName[]): FakeSource {
  const made = new FakeSource(id);
  made.quotaNames = quotas;
  return made;
}

class Priced extends FakeSource {
  constructor(private readonly hour: number | undefined) {
    super('deapi');
    this.quotaNames = ['deapi.submit'];
  }
  hourPrice(): Promise<number | undefined> {
    return Promise.resolve(this.hour);
  }
}

const chain: Settings = { ...defaultSettings, sources: ['youtube', 'yt-dlp', 'deapi', 'openai', 'whisper'] };

/** A batch of 4 videos, half an hour each where `lengths` says so, held by a block of YouTube. */
async function next(
  others: readonly FakeSource[],
  { lengths = 4, settings = {} }: { lengths?: number; settings?: Partial<Settings> } = {},
): Promise<NextSource | undefined> {
  const youtube = source('youtube', 'youtube');
  youtube.answer = () => failure('blocked', 'No.');
  const w = world({ sources: [youtube, ...others] });
  const jobs = videos(4).map((job, at) => (at < lengths ? { ...job, meta: { duration: 1800 } } : job));
  const batch: BatchHandle = await start(w, jobs, { workers: 1, sources: chain.sources });
  await w.clock.advance(3000);
  const signal = new AbortController().signal;
  const found = await nextSource(batch.state, w.sources, { ...chain, ...settings }, signal);
  const stopped = batch.stop();
  await w.clock.advance(1000);
  await stopped;
  return found;
}

describe('The next source of a blocked batch', () => {
  it('is the first after it that is ready, with its price for all that waits', async () => {
    const away = source('openai', 'openai');
    assert.deepEqual(await next([new Priced(0.5), away]), {
      id: 'deapi',
      name: 'deAPI',
      charge: { hour: 0.5, waiting: 1 },
    });
  });

  it('counts a video of unknown length with the mean of the others, and knows none without a length', async () => {
    assert.deepEqual((await next([new Priced(0.5)], { lengths: 1 }))?.charge, { hour: 0.5, waiting: 1 });
    assert.deepEqual((await next([new Priced(0.5)], { lengths: 0 }))?.charge, { hour: 0.5 });
  });

  it('is none that has to fetch from the site that blocks', async () => {
    const fetching = [source('yt-dlp', 'youtube'), source('whisper', 'whisper', 'youtube')];
    assert.equal(await next(fetching), undefined);
    assert.equal((await next([...fetching, new Priced(1)]))?.id, 'deapi');
  });

  it('is none that is not ready, not wanted or before the blocked one', async () => {
    const off = new Priced(1);
    off.ready = false;
    assert.equal(await next([off]), undefined);
    assert.equal(await next([new Priced(1)], { settings: { sources: ['youtube', 'whisper'] } }), undefined);
    assert.equal(await next([new Priced(1)], { settings: { sources: ['deapi', 'youtube'] } }), undefined);
  });

  it('costs nothing where it runs on this computer or on a server of your own', async () => {
    assert.deepEqual(await next([source('whisper', 'whisper')]), {
      id: 'whisper',
      name: 'whisper.cpp on this computer',
    });
    const server = source('openai', 'openai');
    const groq = { 'openai.endpoint': 'https://api.groq.com/openai/v1' };
    assert.deepEqual(await next([server], { settings: groq }), { id: 'openai', name: 'Groq', charge: {} });
    const own = { 'openai.endpoint': 'http://gpu-box:8000/v1', 'openai.ownServer': true };
    assert.deepEqual(await next([server], { settings: own }), { id: 'openai', name: 'your server gpu-box' });
  });

  it('says nothing of a price that cannot be had', async () => {
    assert.deepEqual(await next([new Priced(undefined)]), { id: 'deapi', name: 'deAPI', charge: {} });
  });
});
