import assert from 'node:assert/strict';
import { failure } from '../../../src/model/failure';
import { after, FakeSource, found, start, unlimited, videos, within, world } from '../../helpers/fakeEngine';

describe('A batch', () => {
  it('asks every video once, writes its file and finishes', async () => {
    const w = world();
    const batch = await start(w, 20, {}, 'lectures');
    await within(w.clock, batch.settled());
    assert.equal(batch.state.phase, 'finished');
    assert.equal(batch.state.counts.completed, 20);
    assert.equal(w.sources[0]?.asked.length, 20);
    assert.ok(w.files.text('/out/lectures/video000019.md'));
  });

  it('works on as many videos at a time as there are workers', async () => {
    const w = world();
    const source = w.sources[0];
    assert.ok(source);
    source.answer = after(w.clock, 1000);
    const batch = await start(w, 20, { workers: 4 });
    await within(w.clock, batch.settled());
    assert.equal(source.mostActive, 4);
  });

  it('keeps the pace of a quota and finishes all the same', async () => {
    const w = world();
    const source = w.sources[0];
    assert.ok(source);
    source.quotaNames = ['youtube'];
    const batch = await start(w, 400, { 'rate.youtube.perHour': 300 });
    const from = w.clock.monotonic();
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 400);
    const hours = (w.clock.monotonic() - from) / 3_600_000;
    assert.ok(hours >= 1 && hours < 1.5, `${hours} h`);
  });

  it('tries again what can pass, and fails with the code of the last try', async () => {
    const w = world({ sources: [new FakeSource('youtube', () => failure('network', 'reset'))] });
    const batch = await start(w, 1);
    await within(w.clock, batch.settled());
    assert.equal(w.sources[0]?.asked.length, 4);
    const job = batch.state.jobs[0];
    assert.equal(job?.failure?.code, 'network');
    assert.equal(job.tries, 4);
    assert.equal(job.retries, 3);
  });

  it('keeps the message of a service that refused, beside the reason it was asked', async () => {
    const words = 'deAPI answered 422: no such model.';
    const service = new FakeSource('deapi', () => failure('unsupported', words, { subject: 'deAPI' }));
    const youtube = new FakeSource('youtube', () => failure('no-captions', 'The video has no captions.'));
    const w = world({ sources: [youtube, service] });
    const batch = await start(w, 1);
    await within(w.clock, batch.settled());
    const job = batch.state.jobs[0];
    assert.equal(job?.failure?.code, 'no-captions');
    assert.equal(job.failure.message, `The video has no captions. ${words}`);
    assert.equal(job.failure.subject, 'deAPI');
    assert.equal(job.source, 'youtube');
  });

  it('asks the next source when one has no captions', async () => {
    const told = new Map<string, boolean>();
    const next = new FakeSource('yt-dlp', (request) =>
      told.get(request.link.id) ? found(request) : failure('internal', 'x'),
    );
    next.accepts = (link, _settings, noCaptions) => {
      told.set(link.id, noCaptions === true);
      return true;
    };
    const w = world({ sources: [new FakeSource('youtube', () => failure('no-captions', 'none')), next] });
    const batch = await start(w, 3);
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 3);
  });

  it('takes no start to hear again that there are no captions, also after a restart', async () => {
    const youtube = new FakeSource('youtube', () => failure('no-captions', 'none'));
    const again = new FakeSource('yt-dlp');
    const speech = new FakeSource('openai', () => failure('network', 'later'));
    again.quotaNames = youtube.quotaNames = ['youtube'];
    again.accepts = (_link, _settings, noCaptions) => noCaptions !== true;
    const w = world({ sources: [youtube, again, speech] });
    const settings = { 'rate.youtube.perHour': 10, 'rate.utilization': 1, retries: 10 };
    await start(w, 10, settings);
    await w.clock.advance(3_600_000 / 10);
    assert.equal(youtube.asked.length, 10);
    assert.equal(again.asked.length, 0);
    w.files.crash();
    const second = w.another(200);
    second.processes.dead.add(100);
    speech.answer = found;
    const batch = await within(w.clock, second.engine.open('/out/a', 'resume'));
    await w.clock.advance(120_000);
    assert.equal(batch.state.counts.completed, 10);
    assert.deepEqual([youtube.asked.length, again.asked.length], [10, 0]);
  });

  it('goes on where it was after the process died', async () => {
    const w = world();
    const source = w.sources[0];
    assert.ok(source);
    source.answer = after(w.clock, 1000);
    const batch = await start(w, 20);
    await w.clock.advance(2500);
    const done = batch.state.counts.completed;
    assert.ok(done > 0 && done < 20);
    w.files.crash();
    w.processes.dead.add(100);
    const second = w.another(200);
    second.processes.dead.add(100);
    source.asked.length = 0;
    const again = await within(w.clock, second.engine.open('/out/a', 'resume'));
    await within(w.clock, again.settled());
    assert.equal(again.state.counts.completed, 20);
    assert.equal(again.state.phase, 'finished');
  });

  it('keeps what its list was last run with, for its state and for a later resume', async () => {
    const w = world();
    const request = { name: 'a', outputFolder: '/out', list: '/a.urls', jobs: videos(1) };
    const languages = ['de'];
    const first = await within(
      w.clock,
      w.engine.start({ ...request, settings: { ...unlimited, languages } }),
    );
    await within(w.clock, first.settled());
    await within(w.clock, w.engine.dispose());
    const second = w.another(200);
    const wanted = { ...unlimited, 'notes.auto': true };
    const again = await within(w.clock, second.engine.start({ ...request, settings: wanted }));
    await within(w.clock, again.settled());
    await within(w.clock, second.engine.dispose());
    const { state } = await within(w.clock, w.another(300).engine.open('/out/a', 'view'));
    assert.deepEqual([state.settings['notes.auto'], state.settings.languages], [true, unlimited.languages]);
  });

  it('ends also when its list is run again in the moment it ends', async () => {
    for (let delayMs = 0; delayMs <= 60; delayMs += 2) {
      const w = world();
      const request = { name: 'a', outputFolder: '/out', list: '/a.urls', settings: unlimited };
      const batch = await within(w.clock, w.engine.start({ ...request, jobs: videos(1) }));
      const again = new Promise<void>((resolve, reject) => {
        w.clock.after(delayMs, () => {
          w.engine.start({ ...request, jobs: videos(1) }).then(() => resolve(), reject);
        });
      });
      await within(w.clock, again);
      await within(w.clock, batch.settled());
      assert.equal(batch.state.phase, 'finished', `run again after ${delayMs} ms`);
    }
  });
});
