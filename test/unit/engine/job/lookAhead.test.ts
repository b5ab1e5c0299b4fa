import assert from 'node:assert/strict';
import { failure } from '../../../../src/model/failure';
import type { VideoMeta } from '../../../../src/model/link';
import type { SourceRequest } from '../../../../src/model/source';
import { after, FakeSource, start, videos, within, world } from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';
import { FakeClock } from '../../../helpers/fakeClock';

/** A site that knows lengths: the first request returns them, the second the transcript. */
class Site extends FakeSource {
  readonly looked: string[] = [];
  readonly remembered = new Set<string>();
  firstRequests = 0;
  knows = true;

  constructor(private readonly time: FakeClock) {
    super('youtube');
    this.quotaNames = ['youtube'];
    this.answer = async (request) => {
      if (!this.remembered.delete(request.link.id)) {
        this.firstRequests += 1;
        request.sent('direct');
        await this.wait(request);
        if (request.signal.aborted) return failure('cancelled', 'Stopped.');
      }
      return after(this.time, this.seconds(request) * 10)(request);
    };
  }

  private wait(request: SourceRequest): Promise<void> {
    return new Promise((resolve) => {
      this.time.after(100, resolve);
      request.signal.addEventListener('abort', () => resolve());
    });
  }

  /** A shuffled order, the same every time. */
  seconds(request: Pick<SourceRequest, 'link'>): number {
    return 60 + ((Number(request.link.id.slice(-6)) * 37) % 101) * 10;
  }

  async describe(request: SourceRequest): Promise<VideoMeta | undefined> {
    this.looked.push(request.link.id);
    this.firstRequests += 1;
    request.sent('direct');
    await this.wait(request);
    if (!this.knows) return undefined;
    this.remembered.add(request.link.id);
    return { title: request.link.id, duration: this.seconds(request) };
  }
}

function site(): { readonly w: World; readonly youtube: Site } {
  const clock = new FakeClock();
  const youtube = new Site(clock);
  return { w: world({ clock, sources: [youtube] }), youtube };
}

describe('The look-ahead', () => {
  it('learns lengths where the order needs them, and its answers are used again', async () => {
    const { w, youtube } = site();
    const batch = await start(w, 100, { workers: 4, order: 'longestFirst' });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 100);
    assert.ok(youtube.looked.length > 60, `${youtube.looked.length} looks`);
    // Every video was asked the first question once, by whoever came first.
    assert.equal(youtube.firstRequests, 100);
    const lengths = youtube.asked.map((id) => youtube.seconds({ link: { id, kind: 'youtube', url: '' } }));
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(mean(lengths.slice(10, 40)) > 1.5 * mean(lengths.slice(-30)), String(lengths));
  });

  it('counts its requests for the report', async () => {
    const { w, youtube } = site();
    const batch = await start(w, 30, { workers: 4, order: 'shortestFirst' });
    await within(w.clock, batch.settled());
    assert.ok(youtube.looked.length > 0);
    assert.equal(batch.state.requests, 60);
  });

  it('takes no start beyond the one that its video needs', async () => {
    const { w, youtube } = site();
    const from = w.clock.monotonic();
    const batch = await start(w, 60, {
      order: 'shortestFirst',
      workers: 20,
      'rate.youtube.perHour': 3600,
      'rate.youtube.burst': 1,
      'rate.utilization': 1,
    });
    await within(w.clock, batch.settled());
    const took = w.clock.monotonic() - from;
    assert.ok(youtube.looked.length > 0);
    // One start a second for sixty videos; two a video would take two minutes.
    assert.ok(took < 80_000, `${took} ms`);
  });

  it('leaves the first start to the first job', async () => {
    const { w, youtube } = site();
    await start(w, 60, { order: 'shortestFirst', workers: 2, 'rate.youtube.concurrency': 2 });
    await w.clock.advance(1);
    assert.deepEqual(youtube.asked, ['video000000', 'video000001']);
    await within(w.clock, w.engine.dispose());
  });

  it('stays within fifty videos of the workers', async () => {
    const { w, youtube } = site();
    youtube.answer = after(w.clock, 3_600_000);
    await start(w, 400, { workers: 4, order: 'longestFirst', stallTimeout: 600 });
    await w.clock.advance(600_000);
    assert.equal(youtube.looked.length, 50);
    await within(w.clock, w.engine.dispose());
  });

  it('does not look where no order is set, or the list has the lengths', async () => {
    const { w, youtube } = site();
    const batch = await start(w, 20, { workers: 4 });
    await within(w.clock, batch.settled());
    const known = videos(20, 500).map((job) => ({ ...job, meta: { duration: 5 } }));
    const told = await start(w, known, { order: 'shortestFirst' }, 'b');
    await within(w.clock, told.settled());
    assert.deepEqual(youtube.looked, []);
  });

  it('gives up for a while when it learns nothing, and costs no video', async () => {
    const { w, youtube } = site();
    youtube.knows = false;
    const batch = await start(w, 100, { workers: 4, order: 'longestFirst' });
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 100);
    assert.ok(youtube.looked.length <= 8, `${youtube.looked.length} looks`);
  });

  it('ends with the batch: stopped in the middle of a look, nothing is lost', async () => {
    const { w, youtube } = site();
    const batch = await start(w, 40, { workers: 4, order: 'longestFirst' });
    await w.clock.advanceUntil(() => youtube.looked.length > 2, 60_000);
    await within(w.clock, batch.stop(), 1_000);
    assert.equal(batch.state.counts.pending + batch.state.counts.completed, 40);
    await within(w.clock, batch.resume());
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.completed, 40);
  });
});
