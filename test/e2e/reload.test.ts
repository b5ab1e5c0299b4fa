/**
 * What is still there after a reload, and what a list says then: the lens and the marks of its own batch, one panel,
 * and a view of it that is not made again for each transcript that is read.
 */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { YouTubeStandIn } from '../servers/youtube';
import { idFor } from '../servers/youtubeVideos';
import { runCommand } from '../vscode/workbench';
import { Desk, picturesOfFailures, settled, watch } from './desk';

const ids = Array.from({ length: 40 }, (_, index) => `Reload${String(index).padStart(5, '0')}`);
const others = ['Others00001', 'Others00002'];

describe('after a reload', () => {
  let site: YouTubeStandIn;
  let desk: Desk;

  before(async () => {
    site = await YouTubeStandIn.start({ delayMs: 20 });
    desk = await Desk.open({
      workspace: 'course',
      prepare: async (course) => {
        for (const part of ['first', 'second']) await mkdir(join(course, part));
        const list = [idFor('private'), ...ids].map(watch);
        await writeFile(join(course, 'first', 'talks.urls'), list.join('\n'));
        await writeFile(join(course, 'second', 'talks.urls'), others.map(watch).join('\n'));
      },
      site,
      settings: { 'rate.youtube.burst': 100, retries: 0, autoResume: 'never' },
    });
  });

  after(async () => {
    await desk.close();
    await site.close();
  });

  picturesOfFailures(() => desk);

  const lens = (words: string): Locator =>
    desk.page.locator('.codelens-decoration a', { hasText: words }).first();
  /** Both lists have one name: the choice is made when the first proposal is the one in this folder. */
  const open = async (folder: string): Promise<void> => {
    const { page } = desk;
    await settled(`${folder}/talks.urls is open`, async () => {
      await page.keyboard.press('Control+p');
      await desk.input.fill(`${folder}/talks.urls`, { timeout: 3000 });
      await desk.picks.first().filter({ hasText: folder }).waitFor({ timeout: 3000 });
      await desk.input.press('Enter');
      await page.locator('.breadcrumbs-control', { hasText: folder }).first().waitFor({ timeout: 5000 });
      return true;
    });
  };
  /** The words behind a line, which VS Code draws as content of a style. */
  const mark = (id: string): Promise<string> =>
    desk.page
      .locator('.view-line', { hasText: id })
      .first()
      .evaluate((line) =>
        [...line.querySelectorAll('span')].map((span) => getComputedStyle(span, '::after').content).join(' '),
      );
  const marked = (id: string, words: string): Promise<void> =>
    settled(`the line of ${id} says ${words}`, async () => (await mark(id)).includes(words));
  const panels = (): Promise<number> => desk.page.locator('.tab', { hasText: 'Bulk Transcribe' }).count();

  it('says above a list and behind its lines what its own batch came to', async () => {
    await open('first');
    await lens('Transcribe 41 links').click();
    await desk.says(/Finished\. 1 video failed/).waitFor();
    await open('second');
    await lens('Transcribe 2 links').waitFor();
    await desk.reload();
    await lens('Transcribe 2 links').waitFor();
    await open('first');
    await lens('40 done, 1 failed: retry').waitFor();
    await marked(ids[0] ?? '', '✓ Done');
    await marked(idFor('private'), '✗ Private video');
    await desk.picture('80-marks-after-reload');
    await open('second');
    await lens('Transcribe 2 links').waitFor();
    assert.equal(await lens('done').count(), 0, 'another list of the same name');
    assert.ok(!(await mark(others[0] ?? '')).includes('Done'));
  });

  it('opens a transcript from a line of the list, although no batch is open yet', async () => {
    await open('first');
    const line = desk.page.locator('.view-line', { hasText: ids[0] ?? '' }).first();
    const link = desk.page.locator('.monaco-hover a', { hasText: 'Open transcript' }).first();
    await settled('the hover offers the transcript', async () => {
      await desk.page.mouse.move(5, 5);
      await line.hover({ position: { x: 120, y: 8 } });
      await link.waitFor({ timeout: 3000 });
      return true;
    });
    await link.click();
    await desk.page
      .locator('.tab', { hasText: `${ids[0] ?? ''}].md` })
      .first()
      .waitFor();
  });

  it('has one panel, which a new list opens on All without a filter', async () => {
    await runCommand(desk.page, 'View: Close All Editors');
    await desk.command('Show Panel');
    await desk.says(/Finished/).waitFor();
    await desk.tab('Failed').click();
    await desk.search.fill('nothing like it');
    await open('second');
    await desk.reload();
    // Editors are put back after the window has come up; a second panel would come with the first.
    await settled('the panel is back', async () => (await panels()) > 0);
    assert.equal(await panels(), 1);
    await lens('Transcribe 2 links').click();
    await desk.says(/Finished\. All 2 are done/).waitFor();
    assert.equal(await panels(), 1);
    assert.equal(await desk.tab('All').getAttribute('aria-selected'), 'true');
    assert.equal(await desk.search.inputValue(), '');
    await desk.row(1).waitFor();
    await desk.picture('81-one-panel');
  });

  it('keeps its page while five transcripts are read beside it, and its place where there is one column', async () => {
    const { page } = desk;
    await desk.panel.locator('.name').click();
    await desk.panel.getByRole('option', { name: /^talks(?! 2)/ }).click();
    await desk.says(/Finished\. 1 video failed/).waitFor();
    await desk.tab('Done').click();
    const made = (): Promise<number> => desk.panel.locator('.app').evaluate(() => performance.timeOrigin);
    const inFront = (words: string): Promise<void> =>
      page.locator('.tab.active', { hasText: words }).first().waitFor();
    await desk.row(2).click({ position: { x: 12, y: 10 } });
    const once = await made();
    for (const id of ids.slice(0, 5)) {
      await desk.grid.press('Enter');
      await inFront(`${id}].md`);
      await desk.grid.press('ArrowDown');
    }
    assert.equal(await made(), once, 'the page was not made again');
    await desk.picture('82-read-beside');

    await runCommand(page, 'View: Single Column Editor Layout');
    await page.setViewportSize({ width: 800, height: 700 });
    await desk.command('Show Panel');
    await desk.grid.press('End');
    for (const key of ['ArrowUp', 'ArrowUp', 'Shift+ArrowDown']) await desk.grid.press(key);
    const top = (): Promise<number> => desk.panel.locator('.scroll').evaluate(({ scrollTop }) => scrollTop);
    const before = await top();
    assert.ok(before > 0, 'the table is scrolled');
    await desk.grid.press('Enter');
    await inFront('].md');
    await desk.command('Show Panel');
    const from = performance.now();
    await desk.row(40).waitFor();
    console.log(`      back in its place after ${(performance.now() - from).toFixed(0)} ms`);
    assert.equal(await desk.tab('Done').getAttribute('aria-selected'), 'true');
    assert.equal(await top(), before);
    const selected = await desk.panel
      .locator('.v[aria-selected=true]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-job')));
    assert.deepEqual(selected, ['38', '39']);
    await desk.picture('83-narrow-kept');
    await page.setViewportSize({ width: 1500, height: 940 });
  });
});
