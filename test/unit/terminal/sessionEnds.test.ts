import assert from 'node:assert/strict';
import type { Engine } from '../../../src/engine/api';
import type { BatchEvent } from '../../../src/model/events';
import { FailureError, failure } from '../../../src/model/failure';
import type { Failure } from '../../../src/model/failure';
import { defaultSettings } from '../../../src/model/settings';
import { JsonLines } from '../../../src/terminal/jsonLines';
import { Session } from '../../../src/terminal/session';
import type { Console } from '../../../src/terminal/console';
import { FakeClock } from '../../helpers/fakeClock';
import {
  ScriptedEngine,
  begin,
  done,
  end,
  failed,
  keepingConsole,
  outcome,
} from '../../helpers/scriptedEngine';

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
    const console = keepingConsole(words, json);
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
