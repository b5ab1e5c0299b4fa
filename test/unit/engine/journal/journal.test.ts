import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BatchEvent, LastingEvent, Outcome } from '../../../../src/model/events';
import { isLasting } from '../../../../src/model/events';
import { failure } from '../../../../src/model/failure';
import type { FailureCode } from '../../../../src/model/failure';
import { Journal, journalLine, parseLine, readJournal } from '../../../../src/engine/journal/journal';
import { lastingHead, lastingJob } from '../../../../src/engine/journal/snapshot';
import { emptyState, reduce } from '../../../../src/engine/state/reducer';
import type { BatchState } from '../../../../src/engine/state/reducer';
import { FakeClock } from '../../../helpers/fakeClock';
import { videoLink, videos } from '../../../helpers/fakeEngine';
import { MemoryFiles } from '../../../helpers/memoryFiles';
import { completedEvent } from '../../../helpers/outcomes';

const path = '/out/a/.journal.jsonl';
const created: LastingEvent = {
  type: 'batch-created',
  at: 1,
  id: 'batch_1',
  name: 'a',
  machine: 'm',
  settings: { workers: 3 },
};
const done = (job: number): ReturnType<typeof completedEvent> =>
  completedEvent(job, { meta: { title: `Größe ${job} 🎓` }, files: [`Talk ${job}.md`] }, 10 + job);

/** What lasts of a state, as a plain value. */
function lasting(state: BatchState): unknown {
  const { counts, total } = state;
  const pending = { ...counts, pending: counts.pending + counts.running, running: 0 };
  return JSON.parse(
    JSON.stringify({ head: lastingHead(state), jobs: state.jobs.map(lastingJob), pending, total }),
  );
}

async function folder(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await files.makeFolder('/out/a');
  return files;
}

