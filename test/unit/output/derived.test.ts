// Manifest, report and failed list say what the state says.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { emptyState, reduce, type BatchState } from '../../../src/engine/state/reducer';
import type { BatchEvent, Outcome } from '../../../src/model/events';
import { failure, nextMoveOf, type FailureCode } from '../../../src/model/failure';
import { codeWords } from '../../../src/model/words';
import { readUrlsLine } from '../../../src/intake/urlsSyntax';
import { OutputDerived } from '../../../src/output/derived';
import { manifestContent, manifestPieces } from '../../../src/output/manifest';
import { failedListLines, renderReport } from '../../../src/output/report';
import { systemClock } from '../../../src/platform/clock';
import { NodeFiles } from '../../../src/platform/files';
import { completed } from '../../helpers/outcomes';
import { youtube } from './samples';

const codes = Object.keys(nextMoveOf) as FailureCode[];
const start = Date.UTC(2026, 10, 20, 10, 15);
const ids = ['dQw4w9WgXcQ', '-9bZkp7q19f', 'aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc', 'ddddddddddd'];

const done = completed({
  meta: { title: 'A [talk]', duration: 213 },
  files: ['A [dQw4w9WgXcQ].md'],
  seconds: 1.23456,
});
const fails = (code: Parameters<typeof failure>[0], message: string): Outcome => ({
  status: 'failed',
  failure: failure(code, message),
  seconds: 1,
  requests: 1,
});

function stateOf(outcomes: readonly Outcome[], titles: readonly string[] = []): BatchState {
  const events: BatchEvent[] = [
    { type: 'batch-created', at: start, id: 'batch_1', name: 'lectures-2026', machine: 'm', settings: {} },
    {
      type: 'jobs-added',
      at: start,
      jobs: ids.map((id, at) => ({
        link: youtube(id),
        ...(titles[at] === undefined ? {} : { meta: { title: titles[at] } }),
      })),
    },
    { type: 'control', at: start, action: 'start', by: 'user' },
    ...outcomes.map((outcome, job) => ({ type: 'outcome' as const, at: start + 1000 * job, job, outcome })),
  ];
  return events.reduce(reduce, emptyState());
}
const mixed: readonly Outcome[] = [
  done,
  fails('no-captions', 'no tracks'),
  fails('private', 'LOGIN_REQUIRED'),
  fails('no-captions', 'no tracks'),
  { status: 'skipped', reason: 'by-user' },
];

const failedListOf = (state: BatchState): string => [...failedListLines(state, start)].join('');

