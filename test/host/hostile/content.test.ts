/**
 * What a hostile folder holds, inside VS Code: the window stays whole and goes on working, and nothing is asked that
 * the user has not confirmed. The addresses that were asked are looked at from outside, in run.ts.
 */
import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { captionBombs, longNames, terminalName } from '../../helpers/hostileContent';
import { batchFolder, run, untilState } from '../suite/helpers';
import { list, meanwhile } from './helpers';

const trust = vscode.workspace.isTrusted ? 'trusted' : 'not trusted';

describe(`what a hostile folder holds, ${trust}`, () => {
  it('names private addresses, of which none is asked before the user has said so', async () => {
    // The question is not answered, so nothing starts.
    await run('transcribeList', list('private.urls'));
    await meanwhile();
    assert.equal(existsSync(batchFolder('private')), false);
  });

  it('is subtitle files that hold nothing up', async () => {
    await run('transcribeList', list('captions.urls'));
    const manifest = await untilState('captions', 'finished');
    assert.equal(manifest.total, Object.keys(captionBombs).length);
    assert.equal(manifest.completed, 3);
    for (const { status, error_code: code } of manifest.videos)
      assert.equal(code, status === 'completed' ? undefined : 'unsupported');
  });

  it('leads to answers that are much larger unpacked, which are refused', async () => {
    await run('transcribeList', list('packed.urls'));
    const manifest = await untilState('packed', 'finished');
    assert.deepEqual([manifest.completed, manifest.failed], [0, manifest.total]);
    for (const { error_code: code = '' } of manifest.videos)
      assert.match(code, /^(?:bad-response|too-large)$/);
  });

  it('names the files of a feed as it likes; each is written under a name that fits', async () => {
    await run('transcribeList', list('names.urls'));
    const manifest = await untilState('names', 'finished');
    assert.equal(manifest.completed, 2 * longNames.length);
    const names = manifest.videos.flatMap(({ output_files: files = [] }) => files);
    assert.equal(new Set(names).size, 4 * longNames.length);
    for (const name of names) assert.ok(Buffer.byteLength(name) <= 255, name);
  });

  it('has a list whose name would be a command to a terminal', async () => {
    await run('transcribeList', list(`${terminalName}.urls`));
    await meanwhile();
    const made = (await readdir(join(batchFolder('.')))).filter((name) => name.startsWith('talks'));
    assert.equal(made.length, 1);
    for (const name of made) assert.doesNotMatch(name, /[\p{Cc}\p{Cf}]/u);
  });

  it('has a lock that leads nowhere and a journal of gigabytes, which are left as they are', async () => {
    await run('transcribeList', list('loop.urls'));
    await run('transcribeList', list('huge.urls'));
    for (const command of ['resumeBatch', 'retryFailed'])
      await run(command, vscode.Uri.file(batchFolder('huge')));
    await meanwhile();
    assert.deepEqual(await readdir(batchFolder('loop')), ['.owner.json']);
    assert.equal((await stat(join(batchFolder('huge'), '.journal.jsonl'))).size, 8e9);
  });
});
