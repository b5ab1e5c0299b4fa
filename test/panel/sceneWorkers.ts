/** What the workers of a scene did in the last minutes, and what goes on at this moment. */
import type { BatchEvent, QuotaView } from '../../src/model/events';
import { failure } from '../../src/model/failure';
import type { Stage } from '../../src/model/source';
import type { SourceId } from '../../src/model/transcript';
import type { BatchState } from '../../src/engine/state/reducer';
import { now, over, type SceneName } from './sceneNames';
import { chance, done, words } from './sceneVideos';

/** What the workers did in the last minutes, so that the lanes have something to show. */
export function lanes(
  state: BatchState,
  fold: (event: BatchEvent) => void,
  edge: number,
  busy: ReadonlySet<number>,
  name: SceneName,
): void {
  let next = Math.max(0, edge - 110);
  const clock = [0, 1, 2, 3, 4].map((worker) => now - 420_000 + worker * 2300);
  const begin = name === 'resumed' ? now - 66_000 : now - 420_000;
  if (name === 'resumed') clock.fill(begin);
  const stop = (worker: number): number =>
    name === 'held' && worker > 0
      ? now - 96_000
      : name === 'parked' && worker > 0
        ? now - 140_000
        : name === 'paused' && ![0, 3].includes(worker)
          ? now - 14_000 - worker * 3000
          : over(name)
            ? now - 20_000 - worker * 11_000
            : name === 'stopped'
              ? now - 30_000
              : now - [57_000, 54_000, 6_500, 16_000, 9_000][worker]!;
  for (;;) {
    const worker = clock.indexOf(Math.min(...clock));
    let at = clock[worker]!;
    if (at === Infinity) break;
    while (busy.has(next)) next += 1;
    const index = next;
    const speech = chance(index, 5) > 0.82;
    const job = state.jobs[index];
    const waits = speech ? 1500 : 4000 + chance(index, 20) * 13_000;
    const parts: [Stage, number][] = speech
      ? [
          ['fetching', 2000],
          ['uploading', 6000 + chance(index, 21) * 8000],
          ['transcribing', 26_000 + chance(index, 22) * 50_000],
          ['writing', 900],
        ]
      : [
          ['fetching', 2500 + chance(index, 23) * 4500],
          ['writing', 800],
        ];
    const length = waits + parts.reduce((sum, [, ms]) => sum + ms, 0);
    if (!job || index >= edge || at + length > stop(worker)) {
      clock[worker] = Infinity;
      continue;
    }
    next += 1;
    fold({ type: 'job-started', at, job: index, worker: worker + 1, attempt: 1 });
    fold({ type: 'wait', at, job: index, wait: { for: 'rate', quota: 'youtube' } });
    at += waits;
    for (const [stage, ms] of parts) {
      fold({ type: 'stage', at, job: index, stage });
      at += ms;
    }
    const fails = worker === 2 && at > now - 70_000 && at < now - 55_000;
    if (fails)
      fold({
        type: 'outcome',
        at,
        job: index,
        outcome: {
          status: 'failed',
          failure: words['no-captions']!,
          source: 'youtube',
          seconds: 1.4,
          requests: 2,
        },
      });
    else fold(done(index, at));
    clock[worker] = at + 600;
  }
}