describe('the derived files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bulk-derived-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const derived = new OutputDerived({
    files: new NodeFiles(),
    clock: { ...systemClock, now: () => start + 61_200 },
  });
  const written = async (state: BatchState, final = false): Promise<Record<string, unknown>> => {
    await derived.write(folder, state, final);
    return JSON.parse(await readFile(join(folder, 'batch.json'), 'utf8')) as Record<string, unknown>;
  };

  it('hold no list of failed notes, which would transcribe the videos when it is run', async () => {
    const over = stateOf(mixed);
    const notes = join(folder, '.notes');
    await mkdir(notes);
    await derived.write(notes, over, true);
    assert.deepEqual((await readdir(notes)).sort(), ['batch.json', 'report.md']);
  });

  it('are all there when the manifest says that it is over; one that cannot be written keeps no other back', async () => {
    const over = stateOf(mixed);
    reduce(over, { type: 'control', at: start, action: 'finish', by: 'engine' });
    const files = new NodeFiles();
    const names: string[] = [];
    const writer = new OutputDerived({
      files: Object.assign(Object.create(files) as NodeFiles, {
        writeWhole: async (path: string, content: string): Promise<void> => {
          names.push(basename(path));
          if (names.length === 4) throw new Error('Somebody has it open.');
          await files.writeWhole(path, content);
        },
      }),
      clock: systemClock,
    });
    await writer.write(folder, over, true);
    assert.deepEqual(names, ['report.md', 'failed.urls', 'batch.json']);
    await rm(join(folder, 'batch.json'));
    await assert.rejects(writer.write(folder, over, true), /has it open/);
    assert.match(await readFile(join(folder, 'batch.json'), 'utf8'), /"state":\s*"finished"/);
  });

  it('leave a manifest that differs only in when it was written, and mend one that differs in anything else', async () => {
    const state = stateOf(mixed);
    const path = join(folder, 'batch.json');
    await written(state);
    const first = await readFile(path, 'utf8');
    const later = { ...state, updatedAt: state.updatedAt + 60_000, ranMs: state.ranMs + 5_000 };
    await derived.write(folder, later, true);
    assert.equal(await readFile(path, 'utf8'), first);
    for (const damaged of [first.slice(0, -5), first.replace('A [talk]', 'A [walk]'), `${first} `, '']) {
      await writeFile(path, damaged);
      await derived.write(folder, later, true);
      const mended = await readFile(path, 'utf8');
      assert.notEqual(mended, damaged);
      assert.match(mended, /"title":"A \[talk\]"/);
    }
    await writeFile(path, first);
    reduce(later, { type: 'outcome', at: start, job: 5, outcome: { status: 'skipped', reason: 'by-user' } });
    assert.equal((await written(later)).skipped, 2);
  });

  it('hold a manifest with the agreed keys', async () => {
    const { videos, ...head } = await written(stateOf(mixed));
    assert.deepEqual(head, {
      schema: 1,
      batch_id: 'batch_1',
      name: 'lectures-2026',
      created_at: '2026-11-20T10:15:00.000Z',
      updated_at: '2026-11-20T10:15:04.000Z',
      state: 'running',
      total: 6,
      completed: 1,
      failed: 3,
      skipped: 1,
      cancelled: 0,
      parked: 0,
      pending: 1,
      notes: [],
      stats: {
        wall_seconds: 61.2,
        requests: 5,
        rate_limited: 0,
        retries: 0,
        cost: 0,
        by_source: { youtube: 1 },
        by_error: { 'no-captions': 2, private: 1 },
      },
    });
    assert.ok(Array.isArray(videos));
    assert.deepEqual(videos[0], {
      url: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
      id: 'dQw4w9WgXcQ',
      title: 'A [talk]',
      status: 'completed',
      source: 'youtube',
      language: 'en',
      captions: 'manual',
      duration: 213,
      output_file: 'A [dQw4w9WgXcQ].md',
      output_files: ['A [dQw4w9WgXcQ].md'],
      processing_time: 1.235,
      retry_count: 0,
      via: 'direct',
    });
    assert.deepEqual(videos[1], {
      url: 'https://www.youtube.com/watch?v=-9bZkp7q19f',
      id: '-9bZkp7q19f',
      status: 'failed',
      error_code: 'no-captions',
      error: 'no tracks',
      processing_time: 1,
      retry_count: 0,
    });
    assert.equal((videos[4] as { skip_reason: string }).skip_reason, 'by-user');
    assert.deepEqual(await readdir(folder), ['batch.json']);
  });

  it('leave list links out that have become their entries', async () => {
    const manifest = await written(stateOf([{ status: 'expanded', entries: 5 }]));
    assert.equal(manifest.total, 5);
    assert.equal((manifest.videos as unknown[]).length, 5);
  });

  it('add report and failed list when the batch rests, and take an old list away', async () => {
    const state = stateOf(mixed);
    reduce(state, { type: 'control', at: start + 5000, action: 'pause', by: 'user' });
    await written(state);
    assert.deepEqual((await readdir(folder)).sort(), ['batch.json', 'failed.urls', 'report.md']);
    await written(stateOf([done, done, done, done, done, done]), true);
    assert.deepEqual((await readdir(folder)).sort(), ['batch.json', 'report.md']);
  });

  it('hold the counts of the videos as written where a long batch goes on meanwhile, and are left the same way', async () => {
    const state = stateOf(mixed);
    const jobs = Array.from({ length: 2_500 }, (_, n) => ({
      link: youtube(`v${String(n).padStart(10, '0')}`),
    }));
    reduce(state, { type: 'jobs-added', at: start, jobs });
    let job = ids.length;
    const content = await manifestContent(state, start, () => {
      reduce(state, { type: 'outcome', at: start, job: job++, outcome: fails('private', 'no') });
      reduce(state, { type: 'outcome', at: start, job: 2_000 + job, outcome: done });
      return Promise.resolve();
    });
    const path = join(folder, 'batch.json');
    await new NodeFiles().writeWhole(path, content);
    const { videos, ...head } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    const rows = videos as readonly { readonly status: string }[];
    const count = (status: string): number => rows.filter((row) => row.status === status).length;
    assert.equal(rows.length, 2_506);
    assert.deepEqual(
      [head.total, head.completed, head.failed, head.skipped, head.pending],
      [rows.length, count('completed'), count('failed'), count('skipped'), count('pending')],
    );
    assert.ok(count('completed') > 1);
    await derived.write(folder, state, true);
    const last = await readFile(path, 'utf8');
    await derived.write(folder, { ...state, updatedAt: state.updatedAt + 1, ranMs: 1e9 }, true);
    assert.equal(await readFile(path, 'utf8'), last);
    await writeFile(path, last.replace('"v0000001234"', '"v0000001239"'));
    await derived.write(folder, state, true);
    assert.equal(await readFile(path, 'utf8'), last);
  });

  it('let others have their turn a hundred times with 100 000 videos', async () => {
    const state = stateOf([]);
    const jobs = Array.from({ length: 100_000 }, (_, n) => ({
      link: youtube(`v${String(n).padStart(10, '0')}`),
    }));
    reduce(state, { type: 'jobs-added', at: start, jobs });
    let turns = 0;
    const pieces = await manifestPieces(state, start, () => {
      turns += 1;
      return Promise.resolve();
    });
    assert.equal(turns, 100);
    const manifest = JSON.parse(Buffer.concat(pieces).toString()) as { readonly videos: readonly unknown[] };
    assert.equal(manifest.videos.length, 100_006);
  });
});

