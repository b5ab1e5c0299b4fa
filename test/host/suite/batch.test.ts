/** Whole batches inside VS Code, from a list file to the transcripts, against the stand-in site. */
import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ownSettings } from '../../../src/editor/ownSettings';
import { idFor, spokenLines, standInVideo } from '../../servers/youtubeVideos';
import {
  batchFolder,
  manifestOf,
  resetSettings,
  run,
  set,
  siteCounts,
  until,
  untilState,
  watch,
  writeList,
} from './helpers';

const good = (count: number, beginning: string): string[] =>
  Array.from(
    { length: count },
    (_, index) => `${beginning}${String(index).padStart(11 - beginning.length, '0')}`,
  );

/** How many of a batch have come to their end, by its journal: the manifest follows seconds later. */
async function outcomes(name: string): Promise<number> {
  const journal = await readFile(join(batchFolder(name), '.journal.jsonl'), 'utf8').catch(() => '');
  return journal.split('"type":"outcome"').length - 1;
}

/** Takes seconds to answer; see run.ts. */
const slow = (count: number, beginning: string): string[] => good(count, `slow${beginning}`);

describe('a batch in VS Code', () => {
  afterEach(() => resetSettings());

  it('keeps what its list says when it is resumed, and notes the template that they were begun with', async () => {
    const list = await writeList('own.urls', ['# @lang de', '# @notes summary', watch('Own00000001')]);
    const state = { list: list.fsPath, settings: {} };
    assert.deepEqual(await ownSettings(batchFolder('own'), state), {
      languages: ['de'],
      'notes.template': 'summary',
      'notes.auto': true,
    });
    const notes = join(batchFolder('own'), '.notes');
    assert.deepEqual(await ownSettings(notes, { ...state, settings: { 'notes.template': 'chapters' } }), {
      'notes.template': 'chapters',
    });
    assert.deepEqual(await ownSettings(notes, state), { 'notes.template': 'study' });
    const gone = join(batchFolder('own'), 'gone.urls');
    assert.deepEqual(await ownSettings(batchFolder('own'), { ...state, list: gone }), {});
  });

  it('turns a .urls file into transcripts with the words that were spoken', async () => {
    const ids = good(6, 'Talk');
    const list = await writeList('lectures.urls', [
      '# Lectures',
      '# @name first-batch',
      ...ids.map(watch),
      watch(idFor('removed')),
      `https://youtu.be/${ids[0] ?? ''}   # twice`,
    ]);
    await run('transcribeList', list);
    const manifest = await untilState('first-batch', 'finished');
    assert.equal(manifest.total, 7);
    assert.equal(manifest.completed, 6);
    assert.equal(manifest.failed, 1);
    assert.equal(manifest.videos.find((video) => video.status === 'failed')?.error_code, 'unavailable');
    for (const video of manifest.videos.filter(({ status }) => status === 'completed')) {
      const json = video.output_files?.find((file) => file.endsWith('.json'));
      assert.ok(json);
      const transcript = JSON.parse(await readFile(join(batchFolder('first-batch'), json), 'utf8')) as {
        readonly language: string;
        readonly cues: readonly { readonly text: string }[];
      };
      const spoken = spokenLines(standInVideo(video.id), transcript.language);
      assert.deepEqual(
        transcript.cues.map((cue) => cue.text),
        spoken.map((line) => line.text),
      );
      assert.ok(video.output_files?.some((file) => file.endsWith('.md')));
    }
    assert.ok(existsSync(join(batchFolder('first-batch'), 'report.md')));
    const again = await readFile(join(batchFolder('first-batch'), 'failed.urls'), 'utf8');
    assert.match(again, new RegExp(idFor('removed')));
  });

  it('does finished videos not again when the list is run again, and adds what is new', async () => {
    const ids = good(3, 'Again');
    const list = await writeList('again.urls', ids.map(watch));
    await run('transcribeList', list);
    await untilState('again', 'finished');
    const before = await siteCounts();
    await writeList('again.urls', [...ids, 'AgainNew000'].map(watch));
    await run('transcribeList', list);
    const manifest = await until('the new video', async () => {
      const now = await manifestOf('again');
      return now?.state === 'finished' && now.total === 4 && now;
    });
    assert.equal(manifest.completed, 4);
    assert.equal((await siteCounts()).player - before.player, 1);
  });

  it('takes the links of a selection, wherever they are in the text', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'markdown',
      content:
        'See [one](https://youtu.be/Select00001), and (https://youtu.be/Select00002).\nNot https://youtu.be/Select00003\n',
    });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 0, 0, document.lineAt(0).text.length);
    const before = await siteCounts();
    await run('transcribeSelection');
    await until('both videos', async () => (await siteCounts()).captions - before.captions === 2);
  });

  it('takes the links of the clipboard', async () => {
    const before = await siteCounts();
    await vscode.env.clipboard.writeText('https://youtu.be/Clip0000001 and https://youtu.be/Clip0000002');
    await run('transcribeClipboard');
    await until('both videos', async () => (await siteCounts()).captions - before.captions === 2);
  });

  it('pauses: what runs ends, nothing new starts; and goes on when it is resumed', async () => {
    await set('workers', 2);
    const list = await writeList('pausing.urls', slow(6, 'Pau').map(watch));
    await run('transcribeList', list);
    await until('the first requests', async () => ((await manifestOf('pausing'))?.total ?? 0) === 6);
    await run('pause');
    const paused = await untilState('pausing', 'paused');
    const requests = await until('running ones to end', async () => {
      const now = await siteCounts();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return (await siteCounts()).player === now.player && now;
    });
    assert.ok(paused.pending > 0);
    await run('resume');
    const manifest = await untilState('pausing', 'finished');
    assert.equal(manifest.completed, 6);
    assert.ok((await siteCounts()).player > requests.player);
  });

  it('stops at once, keeps everything, and resumes without doing finished work again', async () => {
    await set('workers', 2);
    const ids = [...good(3, 'Sto'), ...slow(5, 'Sto')];
    const list = await writeList('stopping.urls', ids.map(watch));
    await run('transcribeList', list);
    // Their files are there a moment before it is written down that they are done.
    await until('three that are done', async () => (await outcomes('stopping')) >= 3);
    await run('stop');
    const stopped = await untilState('stopping', 'stopped');
    assert.ok(stopped.completed >= 3 && stopped.completed < 8);
    await run('resumeBatch', vscode.Uri.file(batchFolder('stopping')));
    const manifest = await untilState('stopping', 'finished');
    assert.equal(manifest.completed, 8);
  });

  it('retries what failed when it can succeed, and leaves out what cannot', async () => {
    await set('retries', 0);
    const list = await writeList('retrying.urls', [watch(idFor('once500')), watch(idFor('private'))]);
    await run('transcribeList', list);
    const first = await untilState('retrying', 'finished');
    assert.equal(first.failed, 2);
    await run('retryFailed', vscode.Uri.file(batchFolder('retrying')));
    const manifest = await until('the retry', async () => {
      const now = await manifestOf('retrying');
      return now?.state === 'finished' && now.completed === 1 && now;
    });
    assert.equal(manifest.videos.find((video) => video.status === 'failed')?.error_code, 'private');
  });

  it('follows a setting that is changed while it runs', async () => {
    // Minutes between two starts, yet not long enough to be asked before: without the change it takes a quarter
    // of an hour.
    await set('rate.youtube.spacing', 180);
    const list = await writeList('settings.urls', good(6, 'Live').map(watch));
    await run('transcribeList', list);
    await until('the first one', async () => (await outcomes('settings')) > 0);
    assert.ok((await outcomes('settings')) < 6, 'the spacing counts from the first start');
    await set('rate.youtube.spacing', 0);
    const manifest = await untilState('settings', 'finished');
    assert.equal(manifest.completed, 6);
  });

  it('finds a transcript in any batch of the folder, and does it again only when that is asked for', async () => {
    const list = await writeList('archive.urls', [watch('Talk0000001'), watch('Archive0001')]);
    await run('transcribeList', list);
    const manifest = await untilState('archive', 'finished');
    assert.equal(manifest.skipped, 1);
    await run('transcribeAgain', list);
    const again = await until('both again', async () => {
      const now = await manifestOf('archive');
      return now?.state === 'finished' && now.completed === 2 && now;
    });
    assert.equal(again.skipped, 0);
  });

  it('says of a list without links, or one that is gone, what is wrong, and starts nothing', async () => {
    const empty = await writeList('empty.urls', ['# nothing here']);
    await run('transcribeList', empty);
    const gone = await writeList('gone.urls', [watch('Gone0000001')]);
    await unlink(gone.fsPath);
    await run('transcribeList', gone);
    assert.equal(existsSync(batchFolder('empty')), false);
    assert.equal(existsSync(batchFolder('gone')), false);
  });

  it('starts several lists at once, each as a batch of its own', async () => {
    const one = await writeList('one.urls', good(2, 'One').map(watch));
    const two = await writeList('two.txt', [`Look: ${watch('Two00000001')}.`]);
    await run('transcribeList', one, [one, two]);
    assert.equal((await untilState('one', 'finished')).completed, 2);
    assert.equal((await untilState('two', 'finished')).completed, 1);
  });
});
