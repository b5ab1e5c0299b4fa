/** A journal and what passes beside it, read at different moments and folded in the order in which it happened. */
import assert from 'node:assert/strict';
import { JournalFold } from '../../../../src/engine/journal/fold';
import { journalLine } from '../../../../src/engine/journal/record';
import { Merged } from '../../../../src/engine/live/merged';
import type { LiveNews } from '../../../../src/engine/live/liveReader';
import type { LastingEvent, PassingEvent } from '../../../../src/model/events';
import { failure } from '../../../../src/model/failure';
import { FakeClock } from '../../../helpers/fakeClock';
import { videos } from '../../../helpers/fakeEngine';

const line = (event: LastingEvent, number: number): string => journalLine(event, number).slice(1);

const ended = (at: number): LastingEvent => ({
  type: 'outcome',
  at,
  job: 0,
  outcome: {
    status: 'failed',
    failure: failure('no-captions', 'none'),
    source: 'youtube',
    seconds: 1,
    requests: 1,
  },
});

const news = (upTo: number, ...events: readonly PassingEvent[]): LiveNews => ({
  upTo,
  items: events.map((event) => ({ at: event.at, event })),
});

function begun(): { readonly clock: FakeClock; readonly fold: JournalFold; readonly merged: Merged } {
  const clock = new FakeClock();
  const fold = new JournalFold('/out/a');
  const merged = new Merged(clock);
  const created = { type: 'batch-created', at: 1, id: 'b', name: 'a', machine: 'm', settings: {} } as const;
  const added = { type: 'jobs-added', at: 2, jobs: videos(2) } as const;
  merged.take(fold, [line(created, 1), line(added, 2)], undefined);
  return { clock, fold, merged };
}

describe('a journal and what passes beside it', () => {
  it('are folded in the order in which it happened: a job’s end waits for its begin', () => {
    const { fold, merged } = begun();
    assert.deepEqual(merged.take(fold, [line(ended(100), 3)], news(50)).events, []);
    assert.equal(merged.lastOf(fold), 3, 'it was read, and is not read again');
    const { events } = merged.take(
      fold,
      [],
      news(
        120,
        { type: 'job-started', at: 60, job: 0, worker: 1, attempt: 1 },
        { type: 'stage', at: 70, job: 0, stage: 'fetching' },
        { type: 'job-started', at: 110, job: 1, worker: 1, attempt: 1 },
      ),
    );
    assert.deepEqual(
      events.map(({ type }) => type),
      ['job-started', 'stage', 'outcome', 'job-started'],
    );
    const lane = [{ job: 0, from: 70, kind: 'fetching', to: 100, end: 'failed' }];
    assert.deepEqual(fold.state.workers, [{ number: 1, job: 1, lane }]);
  });

  it('wait for each other for a short time only, and not at all where nothing passes', async () => {
    const { clock, fold, merged } = begun();
    merged.take(fold, [line(ended(100), 3)], news(50));
    await clock.advance(2_900);
    assert.deepEqual(merged.take(fold, [], news(50)).events, []);
    await clock.advance(200);
    assert.equal(merged.take(fold, [], news(50)).events.length, 1);
    const other = begun();
    assert.equal(other.merged.take(other.fold, [line(ended(100), 3)], undefined).events.length, 1);
  });
});
