/** What the panel's page is sent, and when. */
import assert from 'node:assert/strict';
import type { BatchHandle } from '../../../src/engine/api';
import { emptyState, reduce, type BatchState } from '../../../src/engine/state';
import { BatchFeed } from '../../../src/editor/panel/feed';
import { messageGapMs, Outbox } from '../../../src/editor/panel/outbox';
import type { BatchEvent } from '../../../src/model/events';
import type { ToPage } from '../../../src/protocol';
import { FakeClock } from '../../helpers/fakeClock';

const link = (index: number) => ({
  kind: 'youtube' as const,
  url: `https://www.youtube.com/watch?v=video${index}`,
  id: `video${index}`,
});

/** A batch that can be told events, as the engine would. */
class Batch {
  readonly state: BatchState = emptyState();
  seq = 0;
  private readonly listeners = new Set<(events: readonly BatchEvent[], first: number) => void>();

  constructor(jobs: number) {
    this.state.id = 'batch';
    const all = Array.from({ length: jobs }, (_, index) => ({ link: link(index) }));
    this.tell({ type: 'jobs-added', at: 1, jobs: all });
  }

  get handle(): BatchHandle {
    return Object.assign(Object.create(this) as BatchHandle, {
      onEvents: (listener: (events: readonly BatchEvent[], first: number) => void) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    });
  }

  tell(...events: readonly BatchEvent[]): void {
    const first = this.seq + 1;
    for (const event of events) reduce(this.state, event);
    this.seq += events.length;
    for (const listener of this.listeners) listener(events, first);
  }

  get listening(): number {
    return this.listeners.size;
  }
}

const stage = (job: number): BatchEvent => ({ type: 'stage', at: 5, job, stage: 'fetching' });
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function feedOf(batch: Batch): {
  feed: BatchFeed;
  outbox: Outbox;
  clock: FakeClock;
  sent: ToPage[];
  page: { open: boolean };
} {
  const clock = new FakeClock();
  const sent: ToPage[] = [];
  const page = { open: true };
  const outbox = new Outbox(clock, (message) => {
    if (page.open) sent.push(structuredClone(message));
    return Promise.resolve(page.open);
  });
  return { feed: new BatchFeed(batch.handle, { clock, outbox }), outbox, clock, sent, page };
}

