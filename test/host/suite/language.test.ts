/** The language of the document decides how a list is read, wherever it comes from. */
import * as assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { manifestOf, run, untilState, watch, workspaceRoot } from './helpers';

const lines = (name: string, key: string): string =>
  [`# @name ${name}`, `${key}000001`, watch(`${key}000002`), `# ${watch(`${key}000003`)}`].join('\n');

async function idsOf(name: string): Promise<readonly string[]> {
  await untilState(name, 'finished');
  return ((await manifestOf(name))?.videos ?? []).map(({ id }) => id).sort();
}

describe('a Link List by its language', () => {
  it('obeys its directives and comments before it is saved', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'urls',
      content: lines('never-saved', 'Unsav'),
    });
    await vscode.window.showTextDocument(document);
    await run('transcribeList', document.uri);
    assert.deepEqual(await idsOf('never-saved'), ['Unsav000001', 'Unsav000002']);
  });

  it('is one by files.associations, whether it is open or not', async () => {
    const configuration = vscode.workspace.getConfiguration('files');
    const before = configuration.inspect('associations')?.globalValue;
    await configuration.update('associations', { '*.links.txt': 'urls' }, vscode.ConfigurationTarget.Global);
    try {
      for (const [name, isOpen] of [
        ['associated-closed', false],
        ['associated-open', true],
      ] as const) {
        const path = join(workspaceRoot(), `${name}.links.txt`);
        const uri = vscode.Uri.file(path);
        const key = isOpen ? 'AsOpn' : 'AsCls';
        await writeFile(path, lines(name, key));
        if (isOpen) await vscode.window.showTextDocument(uri);
        await run('transcribeList', uri);
        assert.deepEqual(await idsOf(name), [`${key}000001`, `${key}000002`]);
      }
    } finally {
      await configuration.update('associations', before, vscode.ConfigurationTarget.Global);
    }
  });

  it('is read by it where only a part is selected, and where nobody has saved it', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'urls',
      content: lines('selected-part', 'Selec'),
    });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 0, 4, 0);
    await run('transcribeSelection');
    assert.deepEqual(await idsOf('selected-part'), ['Selec000001', 'Selec000002']);
  });
});
