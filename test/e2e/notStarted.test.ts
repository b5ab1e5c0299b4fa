/**
 * From a fresh install to the first transcript: a short list starts at once, a long one by the one button of the panel.
 * Nothing is on disk before, and nothing of what was closed is left.
 */
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';
import { runCommand } from '../vscode/workbench';
import { Desk, picturesOfFailures, settled, watch } from './desk';

const links = (count: number, name: string): string =>
  Array.from({ length: count }, (_, at) =>
    watch(`${name}${String(at).padStart(11 - name.length, '0')}`),
  ).join('\n');

describe('a batch that is not started', () => {
  let site: YouTubeStandIn;
  let desk: Desk;
  let workspace: string;

  before(async () => {
    site = await YouTubeStandIn.start({ delayMs: 30, videos: (id) => standInVideo(id) });
    desk = await Desk.open({
      workspace: 'course',
      site,
      // So that the lists after the long one need not wait for its hour.
      settings: { 'rate.youtube.burst': 60 },
      prepare: async (course) => {
        await writeFile(join(course, 'lectures.urls'), links(260, 'Long'));
        await writeFile(join(course, 'short.urls'), links(3, 'Short'));
        await writeFile(
          join(course, 'notes.txt'),
          `Two talks, ${watch('Notes000001')} and ${watch('Notes000002')}, with https://example.org/slides and https://example.net/more.\n`,
        );
      },
    });
    ({ workspace } = desk);
  });

  after(async () => {
    await desk.close();
    await site.close();
  });

  picturesOfFailures(() => desk);

  const open = async (file: string): Promise<void> => {
    await runCommand(desk.page, 'View: Show Explorer');
    await desk.page.locator('.explorer-folders-view .monaco-list-row', { hasText: file }).first().dblclick();
  };
  const lens = (words: string) => desk.page.locator('.codelens-decoration a', { hasText: words });

  it('takes two clicks from a long list to its first transcript, and the panel says why before', async () => {
    await open('lectures.urls');
    await lens('Transcribe 260 links').click();
    await desk.plan.filter({ hasText: 'one every 12 s, so that YouTube does not block you' }).waitFor();
    await desk.plan.filter({ hasText: /260 videos, about 4\d.min/ }).waitFor();
    await desk.plan.filter({ hasText: 'It costs nothing' }).waitFor();
    await desk.picture('60-not-started');
    assert.deepEqual(await desk.violations(), []);
    await assert.rejects(readdir(join(workspace, 'transcripts')), 'nothing is on disk');
    assert.equal(site.seen.length, 0);
    await desk.plan.getByRole('button', { name: 'Start', exact: true }).click();
    await desk.says(/Running/).waitFor();
    await settled('a transcript is there', async () =>
      (await readdir(join(workspace, 'transcripts', 'lectures'))).some((name) => name.endsWith('.md')),
    );
    await desk.picture('61-started');
    await desk.tool(/^Stop/).click();
    await desk.says(/Stopped/).waitFor();
  });

  it('takes one click where it is over soon and nothing is to be asked', async () => {
    await open('short.urls');
    await lens('Transcribe 3 links').click();
    await desk.says(/Finished\. All 3 are done/).waitFor();
    await desk.clearNotices();
  });

  it('says what is no video before, and starts with the videos alone where nothing could read the rest', async () => {
    await desk.explorerMenu('notes.txt', 'Transcribe List');
    await desk.plan.getByRole('checkbox', { name: /Try 2 other pages/ }).waitFor();
    await desk.plan.getByText('https://example.org/slides').waitFor();
    await desk.picture('62-other-pages');
    await desk.answerPlan('Start');
    await desk.says(/Finished\. All 2 are done/).waitFor();
    await desk.clearNotices();
  });

  it('is forgotten when the page is closed', async () => {
    await writeFile(join(workspace, 'other.urls'), links(260, 'Othr'));
    await desk.explorerMenu('other.urls', 'Transcribe List');
    await desk.plan.waitFor();
    await desk.page.locator('.tab', { hasText: 'Bulk Transcribe' }).click({ button: 'middle' });
    await desk.command('Show Panel');
    await desk.says(/Finished/).waitFor();
    await desk.panel.locator('.name').click();
    assert.equal(await desk.panel.getByRole('option', { name: 'other' }).count(), 0);
    await assert.rejects(readdir(join(workspace, 'transcripts', 'other')));
  });
});
