/**
 * *Write Notes…* in a real workbench, from a batch in the explorer to the file beside the transcript, against a
 * stand-in chat server. Pictures in three themes are kept in test-results/, to be looked at.
 */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChatServer } from '../servers/chat';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';
import { Desk, picturesOfFailures, settled, watch } from './desk';
import { showTheme } from './deskSettings';

/** How the workbench is marked that is drawn in it. */
describe('Write Notes…', () => {
  let site: YouTubeStandIn;
  let chat: ChatServer;
  let desk: Desk;

  before(async () => {
    site = await YouTubeStandIn.start({ videos: (id) => standInVideo(id) });
    chat = await new ChatServer().start();
    desk = await Desk.open({
      workspace: 'course',
      site,
      settings: { 'notes.endpoint': chat.endpoint, 'notes.model': 'tiny' },
      prepare: async (course) => {
        await writeFile(join(course, 'talks.urls'), `${watch('Notes000001')}\n${watch('Notes000002')}\n`);
        await writeFile(join(course, 'wanted.urls'), `# @notes summary\n${watch('Notes000003')}\n`);
      },
    });
  });
  after(async () => {
    await desk.close();
    await chat.close();
    await site.close();
  });
  picturesOfFailures(() => desk);

  const folder = (): string => join(desk.workspace, 'transcripts', 'talks');
  const notes = async (): Promise<string[]> =>
    (await readdir(folder())).filter((name) => name.endsWith('.notes.md'));

  it('asks once on the panel, and sends nothing before', async () => {
    await desk.explorerMenu('talks.urls', 'Transcribe List');
    await desk.says(/Finished\. All 2 are done/).waitFor();
    await desk.clearNotices();
    await desk.choose('Write Notes…', 'study');
    await desk.plan.filter({ hasText: 'Notes (study) about 2 transcripts, written by tiny.' }).waitFor();
    await desk.plan.filter({ hasText: `Sent to ${chat.origin}` }).waitFor();
    await desk.plan.filter({ hasText: 'It costs nothing' }).waitFor();
    assert.equal(chat.asked, 0);
    assert.deepEqual(await desk.violations(), []);
    for (const theme of ['Dark Modern', 'Light Modern', 'Default High Contrast'] as const) {
      await showTheme(desk, theme);
      await desk.picture(`notes-plan-${theme.replaceAll(' ', '-').toLowerCase()}`);
    }
  });

  it('writes them beside the transcripts, and says so in words of notes', async () => {
    await desk.answerPlan('Write Notes');
    await desk.says(/Finished\. Notes about all 2 are written/).waitFor();
    await settled('both files are there', async () => (await notes()).length === 2);
    const [first = ''] = await notes();
    assert.match(await readFile(join(folder(), first), 'utf8'), /\nmodel: "tiny"\ntemplate: "study"\n/);
    assert.equal(await desk.panel.getByText(/transcribed/i).count(), 0);
    await desk.picture('notes-finished');
    await desk.batchRow('talks: notes').then((row) => row.first().waitFor());
    await desk.picture('notes-tree');
  });

  it('of a list that wants them are asked about before it starts, and then nobody has to be there', async () => {
    await desk.explorerMenu('wanted.urls', 'Transcribe List');
    const box = desk.plan.getByRole('checkbox', { name: /Write notes \(summary\) about 1 video with tiny/ });
    await box.waitFor();
    assert.equal(await box.isChecked(), true);
    assert.deepEqual(await desk.violations(), []);
    await desk.picture('notes-wanted');
    await desk.answerPlan('Start');
    const wanted = join(desk.workspace, 'transcripts', 'wanted');
    await settled('its notes are written', async () =>
      (await readdir(wanted)).some((name) => name.endsWith('.notes.md')),
    );
  });

  it('are grouped by subjects that the model proposes, after two OKs', async () => {
    const subjects = async (): Promise<number> => {
      const texts = await Promise.all((await notes()).map((name) => readFile(join(folder(), name), 'utf8')));
      return texts.filter((text) => text.includes('\nsubject: "Earth"\n')).length;
    };
    const asked = chat.asked;
    chat.troubles.push('subjects');
    await desk.command('Group Notes by Subject…');
    const dialog = desk.page.locator('.monaco-dialog-box', {
      hasText: 'Have tiny propose subjects for 3 videos?',
    });
    await dialog.waitFor();
    assert.equal(chat.asked, asked);
    await desk.picture('notes-subjects-question');
    await dialog.getByRole('button', { name: 'Propose Subjects' }).click();
    const row = desk.picks.filter({ hasText: 'Earth' });
    await row.waitFor();
    await desk.page
      .getByText('1 subject proposed · 1 video without one · 1 named that do not exist, left out')
      .waitFor();
    await desk.picture('notes-subjects');
    assert.equal(await subjects(), 0);
    await desk.input.press('Enter');
    await settled('the heads of the notes say it', async () => (await subjects()) === 2);
    const index = join(desk.workspace, 'transcripts', 'index.md');
    await settled('the page says it', async () => (await readFile(index, 'utf8')).includes('### Earth'));
  });

  it('finds the batch of notes after a reload', async () => {
    await desk.reload();
    const row = await desk.batchRow('talks: notes');
    await row.first().waitFor();
  });
});
