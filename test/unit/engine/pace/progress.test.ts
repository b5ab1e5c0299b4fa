/** The arithmetic of how fast a batch goes and when it ends, by its figures. */
import assert from 'node:assert/strict';
import {
  adviceOn,
  leastMs,
  paceOf,
  startsLeastMs,
  Track,
  type PaceQuestion,
} from '../../../../src/engine/pace/progress';

const second = 1000;
const minute = 60_000;

/** A track with a finished job a second, each of `tookMs`, from `from` on. */
function track(jobs: number, tookMs: number, from = 0): Track {
  const made = new Track(from);
  for (let job = 1; job <= jobs; job++) made.left(tookMs, true, from + job * second);
  return made;
}

describe('What jobs have taken', () => {
  it('is nothing before the first has ended', () => {
    const empty = new Track(0);
    assert.deepEqual(
      [empty.finished, empty.meanMs, empty.workMs, empty.deviationMs, empty.longest],
      [0, undefined, 0, 0, 0],
    );
    assert.equal(empty.perMinute(minute), 0);
  });

  it('counts the tries of a job with it, and its longest turn', () => {
    const some = new Track(0);
    some.left(3000, false, 1);
    assert.deepEqual([some.finished, some.meanMs, some.workMs, some.longest], [0, undefined, 3000, 0]);
    assert.equal(some.deviationMs, 0);
    some.left(5000, true, 2);
    some.left(1000, true, 3);
    assert.deepEqual([some.finished, some.meanMs, some.workMs, some.longest], [2, 4500, 9000, 5000]);
  });

  it('spreads as its turns do', () => {
    const some = new Track(0);
    some.left(2000, true, 1);
    some.left(4000, false, 2);
    assert.equal(some.deviationMs, 1000);
    assert.equal(track(9, 700).deviationMs, 0);
  });
});

describe('The throughput', () => {
  it('is what ended in the last five minutes, or since the start', () => {
    const every = track(600, 10);
    assert.equal(track(30, 10).perMinute(30 * second), 60);
    // The window's first moment belongs to it.
    assert.equal(every.perMinute(600 * second), 301 / 5);
    assert.equal(every.perMinute(600 * second + 150 * second + 1), 150 / 5);
    assert.equal(every.perMinute(600 * second + 5 * minute + 1), 0);
  });

  it('is not shown for less than a second', () => {
    const quick = new Track(0);
    quick.left(1, true, 900);
    assert.equal(quick.perMinute(999), 0);
    assert.equal(quick.perMinute(1000), 60);
  });

  it('begins again with a batch that goes on', () => {
    const again = track(60, 10);
    again.restarted(10 * minute);
    assert.equal(again.perMinute(10 * minute + 10 * second), 0);
    again.left(10, true, 10 * minute + 5 * second);
    assert.equal(again.perMinute(10 * minute + 10 * second), 6);
  });

  it('of very many jobs is that of the last 5,000', () => {
    const many = new Track(0);
    for (let job = 1; job <= 30_000; job++) many.left(1, true, job);
    // A job a millisecond: 5,000 of them reach back 4,999 ms.
    assert.equal(many.perMinute(30_000), (5000 * minute) / 4999);
    assert.equal(many.finished, 30_000);
  });
});