describe("the panel's feed", () => {
  it('sends nothing before the page has asked', async () => {
    const batch = new Batch(1);
    const { sent, clock } = feedOf(batch);
    batch.tell(stage(0));
    await clock.advance(1000);
    await settle();
    assert.deepEqual(sent, []);
  });

  it('sends a snapshot in slices that are all of one moment, though the batch goes on meanwhile', async () => {
    const batch = new Batch(4500);
    const { feed, sent, clock } = feedOf(batch);
    const sending = feed.snapshot();
    batch.tell({ type: 'job-started', at: 2, job: 4400, worker: 1, attempt: 1 });
    await sending;
    const slices = sent.filter((message) => message.type === 'snapshot');
    assert.deepEqual(
      slices.map(({ first, seq, total }) => [first, seq, total]),
      [
        [0, 1, 4500],
        [2000, 1, 4500],
        [4000, 1, 4500],
      ],
    );
    assert.equal(slices[2]?.jobs[400]?.status, 'pending');
    assert.ok(slices[0]?.head && !slices[1]?.head);
    await clock.advance(messageGapMs);
    await settle();
    const [events] = sent.filter((message) => message.type === 'events');
    assert.equal(events?.seq, 2);
    assert.equal(events.events.length, 1);
  });

  it('is of one moment also when rows change while others are still being copied', async () => {
    const batch = new Batch(40_000);
    const { feed, sent, clock } = feedOf(batch);
    const page = (): Map<number, string | undefined> =>
      new Map(
        sent.flatMap((message) =>
          message.type === 'snapshot' ? message.jobs.map((job) => [job.index, job.stage] as const) : [],
        ),
      );
    const sending = feed.snapshot();
    batch.tell({ type: 'job-started', at: 2, job: 3, worker: 1, attempt: 1 }, stage(3));
    await settle();
    batch.tell({ type: 'job-started', at: 3, job: 39_999, worker: 2, attempt: 1 }, stage(39_999));
    await sending;
    const [first] = sent;
    assert.ok(first?.type === 'snapshot');
    const rows = page();
    assert.equal(rows.size, 40_000);
    assert.equal(rows.get(3), 'fetching');
    // What the snapshot says it holds it holds, and what it does not hold follows.
    const held = first.seq;
    assert.equal(rows.get(39_999), held >= 5 ? 'fetching' : undefined);
    await clock.advance(messageGapMs);
    const events = sent.filter((message) => message.type === 'events');
    assert.equal(events[0]?.seq ?? batch.seq + 1, held + 1);
    assert.equal(held + events.reduce((sum, message) => sum + message.events.length, 0), batch.seq);
  });

  it('begins with the rows that are worked on, and leaves none out', async () => {
    const batch = new Batch(9000);
    batch.tell({ type: 'job-started', at: 2, job: 6100, worker: 1, attempt: 1 });
    const { feed, sent } = feedOf(batch);
    await feed.snapshot();
    const slices = sent.filter((message) => message.type === 'snapshot');
    assert.ok(slices[0]?.head);
    assert.ok(slices[0].first < 6100 && slices[0].first + slices[0].jobs.length > 6100);
    const rows = slices.flatMap(({ first, jobs }) => jobs.map((job, at) => [job.index, first + at]));
    assert.ok(rows.every(([index, place]) => index === place));
    assert.equal(new Set(rows.map(([index]) => index)).size, 9000);
    assert.ok(slices.every(({ jobs }) => jobs.length <= 2000));
  });

  it('lets news of two kinds take turns, and sends only the newest of a kind that replaces itself', async () => {
    const batch = new Batch(10);
    const { feed, outbox, sent, clock } = feedOf(batch);
    await feed.snapshot();
    sent.length = 0;
    for (let tick = 0; tick < 50; tick += 1) {
      batch.tell(stage(tick % 10));
      outbox.later('batches', () => ({ type: 'batches', batches: [], current: `tick ${tick}` }));
      await clock.advance(20);
      await settle();
    }
    assert.ok(sent.length <= 11, `${sent.length} messages in a second`);
    const kinds = new Set(sent.map(({ type }) => type));
    assert.deepEqual([...kinds].sort(), ['batches', 'events']);
  });

  it('sends at most one message in 100 ms however busy the engine is, with every event in order', async () => {
    const batch = new Batch(100);
    const { feed, sent, clock } = feedOf(batch);
    await feed.snapshot();
    sent.length = 0;
    for (let tick = 0; tick < 100; tick += 1) {
      batch.tell(stage(tick % 100), stage((tick + 1) % 100));
      await clock.advance(10);
      await settle();
    }
    await clock.advance(messageGapMs);
    await settle();
    const events = sent.filter((message) => message.type === 'events');
    assert.ok(events.length <= 12, `${events.length} messages in 1.1 s`);
    let next = 2;
    for (const message of events) {
      assert.equal(message.seq, next);
      next += message.events.length;
    }
    assert.equal(next, batch.seq + 1);
  });

  it('sends nothing to a hidden page, and a whole snapshot when it is shown again', async () => {
    const batch = new Batch(3);
    const { feed, sent, clock, page } = feedOf(batch);
    await feed.snapshot();
    page.open = false;
    feed.pause();
    sent.length = 0;
    batch.tell({ type: 'job-started', at: 4, job: 0, worker: 1, attempt: 1 }, stage(0));
    await clock.advance(1000);
    await settle();
    assert.deepEqual(sent, []);
    page.open = true;
    await feed.snapshot();
    const message = (sent as readonly ToPage[]).find(({ type }) => type === 'snapshot');
    assert.ok(message?.type === 'snapshot');
    assert.equal(message.seq, batch.seq);
    assert.equal(message.jobs[0]?.stage, 'fetching');
  });

  it('falls silent when the page has gone without a word', async () => {
    const batch = new Batch(3);
    const { feed, clock, page } = feedOf(batch);
    await feed.snapshot();
    page.open = false;
    batch.tell(stage(0));
    await clock.advance(messageGapMs);
    await settle();
    batch.tell(stage(1));
    await clock.advance(messageGapMs);
    feed.dispose();
    assert.equal(batch.listening, 0);
  });
});
