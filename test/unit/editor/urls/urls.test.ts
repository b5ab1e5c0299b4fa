import { strict as assert } from 'node:assert';
import {
  analyse,
  entriesBetween,
  entryOnLine,
  fixesOf,
  runsOf,
  targetOf,
  type Analysis,
} from '../../../../src/editor/urls/analysis';
import {
  directiveHover,
  escapeMarkdown,
  hoverOf,
  lensesOf,
  markOf,
} from '../../../../src/editor/urls/listWords';
import { ListProgress } from '../../../../src/editor/urls/progress';
import type { BatchHandle } from '../../../../src/engine/api';
import { emptyState, reduce, type BatchState, type JobState } from '../../../../src/engine/state/reducer';
import { directives } from '../../../../src/intake/directives';
import type { BatchEvent, Outcome } from '../../../../src/model/events';
import { failure } from '../../../../src/model/failure';
import type { Link } from '../../../../src/model/link';
import { completed } from '../../../helpers/outcomes';
import { batchOfList, type KnownBatch } from '../../../../src/editor/knownBatch';

const now = Date.UTC(2026, 10, 20, 12);
const text = `# Talks
https://youtu.be/aaaaaaaaaaa
bbbbbbbbbbb # again below

# More
# of them
javascript:alert(1)
bbbbbbbbbbb
`;

async function analysed(source = text): Promise<Analysis> {
  const analysis = await analyse(
    source,
    { folder: '/lists' },
    () => Promise.resolve(),
    () => false,
  );
  assert(analysis);
  return analysis;
}

const done = completed({
  meta: { title: ' A *bold* [talk](https://evil.example)\n', channel: 'C', duration: 213 },
});
const failedWith = (code: 'no-captions' | 'blocked'): Outcome => ({
  status: 'failed',
  failure: failure(code, ''),
  seconds: 1,
  requests: 2,
});

async function batchOf(list: string, ...events: readonly BatchEvent[]): Promise<BatchState> {
  const { content } = await analysed();
  const state = emptyState();
  for (const event of [
    { type: 'batch-created', at: now, id: 'b', name: 'b', machine: 'm', list, settings: {} } as const,
    { type: 'jobs-added', at: now, jobs: content.jobs } as const,
    { type: 'control', at: now, action: 'start', by: 'user' } as const,
    ...events,
  ])
    reduce(state, event);
  return state;
}
const outcome = (job: number, one: Outcome): BatchEvent => ({ type: 'outcome', at: now, job, outcome: one });
const jobIn = (state: BatchState, index: number): JobState => {
  const job = state.jobs[index];
  assert(job);
  return job;
};