describe('The journal', () => {
  it('survives being cut at every byte: what was whole before the cut is there, and nothing else', async () => {
    const events: LastingEvent[] = [
      created,
      { type: 'jobs-added', at: 2, jobs: videos(3) },
      done(0),
      done(1),
      done(2),
    ];
    const bytes = Buffer.from(events.map((event, at) => journalLine(event, at + 1)).join(''));
    const ends = events.map((_, at) =>
      Buffer.byteLength(
        events
          .slice(0, at + 1)
          .map((event, n) => journalLine(event, n + 1))
          .join(''),
      ),
    );
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const files = await folder();
      const whole = ends.filter((end) => end <= cut).length;
      await files.writeWhole(path, bytes.subarray(0, cut));
      // The next process appends after the torn line; its own lines must not be swallowed.
      const { state, last } = await readJournal(files, path, new FakeClock());
      assert.equal(last, whole, `cut at ${cut}`);
      const journal = new Journal(files, path, new FakeClock(), last + 1, () => state);
      await journal.write(events.slice(whole));
      const again = await readJournal(files, path, new FakeClock());
      assert.equal(again.state.counts.completed, 3, `cut at ${cut}`);
      assert.equal(again.state.requests, 6);
    }
  });

  it('counts a record once that was written again after a disk that filled up in between', async () => {
    const files = await folder();
    const state = emptyState();
    const journal = new Journal(files, path, new FakeClock(), 1, () => state);
    const events = [created, { type: 'jobs-added', at: 2, jobs: videos(2) } as const, done(0)];
    await journal.write(events.slice(0, 2));
    for (const event of events.slice(0, 2)) reduce(state, event);
    files.fail = (operation) => (operation === 'flush' ? 'the disk is full' : undefined);
    await assert.rejects(journal.write([done(0)]), /full/);
    files.fail = undefined;
    await journal.write([done(0), done(1)]);
    const read = await readJournal(files, path, new FakeClock());
    assert.equal(read.state.counts.completed, 2);
    assert.equal(read.state.requests, 4);
  });

  it('is the same with line ends of Windows, and with its lines in another order', async () => {
    const events = [
      created,
      { type: 'jobs-added', at: 2, jobs: videos(3) } as const,
      done(0),
      done(1),
      done(2),
    ];
    const lines = events.map((event, at) => journalLine(event, at + 1));
    const read = async (text: string): Promise<unknown> => {
      const files = await folder();
      await files.writeWhole(path, text);
      return lasting((await readJournal(files, path, new FakeClock())).state);
    };
    const whole = await read(lines.join(''));
    assert.deepEqual(await read(`${lines.join('')}\n`.replaceAll('\n', '\r\n')), whole);
    const [first = '', rows = '', one = '', two = '', three = ''] = lines;
    assert.deepEqual(await read([first, rows, two, one, three].join('')), whole);
    assert.deepEqual(await read([first, rows, rows, three, two, three, one].join('')), whole);
    // Rows that come after what is said of them would be taken for others.
    await assert.rejects(read([first, one, rows, two, three].join('')), /some of its rows cannot be read/);
  });

  it('lets no line that comes too late undo what followed it', async () => {
    const fail: LastingEvent = {
      ...{ type: 'outcome', at: 3, job: 0 },
      outcome: { status: 'failed', failure: failure('network', 'x'), seconds: 1, requests: 1 },
    };
    const events = [created, { type: 'jobs-added', at: 2, jobs: videos(1) } as const, fail, done(0)];
    const [first = '', rows = '', failed = '', ended = ''] = events.map((event, at) =>
      journalLine(event, at + 1),
    );
    const files = await folder();
    await files.writeWhole(path, [first, rows, ended, failed].join(''));
    const { state } = await readJournal(files, path, new FakeClock());
    assert.equal(state.jobs[0]?.status, 'completed');
  });

  it('takes no time of which no date can be made', async () => {
    const files = await folder();
    const events = [
      created,
      { type: 'jobs-added', at: 2, jobs: videos(1) } as const,
      { ...done(0), at: 1e300 },
    ];
    await files.writeWhole(path, events.map((event, at) => journalLine(event, at + 1)).join(''));
    const { state, refused } = await readJournal(files, path, new FakeClock());
    assert.deepEqual([state.jobs[0]?.status, refused], ['pending', 1]);
  });

  it('knows how much has come after its snapshot, also when it is opened again', async () => {
    const files = await folder();
    await files.writeWhole(path, journalLine(created, 1));
    const read = await readJournal(files, path, new FakeClock());
    assert.equal(read.snapshotLength, 0);
    const journal = new Journal(files, path, new FakeClock(), 2, () => read.state);
    await journal.compact();
    const compact = journal.grown;
    await journal.write([{ type: 'control', at: 5, action: 'pause', by: 'user' }]);
    const { grown } = journal;
    assert.ok(compact === 0 && grown > 0, `${compact}, ${grown}`);
    await journal.close();
    const again = await readJournal(files, path, new FakeClock());
    const next = new Journal(files, path, new FakeClock(), again.last + 1, () => again.state);
    next.beginsWith(again.snapshotLength);
    await next.write([{ type: 'control', at: 6, action: 'resume', by: 'user' }]);
    assert.ok(next.grown > grown && next.grown < 3 * grown, `${next.grown}, ${grown}`);
  });

  it('keeps records of a later version and skips them', async () => {
    const files = await folder();
    const line = journalLine({ type: 'from-the-future', at: 1, more: true }, 3);
    await files.writeWhole(path, journalLine(created, 1) + line);
    const read = await readJournal(files, path, new FakeClock());
    assert.equal(read.state.id, 'batch_1');
    assert.equal(read.unknown.length, 1);
    const journal = new Journal(files, path, new FakeClock(), 4, () => read.state, read.unknown);
    await journal.compact();
    assert.ok(files.text(path)?.includes('from-the-future'));
  });

  it('believes no path out of the folder, no odd scheme and no setting that is the user’s alone', async () => {
    const files = await folder();
    const bad: readonly Readonly<Record<string, unknown>>[] = [
      completedEvent(0, { files: ['../../etc/passwd'] }),
      completedEvent(0, { files: ['/etc/passwd'] }),
      completedEvent(0, { files: ['a\\..\\..\\b'] }),
      completedEvent(0, { files: ['C:evil.md'] }),
      completedEvent(0, { files: ['.. /evil.md'] }),
      completedEvent(0, { files: ['evil\n.md'] }),
      { type: 'jobs-added', at: 3, jobs: [{ link: { ...videoLink(7), url: 'javascript:alert(1)' } }] },
      { type: 'jobs-added', at: 3, jobs: [{ link: { ...videoLink(7), path: '/etc/passwd' } }] },
      { type: 'jobs-added', at: 3, jobs: [{ link: { ...videoLink(7), id: '../../x' } }] },
      { type: 'outcome', at: 4, job: -1, outcome: { status: 'cancelled' } },
      { type: 'attempt', at: 4, job: 0, source: 'evil', failure: {}, seconds: 1, requests: 1, counts: true },
    ];
    const head = {
      ...created,
      settings: { workers: 4, 'deapi.endpoint': 'https://evil.example', proxies: ['tor'] },
    };
    const lines = [head, { type: 'jobs-added', at: 2, jobs: videos(1) }, ...bad];
    await files.writeWhole(path, lines.map((line, at) => journalLine(line, at + 1)).join(''));
    const read = await readJournal(files, path, new FakeClock());
    assert.equal(read.refused, bad.length);
    assert.deepEqual(read.state.settings, { workers: 4 });
    assert.equal(read.state.counts.pending, 1);
    assert.equal(read.state.total, 1);
  });

  it('never throws, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.json().map((json) => `\n${json}`),
          ),
        ),
        async (pieces) => {
          const files = await folder();
          await files.writeWhole(path, `${journalLine(created, 1)}\n${pieces.join('')}`);
          const read = await readJournal(files, path, new FakeClock());
          assert.equal(read.state.id, 'batch_1');
        },
      ),
      { numRuns: 200 },
    );
  });

  it('tells a damaged line by its checksum', () => {
    const line = journalLine(created, 1).slice(1);
    assert.ok(parseLine(line));
    for (let at = 0; at < line.length; at += 1) {
      const damaged = line.slice(0, at) + (line[at] === 'x' ? 'y' : 'x') + line.slice(at + 1);
      assert.equal(parseLine(damaged), undefined, `byte ${at}`);
    }
  });

  it('takes no line with more levels than can be written again', () => {
    const nested = (levels: number): unknown => {
      let value: unknown = 1;
      for (let at = 0; at < levels; at += 1) value = { value };
      return value;
    };
    assert.ok(parseLine(journalLine({ ...created, later: nested(100) }, 1).slice(1)));
    assert.equal(parseLine(journalLine({ ...created, later: nested(1_000) }, 1).slice(1)), undefined);
  });
});

