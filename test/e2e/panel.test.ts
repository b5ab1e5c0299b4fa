/**
 * A batch of 200 watched to its end through the panel, in a real workbench: every state it comes into, every
 * action clicked or typed. Pictures of each are kept in test-results/, to be looked at.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { FrameLocator, Locator } from 'playwright-core';
import { DeapiServer } from '../servers/deapi';
import { YouTubeStandIn } from '../servers/youtube';
import { idFor } from '../servers/youtubeVideos';
import { openWorkbench, runCommand, webview, type Workbench } from '../vscode/workbench';

const pictures = join(import.meta.dirname, '..', '..', 'test-results', 'e2e');
const key = 'test-key';
/** Where each special video stands in the list, from 0. */
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
  let folder: string;
  let workspace: string;
  let bench: Workbench;
  let panel: FrameLocator;
  /** Seconds of `Retry-After` with which the site answers everything. */
  let askToWait: number | undefined;

  before(async () => {
    const vsix = process.env.BULK_TRANSCRIBE_TEST_VSIX;
    assert.ok(vsix, 'Run it by `npm run test:e2e`.');
    await mkdir(pictures, { recursive: true });
    site = await YouTubeStandIn.start({
      delays: { minMs: 250, maxMs: 2600 },
      routes: (_request, response) => {
        if (askToWait === undefined) return false;
        response.writeHead(429, { 'retry-after': String(askToWait) }).end('Too many requests');
        return true;
      },
    });
    service = await new DeapiServer({ key, tier: 'premium' }).start();
    folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-panel-'));
    workspace = join(folder, 'course');
    await mkdir(join(workspace, '.vscode'), { recursive: true });
    const link = (id: string): string => `https://www.youtube.com/watch?v=${id}`;
    const lines = Array.from({ length: 200 }, (_, index) =>
      index === noLink
        ? 'javascript:alert(1)'
        : link(specials.get(index) ?? `Panel${String(index).padStart(6, '0')}`),
    );
    await writeFile(join(workspace, 'lectures-2026.urls'), `# Lectures\n${lines.join('\n')}\n`);
    const few = Array.from({ length: 6 }, (_, index) => link(`Seminar${String(index).padStart(4, '0')}`));
    await writeFile(join(workspace, 'seminars.urls'), `${few.join('\n')}\n`);
    bench = await openWorkbench({
      folder: workspace,
      vsix,
      env: { BULK_TRANSCRIBE_STATE: join(folder, 'state') },
      width: 1500,
      height: 940,
      userSettings: {
        'workbench.colorTheme': 'Dark Modern',
        'bulkTranscribe.youtube.endpoint': site.origin,
        'bulkTranscribe.deapi.endpoint': service.origin,
        'bulkTranscribe.sources': ['subtitleFile', 'youtube', 'deapi'],
        'bulkTranscribe.rate.youtube.perHour': 2000,
        'bulkTranscribe.rate.youtube.spacing': 0,
        'bulkTranscribe.rate.youtube.burst': 500,
        'bulkTranscribe.rate.youtube.concurrency': 12,
        'bulkTranscribe.onBlocked': 'park',
        'bulkTranscribe.workers': 4,
      },
    });
    panel = webview(bench.page);
    await bench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });

  after(async () => {
    await bench.close();
    await site.close();
    await service.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await picture(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-').slice(0, 60)}`);
  });

  const picture = (name: string): Promise<unknown> =>
    bench.page.screenshot({ path: join(pictures, `${name}.png`) });
  const says = (words: RegExp): Locator => panel.locator('.say', { hasText: words });
  const row = (number: number): Locator => panel.locator(`[data-job="${number - 1}"]`);
  const tool = (name: RegExp): Locator => panel.getByRole('toolbar').getByRole('button', { name });
  const tab = (name: string): Locator => panel.getByRole('tab', { name: new RegExp(`^${name}`) });
  const countOf = async (name: string): Promise<number> =>
    Number((await tab(name).innerText({ timeout: 5000 })).replaceAll(/\D/g, ''));
  const grid = (): Locator => panel.locator('[role=grid]');
  const userFile = (): string => join(bench.server.userData, 'User', 'settings.json');
  const settled = async (what: string, check: () => Promise<boolean>, seconds = 20): Promise<void> => {
    const deadline = Date.now() + seconds * 1000;
    while (!(await check().catch(() => false))) {
      assert.ok(Date.now() < deadline, `It did not come about: ${what}.`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const setUser = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    const before = JSON.parse(await readFile(userFile(), 'utf8')) as Record<string, unknown>;
    await writeFile(userFile(), JSON.stringify({ ...before, ...values }, null, 2));
  };
  /** A theme in the settings' file is taken when the window opens. */
  const theme = async (name: string, kind: string): Promise<void> => {
    await setUser({ 'workbench.colorTheme': name });
    await bench.page.reload();
    await panel.locator(`body.${kind} .app`).waitFor();
    await panel.locator('.finder input').fill('');
    await tab('Failed').click();
    await panel.getByText('Private video').first().waitFor();
    await panel.locator('body').evaluate(() => document.fonts.ready.then(() => undefined));
  };
  const violations = async (): Promise<string[]> => {
    const frame = bench.page.frames().find((one) => one.url().includes('fake.html'));
    assert.ok(frame, 'The page of the panel was not found.');
    await frame.evaluate(axe.source);
    const results = await frame.evaluate(() =>
      (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    return results.violations.map(
      ({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]?.html.slice(0, 200) ?? ''}`,
    );
  };
  /** Chooses from the menu that opens: it takes no click in its first moments. */
  const choose = async (item: string): Promise<void> => {
    const entry = bench.page.locator('.monaco-menu .action-item', { hasText: item }).first();
    await entry.waitFor();
    await settled(`${item} is chosen`, async () => {
      if ((await entry.count()) > 0) await entry.click({ timeout: 2000 });
      return (await entry.count()) === 0;
    });
  };
  const menu = async (number: number, item: string): Promise<void> => {
    await row(number).click({ button: 'right', position: { x: 300, y: 10 } });
    if (item === 'Show Details') {
      await bench.page.locator('.monaco-menu .action-item', { hasText: item }).waitFor();
      await picture('16-row-menu');
    }
    await choose(item);
  };
  const start = async (list: string): Promise<void> => {
    await runCommand(bench.page, 'View: Show Explorer');
    const file = bench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: list });
    await file.click({ button: 'right' });
    await choose('Transcribe List');
  };

  it('shows how to begin before there is anything, and what is ready', async () => {
    const { page } = bench;
    await page.locator('.activitybar [aria-label^="Bulk Transcribe"]').first().waitFor();
    await runCommand(page, 'Bulk Transcribe: Show Panel');
    await panel.getByText('There is no key for deAPI').waitFor();
    await picture('10-empty');
    assert.deepEqual(await violations(), []);
  });

  it('keeps a key that is typed into its box', async () => {
    const { page } = bench;
    await runCommand(page, 'Bulk Transcribe: Set API Key…');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'deAPI' }).first().click();
    const box = page.locator('.quick-input-widget input[type=password]');
    await box.fill(key);
    await box.press('Enter');
    await page.locator('.notification-list-item', { hasText: 'is kept' }).waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('runs: the counts go up, the workers are busy, and the sentence says what sets the pace', async () => {
    await start('lectures-2026.urls');
    await grid().waitFor();
    await says(/Running\./).waitFor();
    await settled('twenty are done', async () => (await countOf('Done')) >= 20, 40);
    assert.match(await says(/Running\./).innerText(), /All 4 workers are busy|limit sets the pace/);
    assert.ok((await countOf('Running')) >= 2);
    await picture('11-running');
    assert.deepEqual(await violations(), []);
  });

  it('runs what the user wants next, by key, and skips by key', async () => {
    await tab('Waiting').click();
    await grid().focus();
    await grid().press('End');
    await grid().press('n');
    // Where it stands stays, what stands there changes.
    await panel.locator('[data-job="199"]', { hasText: /Fetching|Writing|Done/ }).waitFor();
    await grid().press('ArrowUp');
    await grid().press('Delete');
    await settled('one is skipped', async () => (await countOf('Skipped')) === 1);
    await tab('All').click();
  });

  it('copies a link by key', async () => {
    await tab('Done').click();
    await row(1).click({ position: { x: 12, y: 10 }, modifiers: ['Control'] });
    await grid().press('Control+c');
    await settled('the link is in the clipboard', async () =>
      (await bench.page.evaluate(() => navigator.clipboard.readText())).endsWith('v=Panel000000'),
    );
    await tab('All').click();
  });

  it("shows details, and skips, by VS Code's own menu", async () => {
    await tab('Waiting').click();
    await grid().focus();
    await grid().press('End');
    const active = await grid().getAttribute('aria-activedescendant');
    const number = Number(/\d+/.exec(active ?? '')?.[0]) + 1;
    await menu(number, 'Show Details');
    await panel.locator('.det').first().waitFor();
    await menu(number, 'Skip');
    await settled('two are skipped', async () => (await countOf('Skipped')) === 2);
    await tab('All').click();
  });

  it('waits when the service says so, and says until when', async () => {
    askToWait = 4;
    await says(/asked|wait|held|slow/i).waitFor();
    await picture('12-held');
    askToWait = undefined;
    await says(/Running\.|Slowed/).waitFor({ timeout: 40_000 });
    await tab('All').click();
    const before = await countOf('Done');
    await settled('ten more are done', async () => (await countOf('Done')) >= before + 10, 40);
    // The picture of the readme: without the explorer, as wide as it is shown there.
    await bench.page.setViewportSize({ width: 1180, height: 760 });
    await runCommand(bench.page, 'View: Toggle Primary Side Bar Visibility');
    await bench.page.locator('.explorer-folders-view').waitFor({ state: 'hidden' });
    // To the rows that are worked on.
    await grid().focus();
    await grid().press('Home');
    for (const key of ['PageDown', 'PageDown', 'PageDown', ...Array<string>(8).fill('ArrowDown')])
      await grid().press(key);
    await picture('readme-panel');
    await runCommand(bench.page, 'View: Toggle Primary Side Bar Visibility');
    await bench.page.locator('.explorer-folders-view').waitFor();
    await bench.page.setViewportSize({ width: 1500, height: 940 });
  });

  it('pauses by keyboard from the toolbar, and resumes by a click', async () => {
    await tool(/^Pause/).focus();
    await bench.page.keyboard.press('Enter');
    await says(/Paused/).waitFor();
    await settled('nothing runs any more', async () => (await countOf('Running')) === 0);
    const done = await countOf('Done');
    await picture('13-paused');
    assert.equal(await countOf('Done'), done);
    await tool(/^Resume/).click();
    await says(/Running|Slowed|asked/).waitFor();
  });

  it('goes on where it was after the window was reloaded in mid-run', async () => {
    const { page } = bench;
    const done = await countOf('Done');
    await page.reload();
    await page.locator('.monaco-workbench').waitFor();
    await page
      .locator('.notification-list-item', { hasText: 'was interrupted' })
      .waitFor({ timeout: 60_000 });
    await picture('14-interrupted');
    await page
      .locator('.notification-list-item')
      .getByRole('button', { name: 'Resume', exact: true })
      .click();
    await says(/Resumed|Running/)
      .first()
      .waitFor({ timeout: 30_000 });
    assert.ok((await countOf('Done')) >= done);
    await picture('15-resumed');
  });

  it('stops, keeps everything, and resumes', async () => {
    await tool(/^Stop/).click();
    await says(/Stopped/).waitFor();
    await picture('17-stopped');
    await tool(/^Resume/).click();
    await says(/Running|Resumed|Slowed/).waitFor();
  });

  it('writes settings that are changed in it, and shows those that are changed elsewhere', async () => {
    const fold = panel.getByRole('button', { name: /^Settings/ }).first();
    if ((await fold.getAttribute('aria-expanded')) === 'false') await fold.click();
    const slider = panel.getByRole('slider', { name: 'Workers' });
    await slider.focus();
    await slider.press('ArrowRight');
    await settled('the settings say 5', async () =>
      (await readFile(userFile(), 'utf8')).includes('"bulkTranscribe.workers": 5'),
    );
    await setUser({ 'bulkTranscribe.workers': 10 });
    await settled('the slider stands at 10', async () => (await slider.inputValue()) === '10');
    await writeFile(
      join(workspace, '.vscode', 'settings.json'),
      JSON.stringify({ 'bulkTranscribe.workers': 12 }),
    );
    await panel.getByText(/workers: set for this workspace/).waitFor();
    assert.equal(await slider.inputValue(), '12');
    await picture('18-settings');
    await fold.click();
  });

  it('parks what a block has stopped, and goes on when the user says that it is over', async () => {
    site.blockAll('bot');
    await says(/block/i).waitFor({ timeout: 40_000 });
    await settled('many are parked', async () => (await countOf('Parked')) >= 3, 30);
    await picture('19-parked');
    site.blockAll();
    await tool(/^Resume/).click();
    // The tab is there as long as something is parked.
    await settled(
      'they are free again',
      async () => (await tab('Parked').count()) === 0 || (await countOf('Parked')) <= 1,
      30,
    );
  });

  it('shows a second batch beside it, and switches between the two', async () => {
    await start('seminars.urls');
    await panel
      .getByRole('button', { name: /seminars/ })
      .first()
      .waitFor();
    await panel
      .getByRole('button', { name: /choose another batch|seminars/ })
      .first()
      .click();
    const choices = panel.getByRole('listbox', { name: 'Batches' });
    await choices.getByRole('option').nth(1).waitFor();
    await picture('20-two-batches');
    await choices.getByRole('option', { name: /lectures-2026/ }).click();
    await panel.getByRole('tab', { name: /^All\s*200/ }).waitFor();
  });

  it('asks for an OK before anything that costs money, and goes on with it', async () => {
    await says(/need.* your OK/).waitFor({ timeout: 60_000 });
    await picture('21-needs-your-ok');
    const agree = panel.getByText(/^Agree to/);
    await agree.click();
    await settled('the service was asked', () => Promise.resolve(service.billed.length === 1), 30);
  });

  it('finishes: each failure with its reason and next step', async () => {
    await says(/Finished\./).waitFor({ timeout: 90_000 });
    await tab('Failed').click();
    await picture('22-failed');
    assert.equal(await countOf('Failed'), 4);
    assert.equal(await countOf('Done'), 194);
    await panel.getByText('Private video').first().waitFor();
    assert.deepEqual(await violations(), []);
    await tab('All').click();
  });

  it('finds, sorts, and takes many at once', async () => {
    await panel.getByRole('columnheader', { name: 'Length' }).click();
    await picture('23-sorted');
    await panel.getByRole('columnheader', { name: '#' }).click();
    await panel.locator('.finder input').fill('glaciers');
    await settled('fewer are shown', async () => Number(await grid().getAttribute('aria-rowcount')) < 100);
    await grid().focus();
    await grid().press('Control+a');
    await grid().press('Control+c');
    await settled(
      'many links are in the clipboard',
      async () => (await bench.page.evaluate(() => navigator.clipboard.readText())).split('\n').length > 5,
    );
    await picture('24-search');
    await panel.locator('.finder input').fill('');
    await settled(
      'all are shown again',
      async () => Number(await grid().getAttribute('aria-rowcount')) >= 200,
    );
  });

  it('opens a transcript by Enter', async () => {
    await grid().focus();
    // From the column's head, where the last click was, to the rows.
    await grid().press('Escape');
    await grid().press('Home');
    await grid().press('Enter');
    await bench.page.locator('.tab.active', { hasText: '.md' }).waitFor();
    await runCommand(bench.page, 'Bulk Transcribe: Show Panel');
    await grid().waitFor();
  });

  it('shows the log of one video of one batch', async () => {
    await panel.locator('.finder input').fill('');
    await tab('Failed').click();
    await menu(7, 'Show Log of This Video');
    const editor = bench.page.locator('.editor-instance .view-lines').last();
    await settled('its lines are there', async () =>
      /lectures-2026.*#7[\s\S]*private/.test((await editor.innerText()).replaceAll('\u00a0', ' ')),
    );
    await picture('25-log');
    await runCommand(bench.page, 'Bulk Transcribe: Show Panel');
    await grid().waitFor();
  });

  it('hides a column by the menu on its head, and brings it back', async () => {
    const length = panel.getByRole('columnheader', { name: 'Length' });
    await length.click({ button: 'right' });
    await choose('Hide Column');
    await length.waitFor({ state: 'detached' });
    await panel.getByRole('columnheader', { name: 'Title' }).click({ button: 'right' });
    await choose('Reset Columns');
    await length.waitFor();
  });

  it('reads well in light, in high contrast and in a narrow column', async () => {
    const { page } = bench;
    for (const [name, kind, file] of [
      ['Light Modern', 'vscode-light', '26-light'],
      ['Default High Contrast', 'vscode-high-contrast', '27-high-contrast'],
      ['Default High Contrast Light', 'vscode-high-contrast-light', '28-high-contrast-light'],
      ['Dark Modern', 'vscode-dark', '29-dark'],
    ] as const) {
      await theme(name, kind);
      await picture(file);
      assert.deepEqual(await violations(), [], name);
      if (kind !== 'vscode-light') continue;
      await page.setViewportSize({ width: 1180, height: 760 });
      await picture('readme-finished');
      await page.setViewportSize({ width: 1500, height: 940 });
    }
    await page.setViewportSize({ width: 760, height: 900 });
    await picture('30-narrow');
    assert.deepEqual(await violations(), []);
    await page.setViewportSize({ width: 1500, height: 940 });
  });
});