describe('A .urls document in the editor', () => {
  it('knows what is on a line and in the visible lines, also with 100,000 lines', async () => {
    const { content } = await analysed();
    assert.equal(entryOnLine(content, 1)?.job, 0);
    assert.equal(entryOnLine(content, 3), undefined);
    assert.deepEqual(
      [...entriesBetween(content, 2, 6)].map((entry) => entry.line),
      [3, 7],
    );
    const big = await analysed(Array.from({ length: 100_000 }, (_, at) => `https://e.org/${at}`).join('\n'));
    assert.deepEqual(
      [...entriesBetween(big.content, 99_998, 200_000)].map((entry) => entry.line),
      [99_999, 100_000],
    );
  });

  it('gives up reading when the text has changed', async () => {
    const big = Array.from({ length: 5000 }, (_, at) => `https://e.org/${at}`).join('\n');
    let pauses = 0;
    const stale = await analyse(
      big,
      {},
      () => Promise.resolve(void (pauses += 1)),
      () => true,
    );
    assert.deepEqual([stale, pauses], [undefined, 1]);
  });

  it('links only what was understood', async () => {
    const { content } = await analysed();
    assert.deepEqual(content.jobs.map(targetOf), [
      'https://www.youtube.com/watch?v=aaaaaaaaaaa',
      'https://www.youtube.com/watch?v=bbbbbbbbbbb',
      undefined,
    ]);
  });

  it('offers fixes that fit the problem', async () => {
    const { content } = await analysed(`${text}bbbbbbbbbbb\n# @limit x`);
    const titles = content.problems.map((problem) =>
      fixesOf(problem, content.duplicates).map((fix) => fix.title),
    );
    assert.deepEqual(titles, [
      ['Turn the line into a comment', 'Remove the line'],
      ['Remove the duplicate', 'Remove all 2 duplicates', 'Turn the line into a comment'],
      ['Remove the duplicate', 'Remove all 2 duplicates', 'Turn the line into a comment'],
      ['Turn the line into a comment'],
    ]);
    assert.deepEqual(runsOf([1, 2, 5, 7, 8]), [
      { from: 1, to: 2 },
      { from: 5, to: 5 },
      { from: 7, to: 8 },
    ]);
  });

  it('says above the list what can be done, then how far its batch is', async () => {
    const { content } = await analysed();
    const titles = (state?: BatchState): string[] => lensesOf(content, state).map((lens) => lens.title);
    assert.deepEqual(titles(), ['Transcribe 2 links']);
    assert.deepEqual(titles(await batchOf('/l', outcome(0, done))), ['1 of 3']);
    assert.deepEqual(titles(await batchOf('/l', outcome(0, done), outcome(2, failedWith('blocked')))), [
      '2 of 3, 1 failed',
    ]);
    const stop: BatchEvent = { type: 'control', at: now, action: 'finish', by: 'engine' };
    assert.deepEqual(
      titles(
        await batchOf('/l', outcome(0, done), outcome(1, failedWith('no-captions')), outcome(2, done), stop),
      ),
      ['2 done, 1 failed: retry', 'Transcribe 2 links'],
    );
    assert.deepEqual(lensesOf((await analysed('# nothing')).content, undefined), []);
  });

  it('marks each line with the state of its link', async () => {
    const state = await batchOf(
      '/l',
      outcome(0, done),
      { type: 'job-started', at: now, job: 1, worker: 1, attempt: 1 },
      { type: 'stage', at: now, job: 1, stage: 'downloading', percent: 38 },
      outcome(2, failedWith('no-captions')),
    );
    assert.deepEqual(
      [0, 1, 2].map((job) => markOf(jobIn(state, job), jobIn(state, job).link, now)),
      [
        { text: '✓ Done', colour: 'done' },
        { text: '● Downloading 38\u2009%', colour: 'running' },
        { text: '✗ No captions', colour: 'failed' },
      ],
    );
    const waiting = jobIn(await batchOf('/l'), 0);
    assert.equal(markOf(waiting, waiting.link, now), undefined);
  });

  it('tells title, length and status over a link, and lets no title become markup', async () => {
    const state = await batchOf('/l', outcome(0, done), outcome(1, failedWith('no-captions')));
    const [title, facts, kind, status] = hoverOf(jobIn(state, 0).link, jobIn(state, 0), now);
    assert.equal(title, '**A \\*bold\\* \\[talk\\]\\(https\\://evil\\.example\\)**');
    assert.deepEqual([facts, kind, status], ['C · 3:33', 'YouTube video', 'Done']);
    assert.match(hoverOf(jobIn(state, 1).link, jobIn(state, 1), now).at(-1) ?? '', /^Failed: No captions\. /);
    assert.deepEqual(hoverOf(jobIn(state, 1).link, undefined, now), ['YouTube video']);
    assert.equal(escapeMarkdown('https://e/x a@b \u202egpj'), 'https\\://e/x a\\@b gpj');
    assert.equal(escapeMarkdown('<img src=x>\n![a](b)'), '\\<img src=x\\> \\!\\[a\\]\\(b\\)');
  });

  it('explains every directive', () => {
    for (const name of Object.keys(directives)) assert.match(directiveHover(name) ?? '', /\. Example: `# @/);
    assert.equal(directiveHover('constructor'), undefined);
  });
});

describe('The lens of a list after a reload', () => {
  const counts = { pending: 0, running: 0, completed: 31, failed: 2, skipped: 0, cancelled: 0, parked: 0 };
  const known = (folder: string, list: string | undefined): KnownBatch => ({
    ...{ id: folder, name: 'talks', folder, phase: 'finished', counts, total: 33, updatedAt: 1 },
    ...(list === undefined ? {} : { list }),
  });

  it('says what the manifest of its batch says, found by the path of the list', async () => {
    const { content } = await analysed('aaaaaaaaaaa');
    const batches = [
      known('/out/talks 2', '/b/talks.urls'),
      known('/out/talks', '/a/talks.urls'),
      known('/out/pasted', ''),
      known('/out/lost', undefined),
    ];
    const found = batchOfList('/a/talks.urls', batches);
    assert.equal(found?.folder, '/out/talks');
    assert.equal(batchOfList('/b/talks.urls', batches)?.folder, '/out/talks 2');
    assert.equal(lensesOf(content, found)[0]?.title, '31 done, 2 failed: retry');
    assert.equal(batchOfList('/c/talks.urls', batches), undefined, 'another list of that name');
  });

  it('does not say of an interrupted batch that it is under way', () => {
    const left = { ...known('/out/talks', '/a/talks.urls'), phase: 'running' as const };
    const phaseOf = (batch: KnownBatch): string | undefined =>
      new ListProgress(() => undefined, undefined, {
        batchOf: () => batch,
        videoOf: () => undefined,
      }).batchOf('/a/talks.urls')?.phase;
    assert.equal(phaseOf(left), 'stopped');
    assert.equal(phaseOf({ ...left, owner: 'process 7' }), 'running');
  });
});

describe('What batches know of a list', () => {
  it("is asked of the list's own batch first, then of any other, as jobs are added", async () => {
    const own = await batchOf('/lists/a.urls', outcome(0, done));
    const other = await batchOf('/lists/b.urls');
    reduce(other, {
      type: 'jobs-added',
      at: now,
      jobs: [{ link: { kind: 'page', id: 'x', url: 'https://e.org/' } }],
    });
    const handles = [other, own].map((state) => ({ state }) as unknown as BatchHandle);
    const progress = new ListProgress(() => ({ batches: handles }));
    assert.equal(progress.batchOf('/lists/a.urls')?.counts, own.counts);
    const first = jobIn(own, 0).link;
    const page = (url: string): Link => ({ kind: 'page', id: url, url });
    assert.equal(progress.jobOf('/lists/a.urls', first), own.jobs[0]);
    assert.equal(progress.jobOf('/lists/a.urls', page('https://e.org/')), other.jobs.at(-1));
    assert.equal(progress.jobOf('/lists/a.urls', page('https://e.org/2')), undefined);
    reduce(own, {
      type: 'jobs-added',
      at: now,
      jobs: [{ link: { kind: 'page', id: 'y', url: 'https://e.org/2' } }],
    });
    assert.equal(progress.jobOf('/lists/a.urls', page('https://e.org/2')), own.jobs.at(-1));
    assert.equal(new ListProgress(() => undefined).jobOf('/lists/a.urls', first), undefined);
  });

  it('is known of a list that is in no file, too', async () => {
    const own = await batchOf('', outcome(0, done));
    const handle = { state: own } as unknown as BatchHandle;
    const progress = new ListProgress(
      () => ({ batches: [handle] }),
      (list) => (list === 'untitled:Untitled-1' ? own.id : undefined),
    );
    assert.equal(progress.batchOf('untitled:Untitled-1')?.id, own.id);
    assert.equal(progress.batchOf('untitled:Untitled-2'), undefined);
  });
});
