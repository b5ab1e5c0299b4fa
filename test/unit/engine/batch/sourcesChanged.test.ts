/** A key, a program or a setting was mended while a batch runs: it is of use at once, without a retry. */
import assert from 'node:assert/strict';
import { failure } from '../../../../src/model/failure';
import type { SourceId } from '../../../../src/model/transcript';
import { after, FakeSource, found, start, within, world } from '../../../helpers/fakeEngine';

const minute = 60_000;
const sources: readonly SourceId[] = ['youtube', 'openai'];

describe('When keys or programs have changed', () => {
  it('a source that was not ready takes the videos that still wait', async () => {
    const youtube = new FakeSource('youtube');
    const openai = new FakeSource('openai');
    openai.ready = false;
    const w = world({ sources: [youtube, openai] });
    youtube.answer = after(w.clock, 1000, () => failure('no-captions', 'None.'));
    const batch = await start(w, 10, { workers: 1, sources });
    await w.clock.advance(3500);
    const { failed } = batch.state.counts;
    assert.ok(failed > 0 && failed < 5);
    openai.ready = true;
    w.engine.sourcesChanged();
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 10 - batch.state.counts.failed);
    assert.ok(batch.state.counts.failed <= failed + 1);
  });

  it('one of the parked videos tries at once, and the others follow it', async () => {
    let isMended = false;
    const deapi = new FakeSource('openai', (request) =>
      isMended ? found(request) : failure('auth', 'Wrong key.', { needs: 'openai:key' }),
    );
    const w = world({ sources: [deapi] });
    const batch = await start(w, 10, { workers: 1, sources });
    await w.clock.advance(5000);
    assert.equal(batch.state.counts.parked, 10);
    const asked = deapi.asked.length;
    const until = batch.state.jobs[5]?.parkedUntil;
    w.engine.sourcesChanged();
    await w.clock.advance(5000);
    assert.equal(deapi.asked.length, asked + 1, 'one request, while it is as it was');
    assert.equal(batch.state.counts.parked, 10);
    assert.equal(batch.state.jobs[0]?.parkedUntil, until, 'its failure lengthens nothing');
    isMended = true;
    w.engine.sourcesChanged();
    await w.clock.advance(minute);
    assert.equal(batch.state.counts.completed, 10);
  });

  it('one is not taken for failed where a video that was asked before is refused', async () => {
    const openai = new FakeSource('openai');
    const w = world({ sources: [openai] });
    const refused = (): ReturnType<typeof failure> => failure('auth', 'Wrong key.', { needs: 'openai:key' });
    openai.answer = (request) => after(w.clock, openai.asked.length === 4 ? 3_000 : 100, refused)(request);
    const batch = await start(w, 10, { workers: 4, sources });
    await w.clock.advance(1000);
    openai.answer = after(w.clock, 5_000);
    w.engine.sourcesChanged();
    await w.clock.advance(minute);
    assert.equal(batch.state.counts.completed, 10);
  });

  it('they stay mended where a video that was asked before is refused later', async () => {
    const openai = new FakeSource('openai');
    const w = world({ sources: [openai] });
    const refused = (): ReturnType<typeof failure> => failure('auth', 'Wrong key.', { needs: 'openai:key' });
    openai.answer = (request) => after(w.clock, openai.asked.length === 4 ? 9_000 : 100, refused)(request);
    const batch = await start(w, 20, { workers: 4, sources });
    await w.clock.advance(1000);
    openai.answer = after(w.clock, 3_000);
    w.engine.sourcesChanged();
    await w.clock.advance(minute);
    assert.equal(batch.state.counts.completed, 20);
  });

  it('so does a change of a setting that the source works with, and no other one', async () => {
    let isMended = false;
    const whisper = new FakeSource('openai', (request) =>
      isMended ? found(request) : failure('auth', 'Wrong key.', { needs: 'openai:key' }),
    );
    const w = world({ sources: [whisper] });
    const batch = await start(w, 4, { workers: 1, sources });
    await w.clock.advance(5000);
    const asked = whisper.asked.length;
    await within(w.clock, batch.changeSettings({ retries: 7 }));
    await w.clock.advance(5000);
    assert.equal(whisper.asked.length, asked);
    isMended = true;
    await within(w.clock, batch.changeSettings({ 'openai.model': 'other' }));
    await w.clock.advance(minute);
    assert.equal(batch.state.counts.completed, 4);
  });

  it('another proxy is tried at once where a block holds', async () => {
    let isMended = false;
    const youtube = new FakeSource('youtube', (request) =>
      isMended ? found(request) : failure('blocked', 'No.'),
    );
    youtube.quotaNames = ['youtube'];
    const w = world({ sources: [youtube] });
    const batch = await start(w, 4, { workers: 1 });
    await w.clock.advance(2000);
    assert.equal(youtube.asked.length, 1);
    isMended = true;
    await within(w.clock, batch.changeSettings({ proxies: ['socks5h://proxy.example:1080'] }));
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 4);
  });

  it('a source that no video is asked of is not asked whether it is ready, until it is listed', async () => {
    const youtube = new FakeSource('youtube');
    const ytDlp = new FakeSource('yt-dlp');
    const w = world({ sources: [youtube, ytDlp] });
    let asked = 0;
    ytDlp.readiness = () => {
      asked += 1;
      return Promise.resolve({ ready: true, detail: 'ready' });
    };
    youtube.answer = after(w.clock, 1000, () => failure('no-captions', 'None.'));
    const batch = await start(w, 3, { workers: 1, sources: ['youtube'] });
    await w.clock.advance(1500);
    assert.equal(asked, 0);
    assert.equal(batch.state.counts.failed, 1);
    await within(w.clock, batch.changeSettings({ sources: ['youtube', 'yt-dlp'] }));
    await within(w.clock, batch.settled());
    assert.equal(asked, 1);
    assert.equal(batch.state.counts.completed, 2);
  });
});
