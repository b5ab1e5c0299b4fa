/**
 * The library in a real workbench: the page of all transcripts after a batch, the tree with its videos and notes in
 * three themes, and a list that is dropped on it. Pictures are kept in test-results/, to be looked at.
 */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { YouTubeStandIn } from '../servers/youtube';
import { idFor } from '../servers/youtubeVideos';
import { Desk, picturesOfFailures, settled, watch } from './desk';
import { showTheme } from './deskSettings';

describe('the library', () => {
  let site: YouTubeStandIn;
  let desk: Desk;
  const folder = (...names: string[]): string => join(desk.workspace, 'transcripts', ...names);
  const page = (): Promise<string> => readFile(folder('index.md'), 'utf8').catch(() => '');

  before(async () => {
    site = await YouTubeStandIn.start();
    desk = await Desk.open({
      workspace: 'course',
      prepare: async (course) => {
        const links = [watch('Library0001'), watch('Library0002'), watch(idFor('private'))];
        await writeFile(join(course, 'talks.urls'), links.join('\n'));
      },
      site,
      settings: { retries: 0, 'output.formats': ['md', 'srt'] },
    });
  });
  after(async () => {
    await desk.close();
    await site.close();
  });
  picturesOfFailures(() => desk);

  it('has a page of all transcripts once a batch has ended', async () => {
    await desk.explorerMenu('talks.urls', 'Transcribe List');
    await desk.says(/Finished\. 1 video failed/).waitFor();
    await settled('the page is written', async () => (await page()).includes('2 of 3 videos transcribed'));
    assert.match(await page(), /## talks\n/);
    const names = await readdir(folder('talks'));
    const first = names.find((name) => name.includes('Library0001') && name.endsWith('.md')) ?? '';
    await writeFile(folder('talks', first.replace(/md$/, 'notes.md')), '# Notes\n');
  });

  const line = (words: string): Locator =>
    desk.page.locator('.pane-body .monaco-list-row', { hasText: words });
  const unfold = async (row: () => Promise<Locator>): Promise<void> => {
    await settled('it is unfolded', async () => {
      const one = (await row()).first();
      if ((await one.getAttribute('aria-expanded')) !== 'true')
        await one.locator('.monaco-tl-twistie').click({ timeout: 3000 });
      return (await one.getAttribute('aria-expanded')) === 'true';
    });
  };

  for (const theme of ['Dark Modern', 'Light Modern', 'Default High Contrast'] as const)
    it(`shows the videos of a batch with their state and files, in ${theme}`, async () => {
      await showTheme(desk, theme);
      await unfold(() => desk.batchRow('talks'));
      await unfold(() => Promise.resolve(line('Private')));
      const noted = desk.page.locator('.pane-body .monaco-list-row', { hasText: /· notes/ });
      await unfold(() => Promise.resolve(noted));
      await line('.notes.md').waitFor();
      await line('.srt').waitFor();
      await desk.picture(`library-${theme.replaceAll(' ', '-').toLowerCase()}`);
    });

  it('opens the transcript of a video, and its notes', async () => {
    await line('· notes').first().click();
    await desk.page.locator('.tab', { hasText: 'Library0001].md' }).waitFor();
    await line('.notes.md').first().click();
    await desk.page.locator('.tab', { hasText: '.notes.md' }).waitFor();
    await desk.picture('library-opened');
  });

  it('takes links that are dropped on the view', async () => {
    const row = (await desk.batchRow('talks')).first();
    await row.evaluate((element, text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      const at = element.getBoundingClientRect();
      for (const type of ['dragenter', 'dragover', 'drop'])
        element.dispatchEvent(
          new DragEvent(type, {
            dataTransfer: data,
            bubbles: true,
            cancelable: true,
            clientX: at.left + 40,
            clientY: at.top + 8,
          }),
        );
    }, watch('Library0003'));
    await settled('the dropped link is transcribed', async () => (await page()).includes('Library0003'));
  });
});