describe('the report', () => {
  it('says every cause in words, never the code that programs read', () => {
    for (const code of codes) {
      const state = stateOf([fails(code, 'what the service said')]);
      reduce(state, { type: 'control', at: start + 61_200, action: 'finish', by: 'engine' });
      const report = renderReport(state, start + 70_000);
      assert.ok(report.includes(`### ${codeWords(code).cause}`), code);
      if (code.includes('-')) assert.ok(!report.includes(code), code);
      assert.doesNotMatch(report, /`/, code);
    }
  });

  it('says how it ended and lists failures by cause with their next step', () => {
    const state = stateOf([...mixed, done]);
    const ideal = { tookMs: 61_200, leastMs: 1_200 };
    const pace = { by: { kind: 'idle' }, perMinute: 6, lengthsUnknown: 0, ideal } as const;
    reduce(state, { type: 'pace', at: start + 61_200, pace });
    reduce(state, { type: 'control', at: start + 61_200, action: 'finish', by: 'engine' });
    const report = renderReport(state, start + 70_000);
    assert.match(
      report,
      /^# lectures-2026\n\nFinished\. 3 videos failed for 2 reasons; each reason has its next step below\. It took 61\.2\u2009s; no order of these jobs could have taken less than 1\.2\u2009s\./,
    );
    assert.match(
      report,
      /### No captions \(2\)\n\nThe video has no captions\. Turn on speech-to-text to transcribe its sound\.\n\n- \[.*\]\(https:\/\/www\.youtube\.com\/watch\?v=-9bZkp7q19f\): no tracks/,
    );
    assert.ok(report.indexOf('### No captions') < report.indexOf('### Private video'));
    assert.match(report, /\| Done \| 2 \|/);
  });

  it('leads to the transcripts of what was done already', () => {
    const known = (file: string, batch: string): Outcome => ({
      status: 'skipped',
      reason: 'already-done',
      file,
      batch,
    });
    const report = renderReport(
      stateOf([known('A (b) [x].md', 'old talks'), known('B.md', 'lectures-2026'), known('C.md', '..')]),
      start,
    );
    assert.match(
      report,
      /\n## Already done\n\n- \[A \(b\) \\\[x\\\]\]\(\.\.\/old%20talks\/A%20%28b%29%20%5Bx%5D\.md\)\n- \[B\]\(B\.md\)\n$/,
    );
    const second = renderReport(
      stateOf([known('A.md', 'lectures-2026'), known('B.md', 'lectures-2026 2')]),
      start,
      'lectures-2026 2',
    );
    assert.match(second, /\n- \[A\]\(\.\.\/lectures-2026\/A\.md\)\n- \[B\]\(B\.md\)\n$/);
  });

  it('lets no title or message become markup', () => {
    const evil = '![x](http://evil.example/a.png)<script>\n# h';
    const report = renderReport(stateOf(mixed, [evil, evil, evil]), start);
    assert.doesNotMatch(report, /(^|[^\\])(<script|!\[x\]\()/m);
    assert.doesNotMatch(report, /^# h/m);
  });
});

describe('the failed list', () => {
  it('can be run again and says why in comments', () => {
    const titles = ['', '@limit 1', 'evil\n@lang xx # y\u202E'];
    const list = failedListOf(stateOf(mixed, titles));
    const lines = list.split('\n').map(readUrlsLine);
    assert.deepEqual(
      lines.flatMap((line) => (line.kind === 'entry' ? [line.text] : [])),
      [1, 3, 2].map((at) => `https://www.youtube.com/watch?v=${ids[at] ?? ''}`),
    );
    assert.equal(lines.filter((line) => line.kind === 'directive').length, 1);
    // Its batch gets a name of its own, once however often it is run.
    assert.match(list, /^# @name lectures-2026 retry$/m);
    const again = failedListOf({ ...stateOf(mixed), name: 'lectures-2026 retry' });
    assert.match(again, /^# @name lectures-2026 retry$/m);
    assert.match(list, /# No captions: The video has no captions\./);
  });

  it('keeps what is no link as a comment', () => {
    for (const code of ['invalid-url', 'unsupported'] as const) {
      const state = stateOf([fails(code, 'no link')]);
      const [job] = state.jobs;
      assert.ok(job);
      state.jobs[0] = { ...job, link: { kind: 'page', url: 'javascript:alert(1)\n@sources deapi', id: 'x' } };
      const kinds = failedListOf(state)
        .split('\n')
        .map((line) => readUrlsLine(line).kind);
      assert.ok(kinds.every((kind) => ['comment', 'blank', 'directive'].includes(kind)));
      assert.equal(kinds.filter((kind) => kind === 'directive').length, 1);
    }
  });
});
