/** Batches in every state of the panel's design, made by the engine's own reducer from plain events. */
import type { BatchEvent } from '../../src/model/events';
import { emptyState, reduce, type BatchState } from '../../src/engine/state/reducer';
import type { ResumedNote } from '../../src/protocol';
import { helped } from './helped';
import { now, over, type SceneName } from './sceneNames';
import { chance, done, titleOf, words } from './sceneVideos';
import { lanes, present } from './sceneWorkers';

export interface Scene {
  readonly state: BatchState;
  readonly resumed?: ResumedNote;
  readonly owner?: string;
}

/** A batch of `rows` videos, some 62 % of them seen to. */
export function scene(name: SceneName, rows = 500): Scene {
  const state = emptyState();
  const fold = (event: BatchEvent): void => void reduce(state, event);
  const start = now - 80 * 60_000;
  fold({
    type: 'batch-created',
    at: start,
    id: 'batch_20261120_125800',
    name: 'lectures-2026',
    machine: 'm',
    list: '/lists/lectures-2026.urls',
    settings: {},
  });
  fold({
    type: 'jobs-added',
    at: start,
    jobs: Array.from({ length: rows }, (_, index) => ({
      link: {
        kind: 'youtube' as const,
        url: `https://www.youtube.com/watch?v=${String(index).padStart(11, 'a')}`,
        id: String(index).padStart(11, 'a'),
      },
      meta: { title: titleOf(index), duration: 240 + Math.round(chance(index, 1) * 4200) },
      count: chance(index, 13) < 0.03 ? 2 : 1,
      line: index + 1,
    })),
  });
  fold({ type: 'control', at: start, action: 'start', by: 'user' });
  fold({ type: 'workers', at: start, configured: 5, effective: 5, parallel: true });
  const edge = over(name) ? rows : Math.round(rows * 0.624) + 3;
  const fails = new Map<number, string>();
  const skips = new Set<number>();
  if (name === 'finished') {
    const at = (index: number): number => Math.floor((index / 500) * rows);
    for (const [index, code] of [
      [41, 'no-captions'],
      [77, 'private'],
      [130, 'no-captions'],
      [188, 'geo-blocked'],
      [240, 'no-captions'],
      [301, 'no-captions'],
      [322, 'unavailable'],
      [399, 'not-started'],
      [452, 'no-captions'],
      [480, 'private'],
    ] as const)
      fails.set(at(index), code);
    skips.add(9);
  } else if (name !== 'allDone') {
    fails.set(edge - 13, 'no-captions');
    fails.set(edge - 9, 'private');
    fails.set(edge - 4, 'geo-blocked');
    fails.set(edge - 143, 'too-large');
    fails.set(edge - 211, 'not-started');
    for (const back of [7, 100, 180]) skips.add(edge - back);
  }
  const busy = new Set(over(name) ? [] : [edge - 5, edge - 2, edge - 1, edge, edge + 1]);
  lanes(state, fold, edge, busy, name);
  for (let index = 0; index < edge; index += 1) {
    const job = state.jobs[index];
    if (!job || busy.has(index) || job.status !== 'pending') continue;
    const at = start + (index / edge) * 70 * 60_000;
    const code = fails.get(index);
    const failed = code === undefined ? undefined : words[code];
    if (failed) {
      if (code === 'geo-blocked')
        fold({
          type: 'attempt',
          at,
          job: index,
          source: 'youtube',
          failure: failed,
          seconds: 1.2,
          requests: 2,
          counts: true,
        });
      if (code === 'geo-blocked') job.tries = 2;
      fold({
        type: 'outcome',
        at,
        job: index,
        outcome: { status: 'failed', failure: failed, source: 'youtube', seconds: 1.4, requests: 2 },
      });
    } else if (skips.has(index))
      fold({
        type: 'outcome',
        at,
        job: index,
        outcome: {
          status: 'skipped',
          reason: 'already-done',
          file: '../lectures-2025/x.md',
          batch: 'lectures-2025',
        },
      });
    else fold(done(index, at));
  }
  present(state, fold, name, edge);
  if (name === 'machines' || name === 'manyMachines')
    for (const event of helped(name, edge + 2, rows, now)) fold(event);
  if (name === 'elsewhere') {
    // Of a machine that is not this one only the journal is known.
    state.workers = [];
    state.configuredWorkers = 0;
    state.quotas = [];
    delete state.pace;
  }
  return {
    state,
    ...(name === 'resumed'
      ? { resumed: { kept: state.counts.completed, pickedUp: 2, closedMs: 87 * 60_000 } }
      : {}),
    ...(['elsewhere', 'machines', 'manyMachines'].includes(name)
      ? { owner: 'in another window or terminal (process 4211)' }
      : {}),
  };
}
