import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { manifestOf, until, untilState, watch } from './helpers';

const names = ['list_videos', 'transcribe_links', 'batch_status', 'search_transcripts', 'read_transcript'];

describe('The tools for language models', () => {
  async function invoke(
    name: string,
    input: object,
    token: vscode.CancellationToken = new vscode.CancellationTokenSource().token,
  ): Promise<string> {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
    const [part] = content;
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    assert.ok(part.value.length <= 20_000);
    return part.value;
  }

  it('are there with their descriptions and schemas', () => {
    for (const name of names) {
      const tool = vscode.lm.tools.find((one) => one.name === name);
      assert.ok(tool !== undefined, name);
      assert.ok(tool.description.length > 40);
      assert.ok(tool.inputSchema !== undefined);
    }
  });

  it('transcribe, tell the state, search and read', async () => {
    const links = ['agent000001', 'agent000002'].map(watch);
    const batch = JSON.parse(
      await invoke('transcribe_links', { links, name: 'agents', wait_seconds: 60 }),
    ) as { folder: string; done: number; transcripts: { file: string }[] };
    assert.equal(batch.done, 2, JSON.stringify(batch));
    assert.equal((await untilState('agents', 'finished')).completed, 2);
    const all = JSON.parse(await invoke('batch_status', {})) as { batches: { folder: string }[] };
    assert.ok(all.batches.some(({ folder }) => folder === 'agents'));
    const read = await invoke('read_transcript', { file: batch.transcripts[0]?.file });
    assert.match(read, /<transcript>\nTitle: /);
    const word = /\] (?:.*? )?([a-z]{5,})/.exec(read)?.[1];
    const found = JSON.parse(await invoke('search_transcripts', { words: word, folder: 'agents' })) as {
      passages: { file: string }[];
    };
    assert.ok(found.passages.length > 0, word);
  });

  it('say what is wrong as an error that the model reads', async () => {
    await assert.rejects(
      invoke('read_transcript', { file: '../../etc/passwd' }),
      /not inside of the output folder/,
    );
    await assert.rejects(invoke('transcribe_links', {}), /Give links, or a list/);
  });

  it('end a wait when it is cancelled, and not the batch', async () => {
    const stop = new vscode.CancellationTokenSource();
    const links = ['agent000003', 'agent000004'].map(watch);
    const call = invoke('transcribe_links', { links, name: 'agents two', wait_seconds: 60 }, stop.token);
    // VS Code may end a call that was cancelled by itself.
    const over = call.catch((error: unknown) => assert.ok(error instanceof Error));
    await until('the batch to begin', () => manifestOf('agents two'));
    stop.cancel();
    await over;
    assert.equal((await untilState('agents two', 'finished')).completed, 2);
  });
});
