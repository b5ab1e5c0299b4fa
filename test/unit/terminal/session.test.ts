import assert from 'node:assert/strict';
import type { Engine } from '../../../src/engine/api';
import type { BatchEvent, Outcome } from '../../../src/model/events';
import { failure } from '../../../src/model/failure';
import { defaultSettings } from '../../../src/model/settings';
import { Session } from '../../../src/terminal/session';
import type { Console } from '../../../src/terminal/console';
import { FakeClock } from '../../helpers/fakeClock';
import { ScriptedEngine, begin, done, end, failed, link, outcome } from '../../helpers/scriptedEngine';

const parked: Outcome = { status: 'parked', failure: failure('auth', 'Unauthenticated.'), source: 'deapi' };

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
