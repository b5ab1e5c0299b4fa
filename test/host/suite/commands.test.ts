/** Commands on a list's lines, on files of the explorer and by keys. */
import * as assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { manifestOf, run, until, untilState, watch, workspaceRoot, writeList } from './helpers';

interface Contributions {
  readonly contributes: {
    readonly keybindings: readonly { readonly key: string; readonly command: string }[];
  };
}

async function openList(name: string, lines: readonly string[]): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(await writeList(name, lines));
  return vscode.window.showTextDocument(document);
}

function putCursor(editor: vscode.TextEditor, line: number): void {
  editor.selection = new vscode.Selection(line, 0, line, 0);
}

describe('keys', () => {
  it("are none of VS Code's own", async () => {
    const manifest = vscode.extensions.getExtension<unknown>('bulk-transcribe.bulk-transcribe')
      ?.packageJSON as Contributions;
    const { keybindings } = manifest.contributes;
    assert.ok(keybindings.length >= 3);
    const defaults = await vscode.workspace.openTextDocument(
      vscode.Uri.parse('vscode://defaultsettings/keybindings.json'),
    );
    const taken = new Set(
      [...defaults.getText().matchAll(/"key": "([^"]+)",\s+"command": "([^"]+)"/g)]
        .filter(([, , command]) => command?.startsWith('bulkTranscribe.') !== true)
        .map(([, key]) => key),
    );
    assert.ok(taken.size > 200, 'the defaults were read');
    for (const { key } of keybindings) assert.equal(taken.has(key), false, key);
  });
});

describe('the line of a list', () => {
  it('is transcribed alone, with the directives of its list, and the list adds the rest', async () => {
    const editor = await openList('alone.urls', [
      '# @name alone-named',
      watch('LineTalk000'),
      watch('LineTalk001'),
    ]);
    putCursor(editor, 2);
    await run('line.run');
    const first = await untilState('alone-named', 'finished');
    assert.deepEqual(
      first.videos.map(({ id }) => id),
      ['LineTalk001'],
    );
    await run('transcribeFile', editor.document.uri);
    await until('the rest of the list', async () => (await manifestOf('alone-named'))?.completed === 2);
  });

  it('opens its transcript beside the list, and is the next failure only where it failed', async () => {
    const editor = await openList('mixed.urls', [
      watch('LineTalk010'),
      watch('private____'),
      watch('LineTalk011'),
      watch('nocaps_____'),
    ]);
    await run('transcribeFile', editor.document.uri);
    await untilState('mixed', 'finished');
    const shown = await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
    putCursor(shown, 0);
    const failed = (await manifestOf('mixed'))?.videos.flatMap(({ status }, at) =>
      status === 'failed' ? [at] : [],
    );
    assert.ok(failed && failed.length > 0, 'some of the stand-in fail');
    await run('nextFailure');
    assert.equal(shown.selection.active.line, failed[0]);
    putCursor(shown, 3);
    await run('nextFailure');
    assert.equal(shown.selection.active.line, failed[0], 'from the beginning again');
    putCursor(shown, 0);
    await run('line.open');
    await until('the transcript beside the list', () =>
      vscode.window.visibleTextEditors.some(({ document }) => document.fileName.endsWith('.md')),
    );
    assert.ok(vscode.window.visibleTextEditors.some(({ document }) => document === editor.document));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});

describe('a file of the explorer', () => {
  it('that holds subtitles becomes a transcript', async () => {
    const path = join(workspaceRoot(), 'Talk #1.vtt');
    await writeFile(path, 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello there.\n');
    const uri = vscode.Uri.file(path);
    await run('transcribeMedia', uri, [uri]);
    const manifest = await untilState('Talk 1', 'finished');
    assert.equal(manifest.completed, 1);
  });

  it('that is no list is left out where others were chosen with it', async () => {
    const list = await writeList('chosen.urls', [watch('LineTalk020')]);
    const code = vscode.Uri.file(join(workspaceRoot(), 'code.js'));
    await writeFile(code.fsPath, 'const a = "https://example.org/talk.mp4";\n');
    await run('transcribeFile', code, [code, list]);
    await untilState('chosen', 'finished');
    assert.equal(await manifestOf('code'), undefined);
  });
});
