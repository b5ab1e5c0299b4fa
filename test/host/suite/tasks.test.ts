/** Tasks of type bulkTranscribe: found, run with an exit code, and stopped without loss. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { manifestOf, until, untilState, watch, writeList } from './helpers';

async function taskOf(list: string): Promise<vscode.Task> {
  return until(`the task of ${list}`, async () =>
    (await vscode.tasks.fetchTasks({ type: 'bulkTranscribe' })).find(
      ({ definition }) => definition.list === list,
    ),
  );
}

function codeOf(task: vscode.Task): Promise<number | undefined> {
  return new Promise((resolve) => {
    const listener = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== task.name) return;
      listener.dispose();
      resolve(exitCode);
    });
  });
}

describe('a task of type bulkTranscribe', () => {
  it('is offered for each list, transcribes it and ends with its exit code', async () => {
    await writeList('task good.urls', [watch('TaskTalk000'), watch('TaskTalk001')]);
    await writeList('task-bad.urls', [watch('TaskTalk002'), watch('private____')]);
    for (const [list, code, done] of [
      ['task good.urls', 0, 2],
      ['task-bad.urls', 1, 1],
    ] as const) {
      const task = await taskOf(list);
      const ended = codeOf(task);
      await vscode.tasks.executeTask(task);
      assert.equal(await ended, code, list);
      assert.equal((await manifestOf(list.replace('.urls', '')))?.completed, done);
    }
  });

  it('starts a list of any length without a question', async () => {
    const lines = Array.from({ length: 400 }, (_, at) => watch(`slowLong${String(at).padStart(3, '0')}`));
    await writeList('task-long.urls', lines);
    const execution = await vscode.tasks.executeTask(await taskOf('task-long.urls'));
    await until('the batch', async () => ((await manifestOf('task-long'))?.total ?? 0) === 400);
    execution.terminate();
    await untilState('task-long', 'stopped');
  });

  it('is stopped by terminating it, and keeps its batch', async () => {
    const lines = Array.from({ length: 40 }, (_, at) => watch(`slowTask${String(at).padStart(3, '0')}`));
    await writeList('task-slow.urls', lines);
    const execution = await vscode.tasks.executeTask(await taskOf('task-slow.urls'));
    await until('the first video', async () => ((await manifestOf('task-slow'))?.total ?? 0) > 0);
    execution.terminate();
    const manifest = await untilState('task-slow', 'stopped');
    assert.ok(manifest.pending > 0);
  });
});
