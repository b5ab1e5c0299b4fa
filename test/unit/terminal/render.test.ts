// `render` in a terminal: says what was written and what stayed; Ctrl-C ends it and the same call goes on.
import assert from 'node:assert/strict';
import { FailureError, failure, toFailure } from '../../../src/model/failure';
import type { RenderResult } from '../../../src/output/renderAgain';
import type { Console } from '../../../src/terminal/console';
import { startProblem } from '../../../src/terminal/exitCodes';
import { render } from '../../../src/terminal/render';

const result: RenderResult = {
  formats: ['srt'],
  videos: 3,
  written: 2,
  stayed: ['a.srt'],
  corrected: [],
  unkept: 0,
  damaged: 0,
};

function terminal(): { readonly console: Console; readonly said: string[]; interrupt: () => void } {
  const said: string[] = [];
  const made = {
    said,
    interrupt: (): void => undefined,
    console: {
      words: (line: string) => void said.push(line),
      problem: (line: string) => void said.push(`problem: ${line}`),
      redraw: (text: string) => void said.push(`drawn: ${text}`),
      json: (line: string) => void said.push(line),
      columns: () => 80,
      onInterrupt: (callback: () => void) => {
        made.interrupt = callback;
        return () => undefined;
      },
    },
  };
  return made;
}

describe('render in a terminal', () => {
  const call = { folder: '/out/a', settings: {} };

  it('says how far it is, what was written and what stayed', async () => {
    const { console, said } = terminal();
    const renderBatch: Parameters<typeof render>[1]['renderBatch'] = (_folder, { onProgress }) => {
      onProgress?.(1, 2);
      return Promise.resolve(result);
    };
    assert.equal(await render(call, { renderBatch }, console), 0);
    assert.deepEqual(said.slice(0, 4), [
      'drawn: 1 of 2 videos · 50 %',
      'drawn: ',
      '2 files written for 3 videos (srt). No service was asked.',
      '1 file changed since, or not written by a batch, left unchanged: a.srt.',
    ]);
    assert.deepEqual(JSON.parse(said[4] ?? ''), {
      ...{ type: 'render', batch_dir: '/out/a', formats: ['srt'], videos: 3, written: 2, stayed: ['a.srt'] },
      ...{ corrected: [], not_kept: 0, damaged: 0 },
    });
  });

  it('ends with 1 where finished videos were left out', async () => {
    const renderBatch = (): Promise<RenderResult> => Promise.resolve({ ...result, unkept: 1 });
    assert.equal(await render(call, { renderBatch }, terminal().console), 1);
  });

  it('ends with 130 when it is interrupted', async () => {
    const made = terminal();
    const renderBatch: Parameters<typeof render>[1]['renderBatch'] = (_folder, { signal }) => {
      made.interrupt();
      assert.equal(signal?.aborted, true);
      return Promise.reject(new FailureError(failure('cancelled', 'Stopped.')));
    };
    await assert.rejects(render(call, { renderBatch }, made.console), (error: unknown) => {
      const stopped = toFailure(error);
      assert.match(stopped.message, /the same call goes on/);
      assert.deepEqual(startProblem(stopped), { exit: 130, code: 'interrupted' });
      return true;
    });
  });
});
