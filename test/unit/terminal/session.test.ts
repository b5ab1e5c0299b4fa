import assert from 'node:assert/strict';
import type { BatchHandle, Engine, StartRequest } from '../../../src/engine/api';
import { emptyState, reduce } from '../../../src/engine/state/reducer';
import type { BatchEvent, NewJob, Outcome } from '../../../src/model/events';
import { FailureError, failure } from '../../../src/model/failure';
import type { Failure } from '../../../src/model/failure';
import type { Link } from '../../../src/model/link';
import { defaultSettings } from '../../../src/model/settings';
import { JsonLines } from '../../../src/terminal/jsonLines';
import { Session } from '../../../src/terminal/session';
import type { Console } from '../../../src/terminal/console';
import { FakeClock } from '../../helpers/fakeClock';
import { completed } from '../../helpers/outcomes';

const link = (n: number): Link => ({
  kind: 'youtube',
  url: `https://www.youtube.com/watch?v=video0000${n}`,
  id: `video0000${n}`,
});
const done = completed({
  meta: { title: 'A talk\u001b[31m' },
  files: ['A talk [video00000].md'],
  seconds: 1.2,
});
const failed: Outcome = {
  status: 'failed',
  failure: failure('private', 'This is a private video.'),
  source: 'youtube',
  seconds: 0.4,
  requests: 1,
};
const parked: Outcome = { status: 'parked', failure: failure('auth', 'Unauthenticated.'), source: 'deapi' };

/** An engine whose batch is a script of events. */
class ScriptedEngine {
  readonly state = emptyState();
  private readonly listeners = new Set<(events: readonly BatchEvent[], first: number) => void>();
  private finish: () => void = () => undefined;
  private readonly over = new Promise<void>((resolve) => (this.finish = resolve));
  seq = 0;

  constructor(private readonly script: readonly BatchEvent[]) {}

  private play(events: readonly BatchEvent[]): void {
    for (const event of events) reduce(this.state, event);
    const first = this.seq + 1;
    this.seq += events.length;
    for (const listener of this.listeners) listener(events, first);
  }

  readonly handle = (): BatchHandle => {
    const none = (): Promise<void> => Promise.resolve();
    return {
      folder: '/out/talks',
      state: this.state,
      seq: 0,
      onEvents: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
      pause: none,
      resume: none,
      tryNow: none,
      passBlocked: none,
      stop: () => {
        this.play([{ type: 'control', at: 9, action: 'stop', by: 'user' }]);
        this.finish();
        return Promise.resolve();
      },
      retryFailed: () => Promise.resolve({ retried: 1, of: 2 }),
      rows: none,
      agree: none,
      agreedTo: () => ({ cost: 0, count: 0 }),
      changeSettings: none,
      settled: async () => {
        this.play(this.script);
        if (this.state.phase === 'running' && this.state.counts.parked === 0) await this.over;
        return undefined;
      },
    };
  };

  readonly engine: Engine = {
    start: () => Promise.resolve(this.handle()),
    open: () => Promise.resolve(this.handle()),
    entries: () => {
      throw new Error('no list in this test');
    },
    batches: [],
    settings: defaultSettings,
    onBatches: () => () => undefined,
    changeSettings: () => undefined,
    sourcesChanged: () => undefined,
    dispose: () => Promise.resolve(),
  };
}

const begin: readonly BatchEvent[] = [
  { type: 'batch-created', at: 1, id: 'b', name: 'talks', machine: 'm', settings: {} },
  { type: 'jobs-added', at: 1, jobs: [{ link: link(0) }, { link: link(1) }] },
  { type: 'control', at: 1, action: 'start', by: 'user' },
];
const end: BatchEvent = { type: 'control', at: 5, action: 'finish', by: 'engine' };
const outcome = (job: number, value: Outcome): BatchEvent => ({
  type: 'outcome',
  at: 4,
  job,
  outcome: value,
});

async function run(script: readonly BatchEvent[], interrupt: 'early' | 'late' | false = false) {
  const words: string[] = [];
  const json: Record<string, unknown>[] = [];
  const console: Console = {
    words: (line) => words.push(line),
    problem: (line) => words.push(line),
    columns: () => 80,
    json: (line) => json.push(JSON.parse(line) as Record<string, unknown>),
    onInterrupt: (callback) => {
      if (interrupt === 'early') callback();
      if (interrupt === 'late') setImmediate(callback);
      return () => undefined;
    },
  };
  const session = new Session(new ScriptedEngine(script).engine, new FakeClock(), console);
  const code = await session.run({
    name: 'talks',
    outputFolder: '/out',
    jobs: [],
    settings: defaultSettings,
    redo: false,
  });
  return { code, words, json };
}

