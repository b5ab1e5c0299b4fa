// What can be done with a job follows from its state alone.
import assert from 'node:assert/strict';
import { abilities, isNotBegun, isRetryable, retryableCount } from '../../../../src/engine/state/abilities';
import { emptyState, reduce, type BatchState, type JobState } from '../../../../src/engine/state/reducer';
import type { FailureCode } from '../../../../src/model/failure';
import type { JobStatus } from '../../../../src/model/events';
import { videoLink, videos } from '../../../helpers/fakeEngine';

const job = (status: JobStatus, more: Partial<JobState> = {}): JobState => ({
  index: 0,
  link: videoLink(0),
  count: 1,
  status,
  meta: {},
  tries: 1,
  retries: 0,
  ...more,
});

const named = (of: JobState): string =>
  Object.entries(abilities(of))
    .filter(([, can]) => can)
    .map(([name]) => name.slice(3))
    .join(' ');

describe('what can be done with a job', () => {
  const table: readonly (readonly [JobStatus, Partial<JobState>, string])[] = [
    ['pending', {}, 'RunNext Skip'],
    ['running', {}, 'Skip'],
    ['parked', {}, 'Retry Skip'],
    ['failed', {}, 'Retry'],
    ['cancelled', {}, 'Retry'],
    ['completed', { files: ['a.md'] }, 'Open Redo'],
    ['completed', {}, 'Redo'],
    ['completed', { expandedInto: 3 }, ''],
    ['failed', { expandedInto: 3 }, ''],
    ['skipped', { skip: { reason: 'already-done', batch: 'b', file: 'b/a.md' } }, 'Open Redo'],
    ['skipped', { skip: { reason: 'by-user' } }, 'Redo'],
  ];
  for (const [status, more, can] of table)
    it(`${status} ${JSON.stringify(more)}: ${can === '' ? 'nothing' : can}`, () =>
      assert.equal(named(job(status, more)), can));
});

function failed(...codes: readonly FailureCode[]): BatchState {
  const state = emptyState();
  reduce(state, { type: 'batch-created', at: 0, id: 'b', name: 'talks', machine: 'm', settings: {} });
  reduce(state, { type: 'jobs-added', at: 0, jobs: videos(codes.length) });
  codes.forEach((code, index) =>
    reduce(state, {
      type: 'outcome',
      at: 0,
      job: index,
      outcome: { status: 'failed', failure: { code, message: '' }, seconds: 1, requests: 1 },
    }),
  );
  return state;
}

describe('"Retry failed"', () => {
  it('leaves out what would fail again in the same way, by row and by count', () => {
    const state = failed('network', 'private', 'timeout', 'unavailable', 'auth');
    assert.deepEqual(
      state.jobs.filter((one) => isRetryable(one, 0)).map((one) => one.failure?.code),
      ['network', 'timeout', 'auth'],
    );
    assert.equal(retryableCount(state, [], 0), 3);
  });

  it('takes a broadcast that had not begun once its time has come', () => {
    const hour = 3_600_000;
    const state = failed('not-started', 'private');
    const at = (now: number): number => retryableCount(state, state.jobs.filter(isNotBegun), now);
    assert.deepEqual([at(hour - 1), at(hour)], [0, 1]);
  });
});
