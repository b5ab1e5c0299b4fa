/**
 * "A hostile repository could not make it send a key, a file or a request": inside VS Code, with the folder
 * trusted and not. What left the window is looked at from outside, in run.ts.
 */
import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { settingNames, settingsSchema } from '../../../src/model/settings';
import { titles } from '../../helpers/hostileFolder';
import { batchFolder, manifestOf, run, siteCounts, untilState, workspaceRoot } from '../suite/helpers';
import { list, meanwhile } from './helpers';

describe(`a hostile folder, ${vscode.workspace.isTrusted ? 'trusted' : 'not trusted'}`, () => {
  it('has no say in settings that are the user’s alone', () => {
    const configuration = vscode.workspace.getConfiguration('bulkTranscribe');
    for (const name of settingNames) {
      if (!['machine', 'application'].includes(settingsSchema[name].scope)) continue;
      const found = configuration.inspect<unknown>(name);
      assert.equal(found?.workspaceValue, undefined, name);
      assert.equal(found?.workspaceFolderValue, undefined, name);
    }
  });

  it('fails every line that is no link we follow, each with its reason', async () => {
    await run('transcribeList', list('schemes.urls'));
    const manifest = await untilState('schemes', 'finished');
    assert.equal(manifest.failed, 6);
    assert.ok(manifest.videos.every((video) => video.error_code === 'invalid-url'));
  });

  it('gets hostile titles written as files of the batch folder', async () => {
    const before = await siteCounts();
    await run('transcribeList', list('titles.urls'));
    const manifest = await untilState('titles', 'finished');
    assert.equal(manifest.completed, Object.keys(titles).length);
    assert.equal((await siteCounts()).captions - before.captions, Object.keys(titles).length);
    for (const video of manifest.videos)
      for (const file of video.output_files ?? []) {
        assert.doesNotMatch(file, /[\\/:]/);
        assert.ok(existsSync(join(batchFolder('titles'), file)), file);
      }
  });

  it('leads no redirect and no feed to a private address or file', async () => {
    await run('transcribeList', list('web.urls'));
    const manifest = await untilState('web', 'finished');
    assert.equal(manifest.completed, 0);
    assert.ok(manifest.failed >= 4);
    for (const video of manifest.videos) assert.notEqual(video.error_code ?? '', '');
  });

  it('reads no file outside that the user has not confirmed by name', async () => {
    // The question is not answered, so nothing starts.
    await run('transcribeList', list('files.urls'));
    await meanwhile();
    assert.equal(existsSync(batchFolder('files')), false);
  });

  it('resumes no batch of somebody else by itself, nor by command without an answer', async () => {
    const journal = await readFile(join(batchFolder('forged'), '.journal.jsonl'), 'utf8');
    await run('resumeBatch', vscode.Uri.file(batchFolder('forged')));
    await run('retryFailed', vscode.Uri.file(batchFolder('forged')));
    await meanwhile();
    assert.equal(await readFile(join(batchFolder('forged'), '.journal.jsonl'), 'utf8'), journal);
    assert.deepEqual((await readdir(batchFolder('forged'))).sort(), [
      '.journal.jsonl',
      'batch.json',
      'failed.urls',
      'report.md',
    ]);
  });

  it('gives a list a folder of its own when a batch only claims to be the list’s', async () => {
    await run('transcribeList', list('forged.urls'));
    const manifest = await untilState('forged 2', 'finished');
    assert.equal(manifest.total, 1);
    assert.equal(manifest.completed, 1);
  });

  it('gets nothing appended to or written through its links', async () => {
    await run('transcribeList', list('linked-journal.urls'));
    await run('transcribeList', list('linked-folder.urls'));
    await meanwhile();
    assert.deepEqual(await readdir(batchFolder('linked-journal')), ['.journal.jsonl']);
    assert.equal(await manifestOf('linked-folder'), undefined);
  });

  it('cannot lead the output folder out by a path or a link', async () => {
    assert.equal(existsSync(join(workspaceRoot(), '..', 'outside', 'titles')), false);
    const configuration = vscode.workspace.getConfiguration('bulkTranscribe');
    await configuration.update('output.folder', 'way-out', vscode.ConfigurationTarget.Workspace);
    await run('transcribeList', list('forged.urls'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(existsSync(join(workspaceRoot(), '..', 'outside', 'forged')), false);
    await configuration.update('output.folder', '../outside', vscode.ConfigurationTarget.Workspace);
  });

  it('starts no program, whatever its settings and files say', async () => {
    // Settles when every program was looked for and asked its version.
    await run('checkSetup');
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    // The folder of marks is beside the workspace; each program of the repository would leave one.
    assert.deepEqual(await readdir(join(workspaceRoot(), '..', 'marks')), []);
  });
});
