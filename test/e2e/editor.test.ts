/**
 * Lists, files and batches outside of the panel, as a person sees them: what menus offer, what waits for the user, what
 * a batch unfolds to, where a transcript opens, and the settings of a remote window.
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { YouTubeStandIn } from '../servers/youtube';
import { idFor } from '../servers/youtubeVideos';
import { runCommand } from '../vscode/workbench';
import { Desk, picturesOfFailures, settled, watch } from './desk';

const ids = Array.from({ length: 6 }, (_, index) => `Editor${String(index).padStart(5, '0')}`);

describe('lists and batches in the editor', () => {
  let site: YouTubeStandIn;
  let workspace: string;
  let desk: Desk;

  before(async () => {
    site = await YouTubeStandIn.start({ delayMs: 20 });
    desk = await Desk.open({
      workspace: 'course',
      prepare: async (course) => {
        await writeFile(join(course, 'talks.urls'), [...ids, idFor('private')].map(watch).join('\n'));
        await writeFile(join(course, 'plain.txt'), 'No link is in here.\n');
        await writeFile(join(course, 'spoken.vtt'), 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n');
        await mkdir(join(course, 'code'));
        await writeFile(join(course, 'code', 'main.js'), 'const a = 1;\n');
      },
      site,
      settings: { 'rate.youtube.burst': 100, retries: 0 },
    });
    ({ workspace } = desk);
  });

  after(async () => {
    await desk.close();
    await site.close();
  });

  picturesOfFailures(() => desk);

  const fileRow = (name: string): Locator =>
    desk.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first();

  it('offers a subtitle file of the explorer, and makes it a transcript', async () => {
    await desk.explorerMenu('spoken.vtt', 'Transcribe', '70-media-menu');
    await desk.says(/Finished\. The video is done/).waitFor();
    assert.ok((await readdir(join(workspace, 'transcripts', 'spoken'))).some((name) => name.endsWith('.md')));
  });

  it('opens transcripts beside the panel, one after the other, and the panel stays', async () => {
    await desk.explorerMenu('talks.urls', 'Transcribe List');
    await desk.says(/Finished\. 1 video failed/).waitFor();
    await desk.row(1).click({ position: { x: 12, y: 10 } });
    assert.equal(await desk.page.locator('.tab', { hasText: '.md' }).count(), 0, 'a click opens nothing');
    for (const key of ['Enter', 'ArrowDown', 'Enter', 'ArrowDown', 'Enter']) await desk.grid.press(key);
    await desk.page.locator('.editor-group-container .tab', { hasText: '.md' }).first().waitFor();
    assert.ok(await desk.grid.isVisible(), 'the panel is still in view');
    assert.equal(await desk.page.locator('.editor-group-container').count(), 2);
    await desk.picture('71-beside');
    await runCommand(desk.page, 'View: Single Column Editor Layout');
  });

  it('unfolds a batch to its failures by cause, its report and its videos, which open their transcripts', async () => {
    let row = await desk.batchRow('talks');
    // The explorer may come to the front once more, with the transcript that was opened.
    await settled('the batch is unfolded', async () => {
      row = await desk.batchRow('talks');
      if ((await row.first().getAttribute('aria-expanded')) !== 'true')
        await row.first().locator('.monaco-tl-twistie').click({ timeout: 3000 });
      return (await row.first().getAttribute('aria-expanded')) === 'true';
    });
    const below = (words: string): Locator =>
      desk.page.locator('.pane-body .monaco-list-row', { hasText: words });
    await below('Report').waitFor();
    // In the order of the list; what failed is below its cause alone.
    const video = desk.page.locator('.pane-body .monaco-list-row[aria-level="2"]', {
      hasText: /· en|0:|\d:\d\d/,
    });
    await settled('the videos are shown', async () => (await video.count()) === ids.length);
    await below('Private').first().locator('.monaco-tl-twistie').click();
    await settled('the failed video is shown', async () => (await below(idFor('private')).count()) === 1);
    await desk.picture('72-batch-unfolded');
    await row.first().click({ button: 'right' });
    await desk.page.locator('.monaco-menu .action-item', { hasText: 'Reveal List' }).waitFor();
    const words = await desk.menuWords();
    for (const item of ['Transcribe Again', 'Copy Path', 'Remove…', 'Export Batch…'])
      assert.ok(
        words.some((word) => word.startsWith(item)),
        `${item}: ${words.join(', ')}`,
      );
    await desk.picture('73-batch-menu');
    await desk.page.keyboard.press('Escape');
  });

  it('shows in the list what became of a link, with what can be done, and keys in the menus', async () => {
    await runCommand(desk.page, 'View: Show Explorer');
    await fileRow('talks.urls').dblclick();
    const line = desk.page.locator('.view-line', { hasText: ids[0] ?? '' }).first();
    await line.waitFor();
    const hover = desk.page.locator('.monaco-hover', { hasText: 'Open transcript' }).first();
    await settled('the hover says what can be done', async () => {
      await desk.page.mouse.move(5, 5);
      await line.hover({ position: { x: 120, y: 8 } });
      await hover.waitFor({ timeout: 3000 });
      return true;
    });
    await desk.picture('74-line-hover');
    await line.click({ button: 'right' });
    await desk.page.locator('.monaco-menu .action-item', { hasText: 'Open Transcript' }).first().waitFor();
    const words = await desk.menuWords();
    assert.ok(
      words.some((word) => word.includes('Transcribe List')),
      words.join(', '),
    );
    await desk.picture('75-line-menu');
    await desk.page.keyboard.press('Escape');
  });

  it('says what waits for the user in the status bar and on the view', async () => {
    const goOn = site.hold();
    await writeFile(join(workspace, 'wait.urls'), ids.map((id) => watch(`${id.slice(0, -1)}x`)).join('\n'));
    await desk.explorerMenu('wait.urls', 'Transcribe List');
    await desk.tool(/^Pause/).click();
    goOn();
    await desk.page.locator('.statusbar-item', { hasText: 'wait: paused' }).waitFor();
    await desk.page.locator('.activitybar .action-item .badge-content', { hasText: '1' }).first().waitFor();
    await desk.picture('76-waits');
  });

  it('opens a setting of the machine where a remote window lists it', async () => {
    await desk.choose('Set API Key…', 'OpenAI-compatible');
    const notice = desk.notice(/Set the address of the OpenAI-compatible service for speech-to-text first/);
    await notice.getByRole('button', { name: 'Open Settings' }).click();
    await desk.page.locator('.settings-editor .setting-item', { hasText: 'Endpoint' }).first().waitFor();
    await desk.picture('77-remote-settings');
  });
});
