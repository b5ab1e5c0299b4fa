/** Batches in every state of the panel's design, made by the engine's own reducer from plain events. */
import type { BatchEvent, QuotaView } from '../../src/model/events';
import { failure, type Failure } from '../../src/model/failure';
import type { Stage } from '../../src/model/source';
import type { SourceId } from '../../src/model/transcript';
import { emptyState, reduce, type BatchState } from '../../src/engine/state/reducer';
import { helped } from './helped';
import { packRows, type BatchHead, type ResumedNote, type ToPage } from '../../src/protocol';

export const sceneNames = [
  'running',
  'paused',
  'held',
  'parked',
  'consent',
  'stopped',
  'finished',
  'allDone',
  'resumed',
  'elsewhere',
  'machines',
  'diskFull',
] as const;
/** `manyMachines` is looked at by one test alone: it has the most lanes that there can be. */
export type SceneName = (typeof sceneNames)[number] | 'manyMachines';

/** 14:18 on the day of the pictures, in UTC. */
export const now = Date.UTC(2026, 10, 20, 14, 18, 0);

const series = [
  'Linear algebra',
  'Operating systems',
  'Cell biology',
  'Modern architecture',
  'Statistics for everyone',
  'Rivers and deltas',
  'Compilers',
  'The long eighteenth century',
  'Thermodynamics',
  'Ethics in practice',
];
const topics = [
  'eigenvalues without tears',
  'what a page fault costs',
  'membranes and gradients',
  'concrete, glass and light',
  'why the median lies less',
  'how a delta forgets',
  'parsing by hand',
  'letters, salons, newspapers',
  'entropy, counted',
  'the trolley and the timetable',
  'review and questions',
  'guest lecture, part two',
  'a proof in four pictures',
  'scheduling under pressure',
];

/** A number from 0 to 1 that is the same for the same place, whatever else happens. */
function chance(index: number, salt: number): number {
  let h = Math.imul(index + 1, 2654435761) ^ Math.imul(salt + 7, 40503);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

const titleOf = (index: number): string =>
  `${series[Math.floor(index / 14) % series.length]} ${(index % 14) + 1}: ${topics[Math.floor(chance(index, 3) * topics.length)]}`;

export interface Scene {
  readonly state: BatchState;
  readonly resumed?: ResumedNote;
  readonly owner?: string;
}

const words: Readonly<Record<string, Failure>> = {
  'no-captions': failure('no-captions', 'no caption tracks', { status: 200 }),
  private: failure('private', 'LOGIN_REQUIRED: this video is private', { status: 200 }),
  'geo-blocked': failure('geo-blocked', 'UNPLAYABLE: not available in your country', { status: 200 }),
  'too-large': failure('too-large', '413 Request Entity Too Large', { status: 413, subject: 'openai' }),
  'not-started': failure('not-started', 'LIVE_STREAM_OFFLINE', { notBefore: Date.UTC(2026, 10, 24, 18) }),
  unavailable: failure('unavailable', 'ERROR: video unavailable', { status: 404 }),
  blocked: failure('blocked', 'LOGIN_REQUIRED: confirm you are not a bot', {
    status: 429,
    subject: 'youtube',
  }),
};

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
  const over = name === 'finished' || name === 'allDone';
  const edge = over ? rows : Math.round(rows * 0.624) + 3;
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
  const busy = new Set(over ? [] : [edge - 5, edge - 2, edge - 1, edge, edge + 1]);
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

function done(index: number, at: number): BatchEvent {
  const speech = chance(index, 5) > 0.82;
  return {
    type: 'outcome',
    at,
    job: index,
    outcome: {
      status: 'completed',
      source: speech ? 'deapi' : 'youtube',
      language: chance(index, 6) < 0.8 ? 'en' : 'de',
      captions: speech ? 'speech' : chance(index, 11) < 0.45 ? 'automatic' : 'manual',
      meta: {},
      files: [`${titleOf(index).replace(':', ' –')} [${String(index).padStart(11, 'a')}].md`],
      seconds: speech ? 30 + chance(index, 9) * 60 : 1 + chance(index, 8) * 2.2,
      requests: 2,
      via: 'direct',
      ...(speech ? { cost: 0.028, paidSeconds: 50 } : {}),
    },
  };
}

/** What the workers did in the last minutes, so that the lanes have something to show. */
function lanes(
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

const over = (name: SceneName): boolean => name === 'finished' || name === 'allDone';

/** What goes on at this moment. */
function present(state: BatchState, fold: (event: BatchEvent) => void, name: SceneName, edge: number): void {
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
      ...(name === 'diskFull' ? { why: failure('disk', 'ENOSPC: no space left on device') } : {}),
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

export function batchHead(from: Scene): BatchHead {
  const { state, owner } = from;
  return {
    id: state.id,
    name: state.name,
    phase: state.phase,
    counts: { ...state.counts },
    total: state.total,
    ...(owner === undefined ? {} : { owner }),
  };
}

/**
 * The snapshot as the host sends it, in slices of `slice` rows; the one that holds the job `lead` goes first,
 * and a last one without rows makes it whole.
 */
export function snapshot(from: Scene, seq = 0, slice = 5000, time = now, lead = 0): ToPage[] {
  const { jobs, ...head } = from.state;
  const base = { type: 'snapshot', batch: head.id, snapshot: seq + 1, total: jobs.length } as const;
  const starts = Array.from({ length: Math.max(1, Math.ceil(jobs.length / slice)) }, (_, k) => k * slice);
  const leading = Math.floor(lead / slice) * slice;
  starts.sort((a, b) => Number(b === leading) - Number(a === leading));
  const slices = starts.map((first): ToPage => ({
    ...base,
    rows: packRows(jobs.slice(first, first + slice)),
    ...(first === leading
      ? {
          head,
          now: time,
          ...(from.resumed ? { resumed: from.resumed } : {}),
          ...(from.owner === undefined ? {} : { owner: from.owner }),
        }
      : {}),
  }));
  return [...slices, { ...base, rows: packRows([]), head, seq }];
}

/** Messages as one text, which is the quickest way into the page; `window.read` there makes them again. */
export function asText(messages: readonly ToPage[]): string {
  return JSON.stringify(messages, (_, value: unknown) =>
    value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') } : value,
  );
}

export const settingsMessage: ToPage = {
  type: 'settings',
  values: {
    workers: { value: 5 },
    parallel: { value: true },
    adaptive: { value: true },
    onError: { value: 'continue' },
    order: { value: 'list' },
    'rate.youtube.perHour': { value: 300 },
    'rate.deapi.perMinute': { value: 300 },
    sources: { value: ['subtitleFile', 'youtube', 'yt-dlp', 'deapi', 'openai', 'whisper'] },
  },
};

export const sourcesMessage: ToPage = {
  type: 'sources',
  outputFolder: 'transcripts',
  sources: [
    { id: 'youtube', ready: true, detail: 'ready, no key needed' },
    { id: 'yt-dlp', ready: false, detail: 'not found', step: { words: 'Install…', step: 'install' } },
    { id: 'deapi', ready: false, detail: 'no key', step: { words: 'Set key…', step: 'setApiKey' } },
    {
      id: 'openai',
      ready: false,
      detail: 'no endpoint',
      step: { words: 'Set up…', step: 'openSettings', setting: 'openai.endpoint' },
    },
    {
      id: 'whisper',
      ready: false,
      detail: 'no program',
      step: { words: 'Set up…', step: 'openSettings', setting: 'whisper.path' },
    },
  ],
};
