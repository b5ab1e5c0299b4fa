/** The sound of a link is brought by another machine; what is paid for is sent by the owner alone, and once. */
import assert from 'node:assert/strict';
import type { SoundBringer } from '../../../src/cluster/helperParts';
import { failure } from '../../../src/model/failure';
import type { Settings } from '../../../src/model/settings';
import type { SourceRequest } from '../../../src/model/source';
import { FakeSource, start, unlimited, within, type Answer } from '../../helpers/fakeEngine';
import type { MemoryFiles } from '../../helpers/memoryFiles';
import { foundBy, slow, statuses, Together, type Owner } from './togetherRig';

const paidOnly: Partial<Settings> = { ...slow, sources: ['openai'], 'rate.youtube.spacing': 1 };
/** More than one piece. */
const long = 300_000;

/** Sounds of a helper, as it was asked for them. */
class Bringer {
  readonly asked: string[] = [];

  constructor(private readonly answer: (request: SourceRequest) => Promise<void> = () => Promise.resolve()) {}

  readonly of = (files: MemoryFiles): SoundBringer => ({
    id: 'sound',
    isReady: () => Promise.resolve(true),
    accepts: () => true,
    quotas: () => ['youtube'],
    bring: async (request) => {
      this.asked.push(request.link.id);
      await this.answer(request);
      const path = `${await request.tempFolder()}/packed.ogg`;
      await files.writeWhole(path, soundOf(request.link.id));
      return path;
    },
  });
}

const soundOf = (id: string): string => `sound of ${id} `.padEnd(long, '.');

/** A service that is paid for, and what it has heard: a sound that was brought, or one that was fetched here. */
class Service {
  readonly heard: string[] = [];
  readonly source = new FakeSource('openai', (request) => this.hear(request), true);
  then: (request: SourceRequest) => Promise<void> = () => Promise.resolve();

  constructor(private readonly together: Together) {
    this.source.quotaNames = ['openai', 'youtube'];
    together.home.sources.push(this.source);
  }

  private async hear(request: SourceRequest): Promise<Answer> {
    const file = await request.soundElsewhere?.();
    const bytes = file === undefined ? undefined : await this.together.home.files.read(file);
    this.heard.push(bytes === undefined ? 'fetched here' : new TextDecoder().decode(bytes));
    await this.then(request);
    return foundBy('openai')(request);
  }
}

async function helped(
  bringer: Bringer,
  settings: Partial<Settings> = {},
): Promise<{ together: Together; service: Service; w: Owner }> {
  const together = new Together();
  const service = new Service(together);
  const w = await together.owner();
  await together.helper(new FakeSource('yt-dlp'), settings, bringer.of);
  return { together, service, w };
}

const soundFiles = ({ files }: Owner): readonly string[] =>
  [...files.files.keys()].filter((path) => path.includes('.sound-'));