const jobs = fc.integer({ min: 0, max: 7 });
const sources = fc.constantFrom('youtube' as const, 'yt-dlp' as const, 'deapi' as const);
const fails = fc
  .constantFrom<FailureCode>(
    'network',
    'no-captions',
    'private',
    'rate-limited',
    'auth',
    'maybe-charged',
    'cancelled',
  )
  .map((code) => failure(code, 'words'));
const quotes = fc.record({
  service: sources,
  origin: fc.constant('https://x.example'),
  cost: fc.constant(1),
});
const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({
    status: fc.constant('completed' as const),
    source: sources,
    language: fc.constant('en'),
    captions: fc.constant('manual' as const),
    meta: fc.constant({ title: 'T' }),
    files: fc.constant(['a.md']),
    seconds: fc.constant(1),
    requests: fc.constant(2),
    via: fc.constant('direct' as const),
  }),
  fc.record({
    status: fc.constant('failed' as const),
    failure: fails,
    source: sources,
    seconds: fc.constant(1),
    requests: fc.constant(1),
  }),
  fc.record({
    status: fc.constant('parked' as const),
    failure: fails,
    source: sources,
    until: fc.constant(99),
  }),
  fc.constant({ status: 'skipped' as const, reason: 'by-user' as const }),
  fc.constant({ status: 'cancelled' as const }),
  fc.constant({ status: 'expanded' as const, entries: 2 }),
);
const at = fc.integer({ min: 1, max: 1_000_000 });
const events: fc.Arbitrary<BatchEvent> = fc.oneof(
  fc.record({ type: fc.constant('jobs-added' as const), at, jobs: fc.constant(videos(2)) }),
  fc.record({ type: fc.constant('job-learnt' as const), at, job: jobs, meta: fc.constant({ duration: 5 }) }),
  fc.record({
    type: fc.constant('attempt' as const),
    at,
    job: jobs,
    source: sources,
    failure: fails,
    seconds: fc.constant(1),
    requests: fc.constant(1),
    counts: fc.boolean(),
  }),
  fc.record({ type: fc.constant('intent' as const), at, job: jobs, quote: quotes }),
  fc.record({
    type: fc.constant('request-id' as const),
    at,
    job: jobs,
    source: sources,
    requestId: fc.constant('r1'),
  }),
  fc.record({ type: fc.constant('outcome' as const), at, job: jobs, outcome: outcomes }),
  fc.record({
    type: fc.constant('control' as const),
    at,
    action: fc.constantFrom(
      'start' as const,
      'pause' as const,
      'resume' as const,
      'stop' as const,
      'finish' as const,
    ),
    by: fc.constantFrom('user' as const, 'engine' as const),
  }),
  fc.record({
    type: fc.constant('job-control' as const),
    at,
    jobs: fc.array(jobs, { maxLength: 3 }),
    action: fc.constantFrom(
      'retry' as const,
      'redo' as const,
      'skip' as const,
      'next' as const,
      'release' as const,
    ),
  }),
  fc.record({
    type: fc.constant('job-started' as const),
    at,
    job: jobs,
    worker: fc.integer({ min: 0, max: 4 }),
    attempt: fc.constant(1),
  }),
  fc.record({
    type: fc.constant('stage' as const),
    at,
    job: jobs,
    source: sources,
    stage: fc.constant('fetching' as const),
  }),
  fc.record({
    type: fc.constant('wait' as const),
    at,
    job: jobs,
    wait: fc.constant({ for: 'rate' as const }),
  }),
  fc.record({ type: fc.constant('job-left' as const), at, job: jobs }),
);

