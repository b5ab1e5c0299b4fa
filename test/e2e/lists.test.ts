/**
 * Writing a list the way a person does it, by keys and by mouse: what is proposed, mended, folded, formatted and
 * pasted; where menus offer something and where not; a list dragged onto the view; and the walkthrough in every theme.
 */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { YouTubeStandIn } from '../servers/youtube';
import { runCommand } from '../vscode/workbench';
import { Desk, picturesOfFailures, settled, watch } from './desk';
import { showTheme, themes } from './deskSettings';

describe('writing a list', () => {
  let site: YouTubeStandIn;
  let desk: Desk;

  before(async () => {
    site = await YouTubeStandIn.start({ delayMs: 20 });
    desk = await Desk.open({
      workspace: 'course',
      prepare: async (course) => {
        await writeFile(
          join(course, 'draft.urls'),
          [
            '# Week 1',
            watch('ListTalk001'),
            watch('ListTalk002'),
            '',
            '# region Later',
            `${watch('ListTalk001')} # again`,
            './not there.mp4',
            '# endregion',
            '#@lang   de',
            '',
          ].join('\n'),
        );
        await writeFile(join(course, 'dragged.urls'), `${watch('Dragged0001')}\n`);
        await writeFile(join(course, 'plain.txt'), 'No link is in here.\n');
        await writeFile(join(course, 'linked.txt'), `See ${watch('ListTalk003')}.\n`);
        await mkdir(join(course, '.vscode'));
        const task = { type: 'bulkTranscribe', list: 'dragged.urls', label: 'Transcribe dragged' };
        await writeFile(
          join(course, '.vscode', 'tasks.json'),
          JSON.stringify({
            version: '2.0.0',
            tasks: [{ ...task, group: { kind: 'build', isDefault: true }, problemMatcher: [] }],
          }),
        );
        await mkdir(join(course, 'code'));
        await writeFile(join(course, 'code', 'main.js'), `// ${watch('ListTalk004')}\nconst a = 1;\n`);
      },
      site,
      settings: { 'rate.youtube.burst': 100, retries: 0 },
    });
  });

  after(async () => {
    await desk.close();
    await site.close();
  });

  picturesOfFailures(() => desk);

  const open = async (file: string): Promise<void> => {
    const { page } = desk;
    await settled(`${file} is open`, async () => {
      await page.keyboard.press('Control+p');
      await desk.input.fill(file, { timeout: 3000 });
      await desk.picks.first().filter({ hasText: file }).waitFor({ timeout: 3000 });
      await desk.input.press('Enter');
      await page.locator('.tab.active', { hasText: file }).waitFor({ timeout: 5000 });
      return true;
    });
    await page.locator('.editor-instance .view-line').first().click();
  };
  const line = (words: string): Locator => desk.page.locator('.view-line', { hasText: words }).first();
  const text = async (): Promise<string> => {
    await desk.page.keyboard.press('Control+a');
    await desk.page.keyboard.press('Control+c');
    return desk.clipboard();
  };
  const proposed = (words: string): Locator =>
    desk.page.locator('.suggest-widget .monaco-list-row', { hasText: words }).first();
  /** The words of the menu that a right click opens. */
  const menuOn = async (place: Locator): Promise<readonly string[]> => {
    let words: readonly string[] = [];
    await settled('a menu is open', async () => {
      await desk.page.keyboard.press('Escape');
      await place.click({ button: 'right', timeout: 5000 });
      await desk.page.locator('.monaco-menu .action-item').first().waitFor({ timeout: 5000 });
      words = await desk.menuWords();
      return words.length > 3;
    });
    return words;
  };
  const ours = (words: readonly string[]): readonly string[] =>
    words.filter((word) => word.includes('Transcribe'));

  it('proposes directives and their values', async () => {
    const { page } = desk;
    await open('draft.urls');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('# @');
    await page.keyboard.press('Control+Space');
    await proposed('limit').waitFor();
    assert.equal(
      await proposed('lang')
        .filter({ hasText: /^.?@?lang$/ })
        .count(),
      0,
      'it is used already',
    );
    await desk.picture('90-completion');
    await page.keyboard.type('sou');
    await proposed('sources').waitFor();
    await page.keyboard.press('Enter');
    await line('# @sources').waitFor();
    await page.keyboard.press('Control+Space');
    await proposed('youtube').waitFor();
    await desk.picture('91-values');
    await page.keyboard.type('youtube');
    await page.keyboard.press('Escape');
  });

  it('says what is twice and what is missing, and mends it by a quick fix', async () => {
    const { page } = desk;
    await page.keyboard.press('Control+Shift+m');
    const problems = page.locator('.markers-panel .monaco-list-row');
    await problems.filter({ hasText: 'There is no file at' }).waitFor();
    await problems.filter({ hasText: 'The first is here' }).first().waitFor();
    await desk.picture('92-problems');
    await problems.filter({ hasText: 'The first is here' }).first().dblclick();
    await page.locator('.statusbar-item', { hasText: 'Ln 2,' }).waitFor();
    const fix = page.locator('.action-widget .monaco-list-row', { hasText: 'Remove the duplicate' }).first();
    // The list of problems may take the focus back after its double click.
    await settled('the fixes are shown', async () => {
      await line('# again').click();
      await page.keyboard.press('Control+.');
      await fix.waitFor({ timeout: 5000 });
      return true;
    });
    await page
      .locator('.action-widget .monaco-list-row', { hasText: 'Transcribe this link' })
      .first()
      .waitFor();
    await desk.picture('93-quick-fix');
    await fix.click();
    await settled('the line is gone', async () => (await line('# again').count()) === 0);
    await runCommand(page, 'View: Toggle Panel Visibility');
  });

  it('has an outline by headings, and folds a region', async () => {
    const { page } = desk;
    await line('ListTalk002').click();
    await page.keyboard.press('Control+Shift+o');
    for (const heading of ['Week 1', 'Later'])
      await desk.picks.filter({ hasText: heading }).first().waitFor();
    await desk.picture('94-outline');
    await page.keyboard.press('Escape');
    await runCommand(page, 'Fold All Regions');
    await settled('the region is folded', async () => (await line('./not there.mp4').count()) === 0);
    assert.ok(await line('ListTalk002').isVisible(), 'no heading is folded with it');
    await desk.picture('95-folded');
    await runCommand(page, 'Unfold All');
  });

  it('is formatted, and links pasted in words become lines', async () => {
    const { page } = desk;
    await line('ListTalk002').click();
    await runCommand(page, 'Format Document');
    await line('# @lang de').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Enter');
    await desk.copy(`Two talks: ${watch('Pasted00001')}, and (${watch('Pasted00002')})!`);
    await page.keyboard.press('Control+v');
    await line('Pasted00002').waitFor();
    await desk.picture('96-pasted');
    const lines = (await text()).split(/\r?\n/);
    assert.ok(lines.includes(watch('Pasted00001')) && lines.includes(watch('Pasted00002')), lines.join('\n'));
    await page.keyboard.press('Control+z');
  });

  it('is offered in menus only where there are links, with its key', async () => {
    await open('main.js');
    await settled('no menu offers it', async () => ours(await menuOn(line('const a'))).length === 0);
    await desk.page.keyboard.press('Escape');
    await open('plain.txt');
    await settled('no menu offers it', async () => ours(await menuOn(line('No link'))).length === 0);
    await desk.page.keyboard.press('Escape');
    await open('linked.txt');
    await settled('the menu has it', async () => ours(await menuOn(line('See'))).length === 1);
    await desk.page.keyboard.press('Escape');
    await open('dragged.urls');
    const words = await menuOn(line('Dragged0001'));
    assert.ok(
      words.some((word) => /^Transcribe List\s*Ctrl\+K Ctrl\+Enter$/.test(word)),
      words.join(' | '),
    );
    await desk.picture('97-menu-key');
    await desk.page.keyboard.press('Escape');
  });

  it('starts by its key, and as a task', async () => {
    const { page } = desk;
    await open('dragged.urls');
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Control+Enter');
    await desk.says(/Finished\. The video is done/).waitFor();
    await desk.clearNotices();
    await runCommand(page, 'Tasks: Run Build Task');
    const output = page.locator('.terminal-wrapper .xterm-rows', { hasText: 'dragged' }).first();
    await output.waitFor();
    await desk.picture('98-task');
    await runCommand(page, 'View: Toggle Panel Visibility');
  });

  it('starts when its tab is dragged onto the view', async () => {
    const { page } = desk;
    await runCommand(page, 'View: Close All Editors');
    await open('linked.txt');
    const row = await desk.batchRow('dragged');
    await row.first().waitFor();
    await page.locator('.tab.active', { hasText: 'linked.txt' }).dragTo(row.first());
    await desk.panel.getByRole('button', { name: /^linked/ }).waitFor();
    await desk.says(/Finished\. The video is done/).waitFor();
    await desk.picture('99-dragged');
    await desk.clearNotices();
  });

  it('has a walkthrough whose pictures are seen in every theme', async () => {
    const { page } = desk;
    const titles = ['Make a list', 'Transcribe it', 'See what is set up', 'Use the transcripts'];
    for (const theme of themes) {
      await showTheme(desk, theme);
      await runCommand(page, 'View: Close All Editors');
      await desk.choose(async () => {
        await runCommand(page, 'Welcome: Open Walkthrough...');
        await desk.input.fill('Bulk Transcribe', { timeout: 5000 });
      }, 'Get Started with Bulk Transcribe');
      for (const [at, title] of titles.entries()) {
        const step = page.locator('.getting-started-step:enabled', { hasText: title }).first();
        await step.waitFor();
        if ((await step.getAttribute('aria-expanded')) !== 'true') await step.click();
        const picture = page
          .locator('iframe.webview.ready')
          .contentFrame()
          .locator('#active-frame')
          .contentFrame();
        const box = picture.locator('svg').first();
        await box.waitFor();
        // What is drawn on it is told apart from what is behind it: no text has the colour of its ground.
        const same = await box.evaluate((svg) => {
          const ground = getComputedStyle(svg.querySelector('rect') ?? svg).fill;
          return [...svg.querySelectorAll('text')].filter((text) => getComputedStyle(text).fill === ground)
            .length;
        });
        assert.equal(same, 0, `${theme}, ${title}`);
        await desk.picture(`walk-${at + 1}-${theme.toLowerCase().replaceAll(' ', '-')}`);
      }
    }
  });
});
