/** What the status bar says over all batches that run here, and the notice at a batch's end. */
import assert from 'node:assert/strict';
import { statusLine } from '../../../src/editor/batchWords';
import { endSentence, offersRetry } from '../../../src/editor/endSentence';
import { emptyState, reduce } from '../../../src/engine/state/reducer';
import type { FailureCode } from '../../../src/model/failure';
import { videos } from '../../helpers/fakeEngine';

const batch = (counts: Partial<ReturnType<typeof emptyState>['counts']>) => {
  const all = { ...emptyState().counts, ...counts };
  const total = Object.values(all).reduce((sum, count) => sum + count, 0);
  return { phase: 'running' as const, counts: all, total, handle: {} };
};

describe('the status bar item', () => {
  it('turns while something runs or waits for its turn', () => {
    assert.match(statusLine([batch({ completed: 3, pending: 2 })])?.text ?? '', /^\$\(sync~spin\) 3\/5$/);
    assert.match(statusLine([batch({ completed: 3, running: 1 })])?.text ?? '', /sync~spin/);
  });

  it('stands still where all that is left is parked, unless another batch goes on', () => {
    const parked = batch({ completed: 3, parked: 2 });
    assert.match(statusLine([parked])?.text ?? '', /^\$\(debug-pause\) 3\/5$/);
    assert.match(statusLine([parked, batch({ pending: 1 })])?.text ?? '', /sync~spin/);
  });

  it('is gone when nothing runs', () => {
    assert.equal(statusLine([]), undefined);
  });
});

describe('the notice at the end', () => {
  const ended = (counts: Parameters<typeof batch>[0]): string => {
    const { counts: all, total } = batch(counts);
    return endSentence({ ...emptyState(), name: 'talks', phase: 'finished', counts: all, total });
  };

  it('offers another try only where one can help', () => {
    const offers = (code: FailureCode): boolean => {
      const state = emptyState();
      const outcome = { status: 'failed', failure: { code, message: '' }, seconds: 1, requests: 1 } as const;
      reduce(state, { type: 'jobs-added', at: 0, jobs: videos(1) });
      reduce(state, { type: 'outcome', at: 0, job: 0, outcome });
      return offersRetry(state, 0);
    };
    assert.deepEqual([offers('network'), offers('private')], [true, false]);
  });

  it('says of a full disk why it paused, and offers no other try before that is mended', () => {
    const why = { code: 'disk', message: 'The disk is full (ENOSPC): a/b' } as const;
    const counts = { ...emptyState().counts, completed: 6, failed: 1, pending: 3 };
    const state = { ...emptyState(), name: 'talks', phase: 'paused', why, counts, total: 10 } as const;
    assert.equal(
      endSentence(state),
      'talks is paused: The disk is full (ENOSPC): a/b. 6 of 10 videos done, nothing is lost.',
    );
    assert.equal(offersRetry(state, 0), false);
  });

  it('counts what is done, and what is not', () => {
    assert.equal(ended({ completed: 1 }), 'talks: the video is done.');
    assert.equal(ended({ completed: 2, skipped: 1 }), 'talks: all 3 videos done.');
    assert.equal(ended({ completed: 2, failed: 1 }), 'talks: 2 of 3 videos done, 1 failed.');
  });
});