describe('Any sequence of events', () => {
  it('folds to the same lasting state live, from the journal, from a snapshot, and from both', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(events, { maxLength: 60 }), fc.nat(60), async (sequence, cut) => {
        const files = await folder();
        const live = emptyState();
        const journal = new Journal(files, path, new FakeClock(), 1, () => live);
        const all: BatchEvent[] = [created, { type: 'jobs-added', at: 2, jobs: videos(4) }, ...sequence];
        for (const [index, event] of all.entries()) {
          if (isLasting(event)) await journal.write([event]);
          reduce(live, event);
          if (index === cut + 1) await journal.compact();
        }
        const read = await readJournal(files, path, new FakeClock());
        assert.equal(read.refused, 0);
        assert.deepEqual(lasting(read.state), lasting(live));
        await journal.compact();
        const compact = await readJournal(files, path, new FakeClock());
        assert.equal(compact.refused, 0);
        assert.deepEqual(lasting(compact.state), lasting(live));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the counts equal to the rows', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 80 }), (sequence) => {
        const state = emptyState();
        for (const event of [created, { type: 'jobs-added', at: 2, jobs: videos(4) } as const, ...sequence])
          reduce(state, event);
        const rows = state.jobs.filter((job) => job.expandedInto === undefined);
        assert.equal(state.total, rows.length);
        for (const [status, count] of Object.entries(state.counts))
          assert.equal(count, rows.filter((job) => job.status === status).length, status);
      }),
    );
  });
});