describe('the sound for a paid service', () => {
  it('is brought by a helper, whole, and nothing of it is left behind', async () => {
    const bringer = new Bringer();
    const { together, service, w } = await helped(bringer);
    const batch = await start(w, 3, paidOnly);
    await within(w.clock, batch.settled(), 60_000);
    await w.clock.advance(1_000);
    assert.deepEqual(new Set(statuses(batch)), new Set(['completed']));
    assert.equal(bringer.asked.length, 3);
    assert.deepEqual([...service.heard].sort(), bringer.asked.map(soundOf).sort());
    assert.equal(service.source.asked.length, 3, 'each is sent once');
    assert.equal(together.redis.pieces.size, 0);
    assert.equal(together.redis.lane('v1.sound.youtube').size, 0);
    assert.deepEqual(soundFiles(w), []);
  });

  it('gives the start of the own address back', async () => {
    const { w, service } = await helped(new Bringer());
    // Two starts an hour would be enough for two of them.
    const few = { 'rate.youtube.perHour': 2, 'rate.youtube.burst': 20, 'rate.utilization': 1 };
    const batch = await start(w, 6, { ...paidOnly, ...few });
    await within(w.clock, batch.settled(), 60_000);
    assert.equal(service.heard.length, 6);
  });

  it('is fetched here where nobody has a start for it in time', async () => {
    const bringer = new Bringer();
    const { w, service } = await helped(bringer, { ...slow, 'rate.youtube.spacing': 1_200 });
    const batch = await start(w, 3, { ...paidOnly, 'rate.youtube.spacing': 5 });
    await within(w.clock, batch.settled(), 60_000);
    assert.equal(bringer.asked.length, 1);
    assert.equal(service.heard.filter((sound) => sound === 'fetched here').length, 2);
  });

  it('is fetched here where the helper fails, or a part of it is lost', async () => {
    const bringer = new Bringer(() => Promise.reject(new Error('out of luck')));
    const { w, service } = await helped(bringer);
    const batch = await start(w, 1, paidOnly);
    await within(w.clock, batch.settled(), 60_000);
    assert.deepEqual(service.heard, ['fetched here']);

    const second = await helped(new Bringer());
    const { redis } = second.together;
    const { pieces } = redis;
    const put = pieces.set.bind(pieces);
    pieces.set = (key, bytes) => (key.endsWith(' 1') ? pieces : put(key, bytes));
    const lossy = await start(second.w, 1, paidOnly);
    await within(second.w.clock, lossy.settled(), 60_000);
    assert.deepEqual(second.service.heard, ['fetched here']);
    assert.deepEqual(soundFiles(second.w), []);
    assert.match(second.w.logged.join('\n'), /cannot be used: .*a part of it is missing/);
  });

  it('is not brought to its end for a row that is skipped', async () => {
    const signals: AbortSignal[] = [];
    const bringer = new Bringer(async ({ signal }) => {
      signals.push(signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    const { w, service } = await helped(bringer);
    const batch = await start(w, 1, paidOnly);
    await w.clock.advance(5_000);
    assert.equal(signals.length, 1);
    await within(w.clock, batch.rows([0], 'skip'));
    await w.clock.advance(10_000);
    assert.deepEqual(statuses(batch), ['skipped']);
    assert.equal(signals[0]?.aborted, true);
    assert.deepEqual(service.heard, []);
  });

  it('is the same one after a kill, so that no part of it is paid for twice', async () => {
    const bringer = new Bringer();
    const { together, service, w } = await helped(bringer);
    service.then = async (request) => {
      await request.kept?.add({ type: 'part', words: 'paid for' });
      await new Promise(() => undefined);
    };
    const batch = await start(w, 1, paidOnly);
    await w.clock.advance(3_000);
    assert.equal(service.heard.length, 1);
    await within(w.clock, w.engine.dispose());
    const parts: unknown[] = [];
    service.then = async (request) => {
      parts.push(...((await request.kept?.read()) ?? []));
    };
    const second = await together.owner(2);
    const resumed = await within(
      second.clock,
      second.engine.open(batch.folder, 'resume', { ...unlimited, ...paidOnly }),
    );
    await within(second.clock, resumed.settled(), 60_000);
    assert.deepEqual(statuses(resumed), ['completed']);
    assert.equal(bringer.asked.length, 1);
    assert.deepEqual(new Set(service.heard), new Set([soundOf(bringer.asked[0] ?? '')]));
    assert.match(JSON.stringify(parts), /paid for/);
    assert.deepEqual(soundFiles(second), []);
  });

  it('is not another one where parts of the one that was fetched here are paid for', async () => {
    const bringer = new Bringer();
    const { service, w } = await helped(bringer);
    const answers: Answer[] = [failure('network', 'The line is gone.')];
    const { source } = service;
    const { answer } = source;
    source.answer = async (request) => {
      const first = answers.shift();
      if (!first) return answer(request);
      await request.kept?.add({ type: 'part', words: 'paid for' });
      return first;
    };
    const batch = await start(w, 1, paidOnly);
    await within(w.clock, batch.settled(), 300_000);
    assert.deepEqual(statuses(batch), ['completed']);
    assert.deepEqual([service.heard, bringer.asked], [['fetched here'], []]);
  });

  it('is brought while the own address is blocked', async () => {
    const bringer = new Bringer();
    const { service, w } = await helped(bringer);
    const own = w.sources[0];
    assert.ok(own);
    own.answer = () => failure('blocked', 'Sign in to confirm');
    const batch = await start(w, 3, { ...paidOnly, sources: ['youtube', 'openai'], onBlocked: 'nextSource' });
    await within(w.clock, batch.settled(), 50_000);
    assert.deepEqual(new Set(statuses(batch)), new Set(['completed']));
    assert.deepEqual([...service.heard].sort(), bringer.asked.map(soundOf).sort());
    assert.equal(own.asked.length, 1);
  });

  it('is fetched here while Redis is away', async () => {
    const bringer = new Bringer();
    const { together, service, w } = await helped(bringer);
    together.redis.turn(false);
    const batch = await start(w, 2, paidOnly);
    await within(w.clock, batch.settled(), 60_000);
    assert.deepEqual(service.heard, ['fetched here', 'fetched here']);
    assert.deepEqual(bringer.asked, []);
  });
});

describe('a sound in the batch folder', () => {
  it('is not used where somebody else has put it there', async () => {
    const bringer = new Bringer();
    const { service, w } = await helped(bringer);
    service.then = async () => {
      // Between two attempts of the same row.
      for (const path of soundFiles(w)) await w.files.writeWhole(path, 'a private recording');
    };
    let tries = 0;
    const { source } = service;
    const { answer } = source;
    source.answer = async (request) => {
      const result = await answer(request);
      tries += 1;
      return tries === 1 ? failure('network', 'The line is gone.') : result;
    };
    const batch = await start(w, 1, paidOnly);
    await within(w.clock, batch.settled(), 300_000);
    assert.deepEqual(statuses(batch), ['completed']);
    assert.ok(service.heard.every((sound) => sound.startsWith('sound of')));
    assert.equal(bringer.asked.length, 2);
  });
});
