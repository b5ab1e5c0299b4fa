import assert from 'node:assert/strict';
import { failure } from '../../../src/model/failure';
import type { Failure } from '../../../src/model/failure';
import type { Link } from '../../../src/model/link';
import { FakeSource, found, unlimited, videoLink, videos, within, world } from '../../helpers/fakeEngine';
import type { Answer } from '../../helpers/fakeEngine';

const hourMs = 3_600_000;
const host = (link: Link): string => `host:${new URL(link.url).host}`;

/** Listens to sound that it has to fetch first: from one host that refuses, and from another. */
class Listener extends FakeSource {
  override quotas(link?: Link): readonly string[] {
    return link ? ['openai', host(link)] : ['openai'];
  }
}
const media = (number: number, at: string): { readonly link: Link } => ({
  link: { kind: 'media', url: `https://${at}/${number}.mp3`, id: `sound${number}` },
});
const jobs = [0, 1, 2, 3, 4, 5].map((number) => media(number, number < 2 ? 'bad.example' : 'good.example'));

describe('A host that refuses the sound', () => {
  for (const [what, refusal] of [
    ['blocks', failure('blocked', 'No.')],
    ['throttles', failure('rate-limited', 'Slowly.', { retryAfterMs: hourMs })],
    ['wants a password', failure('auth', 'Who are you?')],
  ] as const satisfies readonly (readonly [string, Failure])[])
    it(`and ${what} keeps nobody from the service that listens to it`, async () => {
      const source = new Listener('openai', (request): Answer => {
        const quota = host(request.link);
        return quota === 'host:bad.example' ? { ...refusal, quota } : found(request);
      });
      const w = world({ sources: [source] });
      const settings = { ...unlimited, workers: 1 };
      const batch = await within(
        w.clock,
        w.engine.start({ name: 'a', outputFolder: '/out', jobs, settings }),
      );
      await w.clock.advance(30_000);
      assert.equal(batch.state.counts.completed, 4);
    });
});

describe('A block of YouTube', () => {
  it('covers whoever would fetch sound from it, and leaves local work alone', async () => {
    const youtube = new FakeSource('youtube', () => failure('blocked', 'No.'));
    youtube.quotaNames = ['youtube'];
    const listener = new FakeSource('whisper');
    listener.quotas = (link?: Link) => (link?.kind === 'youtube' ? ['whisper', 'youtube'] : ['whisper']);
    youtube.accepts = (link?: Link) => link?.kind === 'youtube';
    const w = world({ sources: [youtube, listener] });
    const settings = { ...unlimited, onBlocked: 'nextSource', sources: ['youtube', 'whisper'] } as const;
    const all = [{ link: videoLink(1) }, media(1, 'other.example')];
    const batch = await within(
      w.clock,
      w.engine.start({ name: 'a', outputFolder: '/out', jobs: all, settings }),
    );
    await w.clock.advance(10_000);
    assert.deepEqual(listener.asked, ['sound1']);
    assert.equal(batch.state.counts.completed, 1);
  });
});

describe('A service that asks to slow down for half a day', () => {
  it('fails no video: they are parked after a while, and all of them are there at last', async function () {
    this.timeout(20_000);
    const w = world({ sources: [new FakeSource('youtube')] });
    const [source] = w.sources;
    assert.ok(source);
    source.quotaNames = ['youtube'];
    const from = w.clock.monotonic();
    source.answer = (request) => {
      if (w.clock.monotonic() - from > 12 * hourMs) return found(request);
      const headers = { 'retry-after': '120' };
      request.started.heard({ status: 429, headers });
      return failure('rate-limited', 'Slowly.', { status: 429, retryAfterMs: 120_000 });
    };
    const batch = await within(
      w.clock,
      w.engine.start({ name: 'a', outputFolder: '/out', jobs: videos(20), settings: unlimited }),
    );
    await w.clock.advanceUntil(() => batch.state.phase === 'finished', 72 * hourMs);
    assert.deepEqual([batch.state.counts.completed, batch.state.counts.failed], [20, 0]);
    assert.ok(source.asked.length < 400, `${source.asked.length} requests`);
  });
});