describe('The end that is foretold', () => {
  const workers: PaceQuestion['binding'] = { kind: 'workers' };
  const ask = (more: Partial<PaceQuestion>): ReturnType<typeof paceOf> =>
    paceOf({
      now: 1_000_000,
      monotonic: 10 * second,
      track: track(10, 4000),
      subqueues: [],
      delayed: 0,
      running: 0,
      quotaMs: () => 0,
      workers: 2,
      effective: 2,
      binding: workers,
      lengthsUnknown: 0,
      ...more,
    });
  const subqueue = (jobs: number, ...quotas: string[]): PaceQuestion['subqueues'][number] => ({
    quotas,
    jobs,
  });
  const leftMs = (pace: ReturnType<typeof paceOf>): number => (pace.endsAt ?? Number.NaN) - 1_000_000;

  it('is not shown where nothing is left, nothing runs, or nothing is known', () => {
    const bare = { by: workers, perMinute: 60, lengthsUnknown: 3 };
    assert.deepEqual(ask({ lengthsUnknown: 3 }), bare);
    for (const binding of [{ kind: 'idle' }, { kind: 'blocked', quota: 'youtube' }] as const) {
      assert.deepEqual(ask({ subqueues: [subqueue(9)], binding }), {
        by: binding,
        perMinute: 60,
        lengthsUnknown: 0,
      });
    }
    assert.equal(ask({ subqueues: [subqueue(9)], track: new Track(0) }).endsAt, undefined);
  });

  it('shares the work among the workers; a running job has half of it behind it', () => {
    assert.equal(leftMs(ask({ subqueues: [subqueue(3), subqueue(2)], delayed: 1 })), (6 * 4000) / 2);
    assert.equal(leftMs(ask({ subqueues: [subqueue(3)], running: 2 })), (4 * 4000) / 2);
    assert.equal(leftMs(ask({ running: 1, effective: 5 })), 2000);
    // No more of them work than there are jobs, and at least one does.
    assert.equal(leftMs(ask({ subqueues: [subqueue(1)], effective: 5 })), 4000);
    assert.equal(leftMs(ask({ subqueues: [subqueue(1)], effective: 0 })), 4000);
  });

  it('is the slowest quota’s, and its last job still takes its time', () => {
    const quotaMs = (name: string, starts: number): number => starts * (name === 'slow' ? 9000 : 10);
    assert.equal(
      leftMs(ask({ subqueues: [subqueue(2, 'slow', 'fast'), subqueue(3, 'slow')], quotaMs })),
      45_000 + 4000,
    );
    assert.equal(
      leftMs(ask({ subqueues: [subqueue(2, 'fast'), subqueue(4, 'fast')], quotaMs })),
      (6 * 4000) / 2,
    );
    assert.equal(leftMs(ask({ subqueues: [subqueue(2, 'slow')], quotaMs, track: new Track(0) })), 18_000);
  });

  it('is doubted less the more has ended, and more where turns differ', () => {
    const within = (more: Partial<PaceQuestion>): number | undefined => ask(more).endsWithinMs;
    assert.equal(within({ subqueues: [subqueue(6)], track: track(3, 4000) }), 12_000 / 2 / 2);
    assert.equal(within({ subqueues: [subqueue(6)], track: track(15, 4000) }), 12_000 / 4 / 2);
    const uneven = new Track(0);
    for (let pair = 0; pair < 8; pair++) for (const ms of [3000, 5000]) uneven.left(ms, true, 1);
    uneven.left(4000, true, 1);
    const deviation = Math.sqrt(16 / 17) * 1000;
    assert.equal(
      within({ subqueues: [subqueue(16)], track: uneven }),
      Math.round((deviation * 4) / 2 + 32_000 / Math.sqrt(18) / 2),
    );
    // Never beyond what is left.
    const wild = new Track(0);
    wild.left(1, true, 1);
    wild.left(100_000, true, 1);
    const { endsAt = 0, endsWithinMs } = ask({ subqueues: [subqueue(1)], track: wild, effective: 1 });
    assert.equal(endsWithinMs, endsAt - 1_000_000);
    // Nothing has ended: half of it.
    assert.equal(within({ subqueues: [subqueue(2, 'q')], quotaMs: () => 8000, track: new Track(0) }), 4000);
  });

  it('is that of the running jobs whose sources know theirs, also before any has ended', () => {
    const fresh = track(0, 0);
    const foreseen = [{ tookMs: 1000, leftMs: 600_000 }];
    const lone = ask({ running: 1, foreseen, track: fresh });
    assert.deepEqual([leftMs(lone), lone.endsWithinMs], [600_000, 60_000]);
    // Others wait: each takes as long as this one in all.
    assert.equal(
      leftMs(ask({ subqueues: [subqueue(1)], running: 1, foreseen, track: fresh, effective: 1 })),
      600_000 + 601_000,
    );
    // A long one is not shared out among the workers.
    assert.equal(leftMs(ask({ running: 2, foreseen, workers: 9, effective: 9 })), 600_000);
    assert.equal(
      leftMs(ask({ subqueues: [subqueue(8)], running: 1, foreseen: [], effective: 1 })),
      8.5 * 4000,
    );
  });

  it('comes with advice only while the workers set the pace', () => {
    const six = { subqueues: [subqueue(6)] };
    assert.deepEqual(ask(six).advice, { workers: 6, endsAt: 1_000_000 + 4000 });
    const binding = { kind: 'quota', quota: 'youtube' } as const;
    assert.equal(ask({ ...six, binding }).advice, undefined);
  });
});

describe('Advice on workers', () => {
  it('is as many as the work is worth, at most twenty, and no more than jobs', () => {
    assert.deepEqual(adviceOn(100_000, 0, 50_000, 2, 8), { workers: 8, ms: 12_500 });
    assert.deepEqual(adviceOn(100_000, 0, 50_000, 2, 500), { workers: 20, ms: 5000 });
    assert.equal(adviceOn(100_000, 0, 12_500, 8, 8), undefined);
    assert.equal(adviceOn(0, 0, 0, 2, 8), undefined);
  });

  it('ends where a quota takes over', () => {
    assert.deepEqual(adviceOn(100_000, 30_000, 50_000, 2, 8), { workers: 4, ms: 30_000 });
    assert.deepEqual(adviceOn(90_000, 30_000, 45_000, 2, 8), { workers: 3, ms: 30_000 });
    assert.equal(adviceOn(100_000, 50_000, 50_000, 2, 8), undefined);
  });

  it('is not given for less than a tenth', () => {
    assert.deepEqual(adviceOn(100_000, 45_000, 50_000, 2, 8), { workers: 3, ms: 45_000 });
    assert.equal(adviceOn(100_000, 45_001, 50_000, 2, 8), undefined);
  });
});

describe('The least time', () => {
  it('is that of the work, the longest job or the quota', () => {
    assert.equal(leastMs(100, 4, 20, 10), 25);
    assert.equal(leastMs(100, 0, 20, 10), 100);
    assert.equal(leastMs(100, 50, 20, 10), 20);
    assert.equal(leastMs(100, 50, 20, 30), 30);
  });

  it('of starts is their spacing, or their window beyond the burst', () => {
    const quota = { windowMs: 3_600_000, burst: 10, spacingMs: 500 };
    assert.equal(startsLeastMs(quota, 0, 5), 2000);
    assert.equal(startsLeastMs(quota, 0, 0), 0);
    assert.equal(startsLeastMs(quota, 100, 5), 2000);
    // A timer that came late is caught up: a quarter of a step is given.
    assert.equal(startsLeastMs(quota, 100, 12), (1.75 * 3_600_000) / 100);
    assert.equal(startsLeastMs({ ...quota, burst: 0 }, 100, 3), (1.75 * 3_600_000) / 100);
    assert.equal(startsLeastMs({ ...quota, spacingMs: 60_000 }, 3600, 12), 660_000);
  });
});
