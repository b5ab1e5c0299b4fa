// The moving part of the terminal: it keeps its shape whatever the titles and however narrow the window.
import assert from 'node:assert/strict';
import { emptyState, reduce } from '../../../src/engine/state/reducer';
import { failure } from '../../../src/model/failure';
import type { HelperView, QuotaView } from '../../../src/model/events';
import type { Link } from '../../../src/model/link';
import { columnsOf, cut, padded } from '../../../src/terminal/columns';
import { closing, endLine, frame } from '../../../src/terminal/screen';
import { videoLink, videos } from '../../helpers/fakeEngine';

function running(title: string): ReturnType<typeof emptyState> {
  const state = emptyState();
  reduce(state, { type: 'batch-created', at: 0, id: 'b', name: 'talks', machine: 'm', settings: {} });
  const jobs = [{ link: videoLink(0), meta: { title } }, ...videos(1, 1)];
  reduce(state, { type: 'jobs-added', at: 0, jobs });
  reduce(state, { type: 'control', at: 0, action: 'start', by: 'user' });
  for (const job of [0, 1]) {
    reduce(state, { type: 'job-started', at: 0, job, worker: job + 1, attempt: 1 });
    reduce(state, { type: 'stage', at: 0, job, stage: 'fetching' });
  }
  return state;
}

describe('the moving part', () => {
  for (const [name, title] of [
    ['Latin', 'A talk of many words that goes on and on and on and on and on and on and on and on'],
    ['Japanese', '日本語のとても長いタイトル'.repeat(8)],
    ['emoji', '👩‍👩‍👧‍👦 family '.repeat(20)],
  ] as const)
    for (const columns of [20, 40, 80, 200])
      it(`never wraps: a title in ${name} in ${columns} columns`, () => {
        for (const line of frame(running(title), 400, columns).split('\n'))
          assert.ok(columnsOf(line) < columns, `${columnsOf(line)} columns: ${line}`);
      });

  it('says when it will end and how sure that is, where a line has room for it', () => {
    const now = new Date(2026, 10, 20, 14, 18).getTime();
    const state = running('talk');
    const pace = { by: { kind: 'workers' }, perMinute: 4.1, lengthsUnknown: 0 } as const;
    const endsAt = now + 46 * 60_000;
    reduce(state, { type: 'pace', at: now, pace: { ...pace, endsAt, endsWithinMs: 5 * 60_000 } });
    const totals = (columns: number): string => frame(state, now, columns).split('\n')[0] ?? '';
    assert.match(totals(80), / · 46\u2009min left, 14:55–15:10$/);
    assert.match(totals(48), / · 46\u2009min left$/);
  });

  it('tells which video a worker is at, also in 40 columns and before its title is known', () => {
    const state = emptyState();
    const links: readonly Link[] = [
      { kind: 'youtube', url: 'https://www.youtube.com/watch?v=abc00000017', id: 'abc00000017' },
      { kind: 'subtitle', url: 'https://example.org/talks/2026/opening-words.vtt', id: 'x' },
    ];
    reduce(state, { type: 'jobs-added', at: 0, jobs: links.map((link) => ({ link })) });
    links.forEach((_, job) => {
      reduce(state, { type: 'job-started', at: 0, job, worker: job + 1, attempt: 1 });
      reduce(state, { type: 'stage', at: 0, job, stage: 'fetching' });
    });
    const lines = (columns: number): readonly string[] => frame(state, 65_000, columns).split('\n').slice(-2);
    assert.deepEqual(lines(40), [
      ' 1  abc00000017       Fetching captions',
      ' 2  …ening-words.vtt  Fetching captions',
    ]);
    assert.match(lines(120)[0] ?? '', /^ 1 {2}https:\/\/www\.youtube\.com\/watch\?v=abc00000017 .*1:05$/);
    assert.match(lines(30)[0] ?? '', /^ 1 {2}abc00000017 {2}Fetch/);
  });

  it('keeps its columns under each other', () => {
    const [, , first = '', second = ''] = frame(running('日本語'.repeat(40)), 400, 80).split('\n');
    const before = (line: string): number => columnsOf(line.slice(0, line.indexOf('Fetching')));
    assert.ok(first.includes('Fetching'), first);
    assert.equal(before(first), before(second));
  });
});

