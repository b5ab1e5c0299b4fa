/**
 * What the e2e suites have in common: one running workbench with the panel, looked at and used the way a person
 * does it, by clicks, keys and menus. Pictures go to test-results/.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { DeskFiles } from './deskFiles';
import { userSettings, type DeskOptions } from './deskOptions';
import { violationsOf } from './violations';
import { openWorkbench, runCommand, webview, workbenchUrl, type Workbench } from '../vscode/workbench';

const pictures = join(import.meta.dirname, '..', '..', 'test-results', 'e2e');

/** Asks again and again, until it is so. */
export async function settled(what: string, check: () => Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await check().catch(() => false))) {
    assert.ok(Date.now() < deadline, `It did not come about: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Keeps how it looked when a test of this suite failed, and closes what it left open. */
export function picturesOfFailures(desk: () => Desk): void {
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.state !== 'failed') return;
    await desk().picture(`failed-${test.title.replaceAll(/\W+/g, '-').slice(0, 60)}`);
    await desk().page.keyboard.press('Escape');
  });
}

export const watch = (id: string): string => `https://www.youtube.com/watch?v=${id}`;

export class Desk {
  readonly page: Page;
  readonly panel: FrameLocator;
  readonly files: DeskFiles;

  private constructor(
    private readonly bench: Workbench,
    /** Holds the workspace; all that is made in it is gone at the end. */
    readonly folder: string,
    /** The folder that is open. */
    readonly workspace: string,
  ) {
    this.page = bench.page;
    this.panel = webview(bench.page);
    this.files = new DeskFiles(bench.server.userData);
  }

  /** Opens a workbench on a folder of its own, with the packed extension in it. */
  static async open(options: DeskOptions): Promise<Desk> {
    const { workspace: name, prepare, trust } = options;
    const vsix = process.env.BULK_TRANSCRIBE_TEST_VSIX;
    assert.ok(vsix, 'Run it by `npm run test:e2e`.');
    await mkdir(pictures, { recursive: true });
    const folder = await mkdtemp(join(tmpdir(), 'e2e-'));
    const workspace = join(folder, name);
    await mkdir(workspace);
    await prepare?.(workspace);
    const bench = await openWorkbench({
      width: 1500,
      height: 940,
      vsix,
      folder: workspace,
      env: { BULK_TRANSCRIBE_STATE: join(folder, 'state'), ...options.env },
      ...(trust === undefined ? {} : { trust }),
      userSettings: userSettings(options),
    });
    const desk = new Desk(bench, folder, workspace);
    await desk.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await desk.extensionIsKnown();
    return desk;
  }

  /** Opens a folder, or no folder, in the same window. */
  async visit(folder?: string): Promise<void> {
    await this.page.goto(workbenchUrl(this.bench.server.port, folder));
    await this.extensionIsKnown();
  }

  /**
   * As a window is closed and opened again: the extension host ends and a new one starts. It is VS Code's own
   * command, which first waits until its state is stored. A page that the browser reloads cannot wait: VS Code
   * stores which editors are open every 5 s, and what came after is lost. A panel that was open comes back, and
   * takes the focus from whatever list is open then; so it is waited for.
   */
  async reload(): Promise<void> {
    const loadedAt = (): Promise<number> => this.page.evaluate(() => performance.timeOrigin);
    const before = await loadedAt();
    const app = this.panel.locator('.app');
    const hadPanel = await app.isVisible().catch(() => false);
    await runCommand(this.page, 'Developer: Reload Window');
    await settled('the window is reloaded', async () => (await loadedAt()) !== before);
    await this.extensionIsKnown();
    if (hadPanel) await app.waitFor();
  }

  /** The extension's own commands and menus come a moment after the explorer. */
  private async extensionIsKnown(): Promise<void> {
    await this.page.locator('.activitybar [aria-label^="Bulk Transcribe"]').first().waitFor();
  }

  async close(): Promise<void> {
    await this.bench.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  picture(name: string): Promise<unknown> {
    return this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  // ------------------------------------------------------------------------------------------- the panel

  /** The one sentence under the bar. */
  says(words: RegExp): Locator {
    return this.panel.locator('.say', { hasText: words });
  }

  /** A row by its number in the list, from 1. */
  row(number: number): Locator {
    return this.panel.locator(`[data-job="${number - 1}"]`);
  }

  tool(name: RegExp): Locator {
    return this.panel.getByRole('toolbar').getByRole('button', { name });
  }

  tab(name: string): Locator {
    return this.panel.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  async countOf(tab: string): Promise<number> {
    return Number((await this.tab(tab).innerText({ timeout: 5000 })).replaceAll(/\D/g, ''));
  }

  get grid(): Locator {
    return this.panel.locator('[role=grid]');
  }

  get search(): Locator {
    return this.panel.locator('.finder input');
  }

  /** Opens the strip of settings, or closes it. */
  async strip(open: boolean): Promise<void> {
    const fold = this.panel.getByRole('button', { name: /^Settings/ }).first();
    if ((await fold.getAttribute('aria-expanded')) !== String(open)) await fold.click();
  }

  /** What axe-core finds wrong in the panel's page. */
  violations(): Promise<string[]> {
    return violationsOf(this.page);
  }

  /**
   * Opens a menu and chooses from it. It takes no click in its first moments, and it may be closed by what
   * happens beside it; then it is opened again.
   */
  private async chooseFrom(open: () => Promise<void>, item: string, picture?: string): Promise<void> {
    const entry = this.page.locator('.monaco-menu .action-item', { hasText: item }).first();
    let clicked = false;
    await settled(`${item} is chosen`, async () => {
      if ((await entry.count()) === 0) {
        if (clicked) return true;
        await open();
        await entry.waitFor({ timeout: 5000 });
        if (picture !== undefined) await this.picture(picture);
      }
      await entry.click({ timeout: 2000 });
      clicked = true;
      return (await entry.count()) === 0;
    });
  }

  async openMenu(number: number): Promise<void> {
    await this.row(number).click({ button: 'right', position: { x: 300, y: 10 } });
    await this.page.locator('.monaco-menu .action-item', { hasText: 'Show Details' }).waitFor();
  }

  /** Chooses from the menu of a row, or of a column's head. @param picture is taken of the open menu. */
  menu(of: number | Locator, item: string, picture?: string): Promise<void> {
    const place = typeof of === 'number' ? this.row(of) : of;
    const click = (): Promise<void> =>
      place.click({ button: 'right', ...(typeof of === 'number' ? { position: { x: 300, y: 10 } } : {}) });
    return this.chooseFrom(click, item, picture);
  }

  /** The words of the menu that is open. */
  async menuWords(): Promise<string[]> {
    return (await this.page.locator('.monaco-menu .action-item').allInnerTexts()).map((words) =>
      words.trim(),
    );
  }

  // --------------------------------------------------------------------------------------- the workbench

  command(title: string): Promise<void> {
    return runCommand(this.page, `Bulk Transcribe: ${title}`);
  }

  /** @param picture is taken of the open menu. */
  async explorerMenu(file: string, item: string, picture?: string): Promise<void> {
    await runCommand(this.page, 'View: Show Explorer');
    const row = this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: file }).first();
    await this.chooseFrom(() => row.click({ button: 'right' }), item, picture);
  }

  /** Chooses from our submenu on a folder of the explorer. @param picture is taken of the open menu. */
  async batchMenu(folder: string, item: string, picture?: string): Promise<void> {
    await runCommand(this.page, 'View: Show Explorer');
    const rows = this.page.locator('.explorer-folders-view .monaco-list-row');
    const row = rows.filter({ has: this.page.getByText(folder, { exact: true }) }).first();
    await settled('the folder is shown', async () => {
      if (!(await row.isVisible())) await rows.filter({ hasText: 'transcripts' }).first().click();
      return row.isVisible();
    });
    const entry = this.page.locator('.monaco-submenu .action-item', { hasText: item }).first();
    let clicked = false;
    await settled(`${item} is chosen`, async () => {
      if (clicked && (await entry.count()) === 0) return true;
      if ((await entry.count()) === 0) {
        await this.page.keyboard.press('Escape');
        await row.click({ button: 'right' });
        await this.page
          .locator('.monaco-menu .action-item', { hasText: 'Bulk Transcribe' })
          .first()
          .hover({ timeout: 5000 });
        await entry.waitFor({ timeout: 5000 });
        if (picture !== undefined) await this.picture(picture);
      }
      await entry.click({ timeout: 2000 });
      clicked = true;
      return (await entry.count()) === 0;
    });
  }

  /** A batch's row in the activity view, which is shown first. */
  async batchRow(name: string): Promise<Locator> {
    await runCommand(this.page, 'View: Show Bulk Transcribe');
    return this.page.locator('.pane-body .monaco-list-row', { hasText: name });
  }

  /** A notification with these words. */
  notice(words: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: words }).first();
  }

  /** A notification that came some time ago: its toast goes by itself, the list of notifications keeps it. */
  async noticed(words: string | RegExp): Promise<Locator> {
    const toast = this.notice(words);
    const comes = await toast.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    if (comes) {
      // Under the pointer it stays.
      await toast.hover();
      return toast;
    }
    await runCommand(this.page, 'Notifications: Show Notifications');
    const listed = this.page
      .locator('.notifications-center .notification-list-item', { hasText: words })
      .first();
    await listed.waitFor();
    return listed;
  }

  async clearNotices(): Promise<void> {
    await runCommand(this.page, 'Notifications: Clear All Notifications');
  }

  /** The modal dialog that asks something. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Answers the dialog and waits until it is gone. */
  async answer(button: string): Promise<void> {
    await this.dialog.getByRole('button', { name: button, exact: true }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** What the panel asks before something starts. */
  get plan(): Locator {
    return this.panel.locator('.plan');
  }

  /** Answers it, and waits until it is gone. */
  async answerPlan(button: string): Promise<void> {
    await this.plan.getByRole('button', { name: button, exact: true }).click();
    await this.plan.waitFor({ state: 'detached' });
  }

  get picks(): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row');
  }

  get input(): Locator {
    return this.page.locator('.quick-input-widget .quick-input-box input');
  }

  /**
   * Opens a list by a command, or by what `open` does, until this choice is in it. VS Code gives the focus back to
   * the panel a moment after the palette is gone; that closes a list which has just come.
   */
  async listed(open: string | (() => Promise<void>), item: string | RegExp): Promise<Locator> {
    const entry = this.picks.filter({ hasText: item }).first();
    await settled(`${String(item)} is listed`, async () => {
      if (await entry.isVisible()) return true;
      await (typeof open === 'string' ? this.command(open) : open());
      await entry.waitFor({ timeout: 5000 });
      return true;
    });
    return entry;
  }

  /** Opens a list as `listed` does, and chooses from it. */
  async choose(open: string | (() => Promise<void>), item: string): Promise<void> {
    await settled(`${item} is chosen`, async () => {
      const entry = await this.listed(open, item);
      await entry.click({ timeout: 2000 });
      return true;
    });
  }

  /**
   * Takes the name that the dialog for saving proposes. It takes no Enter before it has listed its folder.
   * @param picture is taken of the dialog.
   */
  async saveAs(ending: string, picture?: string): Promise<void> {
    await settled(`the dialog proposes ${ending}`, async () =>
      (await this.input.inputValue()).endsWith(ending),
    );
    if (picture !== undefined) await this.picture(picture);
    await settled(`${ending} is saved`, async () => {
      if (await this.input.isVisible()) await this.input.press('Enter', { timeout: 2000 });
      return !(await this.input.isVisible());
    });
  }

  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  copy(text: string): Promise<void> {
    return this.page.evaluate((words) => navigator.clipboard.writeText(words), text);
  }

  // ------------------------------------------------------------------------------------------- settings

  private get userFile(): string {
    return join(this.bench.server.userData, 'User', 'settings.json');
  }

  async user(): Promise<Readonly<Record<string, unknown>>> {
    return JSON.parse(await readFile(this.userFile, 'utf8')) as Record<string, unknown>;
  }

  /** Waits until the user's settings hold this value. */
  async userHas(name: string, value: unknown): Promise<void> {
    await settled(`the settings say ${name}: ${JSON.stringify(value)}`, async () => {
      const found = (await this.user())[`bulkTranscribe.${name}`];
      return JSON.stringify(found) === JSON.stringify(value);
    });
  }

  /** Writes the file directly; the workbench reads it when the window opens, and not before. */
  async setUser(values: Readonly<Record<string, unknown>>): Promise<void> {
    await writeFile(this.userFile, JSON.stringify({ ...(await this.user()), ...values }, null, 2));
  }
}
