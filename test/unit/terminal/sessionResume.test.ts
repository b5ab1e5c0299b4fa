import assert from 'node:assert/strict';
import type { BatchHandle, Engine, StartRequest } from '../../../src/engine/api';
import { reduce } from '../../../src/engine/state/reducer';
import type { BatchEvent, NewJob } from '../../../src/model/events';
import { failure } from '../../../src/model/failure';
import { Session } from '../../../src/terminal/session';
import { FakeClock } from '../../helpers/fakeClock';
import {
  ScriptedEngine,
  begin,
  done,
  end,
  keepingConsole,
  link,
  outcome,
} from '../../helpers/scriptedEngine';

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
    const console = keepingConsole(words);
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
    const console = keepingConsole(words);
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
