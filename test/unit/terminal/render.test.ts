// `render` in a terminal: says what was written and what stayed; Ctrl-C ends it and the same call goes on.
import assert from 'node:assert/strict';
import { FailureError, failure, toFailure } from '../../../src/model/failure';
import type { RenderResult } from '../../../src/output/renderAgain';
import type { Console } from '../../../src/terminal/console';
import { startProblem } from '../../../src/terminal/exitCodes';
import { render, renderIn } from '../../../src/terminal/render';
import { MemoryFiles } from '../../helpers/memoryFiles';

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

  it('takes all batches of an output folder, also after one that cannot be read, and no notes', async () => {
    const files = new MemoryFiles();
    for (const name of ['a', 'b', 'c', 'c/.notes', 'other']) await files.makeFolder(`/out/${name}`);
    for (const name of ['a', 'b', 'c', 'c/.notes']) await files.writeWhole(`/out/${name}/.journal.jsonl`, '');
    const { console, said } = terminal();
    const asked: string[] = [];
    const errors: string[] = [];
    const renderBatch = (folder: string): Promise<RenderResult> => {
      asked.push(folder);
      if (folder !== '/out/b') return Promise.resolve(result);
      return Promise.reject(new FailureError(failure('invalid-url', 'Update Bulk Transcribe.')));
    };
    const error = (code: string, message: string): void => void errors.push(`${code} ${message}`);
    const world = { console, files, error };
    assert.equal(await renderIn({ folder: '/out', settings: {} }, { renderBatch }, world), 1);
    assert.deepEqual(asked, ['/out/a', '/out/b', '/out/c']);
    assert.deepEqual(errors, ['usage Update Bulk Transcribe.']);
    assert.ok(said.includes('problem: Update Bulk Transcribe.'));
    assert.equal(await renderIn({ folder: '/out/a', settings: {} }, { renderBatch }, world), 0);
    assert.deepEqual(asked.slice(3), ['/out/a']);
  });

  it('ends with the first batch where the disk is full', async () => {
    const files = new MemoryFiles();
    for (const name of ['a', 'b']) {
      await files.makeFolder(`/out/${name}`);
      await files.writeWhole(`/out/${name}/.journal.jsonl`, '');
    }
    const asked: string[] = [];
    const renderBatch = (folder: string): Promise<RenderResult> => {
      asked.push(folder);
      return Promise.reject(new FailureError(failure('disk', 'The disk is full (ENOSPC): /out/a/x.srt')));
    };
    const world = { console: terminal().console, files, error: undefined };
    await assert.rejects(renderIn({ folder: '/out', settings: {} }, { renderBatch }, world), /full/);
    assert.deepEqual(asked, ['/out/a']);
  });
});