/** What goes on at this moment. */
export function present(
  state: BatchState,
  fold: (event: BatchEvent) => void,
  name: SceneName,
  edge: number,
): void {
  const run = (
    job: number,
    worker: number,
    ago: number,
    source: SourceId,
    steps: [Stage | 'rate' | 'held', number, number?][],
  ): void => {
    let at = now - ago;
    fold({ type: 'job-started', at, job, worker, attempt: 1 });
    for (const [kind, ms, percent] of steps) {
      if (kind === 'rate')
        fold({ type: 'wait', at, job, wait: { for: 'rate', quota: 'youtube', until: now + 3000 } });
      else if (kind === 'held')
        fold({ type: 'wait', at, job, wait: { for: 'held', quota: 'youtube', until: now + 840_000 } });
      else
        fold({ type: 'stage', at, job, stage: kind, source, ...(percent === undefined ? {} : { percent }) });
      at += ms;
    }
  };
  const talk = (): void =>
    run(edge - 2, 1, 57_000, 'deapi', [
      ['rate', 1000],
      ['fetching', 2000],
      ['uploading', 13_000],
      ['transcribing', 41_000, 75],
    ]);
  const upload = (): void =>
    run(edge - 5, 4, 13_000, 'deapi', [
      ['rate', 1000],
      ['fetching', 3000],
      ['uploading', 9000, 38],
    ]);
  const quotas = (youtube: Partial<QuotaView>): void =>
    fold({
      type: 'quotas',
      at: now,
      quotas: [
        {
          name: 'youtube',
          limit: 300,
          allowed: 285,
          used: 284,
          unit: 'hour',
          history: Array.from(
            { length: 24 },
            (_, k) => [0.22, 0.36, 0.49, 0.62, 0.74, 0.85, 0.93][k] ?? [0.95, 0.93, 0.95, 0.94][k % 4]!,
          ),
          ...youtube,
        },
        {
          name: 'deapi',
          limit: 300,
          allowed: 285,
          used: 122,
          unit: 'minute',
          history: Array.from({ length: 24 }, (_, k) => 0.06 + 0.3 * (k / 23) + 0.06 * Math.sin(k * 1.7)),
        },
      ],
    });
  fold({ type: 'machine', at: now, memoryMB: 180, cpuPercent: 3 });
  if (over(name)) {
    fold({ type: 'control', at: now, action: 'finish', by: 'engine' });
    state.ranMs = 118 * 60_000;
    // Opened after it has ended: there are no lanes.
    state.workers = [];
    return;
  }
  if (name === 'stopped' || name === 'diskFull') {
    quotas({});
    fold({
      type: 'control',
      at: now - 12_000,
      action: name === 'stopped' ? 'stop' : 'pause',
      by: name === 'stopped' ? 'user' : 'engine',
      ...(name === 'diskFull'
        ? {
            why: failure('disk', 'The disk is full (ENOSPC): ~/transcripts/talks', {
              needs: 'disk',
              subject: 'full',
            }),
          }
        : {}),
    });
    return;
  }
  talk();
  const pace = { perMinute: 4.1, lengthsUnknown: 0, endsAt: now + 46 * 60_000, endsWithinMs: 2.2 * 60_000 };
  if (name === 'paused') {
    upload();
    quotas({});
    fold({ type: 'pace', at: now, pace: { ...pace, by: { kind: 'idle' } } });
    fold({ type: 'control', at: now - 14_000, action: 'pause', by: 'user' });
    return;
  }
  if (name === 'held') {
    run(edge, 2, 98_000, 'youtube', [
      ['fetching', 2000],
      ['held', 96_000],
    ]);
    quotas({
      used: 268,
      heldUntil: now + 840_000,
      history: Array.from({ length: 24 }, (_, k) => (k > 20 ? 0 : Math.min(0.95, 0.2 + k * 0.12))),
    });
    fold({
      type: 'pace',
      at: now,
      pace: {
        ...pace,
        perMinute: 1.2,
        endsAt: now + 60 * 60_000,
        by: { kind: 'held', quota: 'youtube', until: now + 840_000 },
      },
    });
    return;
  }
  if (name === 'parked' || name === 'consent') {
    const parked = state.jobs
      .filter((job) => job.status === 'pending')
      .slice(0, name === 'parked' ? undefined : 42);
    for (const job of parked)
      fold({
        type: 'outcome',
        at: now - 140_000,
        job: job.index,
        outcome:
          name === 'parked'
            ? { status: 'parked', failure: words.blocked!, source: 'youtube' }
            : {
                status: 'parked',
                failure: failure('payment', 'needs consent'),
                source: 'deapi',
                consent: { service: 'deapi', origin: 'https://api.deapi.ai', seconds: 90, cost: 0.05 },
              },
      });
    quotas(
      name === 'parked'
        ? {
            used: 64,
            blocked: true,
            history: Array.from({ length: 24 }, (_, k) => (k > 11 ? 0 : Math.min(0.95, 0.2 + k * 0.12))),
          }
        : {},
    );
    if (name === 'consent') upload();
    fold({
      type: 'pace',
      at: now,
      pace: { ...pace, by: name === 'parked' ? { kind: 'blocked', quota: 'youtube' } : { kind: 'workers' } },
    });
    return;
  }
  run(edge, 2, 52_000, 'youtube', [['rate', 52_000]]);
  run(edge + 1, 3, 7000, 'youtube', [
    ['rate', 6000],
    ['fetching', 1000],
  ]);
  upload();
  run(edge - 1, 5, 9000, 'youtube', [
    ['rate', 5000],
    ['fetching', 3000],
    ['writing', 1000],
  ]);
  quotas({ nextAt: now + 3000 });
  fold({ type: 'pace', at: now, pace: { ...pace, by: { kind: 'quota', quota: 'youtube' } } });
  if (name === 'resumed') {
    state.starts = 2;
    state.phaseAt = now - 66_000;
  }
}
