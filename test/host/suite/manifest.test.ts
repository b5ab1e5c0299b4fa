/** The extension as VS Code has taken it in: activation, commands, settings, language. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/editor/commands/table';
import { defaultSettings, settingNames } from '../../../src/model/settings';

const id = 'bulk-transcribe.bulk-transcribe';

describe('the extension in VS Code', () => {
  const extension = vscode.extensions.getExtension(id);

  it('is there and activates', async () => {
    assert.ok(extension);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('has registered every command of its manifest, and declared every one it has registered', async () => {
    const registered = (await vscode.commands.getCommands(true)).filter((command) =>
      // VS Code itself makes commands of views and containers.
      /^bulkTranscribe\.(?!batches\.)/.test(command),
    );
    assert.deepEqual(
      registered.filter((command) => !command.includes('.batchMenu')).sort(),
      [...commandIds].sort(),
    );
  });

  it('gives every setting the default that the table of settings names', () => {
    const configuration = vscode.workspace.getConfiguration('bulkTranscribe');
    for (const name of settingNames)
      assert.deepEqual(configuration.inspect(name)?.defaultValue, defaultSettings[name], name);
  });

  it('knows .urls files as a language with comments', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'urls', content: '# a comment\n' });
    assert.equal(document.languageId, 'urls');
  });

  it('shows what is no link as a problem of its line', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'urls',
      content: 'https://youtu.be/dQw4w9WgXcQ\njavascript:alert(1)\n',
    });
    await vscode.window.showTextDocument(document);
    const problems = await new Promise<readonly vscode.Diagnostic[]>((resolve) => {
      const look = (): void => {
        const found = vscode.languages.getDiagnostics(document.uri);
        if (found.length > 0) resolve(found);
        else setTimeout(look, 50);
      };
      look();
    });
    assert.deepEqual(
      problems.map((problem) => problem.range.start.line),
      [1],
    );
  });
});
