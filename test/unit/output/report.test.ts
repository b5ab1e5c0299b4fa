// The report repeats unknown messages of YouTube, ready for a bug report.
import assert from 'node:assert/strict';
import { emptyState, reduce, type BatchState } from '../../../src/engine/state/reducer';
import { failure, type Failure } from '../../../src/model/failure';
import { renderReport } from '../../../src/output/report';
import { youtube } from './samples';

function stateOf(failures: readonly Failure[]): BatchState {
  const state = emptyState();
  reduce(state, { type: 'batch-created', at: 1, id: 'b', name: 'lectures', machine: 'm', settings: {} });
  const jobs = failures.map((_, index) => ({ link: youtube(`video00000${index}`) }));
  reduce(state, { type: 'jobs-added', at: 1, jobs });
  for (const [job, one] of failures.entries()) {
    const outcome = { status: 'failed', failure: one, seconds: 1, requests: 1 } as const;
    reduce(state, { type: 'outcome', at: 2, job, outcome });
  }
  return state;
}

describe('the report on unknown messages of YouTube', () => {
  it('counts each and shows which client got which answer', () => {
    const odd = failure('bad-response', 'Only penguins. (is refused: android, ios)', { subject: 'YouTube' });
    const old = failure('client-outdated', 'Reload. (is retired: tv)');
    const report = renderReport(stateOf([odd, old, odd, failure('private', 'x')]), 10);
    const section = report.slice(report.indexOf('## What YouTube said'));
    assert.match(
      section,
      /- 2 × Only penguins\\?\. \(is refused: android, ios\)\n- 1 × Reload\\?\. \(is retired: tv\)/,
    );
    assert.doesNotMatch(section, /private/);
  });
  it('is not there when all was understood', () => {
    const others = [failure('private', 'x'), failure('bad-response', 'status 500')];
    assert.doesNotMatch(renderReport(stateOf(others), 10), /What YouTube said/);
  });
});
