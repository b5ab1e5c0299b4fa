/** What a task writes and how it ends: the terminal program's exit codes, and no title that steers the terminal. */
import assert from 'node:assert/strict';
import { taskExitCode, taskLines } from '../../../../src/editor/tasks/taskWords';
import { emptyState, reduce } from '../../../../src/engine/state/reducer';
import type { BatchEvent } from '../../../../src/model/events';
import { failure } from '../../../../src/model/failure';
import { completed } from '../../../helpers/outcomes';

const url = (id: string): string => `https://www.youtube.com/watch?v=${id}`;

function after(...events: readonly BatchEvent[]) {
  const state = emptyState();
  const jobs = ['aaaaaaaaaaa', 'bbbbbbbbbbb'].map((id) => ({
    link: { kind: 'youtube' as const, id, url: url(id) },
  }));
  for (const event of [
    { type: 'batch-created', at: 0, id: 'b', name: 'b', machine: 'm', settings: {} } as const,
    { type: 'jobs-added', at: 0, jobs } as const,
    { type: 'control', at: 0, action: 'start', by: 'user' } as const,
    ...events,
  ])
    reduce(state, event);
  return { state, lines: taskLines(events, state) };
}

const done = (job: number, title?: string): BatchEvent => ({
  type: 'outcome',
  at: 0,
  job,
  outcome: completed(title === undefined ? {} : { meta: { title } }),
});
const failed = (job: number): BatchEvent => ({
  type: 'outcome',
  at: 0,
  job,
  outcome: { status: 'failed', failure: failure('no-captions', ''), seconds: 1, requests: 2 },
});
const control = (action: 'finish' | 'stop'): BatchEvent => ({
  type: 'control',
  at: 0,
  action,
  by: action === 'stop' ? 'user' : 'engine',
});

describe('a task', () => {
  it('writes a line for each video that has ended, with its cause and the next step', () => {
    const { lines } = after(done(0, 'A talk'), failed(1));
    assert.match(lines[0] ?? '', /^2\/2 ✓ A talk$/);
    assert.match(lines[1] ?? '', /^2\/2 ✗ https:\S+bbbbbbbbbbb: No captions\. .+\.$/);
  });

  it('lets no title steer the terminal', () => {
    const [line = ''] = after(done(0, 'A\u001b[2J\r\ntalk\u202e')).lines;
    assert.match(line, /^1\/2 ✓ A \[2J {2}talk $/);
  });

  it("ends with the terminal program's codes", () => {
    assert.equal(taskExitCode(after(done(0), done(1), control('finish')).state), 0);
    assert.equal(taskExitCode(after(done(0), failed(1), control('finish')).state), 1);
    assert.equal(taskExitCode(after(done(0), control('stop')).state), 130);
  });
});