describe('a batch that other machines help', () => {
  const now = new Date(2026, 10, 20, 14, 18).getTime();
  const youtube: QuotaView = {
    name: 'youtube',
    limit: 300,
    allowed: 285,
    used: 284,
    unit: 'hour',
    history: [],
  };
  const helping = (helpers: readonly HelperView[]): ReturnType<typeof emptyState> => {
    const state = running('talk');
    reduce(state, { type: 'quotas', at: now, quotas: [youtube] });
    reduce(state, {
      type: 'pace',
      at: now,
      pace: { by: { kind: 'quota', quota: 'youtube' }, perMinute: 9, lengthsUnknown: 0 },
    });
    reduce(state, { type: 'helpers', at: now, helpers });
    reduce(state, { type: 'job-started', at: now, job: 1, worker: 22, attempt: 1 });
    return state;
  };

  it('shows what sets the pace, the quotas by address, and workers by the name of their machine', () => {
    const held = { ...youtube, used: 97, heldUntil: now + 600_000 };
    const text = frame(
      helping([
        { name: 'gpu-box', workers: [21, 22], quotas: [{ ...youtube, used: 60 }] },
        { name: 'desk-4', egress: 'office', workers: [23], quotas: [held] },
        { name: 'desk-5', egress: 'office', workers: [24], quotas: [held] },
      ]),
      now,
      120,
    );
    assert.match(text, /^Three addresses: 855 an hour; another address would make it faster\.$/m);
    assert.match(
      text,
      /^YouTube this hour: here 284 of 300, gpu-box 60 of 300, office 97 of 300 \(held until 14:28\)$/m,
    );
    assert.match(text, /^gpu-box 2 .* 0\.0\u2009s$/m);
  });

  it('adds many addresses up, and has no line where nobody helps', () => {
    const helpers = Array.from({ length: 50 }, (_, at) => ({
      name: `node-${at}`,
      workers: [30 + at],
      quotas: [{ ...youtube, used: 10 }],
    }));
    assert.match(frame(helping(helpers), now, 120), /^YouTube this hour: 51 addresses 784 of 15.300$/m);
    assert.doesNotMatch(frame(helping([]), now, 120), /this hour:/);
  });
});

describe('text in columns', () => {
  it('is cut between graphemes, with its mark inside of the room', () => {
    assert.equal(cut('talk', 4), 'talk');
    assert.equal(cut('talks', 4), 'tal…');
    assert.equal(cut('日本語', 6), '日本語');
    assert.equal(cut('日本語', 5), '日本…');
    assert.equal(cut('日本語', 4), '日…');
    assert.equal(cut('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3), '👩‍👩‍👧‍👦…');
    assert.equal(cut('', 4), '');
  });

  it('is filled up to its room', () => {
    assert.equal(padded('日', 4), '日  ');
    assert.equal(padded('talks', 4), 'talks');
  });
});

describe('the line of a video that failed', () => {
  it('names the options of the set-up that change what is wrong', () => {
    const state = running('talk');
    const line = (subject: string): string => {
      const fail = failure('tool-missing', 'The service answered 404.', { subject, forAll: true });
      const outcome = { status: 'failed', failure: fail, seconds: 1, requests: 1 } as const;
      return endLine(state, { type: 'outcome', at: 0, job: 0, outcome }, { now: 0 }) ?? '';
    };
    const setUp = 'bulk-transcribe setup speech';
    assert.ok(line('openai-model').endsWith(`${setUp} --service NAME (or --server URL) --model NAME`));
    assert.ok(line('openai-address').endsWith(`${setUp} --service NAME (or --server URL)`));
    assert.ok(line('openai-form').endsWith(`${setUp} --service NAME (or --server URL)`));
    assert.ok(line('deapi-model').endsWith(`${setUp} --service deapi --model NAME`));
    assert.ok(line('deapi-address').endsWith('Set deapi.endpoint, deapi.version or deapi.ownServer'));
    assert.ok(line('whisper-model').endsWith(setUp));
  });
});

describe('the closing lines of a batch of notes', () => {
  it('name the folder of the notes, and no list that would transcribe', () => {
    const state = emptyState();
    const url = 'file:///talks/a.mp3';
    const link: Link = { kind: 'transcript', url, id: 'x', path: '/out/talks/a [x].md' };
    reduce(state, { type: 'jobs-added', at: 0, jobs: [{ link, meta: { title: 'A talk' } }] });
    reduce(state, { type: 'notes-added', at: 0, notes: [{ job: 0, text: 'one time left out' }] });
    const outcome = { status: 'failed', failure: failure('network', 'x'), seconds: 1, requests: 1 } as const;
    reduce(state, { type: 'outcome', at: 0, job: 0, outcome });
    const lines = closing(state, '/out/talks/.notes', 1);
    assert.ok(lines.includes('Notes        /out/talks'), lines.join('\n'));
    assert.ok(lines.includes('Note on A talk: one time left out'));
    assert.ok(!lines.join('\n').includes('failed.urls'));
  });
});
