/** What the panel's page is sent, and when. */
import assert from 'node:assert/strict';
import type { BatchHandle } from '../../../../src/engine/api';
import { emptyState, reduce, type BatchState } from '../../../../src/engine/state/reducer';
import { BatchFeed } from '../../../../src/editor/panel/feed';
import { messageGapMs, Outbox } from '../../../../src/editor/panel/outbox';
import type { BatchEvent } from '../../../../src/model/events';
import { unpackRows, type ToPage } from '../../../../src/protocol';
import { FakeClock } from '../../../helpers/fakeClock';

const link = (index: number) => ({
  kind: 'youtube' as const,
  url: `https://www.youtube.com/watch?v=video${index}`,
  id: `video${index}`,
});

/** A batch that can be told events, as the engine would. */
class Batch {
  readonly state: BatchState = emptyState();
  seq = 0;
  /** How many watch what passes in it. */
  watchers = 0;
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
      watch: () => {
        this.watchers += 1;
        return () => (this.watchers -= 1);
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

type Slice = Extract<ToPage, { type: 'snapshot' }>;
const slicesOf = (sent: readonly ToPage[]): Slice[] => sent.filter((message) => message.type === 'snapshot');

/** What a page makes of all that it was sent. */
function folded(sent: readonly ToPage[]): BatchState {
  const state = emptyState();
  let seq = 0;
  for (const message of sent) {
    if (message.type === 'snapshot') {
      for (const job of unpackRows(message.rows)) state.jobs[job.index] = job;
      if (message.head) Object.assign(state, message.head);
      seq = message.seq ?? seq;
    } else if (message.type === 'events') {
      assert.ok(message.seq <= seq + 1, 'no event is missing');
      for (const event of message.events.slice(seq + 1 - message.seq)) reduce(state, event);
      seq = message.seq + message.events.length - 1;
    }
  }
  return state;
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

  it('sends the rows that are worked on with the first slice, and all others after it', async () => {
    const batch = new Batch(9000);
    batch.tell({ type: 'job-started', at: 2, job: 6100, worker: 1, attempt: 1 });
    batch.tell({ type: 'job-started', at: 2, job: 8000, worker: 2, attempt: 1 });
    const { feed, sent } = feedOf(batch);
    await feed.snapshot();
    const slices = slicesOf(sent);
    const first = unpackRows(slices[0]!.rows).map(({ index }) => index);
    assert.ok(slices[0]?.head && slices[0].seq === undefined);
    assert.ok(first.length <= 250, `${first.length} rows are waited for`);
    assert.ok(first.includes(6100) && first.includes(6050) && first.includes(6150));
    assert.ok(first.includes(8000), 'what is on a worker is shown among the workers');
    const all = slices.flatMap(({ rows }) => unpackRows(rows).map(({ index }) => index));
    assert.equal(all.length, 9000, 'none is left out, none is sent twice');
    assert.equal(new Set(all).size, 9000);
    assert.ok(slices.every(({ rows }) => unpackRows(rows).length <= 2000));
    assert.ok(
      slices.every(({ head }, at) => (head !== undefined) === (at === 0 || at === slices.length - 1)),
    );
  });

  it('begins where the page looks, when it says so', async () => {
    const batch = new Batch(9000);
    const { feed, sent } = feedOf(batch);
    await feed.snapshot(4000);
    const first = unpackRows(slicesOf(sent)[0]!.rows).map(({ index }) => index);
    assert.ok(first.includes(3990) && first.includes(4080));
  });

  it('is of one moment, though rows change and come while it is on its way', async () => {
    const batch = new Batch(20_000);
    const { feed, sent, clock, outbox } = feedOf(batch);
    const post = outbox.post.bind(outbox);
    let slices = 0;
    // The batch goes on between any two slices: rows change that were sent, that will be, and that are new.
    outbox.post = async (message) => {
      const taken = await post(message);
      if (message.type !== 'snapshot') return taken;
      slices += 1;
      batch.tell({ type: 'job-started', at: 2, job: slices, worker: 1, attempt: 1 }, stage(slices));
      batch.tell({ type: 'job-started', at: 3, job: 19_000 + slices, worker: 2, attempt: 1 });
      if (slices === 3) batch.tell({ type: 'jobs-added', at: 3, jobs: [{ link: link(20_000) }] });
      if (slices === 4) batch.tell({ type: 'process-died', at: 4, jobs: [5, 19_990] });
      return taken;
    };
    await feed.snapshot();
    await clock.advance(messageGapMs);
    await settle();
    assert.deepEqual(JSON.parse(JSON.stringify(folded(sent))), JSON.parse(JSON.stringify(batch.state)));
    const last = slicesOf(sent).at(-1);
    assert.ok(last?.head && last.seq !== undefined && last.seq > 1);
  });

  it('stops packing when the page goes, and begins again where it asks again', async () => {
    const batch = new Batch(20_000);
    const { feed, sent, outbox } = feedOf(batch);
    const post = outbox.post.bind(outbox);
    let slices = 0;
    let again: Promise<void> | undefined;
    outbox.post = (message) => {
      slices += 1;
      if (slices === 2) feed.pause();
      if (slices === 4) again = feed.snapshot();
      return post(message);
    };
    await feed.snapshot();
    assert.equal(slices, 2, 'nothing is packed for a page that has gone');
    sent.length = 0;
    await feed.snapshot();
    await again;
    const numbers = slicesOf(sent).map(({ snapshot }) => snapshot);
    const last = numbers.at(-1) ?? 0;
    assert.equal(numbers.filter((number) => number < last).length, 2, 'the older one ends with its slice');
    assert.deepEqual(JSON.parse(JSON.stringify(folded(sent))), JSON.parse(JSON.stringify(batch.state)));
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

  it('has a batch of another process watched only while its page is shown', async () => {
    const batch = new Batch(3);
    const { feed } = feedOf(batch);
    assert.equal(batch.watchers, 0);
    await feed.snapshot();
    await feed.snapshot();
    assert.equal(batch.watchers, 1);
    feed.pause();
    assert.equal(batch.watchers, 0);
    await feed.snapshot();
    feed.dispose();
    assert.equal(batch.watchers, 0);
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
    assert.equal(slicesOf(sent).at(-1)?.seq, batch.seq);
    assert.equal(unpackRows(message.rows)[0]?.stage, 'fetching');
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
