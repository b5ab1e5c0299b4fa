/** The user's word that a video may be paid for a second time is good for one payment. */
import assert from 'node:assert/strict';
import { emptyState, reduce, type JobState } from '../../../../src/engine/state/reducer';
import type { Outcome } from '../../../../src/model/events';
import { failure, type Failure, type FailureCode } from '../../../../src/model/failure';
import { videos } from '../../../helpers/fakeEngine';
import { completed } from '../../../helpers/outcomes';

const failed = (code: FailureCode): Outcome => ({
  ...{ status: 'failed', failure: failure(code, 'why'), source: 'deapi', seconds: 0, requests: 1 },
});

/** A row that may have been charged, which the user lets be paid for again, and what comes of that. */
function after(...ends: readonly Outcome[]): JobState {
  const state = emptyState();
  reduce(state, { type: 'jobs-added', at: 0, jobs: videos(1) });
  reduce(state, { type: 'outcome', at: 1, job: 0, outcome: failed('maybe-charged') });
  reduce(state, { type: 'job-control', at: 2, jobs: [0], action: 'retry' });
  for (const outcome of ends) reduce(state, { type: 'outcome', at: 3, job: 0, outcome });
  const [job] = state.jobs;
  assert.ok(job);
  return job;
}

describe('The word that a video may be paid for again', () => {
  it('holds until something was paid, or may have been', () => {
    assert.equal(after().paysAgain, true);
    assert.equal(after(failed('network')).paysAgain, true);
    assert.equal(after({ status: 'parked', failure: failure('auth', 'no key') }).paysAgain, true);
  });

  it('is used by a transcript, a charge for nothing, and a request without an answer', () => {
    assert.equal(after(completed({ source: 'deapi', cost: 1 })).paysAgain, undefined);
    assert.equal(after(failed('maybe-charged')).paysAgain, undefined);
    const state = emptyState();
    reduce(state, { type: 'jobs-added', at: 0, jobs: videos(1) });
    reduce(state, { type: 'outcome', at: 1, job: 0, outcome: failed('maybe-charged') });
    reduce(state, { type: 'job-control', at: 2, jobs: [0], action: 'redo' });
    reduce(state, { type: 'job-control', at: 2, jobs: [0], action: 'retry' });
    reduce(state, { type: 'charged', at: 3, job: 0, source: 'deapi', cost: 1, requestId: 'r1' });
    reduce(state, { type: 'outcome', at: 4, job: 0, outcome: failed('no-speech') });
    assert.deepEqual([state.jobs[0]?.paysAgain, state.jobs[0]?.redo], [undefined, undefined]);
  });

  it('can be given again', () => {
    const state = emptyState();
    reduce(state, { type: 'jobs-added', at: 0, jobs: videos(1) });
    for (let times = 0; times < 2; times += 1) {
      reduce(state, { type: 'outcome', at: 1, job: 0, outcome: failed('maybe-charged') });
      assert.equal(state.jobs[0]?.paysAgain, undefined);
      reduce(state, { type: 'job-control', at: 2, jobs: [0], action: 'retry' });
      assert.equal(state.jobs[0]?.paysAgain, true);
    }
  });
});

describe('Rows that fail for the same reason', () => {
  const after = (...failures: readonly Failure[]): readonly (Failure | undefined)[] => {
    const state = reduce(emptyState(), { type: 'jobs-added', at: 1, jobs: videos(failures.length) });
    for (const [job, each] of failures.entries()) {
      const outcome: Outcome = { status: 'failed', failure: each, seconds: 1, requests: 1 };
      reduce(state, { type: 'outcome', at: 2, job, outcome });
    }
    return state.jobs.map((job) => job.failure);
  };

  it('keep it once where they are near each other', () => {
    const [first, other, third] = after(
      failure('private', 'Private.'),
      failure('unavailable', 'Gone.'),
      failure('private', 'Private.'),
    );
    assert.equal(third, first);
    assert.notEqual(other, first);
  });

  it('keep their own where anything of it differs', () => {
    const own = [
      failure('private', 'Private.'),
      failure('age-restricted', 'Private.'),
      failure('private', 'Private.', { status: 403 }),
      failure('private', 'Private.', { status: 404 }),
      failure('private', 'Private.', { subject: 'x' }),
    ];
    assert.deepEqual(after(...own), own);
  });
});
