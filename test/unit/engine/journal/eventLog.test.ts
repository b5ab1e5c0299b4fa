import assert from 'node:assert/strict';
import { EventLog } from '../../../../src/engine/journal/eventLog';
import { emptyState } from '../../../../src/engine/state/reducer';
import { FakeClock } from '../../../helpers/fakeClock';

describe('The log of a batch’s events', () => {
  it('counts what is on disk and not folded yet as not done', async () => {
    const clock = new FakeClock();
    const log = new EventLog(emptyState(), clock, {
      // Longer than a slice, so that each event that was written has its own.
      write: () => new Promise((resolve) => clock.after(30, resolve)),
      refused: () => undefined,
      mended: () => Promise.resolve(false),
    });
    const left: number[] = [];
    log.onEvents(() => left.push(log.backlog));
    log.emit({ type: 'control', at: clock.now(), action: 'start', by: 'user' });
    log.emit({ type: 'job-control', at: clock.now(), jobs: [0, 1], action: 'release' });
    assert.equal(log.backlog, 2);
    await clock.advance(1_000);
    assert.deepEqual(left, [1, 0]);
  });
});
