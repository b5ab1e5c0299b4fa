/**
 * The next steps that the panel offers, pressed in a real window: to the line of the list, to a language that is there,
 * to the batch that runs elsewhere. And what a row says in Restricted Mode.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cliProgram } from '../helpers/cli';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';
import { runCommand } from '../vscode/workbench';
import { Desk, picturesOfFailures, settled, watch } from './desk';

/** Has captions in French only. */
const french = 'StepFrench1';

describe('next steps in the workbench', () => {
  let site: YouTubeStandIn;
  let desk: Desk;
  let child: ChildProcess | undefined;

  before(async () => {
    site = await YouTubeStandIn.start({
      delayMs: 20,
      videos: (id) => ({
        ...standInVideo(id),
        ...(id === french ? { tracks: [{ language: 'fr', name: 'French' }] } : {}),
      }),
    });
    desk = await Desk.open({
      workspace: 'course',
      prepare: async (course) => {
        const lines = ['# A list', watch('StepTalk001'), 'javascript:alert(1)', watch(french)];
        await writeFile(join(course, 'steps.urls'), lines.join('\n'));
        await writeFile(
          join(course, 'busy.urls'),
          Array.from({ length: 300 }, (_, at) => watch(`slowStp${String(at).padStart(4, '0')}`)).join('\n'),
        );
      },
      site,
      settings: { 'rate.youtube.burst': 400, retries: 0, languages: ['en'] },
    });
  });

  after(async () => {
    child?.kill('SIGKILL');
    await desk.close();
    await site.close();
  });

  picturesOfFailures(() => desk);

  it('goes to the line of the list that is no link', async () => {
    const { page } = desk;
    await desk.explorerMenu('steps.urls', 'Transcribe List');
    await desk.says(/Finished\. 2 videos failed/).waitFor();
    await desk.panel.getByRole('button', { name: 'Go to line 3' }).first().click();
    await page.locator('.tab.active', { hasText: 'steps.urls' }).waitFor();
    await page.locator('.statusbar-item', { hasText: 'Ln 3,' }).waitFor();
    assert.ok(await desk.grid.isVisible(), 'beside the panel');
    await desk.picture('84-go-to-line');
    // The command closes what is not beside the panel, wherever the focus was.
    await desk.command('Show Panel');
    await runCommand(page, 'View: Close Editors in Other Groups');
    // With it there, the panel has no room for the column of languages.
    await page.locator('.tab', { hasText: 'steps.urls' }).waitFor({ state: 'detached' });
  });

  it('adds a language that a video has, and transcribes it', async () => {
    await desk.tab('All').click();
    await desk.row(3).getByRole('button', { name: 'Add fr' }).click();
    await desk.userHas('languages', ['en', 'fr']);
    await desk.says(/Finished\. 1 video failed/).waitFor();
    await desk.tab('Done').click();
    await desk.row(3).filter({ hasText: 'fr' }).waitFor();
    await desk.picture('85-added-language');
    await desk.clearNotices();
  });

  it('shows the batch of a list that runs elsewhere', async () => {
    const { folder, workspace } = desk;
    const sets = [
      `youtube.endpoint=${site.origin}`,
      'sources=["youtube"]',
      'rate.youtube.spacing=0',
      'rate.youtube.perHour=0',
    ].flatMap((set) => ['--set', set]);
    child = spawn(
      process.execPath,
      [
        cliProgram,
        join(workspace, 'busy.urls'),
        '--out',
        join(workspace, 'transcripts'),
        '--workers',
        '1',
        ...sets,
      ],
      {
        cwd: folder,
        env: { PATH: process.env.PATH, HOME: folder, BULK_TRANSCRIBE_STATE: join(folder, 'state') },
        stdio: 'ignore',
      },
    );
    const row = await desk.batchRow('busy');
    await row.filter({ hasText: 'in another window' }).waitFor();
    await desk.explorerMenu('busy.urls', 'Transcribe List');
    const start = desk.plan.getByRole('button', { name: 'Start', exact: true });
    const notice = desk.notice('already runs in another window or terminal');
    await settled('it is said who has it', async () => {
      if (await start.isVisible()) await start.click();
      return (await notice.isVisible()) || (await desk.says(/already runs in another/).isVisible());
    });
    await desk.picture('86-runs-elsewhere');
    const place = (await notice.isVisible()) ? notice : desk.says(/already runs in another/);
    await place.getByRole('button', { name: 'Show It' }).click();
    await desk.panel.getByRole('button', { name: /^busy/ }).waitFor();
    await desk.says(/This batch runs in another window or terminal/).waitFor();
    await desk.picture('87-show-it');
  });
});

describe('in Restricted Mode', () => {
  let site: YouTubeStandIn;
  let desk: Desk;

  before(async () => {
    site = await YouTubeStandIn.start({ delayMs: 20 });
    desk = await Desk.open({
      workspace: 'course',
      trust: true,
      prepare: (course) =>
        writeFile(join(course, 'page.urls'), `${watch('Restrict001')}\nhttps://example.org/talk\n`),
      site,
      settings: { sources: ['subtitleFile', 'youtube', 'yt-dlp'], retries: 0 },
    });
  });

  after(async () => {
    await desk.close();
    await site.close();
  });

  picturesOfFailures(() => desk);

  it('a row says that its program was not looked for, and leads to the trust', async () => {
    const { page } = desk;
    const no = page.locator('.monaco-dialog-box').getByRole('button', { name: /^No, I don/ });
    if (
      await no.waitFor({ timeout: 15_000 }).then(
        () => true,
        () => false,
      )
    )
      await no.click();
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await desk.explorerMenu('page.urls', 'Transcribe List');
    await settled('it has ended', async () => {
      const start = desk.plan.getByRole('button', { name: 'Start', exact: true });
      if (await start.isVisible()) {
        for (const box of await desk.plan.getByRole('checkbox').all())
          if (!(await box.isChecked())) await box.click();
        await start.click();
      }
      return desk.says(/Finished/).isVisible();
    });
    await desk.tab('All').click();
    await desk.row(2).filter({ hasText: 'yt-dlp not looked for' }).waitFor();
    await desk.tab('Failed').click();
    await desk.panel.locator('.grp .why', { hasText: 'yt-dlp not looked for' }).waitFor();
    await desk.picture('88-restricted');
  });
});
