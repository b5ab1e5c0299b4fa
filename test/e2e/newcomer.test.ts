/**
 * Somebody who tries it for the first time, with everything that can be wrong: nothing selected, empty lists,
 * wrong settings, files that are gone, batches that are broken, somebody else's or run elsewhere.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cliProgram } from '../helpers/cli';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';
import { runCommand } from '../vscode/workbench';
import { Desk, picturesOfFailures, settled, watch } from './desk';

/** The manifest of a batch whose journal is gone. */
const manifestWithoutJournal = {
  schema: 1,
  batch_id: 'batch_20261101_090000',
  name: 'without-journal',
  created_at: '2026-11-01T09:00:00.000Z',
  updated_at: '2026-11-01T09:00:00.000Z',
  state: 'paused',
  ...{ total: 3, completed: 1, failed: 1, skipped: 0, cancelled: 0, parked: 0, pending: 1 },
  stats: {},
  videos: [],
};

describe('a newcomer', () => {
  let site: YouTubeStandIn;
  let folder: string;
  let workspace: string;
  let desk: Desk;

  before(async () => {
    site = await YouTubeStandIn.start({
      delays: { minMs: 100, maxMs: 400 },
      videos: (id) => (id.startsWith('slow') ? standInVideo(id, { minMs: 1200, maxMs: 1800 }) : undefined),
    });
    desk = await Desk.open({
      workspace: 'course',
      prepare: async (course) => {
        await writeFile(join(course, 'empty.urls'), '');
        await writeFile(join(course, 'notes.md'), '# Notes\n\nNothing to see here.\n');
        await mkdir(join(course, '.vscode'));
        await writeFile(
          join(course, '.vscode', 'settings.json'),
          JSON.stringify({ 'bulkTranscribe.workers': 99, 'bulkTranscribe.order': 'sideways' }),
        );
        const broken = join(course, 'transcripts', 'without-journal');
        await mkdir(broken, { recursive: true });
        await writeFile(join(broken, 'batch.json'), JSON.stringify(manifestWithoutJournal));
      },
      site,
      settings: { 'rate.youtube.perHour': 0, 'rate.youtube.burst': 100 },
    });
    ({ folder, workspace } = desk);
  });

  after(async () => {
    await desk.close();
    await site.close();
  });

  picturesOfFailures(() => desk);

  const told = async (words: RegExp): Promise<void> => {
    await desk.notice(words).waitFor();
    await desk.clearNotices();
  };

  it('is told once which settings are wrong, what is allowed, and what is used', async () => {
    const notice = await desk.noticed(/workers must be a whole number from 1 to 20, not 99/);
    assert.match(
      await notice.innerText(),
      /order must be one of list, .*"sideways".*The default, list, is used/s,
    );
    await rm(join(workspace, '.vscode'), { recursive: true });
    await desk.clearNotices();
  });

  it('is told that there is no link in what was copied, typed or chosen; nothing starts', async () => {
    await desk.copy('');
    await desk.command('Transcribe Clipboard');
    await told(/The clipboard holds no text/);
    await desk.copy('not a link at all');
    await desk.command('Transcribe Clipboard');
    await told(/There is no link in the clipboard\. Links begin with https/);
    await desk.command('Transcribe Links…');
    await desk.input.fill('not a link, surely');
    await desk.input.press('Enter');
    await told(/There is no link in what you typed\. Links begin with https/);
    await desk.explorerMenu('empty.urls', 'Transcribe List');
    await told(/empty\.urls holds no link\. Write one link on each line/);
    await desk.explorerMenu('notes.md', 'Transcribe List');
    await told(/notes\.md holds no link/);
    assert.deepEqual(await readdir(join(workspace, 'transcripts')), ['without-journal']);
  });

  it('is told so for a selection without links', async () => {
    await runCommand(desk.page, 'View: Show Explorer');
    await desk.page
      .locator('.explorer-folders-view .monaco-list-row', { hasText: 'notes.md' })
      .first()
      .dblclick();
    const editor = desk.page.locator('.editor-instance .view-lines').first();
    await editor.waitFor();
    await editor.click();
    await desk.page.keyboard.press('Control+a');
    await desk.command('Transcribe Links in Selection');
    await told(/There is no link in the selection\. Links begin with https/);
    await editor.click({ button: 'right' });
    await desk.page.locator('.monaco-menu .action-item', { hasText: 'Command Palette' }).waitFor();
    const words = await desk.menuWords();
    assert.deepEqual(
      words.filter((item) => item.startsWith('Transcribe')),
      [],
      'the menu offers only what there is',
    );
    await desk.picture('40-editor-menu');
    await desk.page.keyboard.press('Escape');
  });

  it('is told of a batch that has lost its journal, and sees how to begin all the same', async () => {
    await desk.page.locator('.activitybar .action-item a[aria-label^="Bulk Transcribe"]').first().click();
    const broken = desk.page.locator('.pane-body .monaco-list-row', { hasText: 'without-journal' });
    await broken.waitFor();
    await desk.picture('41-activity-view');
    await broken.click();
    await told(/without-journal cannot be shown: .* holds no journal that can be read/);
    await desk.panel.getByText('Turn links into transcripts').waitFor();
    await desk.command('Resume Batch…');
    await told(/There is no batch in .*without-journal/);
    await desk.choose('Export Batch…', 'CSV');
    await desk.saveAs('.csv');
    await told(/There is no batch in .*without-journal/);
    await rm(join(workspace, 'transcripts'), { recursive: true });
    await broken.waitFor({ state: 'detached' });
  });

  it('is told that there is nothing yet to resume, retry, export or open', async () => {
    await desk.command('Resume Batch…');
    await told(/There is no batch in this workspace that could go on/);
    await desk.command('Retry Failed');
    await told(/No batch has failed videos/);
    await desk.command('Export Batch…');
    await told(/There is nothing to export yet/);
    await desk.command('Open Output Folder');
    await told(/There are no transcripts yet/);
  });

  it('is asked by name before a file outside of the workspace is read', async () => {
    await mkdir(join(folder, 'elsewhere'));
    const outside = join(folder, 'elsewhere', 'talk.vtt');
    await writeFile(outside, 'WEBVTT\n\n00:01.000 --> 00:02.000\nSecret words\n');
    await writeFile(join(workspace, 'outside.urls'), `../elsewhere/talk.vtt\n${watch('Outside0001')}\n`);
    const batch = join(workspace, 'transcripts', 'outside');
    await desk.explorerMenu('outside.urls', 'Transcribe List');
    await desk.plan.filter({ hasText: outside }).waitFor();
    await desk.picture('42-outside');
    await desk.answerPlan('Not Now');
    await assert.rejects(readdir(batch));
    await desk.explorerMenu('outside.urls', 'Transcribe List');
    await desk.answerPlan('Start');
    await desk.says(/Finished\. The video is done/).waitFor();
    assert.equal((await readdir(batch)).filter((name) => name.startsWith('talk')).length, 0);
    await desk.explorerMenu('outside.urls', 'Transcribe List');
    await desk.plan.getByRole('checkbox', { name: 'Read 1 file' }).click();
    await desk.answerPlan('Start');
    await desk.says(/Finished\. All 2 are done/).waitFor();
    const [name = ''] = (await readdir(batch)).filter((file) => file.startsWith('talk'));
    assert.match(await readFile(join(batch, name), 'utf8'), /Secret words/);
    await desk.clearNotices();
  });

  /** The terminal program on a batch of this workspace; `state` says which user of which computer it is. */
  const terminal = async (name: string, ids: readonly string[], state: string): Promise<ChildProcess> => {
    const list = join(folder, `${name}.urls`);
    await writeFile(list, ids.map(watch).join('\n'));
    const sets = [
      `youtube.endpoint=${site.origin}`,
      'sources=["youtube"]',
      'rate.youtube.spacing=0',
      'rate.youtube.perHour=0',
    ].flatMap((set) => ['--set', set]);
    return spawn(
      process.execPath,
      [cliProgram, list, '--out', join(workspace, 'transcripts'), '--name', name, '--workers', '2', ...sets],
      {
        cwd: folder,
        env: { PATH: process.env.PATH, HOME: folder, BULK_TRANSCRIBE_STATE: join(folder, state) },
        stdio: 'ignore',
      },
    );
  };
  const slow = (count: number, beginning: string): string[] =>
    Array.from(
      { length: count },
      (_, index) => `slow${beginning}${String(index).padStart(7 - beginning.length, '0')}`,
    );
  const ended = (child: ChildProcess): Promise<unknown> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve(undefined);
      else child.once('exit', resolve);
    });

  it('sees the owner of a batch in a terminal, watches it, and takes it over when its process is gone', async () => {
    const child = await terminal('by-terminal', slow(300, 'Ter'), 'state');
    try {
      await desk.page.locator('.activitybar .action-item a[aria-label^="Bulk Transcribe"]').first().click();
      const row = desk.page.locator('.pane-body .monaco-list-row', { hasText: 'by-terminal' });
      await row.filter({ hasText: 'in another window' }).waitFor();
      await row.click();
      await desk.says(/This batch runs in another window or terminal \(process \d+\)\./).waitFor();
      await settled('one is done', async () => (await desk.countOf('Done')) >= 1);
      const done = await desk.countOf('Done');
      await settled(
        'more are done, as the terminal does them',
        async () => (await desk.countOf('Done')) >= done + 3,
      );
      // What passes there is followed as well: its workers, and what sets the pace.
      await desk.panel
        .locator('.lane')
        .filter({ hasText: /fetching captions|waiting for rate limit|writing/ })
        .first()
        .waitFor();
      assert.equal(await desk.panel.locator('.lane').count(), 2);
      await desk.says(/process \d+\)\. (?:All 2 workers are busy|One video|YouTube)/).waitFor();
      await desk.picture('43-elsewhere');
      assert.deepEqual(await desk.violations(), []);
      assert.equal(await desk.tool(/^Pause/).getAttribute('disabled'), '');
      // Nothing can be done to it from here; who has it is said.
      await desk.tab('Waiting').click();
      await desk.grid.focus();
      await desk.grid.press('End');
      await desk.grid.press('n');
      await desk.says(/by-terminal already runs in another window or terminal \(process \d+\)/).waitFor();
      await desk.panel.getByText('Dismiss').click();
      await desk.tab('All').click();
    } finally {
      child.kill('SIGKILL');
    }
    await ended(child);
    await desk.says(/Stopped/).waitFor();
    const before = await desk.countOf('Done');
    await desk.tool(/^Resume/).click();
    await desk.says(/Resumed|Running/).waitFor();
    await settled('it goes on here', async () => (await desk.countOf('Done')) > before);
    await desk.tool(/^Stop/).click();
    await desk.says(/Stopped/).waitFor();
  });

  it('is asked before a batch from another computer goes on', async () => {
    const child = await terminal('theirs', slow(6, 'For'), 'their-state');
    const journal = join(workspace, 'transcripts', 'theirs', '.journal.jsonl');
    await settled('it has begun', async () => (await readFile(journal, 'utf8')).includes('"outcome"'));
    child.kill('SIGINT');
    await ended(child);
    const requests = site.seen.length;
    const row = desk.page.locator('.pane-body .monaco-list-row', { hasText: 'theirs' });
    await row.filter({ hasText: 'stopped' }).click();
    // The batch that was shown before is stopped too.
    await desk.row(6).filter({ hasText: 'slowFor0005' }).waitFor();
    await desk.says(/Stopped/).waitFor();
    await desk.tool(/^Resume/).click();
    await desk.plan.filter({ hasText: 'theirs was not started on this computer' }).waitFor();
    await desk.picture('44-foreign');
    await desk.answerPlan('Not Now');
    await desk.says(/Stopped/).waitFor();
    assert.equal(site.seen.length, requests);
    await desk.tool(/^Resume/).click();
    await desk.answerPlan('Resume It');
    await desk.says(/Finished\. All 6 are done/).waitFor();
    await desk.clearNotices();
  });

  it('finds a batch going on by itself after a restart, or left alone, as autoResume says', async () => {
    await writeFile(join(workspace, 'long.urls'), slow(150, 'Lon').map(watch).join('\n'));
    await desk.setUser({ 'bulkTranscribe.autoResume': 'always', 'bulkTranscribe.workers': 1 });
    await desk.explorerMenu('long.urls', 'Transcribe List');
    await desk.says(/Running/).waitFor();
    await settled('one is done', async () => (await desk.countOf('Done')) >= 1);
    await desk.reload();
    await desk.says(/Resumed|Running/).waitFor();
    const done = await desk.countOf('Done');
    await settled('it goes on', async () => (await desk.countOf('Done')) > done);
    assert.equal(await desk.notice('was interrupted').count(), 0);

    await desk.setUser({ 'bulkTranscribe.autoResume': 'never' });
    await desk.reload();
    await (await desk.batchRow('long')).filter({ hasText: /interrupted|stopped/ }).click();
    await desk.says(/Stopped/).waitFor();
    const requests = site.seen.length;
    // By the time that another one is done, it would have gone on or asked.
    await desk.copy(watch('Meanwhile01'));
    await desk.command('Transcribe Clipboard');
    await desk.says(/Finished\. The video is done/).waitFor();
    assert.equal(await desk.notice('was interrupted').count(), 0);
    assert.ok(site.seen.slice(requests).every((request) => !request.video.startsWith('slow')));
  });

  it('is asked where the transcripts go when no folder is open', async () => {
    await desk.visit();
    await desk.command('Show Panel');
    await desk.panel.getByText('Turn links into transcripts').waitFor();
    await desk.picture('45-no-folder');
    await desk.command('Open Output Folder');
    await told(/No folder is open, and nothing was written yet/);
    await desk.copy(watch('NoFolder001'));
    await desk.command('Transcribe Clipboard');
    const dialog = desk.page.locator('.quick-input-widget', { hasText: 'Where should the transcripts go?' });
    await dialog.waitFor();
    // Until it has listed its first folder, it discards typed text.
    await dialog.locator('.monaco-list-row').first().waitFor();
    const place = join(folder, 'anywhere');
    await mkdir(place);
    let asBefore = 0;
    await settled('the folder is typed, and stays', async () => {
      const typed = (await desk.input.inputValue()).startsWith(place);
      asBefore = typed ? asBefore + 1 : 0;
      if (!typed) await desk.input.fill(place);
      return asBefore > 5;
    });
    await settled('the folder is chosen', async () => {
      if (await dialog.isVisible())
        await dialog.getByRole('button', { name: 'Write Transcripts Here' }).click({ timeout: 2000 });
      return !(await dialog.isVisible());
    });
    await desk.says(/Finished\. The video is done/).waitFor();
    const [batch = ''] = await readdir(place);
    assert.ok((await readdir(join(place, batch))).some((name) => name.includes('NoFolder001')));
  });
});
