import { strict as assert } from 'node:assert';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { batchFolder, until } from './helpers';

describe('Search Transcripts…', () => {
  it('opens the transcript at the words that are typed', async () => {
    const folder = batchFolder('searched');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'batch.json'), '{ "schema": 1, "videos": [] }\n');
    const url = 'https://www.youtube.com/watch?v=abcdefghijk';
    const path = join(folder, 'Plants [abcdefghijk].md');
    await writeFile(
      path,
      `---\ntitle: "Plants"\nurl: "${url}"\nid: "abcdefghijk"\n---\n\n# Plants\n\n[1:02](${url}&t=62) They receive zebrafinches.\n`,
    );
    const closed = vscode.commands.executeCommand(
      'bulkTranscribe.searchTranscripts',
      undefined,
      'zebrafinch',
    );
    await until('the transcript to open', async () => {
      // Enter does nothing until there is an answer.
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return vscode.window.activeTextEditor?.document.uri.fsPath === path;
    });
    await closed;
    const { selection, document } = vscode.window.activeTextEditor ?? {};
    assert.equal(selection?.start.line, 8);
    assert.equal(document?.getText(selection), 'zebrafinches');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});
