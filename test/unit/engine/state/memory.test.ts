import assert from 'node:assert/strict';
import { afterAttempt, afterRelease, noMemory, triesOf } from '../../../../src/engine/state/memory';
import type { AttemptEvent, JobMemory } from '../../../../src/engine/state/memory';
import { emptyState, reduce } from '../../../../src/engine/state/reducer';
import { failure } from '../../../../src/model/failure';
import type { Failure } from '../../../../src/model/failure';
import type { SourceId } from '../../../../src/model/transcript';
import { videoLink } from '../../../helpers/fakeEngine';

const attempt = (
  source: SourceId | undefined,
  fail: Failure,
  more: Partial<AttemptEvent> = {},
): AttemptEvent => ({
  type: 'attempt',
  at: 1,
  job: 0,
  ...(source === undefined ? {} : { source }),
  failure: fail,
  seconds: 1,
  requests: 1,
  counts: false,
  ...more,
});
const none = failure('no-captions', 'none');
const reset = failure('network', 'reset');
const slow = failure('rate-limited', 'slow');

const folded = (...events: readonly AttemptEvent[]): JobMemory => events.reduce(afterAttempt, noMemory);

describe('What a job remembers', () => {
  it('are the sources that were passed, that there are no captions, and what tells most', () => {
    const memory = folded(attempt('youtube', none), attempt('yt-dlp', failure('unsupported', 'not mine')));
    assert.deepEqual(memory.passed, ['youtube', 'yt-dlp']);
    assert.equal(memory.noCaptions, true);
    assert.deepEqual(memory.telling, { source: 'youtube', failure: none });
  });

  it('are the tries of the source that was asked last', () => {
    const counts = { counts: true };
    const memory = folded(
      attempt('youtube', reset, counts),
      attempt('youtube', slow),
      attempt('youtube', slow),
    );
    assert.deepEqual(triesOf(memory, 'youtube'), { source: 'youtube', counted: 1, throttled: 2, all: 3 });
    assert.equal(triesOf(memory, 'yt-dlp').all, 0);
    const later = afterAttempt(memory, attempt('yt-dlp', reset, counts));
    assert.deepEqual(triesOf(later, 'yt-dlp'), { source: 'yt-dlp', counted: 1, throttled: 0, all: 1 });
    assert.equal(later.failedTries, 2);
    assert.equal(triesOf(folded(attempt(undefined, reset, counts)), undefined).counted, 1, 'of a list link');
  });

  it('are sources not worth asking, until one with other rights has seen the video', () => {
    const shut = folded(attempt('youtube', failure('private', 'x'), { skipped: ['deapi'] }));
    assert.deepEqual([shut.passed, shut.skipped], [['youtube'], ['deapi']]);
    assert.deepEqual(afterAttempt(shut, attempt('yt-dlp', reset)).skipped, ['deapi']);
    assert.deepEqual(afterAttempt(shut, attempt('yt-dlp', none)).skipped, []);
  });

  it('is a source that was passed unasked, and an absence that its failure does not say', () => {
    const memory = folded(
      attempt('youtube', failure('blocked', 'x'), { passed: true }),
      attempt('yt-dlp', failure('no-language', 'x'), { noCaptions: true }),
    );
    assert.deepEqual([memory.passed, memory.noCaptions], [['youtube', 'yt-dlp'], true]);
  });

  it('is kept when a parked job is freed, but for its tries', () => {
    const memory = afterRelease(folded(attempt('youtube', none), attempt('deapi', reset, { counts: true })));
    assert.deepEqual([memory.passed, memory.failedTries, memory.last], [['youtube'], 0, undefined]);
  });

  it('lets a source that was passed because its service was shut be asked again once the job is freed', () => {
    const memory = afterRelease(
      folded(
        attempt('subtitleFile', failure('unsupported', 'x')),
        attempt('youtube', failure('blocked', 'x'), { passed: true }),
      ),
    );
    assert.deepEqual([memory.passed, memory.telling], [['subtitleFile'], undefined]);
  });

  it('goes when the user retries, and stays for the second round at the end', () => {
    for (const atEnd of [true, false]) {
      const state = emptyState();
      reduce(state, { type: 'jobs-added', at: 0, jobs: [{ link: videoLink(0) }] });
      reduce(state, attempt('youtube', none));
      const end = { status: 'failed', failure: reset, seconds: 1, requests: 1 } as const;
      reduce(state, { type: 'outcome', at: 2, job: 0, outcome: end });
      reduce(state, {
        type: 'job-control',
        at: 3,
        jobs: [0],
        action: 'retry',
        ...(atEnd ? { atEnd } : {}),
      });
      assert.deepEqual(state.jobs[0]?.memory?.passed, atEnd ? ['youtube'] : undefined);
      assert.equal(state.jobs[0]?.triedAtEnd, atEnd ? true : undefined);
    }
  });
});

describe('What was paid for', () => {
  it('counts once, also where a process died before it could say what came of it', () => {
    const state = emptyState();
    reduce(state, { type: 'jobs-added', at: 0, jobs: [{ link: videoLink(0) }] });
    const charged = { type: 'charged', at: 1, job: 0, source: 'deapi', cost: 2, requestId: 'r1' } as const;
    reduce(state, charged);
    reduce(state, { ...charged, at: 2 });
    assert.equal(state.cost, 2);
    reduce(state, { ...charged, requestId: 'r2' });
    assert.equal(state.cost, 4);
  });
});
