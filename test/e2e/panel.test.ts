/**
 * A batch of 200 watched to its end through the panel, in a real workbench: every state it comes into, every
 * action clicked or typed. Pictures of each are kept in test-results/, to be looked at.
 */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { DeapiServer } from '../servers/deapi';
import { YouTubeStandIn } from '../servers/youtube';
import { idFor } from '../servers/youtubeVideos';
import { runCommand } from '../vscode/workbench';
import { Desk, picturesOfFailures, settled, watch } from './desk';
import { showTheme, type ThemeName } from './deskSettings';

const key = 'test-key';
/** Index of each special video in the list. */
const specials = new Map([
  [6, idFor('private')],
  [17, idFor('geo')],
  [23, idFor('once500')],
  [29, idFor('removed')],
  [31, idFor('asronly')],
  [185, idFor('nocaps')],
]);
const noLink = 38;

describe('the panel, over a batch of 200', () => {
  let site: YouTubeStandIn;
  let service: DeapiServer;
  let workspace: string;
  let desk: Desk;
  /** Seconds of `Retry-After` with which the site answers everything. */
  let askToWait: number | undefined;

  before(async () => {
    site = await YouTubeStandIn.start({
      delays: { minMs: 250, maxMs: 2600 },
      routes: (_request, response) => {
        if (askToWait === undefined) return false;
        response.writeHead(429, { 'retry-after': String(askToWait) }).end('Too many requests');
        return true;
      },
    });
    service = await new DeapiServer({ key, tier: 'premium' }).start();
    const lines = Array.from({ length: 200 }, (_, index) =>
      index === noLink
        ? 'javascript:alert(1)'
        : watch(specials.get(index) ?? `Panel${String(index).padStart(6, '0')}`),
    );
    const few = Array.from({ length: 6 }, (_, index) => watch(`Seminar${String(index).padStart(4, '0')}`));
    desk = await Desk.open({
      workspace: 'course',
      prepare: async (course) => {
        await mkdir(join(course, '.vscode'));
        await writeFile(join(course, 'lectures-2026.urls'), `# Lectures\n${lines.join('\n')}\n`);
        await writeFile(join(course, 'seminars.urls'), `${few.join('\n')}\n`);
      },
      site,
      settings: {
        'deapi.endpoint': service.origin,
        sources: ['subtitleFile', 'youtube', 'deapi'],
        'rate.youtube.perHour': 2000,
        'rate.youtube.burst': 500,
        'rate.youtube.concurrency': 12,
        onBlocked: 'park',
        workers: 4,
      },
    });
    ({ workspace } = desk);
  });

  after(async () => {
    await desk.close();
    await site.close();
    await service.close();
  });

  picturesOfFailures(() => desk);

  /** Closes a transcript that was opened beside it; a window that is reloaded may bring it back. */
  const widePanel = (): Promise<void> =>
    settled('the panel has the whole width', async () => {
      if ((await desk.page.locator('.editor-group-container').count()) === 1) return true;
      await desk.grid.focus({ timeout: 3000 });
      await runCommand(desk.page, 'View: Close Editors in Other Groups');
      return false;
    });

  const theme = async (name: ThemeName, kind: string): Promise<void> => {
    await showTheme(desk, name);
    await desk.command('Show Panel');
    await desk.panel.locator(`body.${kind} .app`).waitFor();
    await widePanel();
    await desk.search.fill('');
    await desk.tab('Failed').click();
    await desk.panel.getByText('Private video').first().waitFor();
    await desk.panel.locator('body').evaluate(() => document.fonts.ready.then(() => undefined));
  };

  const inView = async (element: Locator): Promise<boolean> => {
    const box = await element.boundingBox();
    const size = desk.page.viewportSize();
    return (
      !!box && !!size && box.x >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height
    );
  };

  it('shows how to begin before there is anything, and what is ready', async () => {
    await desk.command('Show Panel');
    await desk.panel.getByText('There is no key for deAPI').waitFor();
    await desk.picture('10-empty');
    assert.deepEqual(await desk.violations(), []);
  });

  it('keeps a key that is typed into its box', async () => {
    const { page } = desk;
    await desk.choose('Set API Key…', 'deAPI');
    const box = page.locator('.quick-input-widget input[type=password]');
    await box.fill(key);
    await box.press('Enter');
    await desk.notice('is saved').waitFor();
    await desk.clearNotices();
  });

  it('runs: the counts go up, the workers are busy, and the sentence says what sets the pace', async () => {
    await desk.explorerMenu('lectures-2026.urls', 'Transcribe List');
    await desk.grid.waitFor();
    await desk.says(/Running\./).waitFor();
    await settled('twenty are done', async () => (await desk.countOf('Done')) >= 20);
    assert.match(
      await desk.says(/Running\./).innerText(),
      /All 4 workers are busy|limit sets the pace|so fewer start/,
    );
    await settled('several run at once', async () => (await desk.countOf('Running')) >= 2);
    await desk.picture('11-running');
    assert.deepEqual(await desk.violations(), []);
  });

  it('runs what the user wants next, by key, and skips by key', async () => {
    await desk.tab('Waiting').click();
    await desk.grid.focus();
    await desk.grid.press('End');
    await desk.grid.press('n');
    // Its position stays the same, its content changes.
    await desk.panel.locator('[data-job="199"]', { hasText: /Fetching|Writing|Done/ }).waitFor();
    await desk.grid.press('ArrowUp');
    await desk.grid.press('Delete');
    await settled('one is skipped', async () => (await desk.countOf('Skipped')) === 1);
    await desk.tab('All').click();
  });

  it('copies a link by key', async () => {
    await desk.tab('Done').click();
    await desk.row(1).click({ position: { x: 12, y: 10 }, modifiers: ['Control'] });
    await desk.grid.press('Control+c');
    await settled('the link is in the clipboard', async () =>
      (await desk.clipboard()).endsWith('v=Panel000000'),
    );
    await desk.tab('All').click();
  });

  it("shows details, and skips, by VS Code's own menu", async () => {
    await desk.tab('Waiting').click();
    await desk.grid.focus();
    await desk.grid.press('End');
    const active = await desk.grid.getAttribute('aria-activedescendant');
    const number = Number(/\d+/.exec(active ?? '')?.[0]) + 1;
    await desk.menu(number, 'Show Details', '16-row-menu');
    await desk.panel.locator('.det').first().waitFor();
    await desk.menu(number, 'Skip');
    await settled('two are skipped', async () => (await desk.countOf('Skipped')) === 2);
    // And the table has the keyboard again.
    await settled('the keys move in the table', async () => {
      await desk.page.keyboard.press('Home');
      return (await desk.grid.getAttribute('aria-activedescendant')) !== active;
    });
    await desk.tab('All').click();
  });

  it('waits when the service says so, and says until when', async () => {
    askToWait = 4;
    await desk.says(/asked|wait|held|slow/i).waitFor();
    await desk.picture('12-held');
    askToWait = undefined;
    await desk.says(/Running\.|Slowed/).waitFor();
    await desk.tab('All').click();
    const before = await desk.countOf('Done');
    await settled('ten more are done', async () => (await desk.countOf('Done')) >= before + 10);
  });

  it('pauses by keyboard from the toolbar, and resumes by a click', async () => {
    await desk.tool(/^Pause/).focus();
    await desk.page.keyboard.press('Enter');
    await desk.says(/Paused/).waitFor();
    await settled('nothing runs any more', async () => (await desk.countOf('Running')) === 0);
    const done = await desk.countOf('Done');
    await desk.picture('13-paused');
    assert.equal(await desk.countOf('Done'), done);
    await desk.tool(/^Resume/).click();
    await desk.says(/Running|Slowed|asked/).waitFor();
  });

  it('goes on where it was after the window was reloaded in mid-run', async () => {
    const done = await desk.countOf('Done');
    await desk.reload();
    await desk.notice('was interrupted').waitFor({ timeout: 60_000 });
    const notice = await desk.noticed('was interrupted');
    await desk.says(/Stopped/).waitFor();
    await desk.picture('14-interrupted');
    await notice.getByRole('button', { name: 'Resume', exact: true }).click();
    await desk
      .says(/Resumed|Running/)
      .first()
      .waitFor();
    assert.ok((await desk.countOf('Done')) >= done);
    await desk.picture('15-resumed');
  });

  it('stops, keeps everything, and resumes', async () => {
    await desk.tool(/^Stop/).click();
    await desk.says(/Stopped/).waitFor();
    await desk.picture('17-stopped');
    await desk.tool(/^Resume/).click();
    await desk.says(/Running|Resumed|Slowed/).waitFor();
  });

  it('writes a setting that is changed in it, and shows what the workspace says instead', async () => {
    await desk.strip(true);
    const slider = desk.panel.getByRole('slider', { name: 'Workers' });
    await slider.focus();
    await slider.press('ArrowRight');
    await desk.userHas('workers', 5);
    await writeFile(
      join(workspace, '.vscode', 'settings.json'),
      JSON.stringify({ 'bulkTranscribe.workers': 12 }),
    );
    await desk.panel.getByText(/workers: set for this workspace/).waitFor();
    await settled('the slider follows', async () => (await slider.inputValue()) === '12');
    await desk.picture('18-settings');
    await desk.strip(false);
  });

  it('parks what a block has stopped, and goes on when the user says that it is over', async () => {
    site.blockAll('bot');
    await desk.says(/block/i).waitFor();
    await settled('many are parked', async () => (await desk.countOf('Parked')) >= 3);
    await desk.picture('19-parked');
    site.blockAll();
    await desk.tool(/^Resume/).click();
    // The tab is there as long as something is parked.
    await settled(
      'they are free again',
      async () => (await desk.tab('Parked').count()) === 0 || (await desk.countOf('Parked')) <= 1,
    );
  });

  it('shows a second batch beside it, and switches between the two', async () => {
    await desk.explorerMenu('seminars.urls', 'Transcribe List');
    await desk.panel
      .getByRole('button', { name: /seminars/ })
      .first()
      .waitFor();
    await desk.panel
      .getByRole('button', { name: /choose another batch|seminars/ })
      .first()
      .click();
    const choices = desk.panel.getByRole('listbox', { name: 'Batches' });
    await choices.getByRole('option').nth(1).waitFor();
    await desk.picture('20-two-batches');
    await choices.getByRole('option', { name: /lectures-2026/ }).click();
    await desk.panel.getByRole('tab', { name: /^All\s*200/ }).waitFor();
  });

  it('asks for an OK before anything that costs money, and goes on with it', async () => {
    // Its turn would come at the end of the list; where the machine is slow, that may be now.
    await desk.tab('Waiting').click();
    await settled('its turn has come', async () => {
      if (await desk.says(/need.* your OK/).isVisible()) return true;
      const row = desk.row(186);
      if (await row.isVisible()) {
        await row.click({ timeout: 2000 });
        await desk.grid.press('n', { timeout: 2000 });
      } else await desk.grid.press('End', { timeout: 2000 });
      return false;
    });
    await desk.tab('All').click();
    await desk.picture('21-needs-your-ok');
    const agree = desk.panel.getByText(/^Agree to/);
    await agree.click();
    await settled('the service was asked', () => Promise.resolve(service.billed.length === 1), 90);
  });

  it('finishes: each failure with its reason and next step', async () => {
    await desk.says(/Finished\./).waitFor({ timeout: 200_000 });
    await desk.tab('Failed').click();
    await desk.panel.getByText('Private video').first().waitFor();
    await desk.picture('22-failed');
    assert.equal(await desk.countOf('Failed'), 4);
    assert.equal(await desk.countOf('Done'), 194);
    assert.deepEqual(await desk.violations(), []);
    await desk.tab('All').click();
  });

  it('finds, sorts, and takes many at once', async () => {
    await desk.panel.getByRole('columnheader', { name: 'Length' }).click();
    await desk.picture('23-sorted');
    await desk.panel.getByRole('columnheader', { name: '#' }).click();
    await desk.search.fill('glaciers');
    await settled('fewer are shown', async () => Number(await desk.grid.getAttribute('aria-rowcount')) < 100);
    await desk.grid.focus();
    await desk.grid.press('Control+a');
    await desk.grid.press('Control+c');
    await settled(
      'many links are in the clipboard',
      async () => (await desk.clipboard()).split('\n').length > 5,
    );
    await desk.picture('24-search');
    await desk.search.fill('');
    await settled(
      'all are shown again',
      async () => Number(await desk.grid.getAttribute('aria-rowcount')) >= 200,
    );
  });

  it('opens a transcript by Enter', async () => {
    await desk.grid.focus();
    // From the column's head, where the last click was, to the rows.
    await desk.grid.press('Escape');
    await desk.grid.press('Home');
    await desk.grid.press('Enter');
    await desk.page.locator('.tab.active', { hasText: '.md' }).waitFor();
    await desk.command('Show Panel');
    await desk.grid.waitFor();
  });

  it('shows the log of one video of one batch', async () => {
    await widePanel();
    await desk.search.fill('');
    await desk.tab('Failed').click();
    await desk.menu(7, 'Show Log of This Video');
    const editor = desk.page.locator('.editor-instance .view-lines').last();
    await settled('its lines are there', async () =>
      /lectures-2026.*#7[\s\S]*private/.test((await editor.innerText()).replaceAll('\u00a0', ' ')),
    );
    await desk.picture('25-log');
    await desk.command('Show Panel');
    await desk.grid.waitFor();
  });

  it('hides a column by the menu on its head, and brings it back', async () => {
    const length = desk.panel.getByRole('columnheader', { name: 'Length' });
    await desk.menu(length, 'Hide Column');
    await length.waitFor({ state: 'detached' });
    await desk.menu(desk.panel.getByRole('columnheader', { name: 'Title' }), 'Reset Columns');
    await length.waitFor();
  });

  it('reads well in light, in high contrast and in a narrow column', async () => {
    const { page } = desk;
    for (const [name, kind, file] of [
      ['Light Modern', 'vscode-light', '26-light'],
      ['Default High Contrast', 'vscode-high-contrast', '27-high-contrast'],
      ['Default High Contrast Light', 'vscode-high-contrast-light', '28-high-contrast-light'],
      ['Dark Modern', 'vscode-dark', '29-dark'],
    ] as const) {
      await theme(name, kind);
      await desk.picture(file);
      assert.deepEqual(await desk.violations(), [], name);
      if (kind !== 'vscode-light') continue;
      await page.setViewportSize({ width: 1180, height: 760 });
      await desk.picture('readme-finished');
      await page.setViewportSize({ width: 1500, height: 940 });
    }
    await page.setViewportSize({ width: 760, height: 900 });
    await desk.picture('30-narrow');
    assert.deepEqual(await desk.violations(), []);
    // At 200 % a window of 1500 × 940 has room for so much.
    await page.setViewportSize({ width: 750, height: 470 });
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    await desk.picture('31-zoom-200');
    assert.deepEqual(await desk.violations(), []);
    for (const seen of [desk.tool(/^Export/), desk.tab('Failed'), desk.row(7), desk.search])
      assert.ok(await inView(seen), String(seen));
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    await page.setViewportSize({ width: 1500, height: 940 });
  });
});
