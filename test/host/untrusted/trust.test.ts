/** In a workspace that is not trusted: its settings do not count, and no program is started. */
import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { batchFolder, run, until, untilState, watch, workspaceRoot, writeList } from '../suite/helpers';

describe('an untrusted workspace', () => {
  it('really is not trusted', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  it('may not say where transcripts are written, in which form, or how fast', async () => {
    const list = await writeList('hostile.urls', [watch('Hostile0001')]);
    await run('transcribeList', list);
    const manifest = await untilState('hostile', 'finished');
    assert.equal(manifest.completed, 1);
    assert.equal(existsSync(join(workspaceRoot(), 'elsewhere')), false);
    assert.equal(existsSync(join(workspaceRoot(), '..', 'outside')), false);
    assert.ok(manifest.videos[0]?.output_files?.every((file) => !file.endsWith('.srt')));
  });

  it('starts no program, also not one that its settings or the path name', async () => {
    const list = await writeList('program.urls', ['# @sources yt-dlp', 'https://example.invalid/page']);
    await run('transcribeList', list);
    const manifest = await until('the failure', async () => {
      const found = await untilState('program', 'finished');
      return found.failed === 1 && found;
    });
    assert.match(manifest.videos[0]?.error_code ?? '', /^(tool-missing|unsupported)$/);
    assert.equal(existsSync(join(workspaceRoot(), 'started')), false);
    assert.ok(existsSync(batchFolder('program')));
  });
});