describe('a run in the terminal', () => {
  it('ends with 0 when all is done, and the last JSON line is the summary', async () => {
    const { code, json } = await run([...begin, outcome(0, done), outcome(1, done), end]);
    assert.equal(code, 0);
    const last = json.at(-1);
    assert.deepEqual(
      { ...last, time: '', seq: 0, wall_seconds: 0 },
      {
        type: 'summary',
        seq: 0,
        time: '',
        batch_dir: '/out/talks',
        total: 2,
        completed: 2,
        failed: 0,
        skipped: 0,
        cancelled: 0,
        parked: 0,
        wall_seconds: 0,
      },
    );
  });

  it('numbers its JSON lines and names id, url, status, attempt, source and error', async () => {
    const { json } = await run([...begin, outcome(0, done), outcome(1, failed), end]);
    assert.deepEqual(
      json.map((line) => line.seq),
      json.map((_, index) => index + 1),
    );
    const job = json.find((line) => line.status === 'failed');
    assert.equal(job?.type, 'job');
    assert.equal(job.id, 'video00001');
    assert.equal(job.url, link(1).url);
    assert.equal(job.attempt, 1);
    assert.equal(job.source, 'youtube');
    assert.equal(job.error_code, 'private');
    assert.equal(job.error, 'This is a private video.');
  });

  it('says that a video has failed in one JSON line, with its cause, also where a try was just before it', async () => {
    const attempt: BatchEvent = {
      type: 'attempt',
      at: 3,
      job: 1,
      source: 'youtube',
      failure: failure('no-captions', 'The video has no captions.'),
      seconds: 1,
      requests: 1,
      counts: false,
    };
    const wait: BatchEvent = { type: 'wait', at: 3, job: 1, wait: { for: 'retry', until: 5 } };
    const charged: Outcome = {
      status: 'failed',
      failure: failure('maybe-charged', 'It may have been paid for.'),
      source: 'deapi',
      seconds: 1,
      requests: 1,
    };
    const note: BatchEvent = { type: 'notes-added', at: 5, notes: [{ job: 1, text: 'a note' }] };
    // What the disk takes together is folded together: the state knows the end before the try is reported.
    const { json } = await run([...begin, outcome(0, done), attempt, wait, outcome(1, charged), note, end]);
    const said = json.filter(({ type, id }) => type === 'job' && id === link(1).id);
    assert.deepEqual(
      said.map(({ status, error_code: code }) => [status, code]),
      [
        ['running', 'no-captions'],
        ['running', undefined],
        ['failed', 'maybe-charged'],
        ['failed', 'maybe-charged'],
      ],
    );
  });

  it('ends with 1 when some failed and says why and what next', async () => {
    const { code, words } = await run([...begin, outcome(0, done), outcome(1, failed), end]);
    assert.equal(code, 1);
    assert.ok(words.some((line) => line.includes('Private video · Ask the owner, or remove it')));
    assert.ok(words.some((line) => line.includes('/out/talks/failed.urls')));
  });

  it('says in the row what was wrong where the words could mean much, and where to look in a terminal', async () => {
    const odd: Outcome = { ...failed, failure: failure('bad-response', 'status 500') };
    const missing: Outcome = { ...failed, failure: failure('invalid-url', 'no', { subject: 'missing' }) };
    const { words } = await run([...begin, outcome(0, odd), outcome(1, missing), end]);
    const text = words.join('\n');
    assert.match(text, /Answer not understood \(status 500\) · See the report/);
    assert.match(text, /File not found \(no\) · Correct the path/);
    assert.match(text, /1 {2}failed bad-response/);
    assert.match(text, /Retry with {3}bulk-transcribe retry \/out\/talks/);
  });

  it('names the batch that has a video already', async () => {
    const skipped: Outcome = { status: 'skipped', reason: 'already-done', file: 'A talk.md', batch: 'old' };
    const { words } = await run([...begin, outcome(0, skipped), outcome(1, done), end]);
    assert.ok(words.some((line) => line.endsWith('done already, old/A talk.md')));
  });

  it('says how to go on with what is parked', async () => {
    const { words } = await run([...begin, outcome(0, done), outcome(1, parked)]);
    assert.ok(words.some((line) => line.includes('Key refused · Set DEAPI_API_KEY')));
    assert.ok(words.includes('Go on with   bulk-transcribe resume /out/talks'));
  });

  it('says how to go on with the rest after a stop at the first failure', async () => {
    const halt: BatchEvent = {
      type: 'control',
      at: 5,
      action: 'stop',
      by: 'engine',
      why: failure('private', 'This is a private video.'),
    };
    const { code, words } = await run([...begin, outcome(0, failed), halt]);
    assert.equal(code, 1);
    assert.ok(words.includes('Stopped at the first failure, as onError says.'));
    assert.ok(words.includes('Go on with   bulk-transcribe resume /out/talks'));
  });

  it('tells when the batch will end and how sure that is, again only when it is news', async () => {
    const minute = 60_000;
    const at = new Date(2026, 10, 20, 14, 18).getTime();
    const pace = (endsAt: number, endsWithinMs: number): BatchEvent => ({
      type: 'pace',
      at,
      pace: { by: { kind: 'workers' }, perMinute: 4, lengthsUnknown: 0, endsAt, endsWithinMs },
    });
    const { json } = await run(
      [
        ...begin,
        pace(at + 46 * minute, 5 * minute),
        pace(at + 47 * minute, 5 * minute),
        pace(at + 90 * minute, 5 * minute),
      ],
      'late',
    );
    const told = json.filter((line) => line.ends_within_seconds === 300 && line.type === 'batch');
    assert.equal(told.length, 2 + 1, 'the start, and two of three estimates');
    assert.equal(told.at(-1)?.ends_at, new Date(at + 90 * minute).toISOString());
  });

  it('tells a list link that was read by its entries', async () => {
    const { json } = await run([
      ...begin,
      outcome(0, { status: 'expanded', entries: 12 }),
      outcome(1, done),
      end,
    ]);
    assert.equal(json.find((line) => line.id === 'video00000')?.entries, 12);
    assert.equal(json.at(-1)?.total, 1);
  });

  it('says what was found when the batch was opened, and later, also in a quiet run', async () => {
    const scripted = new ScriptedEngine([{ type: 'control', at: 1, action: 'finish', by: 'engine' }]);
    const news = ['The clock was ahead.\u001b[2J'];
    const handle = scripted.handle();
    const settled = () => {
      if (news.length === 1) news.push('One was corrected.');
      return handle.settled();
    };
    const engine: Engine = {
      ...scripted.engine,
      start: () => Promise.resolve({ ...handle, news, settled }),
    };
    const problems: string[] = [];
    const console: Console = {
      words: () => undefined,
      problem: (line) => problems.push(line),
      columns: () => 80,
      quiet: true,
      onInterrupt: () => () => undefined,
    };
    void new Session(engine, new FakeClock(), console).run({
      name: 'talks',
      outputFolder: '/out',
      jobs: [],
      settings: defaultSettings,
      redo: false,
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(problems, ['The clock was ahead.[2J', 'One was corrected.']);
  });

  it('keeps escape sequences of titles out of the terminal', async () => {
    const { words } = await run([...begin, outcome(0, done), outcome(1, done), end]);
    assert.ok(words.some((line) => line.includes('A talk')));
    assert.ok(words.every((line) => !line.includes('\u001b')));
  });

  it('ends with 3 when jobs wait for the user', async () => {
    const { code } = await run([...begin, outcome(0, done), outcome(1, parked)]);
    assert.equal(code, 3);
  });

  it('ends with 130 at Ctrl-C and prints how to resume', async () => {
    const { code, words } = await run([...begin, outcome(0, done)], 'late');
    assert.equal(code, 130);
    assert.ok(words.some((line) => line.includes('bulk-transcribe resume /out/talks')));
  });

  it('ends with 130 at a Ctrl-C before the batch is complete, and prints how to resume', async () => {
    const { code, words, json } = await run([...begin], 'early');
    assert.equal(code, 130);
    assert.ok(words.some((line) => line.includes('bulk-transcribe resume /out/talks')));
    assert.equal(json.at(-1)?.type, 'summary');
  });
});

describe('a full disk', () => {
  const full = failure('disk', 'The disk is full (ENOSPC): /out', { needs: 'disk' });
  const paused: BatchEvent = { type: 'control', at: 3, action: 'pause', by: 'engine', why: full };

  /** `stuck`: its running jobs wait for the disk too, and it never settles. */
  function waiting(attended: boolean, stuck = false) {
    const problems: string[] = [];
    const json: Record<string, unknown>[] = [];
    const clock = new FakeClock();
    const scripted = new ScriptedEngine([...begin, paused]);
    const settled = new Promise<undefined>(() => undefined);
    let first = true;
    const handle = scripted.handle();
    const engine: Engine = {
      ...scripted.engine,
      start: () =>
        Promise.resolve({
          ...handle,
          settled: () => {
            if (!first) return scripted.state.phase === 'paused' ? Promise.resolve(full) : settled;
            first = false;
            const over = handle.settled();
            return stuck ? settled : over;
          },
        }),
    };
    const console: Console = {
      words: () => undefined,
      problem: (line) => problems.push(line),
      columns: () => 80,
      attended,
      quiet: true,
      json: (line) => json.push(JSON.parse(line) as Record<string, unknown>),
      onInterrupt: () => () => undefined,
    };
    let code: number | undefined;
    const session = new Session(engine, clock, console, undefined, 600_000);
    void session
      .run({ name: 'talks', outputFolder: '/out', jobs: [], settings: defaultSettings, redo: false })
      .then((ended) => (code = ended));
    return { clock, problems, json, ended: () => code };
  }

  it('is named at once and again every few minutes, also in a quiet run', async () => {
    const { clock, problems, json, ended } = waiting(true);
    await clock.advance(1_000);
    assert.match(problems[0] ?? '', /^Paused: .*The disk is full/);
    await clock.advance(31 * 60_000);
    assert.equal(problems.length, 7);
    assert.equal(json.filter((line) => line.error_code === 'disk').length, 8);
    assert.equal(ended(), undefined);
  });

  for (const stuck of [false, true])
    it(`ends an unattended run, with a code of its own and the next step, ${stuck ? 'also while jobs are stuck' : 'at rest'}`, async () => {
      const { clock, problems, ended } = waiting(false, stuck);
      await clock.advance(9 * 60_000);
      assert.equal(ended(), undefined);
      await clock.advance(2 * 60_000);
      assert.equal(ended(), 6);
      assert.match(problems.at(-1) ?? '', /Make room, then: bulk-transcribe resume \/out\/talks/);
    });
});

describe('a run that cannot begin', () => {
  const refused = async (problem: Failure) => {
    const json: Record<string, unknown>[] = [];
    const words: string[] = [];
    const engine: Engine = {
      ...new ScriptedEngine([]).engine,
      start: () => Promise.reject(new FailureError(problem)),
    };
    const console: Console = {
      words: (line) => words.push(line),
      problem: (line) => words.push(line),
      columns: () => 80,
      json: (line) => json.push(JSON.parse(line) as Record<string, unknown>),
      onInterrupt: () => () => undefined,
    };
    const request = { name: 'a', outputFolder: '/out', jobs: [], settings: defaultSettings, redo: false };
    const code = await new Session(engine, new FakeClock(), console).run(request);
    return { code, error: json[0], words };
  };

  it('ends with a code of its own for each reason, and an object for programs', async () => {
    for (const [problem, code, name] of [
      [failure('disk', 'This batch runs elsewhere.', { needs: 'owner' }), 4, 'running-elsewhere'],
      [failure('disk', 'Not started here.', { needs: 'foreign' }), 5, 'foreign'],
      [failure('disk', 'No permission (EACCES): /out', { needs: 'disk' }), 6, 'disk'],
      [failure('invalid-url', 'No link in it.'), 2, 'usage'],
      [failure('internal', 'x'), 1, 'internal'],
    ] as const) {
      const { code: exit, error, words } = await refused(problem);
      assert.equal(exit, code);
      assert.equal(error?.type, 'error');
      assert.equal(error.code, name);
      assert.ok(String(error.message).includes(problem.message));
      assert.ok(words.length > 0);
    }
  });

  it('names --trust where the user cannot be asked', async () => {
    const { words } = await refused(failure('disk', 'Not started here.', { needs: 'foreign' }));
    assert.match(words.join(), /--trust/);
  });
});

describe('several lists in one call', () => {
  it('number their lines on, name their batch in each, and end with a total', async () => {
    const json: Record<string, unknown>[] = [];
    const lines = new JsonLines(
      (line) => json.push(JSON.parse(line) as Record<string, unknown>),
      () => 0,
    );
    const console: Console = {
      words: () => undefined,
      problem: () => undefined,
      columns: () => 80,
      onInterrupt: () => () => undefined,
    };
    for (const script of [
      [...begin, outcome(0, done), outcome(1, done), end],
      [...begin, outcome(0, done), outcome(1, failed), end],
    ])
      await new Session(new ScriptedEngine(script).engine, new FakeClock(), console, lines).run({
        name: 'talks',
        outputFolder: '/out',
        jobs: [],
        settings: defaultSettings,
        redo: false,
      });
    lines.total(3);
    assert.deepEqual(
      json.map((line) => line.seq),
      json.map((_, at) => at + 1),
    );
    assert.ok(json.filter((line) => line.type === 'job').every((line) => line.batch_id === 'b'));
    assert.equal(json.filter((line) => line.type === 'summary').length, 2);
    const { type, lists, total, completed, failed: bad } = json.at(-1) ?? {};
    assert.deepEqual([type, lists, total, completed, bad], ['total', 2, 4, 3, 1]);
  });
});

describe('a batch that was cut off while its links were added', () => {
  const created: BatchEvent = {
    type: 'batch-created',
    at: 1,
    id: 'b',
    name: 'talks',
    list: '/l/talks.urls',
    jobs: 3,
    machine: 'm',
    settings: {},
  };
  const added = (...numbers: readonly number[]): BatchEvent => ({
    type: 'jobs-added',
    at: 1,
    jobs: numbers.map((number) => ({ link: link(number) })),
  });

  async function resumed(read: () => Promise<readonly NewJob[]>) {
    const scripted = new ScriptedEngine([outcome(0, done), outcome(1, done), end]);
    for (const event of [created, added(0, 1)]) reduce(scripted.state, event);
    const asked: StartRequest[] = [];
    const engine: Engine = {
      ...scripted.engine,
      start: (request) => {
        asked.push(request);
        reduce(scripted.state, added(2));
        return Promise.resolve(scripted.handle());
      },
    };
    const words: string[] = [];
    const console: Console = {
      words: (line) => words.push(line),
      problem: (line) => words.push(line),
      columns: () => 80,
      onInterrupt: () => () => undefined,
    };
    const code = await new Session(engine, new FakeClock(), console).resume(
      '/out/talks',
      {},
      { retryFailed: false, trust: false, allowPrivate: false },
      read,
    );
    return { code, asked, words };
  }

  it('gets the rest from its list when it is resumed', async () => {
    const jobs = [0, 1, 2].map((number) => ({ link: link(number) }));
    const { asked, words } = await resumed(() => Promise.resolve(jobs));
    assert.deepEqual(
      asked.map(({ name, outputFolder, list }) => [name, outputFolder, list]),
      [['talks', '/out', '/l/talks.urls']],
    );
    assert.deepEqual(asked[0]?.jobs, jobs);
    assert.ok(words.some((line) => line.startsWith('1 link of the list did not come into the batch')));
  });

  it('says so and does not end with 0 when the list is gone', async () => {
    const { code, words } = await resumed(() => Promise.reject(new Error('gone')));
    assert.equal(code, 1);
    assert.ok(words.some((line) => line.endsWith('Run the list again to add them.')));
  });
});

describe('retry and a video that had ended the program twice', () => {
  it('runs it again, because the user has named its batch', async () => {
    const scripted = new ScriptedEngine([outcome(0, done), outcome(1, done), end]);
    const died: BatchEvent = { type: 'process-died', at: 2, jobs: [1], reading: [1] };
    const aside = failure('internal', 'It ended the program.', { subject: 'ended-twice' });
    for (const event of [...begin, died, died]) reduce(scripted.state, event);
    reduce(scripted.state, outcome(1, { status: 'failed', failure: aside, seconds: 0, requests: 0 }));
    const again: unknown[] = [];
    const rows: BatchHandle['rows'] = (jobs, action) => {
      again.push([jobs, action]);
      return Promise.resolve();
    };
    const engine: Engine = {
      ...scripted.engine,
      open: () =>
        Promise.resolve({
          ...scripted.handle(),
          rows,
          retryFailed: () => Promise.resolve({ retried: 0, of: 0 }),
        }),
    };
    const words: string[] = [];
    const console: Console = {
      words: (line) => words.push(line),
      problem: (line) => words.push(line),
      columns: () => 80,
      onInterrupt: () => () => undefined,
    };
    const said = { trust: false, allowPrivate: false };
    const session = new Session(engine, new FakeClock(), console);
    await session.resume('/out/talks', {}, { ...said, retryFailed: true }, () => Promise.resolve([]));
    assert.deepEqual(again, [[[1], 'retry']]);
    assert.ok(words.includes('Retrying 1 of 1 failed.'));
    again.length = 0;
    await session.resume('/out/talks', {}, { ...said, retryFailed: false }, () => Promise.resolve([]));
    assert.deepEqual(again, []);
  });
});
