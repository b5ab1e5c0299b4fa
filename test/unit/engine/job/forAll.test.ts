import assert from 'node:assert/strict';
import { failure } from '../../../../src/model/failure';
import { after, FakeSource, found, start, within, world } from '../../../helpers/fakeEngine';
import type { Answer } from '../../../helpers/fakeEngine';

const broken = failure('tool-missing', 'not a ggml model: bad magic', { forAll: true });

describe('A failure that holds for all videos at its source', () => {
  it('takes the source out of the chain after one start: every video has the same reason', async () => {
    const source = new FakeSource('whisper', () => broken);
    source.quotaNames = ['whisper'];
    const w = world({ sources: [source] });
    const batch = await start(w, 30, { workers: 5 });
    await w.clock.advance(60_000);
    assert.equal(source.asked.length, 1);
    assert.equal(batch.state.counts.failed, 30);
    assert.ok(
      batch.state.jobs.every(
        ({ failure: why }) => why?.code === 'tool-missing' && why.message === broken.message,
      ),
    );
    assert.equal(w.logged.filter((line) => line.includes('left out of this batch')).length, 1);
  });

  it('has one video paid for, where the answer to it is none: the others are not sent', async () => {
    const odd = failure('maybe-charged', 'The service answered no transcript: queued', {
      subject: 'openai-form',
      forAll: true,
    });
    const source = new FakeSource('openai', () => odd);
    source.quotaNames = ['openai'];
    const w = world({ sources: [source] });
    const batch = await start(w, 20, { workers: 5 });
    await w.clock.advance(60_000);
    assert.deepEqual([source.asked.length, batch.state.counts.failed], [1, 20]);
    assert.deepEqual(batch.state.jobs.map(({ failure: why }) => why?.code).sort(), [
      'maybe-charged',
      ...Array<string>(19).fill('tool-missing'),
    ]);
  });

  it('leaves the videos to the next source', async () => {
    const sources = [new FakeSource('whisper', () => broken), new FakeSource('openai', found)];
    const w = world({ sources });
    const batch = await start(w, 4, { workers: 1, sources: ['whisper', 'openai'] });
    await w.clock.advance(60_000);
    assert.deepEqual([sources[0]?.asked.length, batch.state.counts.completed], [1, 4]);
  });

  it('is asked for again when a setting changes, and when the user retries', async () => {
    let mended = false;
    const source = new FakeSource('whisper', (request): Answer => (mended ? found(request) : broken));
    source.quotaNames = ['whisper'];
    const w = world({ sources: [source] });
    const batch = await start(w, 3, { workers: 1 });
    await w.clock.advance(10_000);
    assert.deepEqual([source.asked.length, batch.state.counts.failed], [1, 3]);
    await Promise.all([batch.retryFailed(), w.clock.advance(10_000)]);
    assert.deepEqual([source.asked.length, batch.state.counts.failed], [2, 3]);
    mended = true;
    await Promise.all([batch.changeSettings({ 'whisper.model': '/other.bin' }), w.clock.advance(1000)]);
    await Promise.all([batch.retryFailed(), w.clock.advance(10_000)]);
    assert.equal(batch.state.counts.completed, 3);
  });

  it('is no reason to give up a request that was paid', async () => {
    const answers: Answer[] = [];
    const source = new FakeSource('deapi', async (request): Promise<Answer> => {
      if (request.resume) return found(request);
      await request.intent({ service: 'deapi', origin: 'https://x.example' });
      await request.requestId(`r-${request.link.id}`);
      return answers.shift() ?? failure('network', 'The line broke.');
    });
    const w = world({ sources: [source] });
    answers.push(failure('network', 'The line broke.'), broken);
    const batch = await start(w, 2, { workers: 1 });
    await w.clock.advance(120_000);
    const [first] = batch.state.jobs;
    assert.equal(first?.status, 'completed', 'its own request is polled');
  });

  it('lets what is under way finish and starts nothing more, with many workers', async () => {
    const w = world({ sources: [] });
    let asked = 0;
    const source = new FakeSource('openai', (request) => {
      asked += 1;
      return after(w.clock, asked * 100, asked === 2 ? found : () => broken)(request);
    });
    w.sources.push(source);
    const batch = await start(w, 50, { workers: 5 });
    await within(w.clock, batch.settled());
    assert.equal(source.asked.length, 5);
    assert.deepEqual([batch.state.counts.completed, batch.state.counts.failed], [1, 49]);
  });

  it('lets the videos that waited for its start go on, with many workers', async () => {
    const first = new FakeSource('openai', () => broken);
    first.quotaNames = ['openai'];
    const second = new FakeSource('whisper');
    const w = world({ sources: [first, second] });
    const batch = await start(w, 12, { workers: 5, sources: ['openai', 'whisper'] });
    await within(w.clock, batch.settled());
    assert.deepEqual([first.asked.length, second.asked.length, batch.state.counts.completed], [1, 12, 12]);
  });

  it('is told to attempts that are under way, and so is a key that was refused', async () => {
    const auth = failure('auth', 'no such key', { needs: 'openai:key' });
    for (const why of [broken, auth]) {
      const w = world({ sources: [] });
      let uploads = 0;
      // Each reads its sound first: the later ones still do when the first is refused.
      const source = new FakeSource('openai', async (request) => {
        await after(w.clock, 100 * (source.asked.length + 1))(request);
        const out = request.outOfChain?.();
        if (out) return { ...out, unsent: true };
        uploads += 1;
        return why;
      });
      w.sources.push(source);
      const batch = await start(w, 20, { workers: 5 });
      await w.clock.advance(60_000);
      assert.deepEqual([uploads, source.asked.length], [1, 5]);
      const { failed, parked } = batch.state.counts;
      assert.deepEqual([failed, parked], why === auth ? [0, 20] : [20, 0]);
      assert.ok(batch.state.jobs.every((job) => job.failure?.message === why.message));
    }
  });

  it('does not wait for the rate of a source that is out', async () => {
    const source = new FakeSource('openai', () => broken);
    source.quotaNames = ['openai'];
    const w = world({ sources: [source] });
    const batch = await start(w, 30, { workers: 2, 'rate.openai.perMinute': 1 });
    await within(w.clock, batch.settled(), 30_000);
    assert.equal(batch.state.counts.failed, 30);
  });

  it('counts for nothing where the settings were changed meanwhile', async () => {
    const w = world({ sources: [] });
    const source = new FakeSource(
      'openai',
      after(w.clock, 1000, () => broken),
    );
    source.quotaNames = ['openai'];
    w.sources.push(source);
    const batch = await start(w, 10, { workers: 1 });
    await w.clock.advance(500);
    source.answer = found;
    await within(w.clock, batch.changeSettings({ 'openai.model': 'another' }));
    await within(w.clock, batch.settled());
    assert.deepEqual([batch.state.counts.completed, batch.state.counts.failed], [9, 1]);
  });
});
