/**
 * What is seldom needed, and must not fail then: the walkthrough, the menu on a batch's folder, a batch that
 * lost links when its window closed, a submit of unknown fate, and the keyboard's own menu on a row.
 */
import assert from 'node:assert/strict';
import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { sealKey } from '../../src/engine/folder/secret';
import { journalLine, parseLine, Seal } from '../../src/engine/journal/record';
import { NodeFiles } from '../../src/platform/files';
import { createMachine } from '../../src/platform/machine';
import { systemRandom } from '../../src/platform/random';
import { cli } from '../helpers/cli';
import { DeapiServer } from '../servers/deapi';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';
import { runCommand } from '../vscode/workbench';
import { Desk, picturesOfFailures, settled, watch } from './desk';

const key = 'test-key';
const ids = Array.from({ length: 5 }, (_, index) => `Corner${String(index).padStart(5, '0')}`);
/** Has no captions, so that it is for the paid service. */
const silent = 'CornerPaid0';

describe('the corners of the workbench', () => {
  let site: YouTubeStandIn;
  let service: DeapiServer;
  let folder: string;
  let workspace: string;
  let desk: Desk;

  before(async () => {
    site = await YouTubeStandIn.start({
      delayMs: 30,
      videos: (id) => ({ ...standInVideo(id), ...(id === silent ? { tracks: [] } : {}) }),
    });
    service = await new DeapiServer({ key, tier: 'premium', polls: 0 }).start();
    desk = await Desk.open({
      workspace: 'course',
      prepare: (course) => writeFile(join(course, 'paid.urls'), `${watch(silent)}\n`),
      site,
      settings: {
        'deapi.endpoint': service.origin,
        sources: ['subtitleFile', 'youtube', 'deapi'],
        'paid.maxCost': 100,
        retries: 0,
      },
    });
    ({ folder, workspace } = desk);
  });

  after(async () => {
    await desk.close();
    await site.close();
    await service.close();
  });

  picturesOfFailures(() => desk);

  /** A batch of this computer whose window closed when three of its five links were still to be added. */
  const cutOff = async (name: string): Promise<void> => {
    const list = join(workspace, `${name}.urls`);
    await writeFile(list, ids.map(watch).join('\n'));
    const sets = ['sources=["youtube"]', 'rate.youtube.spacing=0', `youtube.endpoint=${site.origin}`];
    const { code } = await cli(
      [list, '--out', join(workspace, 'transcripts'), ...sets.flatMap((set) => ['--set', set])],
      { cwd: folder, env: { HOME: folder, BULK_TRANSCRIBE_STATE: join(folder, 'state') } },
    );
    assert.equal(code, 0);
    const journal = join(workspace, 'transcripts', name, '.journal.jsonl');
    const records = (await readFile(journal, 'utf8')).split('\n').flatMap((line) => parseLine(line) ?? []);
    // The beginning stands in the journal twice, so that one damaged line does not lose it.
    const unsealed = (records as object[]).map((record): { jobs?: unknown } =>
      Object.fromEntries(Object.entries(record).filter(([field]) => field !== 'seal')),
    );
    const [created, ...others] = unsealed;
    const added = others.find(({ jobs }) => Array.isArray(jobs));
    assert.ok(created && added && Array.isArray(added.jobs));
    // What is changed is sealed anew, as this computer would have written it.
    const files = new NodeFiles();
    const { id } = await createMachine(files, systemRandom, join(folder, 'state'));
    const place = await realpath(join(workspace, 'transcripts', name));
    const seal = new Seal(await sealKey(files, join(folder, 'state'), id), place);
    const lines = [created, { ...added, jobs: added.jobs.slice(0, 2) }];
    await writeFile(journal, lines.map((record) => journalLine(record, undefined, seal)).join(''));
  };

  it('begins at the walkthrough, where every button leads to what it says', async () => {
    const { page } = desk;
    const press = async (step: string, button: string, picture?: string): Promise<void> => {
      const card = page
        .locator('.gettingStartedContainer .getting-started-step:enabled', { hasText: step })
        .first();
      if (!(await card.isVisible())) {
        const all = async (): Promise<void> => {
          await runCommand(page, 'Welcome: Open Walkthrough...');
          await desk.input.fill('Bulk Transcribe', { timeout: 5000 });
        };
        await desk.choose(all, 'Get Started with Bulk Transcribe');
        await card.waitFor();
      }
      const there = card.getByRole('button', { name: button, exact: true });
      // A click on the step that is open would close it.
      if (!(await there.isVisible())) await card.click();
      await there.waitFor();
      if (picture !== undefined) await desk.picture(picture);
      await there.click();
    };
    await press('Make a list', 'New List', '50-walkthrough-list');
    await page.locator('.statusbar-item', { hasText: 'Link List' }).waitFor();
    await page.keyboard.type('javascript:alert(1)\n');
    await page.locator('.statusbar-item[aria-label*="Errors: 1"]').waitFor();
    await desk.picture('51-new-list');
    // The list that was just made, which nobody has saved: no dialog asks for a file.
    await press('Transcribe it', 'Transcribe the List', '52-walkthrough-run');
    await desk.says(/Finished/).waitFor();
    await desk.clearNotices();
    await press('See what is set up', 'Check Setup', '53-walkthrough-setup');
    await desk.picks.filter({ hasText: 'YouTube' }).first().waitFor();
    await page.keyboard.press('Escape');
    await press('See what is set up', 'Set Up Speech-to-Text…');
    await desk.picks.first().waitFor();
    await page.keyboard.press('Escape');
    await press('Use the transcripts', 'Open Output Folder');
    const hide = desk.notice(/Hide them in the explorer/);
    await hide.getByRole('button', { name: 'Hide Them' }).click();
    await settled('the working files are hidden', async () =>
      Object.keys((await desk.user())['files.exclude'] ?? {}).includes('**/.journal.jsonl*'),
    );
    await press('Use the transcripts', 'Export Batch…', '54-walkthrough-files');
    await desk.picks.filter({ hasText: 'CSV' }).first().waitFor();
    await page.keyboard.press('Escape');
    await settled(
      'every step is ticked, by what was done',
      async () => (await page.locator('.getting-started-step .codicon.complete').count()) === 4,
    );
    await rm(join(workspace, 'transcripts'), { recursive: true });
    await desk.clearNotices();
  });

  it('offers the links that a closed window left out of a batch, and adds them', async () => {
    await cutOff('cut-off');
    await desk.batchMenu('cut-off', 'Resume Batch…', '55-batch-menu');
    await desk.plan
      .filter({ hasText: '3 links of the list did not come into cut-off before it was cut off' })
      .waitFor();
    await desk.picture('56-missing');
    await desk.answerPlan('Add Them');
    // Those that were added have their files already.
    await desk.says(/Finished\. All 5 were done before/).waitFor();
    const asked = site.count('player');
    await desk.batchMenu('cut-off', 'Transcribe Again');
    await desk.says(/Finished\. All 5 are done/).waitFor();
    assert.equal(site.count('player') - asked, 5);
    await desk.batchMenu('cut-off', 'Retry Failed');
    await desk.notice('Nothing has failed in cut-off').waitFor();
    await desk.choose(() => desk.batchMenu('cut-off', 'Export Batch…'), 'CSV');
    await desk.saveAs('cut-off.csv');
    await desk.notice('cut-off.csv').waitFor();
    await desk.clearNotices();
  });

  it('asks before a submit is made again that may have been charged', async () => {
    await desk.choose('Set API Key…', 'deAPI');
    const box = desk.page.locator('.quick-input-widget input[type=password]');
    await box.fill(key);
    await box.press('Enter');
    await desk.notice('is saved').waitFor();
    service.troubles.push('lost-answer');
    await desk.explorerMenu('paid.urls', 'Transcribe List');
    await desk.says(/The video could not be transcribed: /).waitFor();
    await desk.clearNotices();
    await desk.picture('57-maybe-charged');
    await desk.row(1).click({ position: { x: 12, y: 10 } });
    await desk.grid.press('r');
    await desk.plan.filter({ hasText: 'may have been charged already' }).waitFor();
    await desk.picture('58-submit-again');
    await desk.answerPlan('Not Now');
    await desk.menu(1, 'Retry');
    await desk.plan.waitFor();
    assert.equal(service.billed.length, 1);
    await desk.answerPlan('Submit Again');
    await desk.says(/Finished\. The video is done/).waitFor();
    assert.equal(service.billed.length, 2);
  });

  it('opens the menu of a row by the keyboard, and does what is chosen', async () => {
    const { page } = desk;
    const entry = (words: string): Locator => page.locator('.monaco-menu .action-item', { hasText: words });
    await desk.copy('nothing');
    await desk.grid.focus();
    await desk.grid.press('Home');
    await desk.grid.press('Shift+F10');
    await entry('Copy Link').waitFor();
    await desk.picture('59-menu-by-key');
    const row = (await desk.row(1).boundingBox()) ?? assert.fail();
    const menu = (await page.locator('.monaco-menu').first().boundingBox()) ?? assert.fail();
    assert.ok(Math.abs(menu.y - (row.y + row.height)) < row.height, 'it stands at its row');
    await settled('the link is copied', async () => {
      if ((await desk.clipboard()) === watch(silent)) return true;
      // The arrow keys take no notice of a menu that has only just come.
      if (await entry('Copy Link').locator('xpath=self::*[contains(@class, "focused")]').isVisible())
        await page.keyboard.press('Enter');
      else await page.keyboard.press('ArrowDown');
      return false;
    });
    await entry('Copy Link').waitFor({ state: 'detached' });
  });
});
