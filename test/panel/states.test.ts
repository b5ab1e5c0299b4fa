/**
 * Every state of the panel in every theme, wide and narrow: no accessibility violation, nothing outside the
 * content security policy, and a picture of each in test-results/panel for the eye.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { everyState, layoutFaults } from './everyState';
import { openPanel } from './setup';
import { themes, type ThemeName } from './themes';

const pictures = join(import.meta.dirname, '../../test-results/panel');
const themeNames = Object.keys(themes) as ThemeName[];
/**
 * Themes in which a state is checked: all of them where it has the most to show, else a dark and a light one, of
 * which one is of high contrast. Contrast depends on colours, which the states share.
 */
function checkedIn(name: string, at: number): readonly ThemeName[] {
  if (name === 'running' || name === 'finished') return themeNames;
  return at % 2 === 0 ? ['dark', 'hc-light'] : ['light', 'hc-dark'];
}
/** CSS pixels: four windows and a narrow column at 100 %, and windows 900 px high at 200 %. */
const sizes = [
  [1180, 760],
  [320, 760],
  [480, 760],
  [800, 760],
  [1600, 900],
  [320, 450],
  [480, 450],
  [590, 450],
  [800, 450],
] as const;

async function violations(page: Page, contrast = true): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const results = await page.evaluate(
    (enabled) =>
      (
        window as unknown as { axe: { run(context: Document, options: object): Promise<AxeResults> } }
      ).axe.run(document, {
        resultTypes: ['violations'],
        preload: false,
        rules: { 'color-contrast': { enabled } },
      }),
    contrast,
  );
  return results.violations.map(({ id, nodes }) => {
    const first = nodes[0];
    return `${id} ×${nodes.length}: ${first?.html.slice(0, 160)} (${first?.any.concat(first.all)[0]?.message})`;
  });
}

async function theme(page: Page, name: ThemeName): Promise<void> {
  await page.evaluate((to) => (window as unknown as { setTheme(name: string): void }).setTheme(to), name);
  await page.waitForTimeout(60);
}

describe('every state of the panel', () => {
  before(() => mkdirSync(pictures, { recursive: true }));

  for (const [at, [name, open]] of Object.entries(everyState).entries())
    it(`${name}: nothing is cut or overlaps, at every width and at 200 %, and it is accessible`, async () => {
      const panel = await open({});
      const { page } = panel;
      const checked = checkedIn(name, at);
      const faults: string[] = [];
      for (const [turn, [width, height]] of sizes.entries()) {
        await page.setViewportSize({ width, height });
        await panel.drawn();
        const shown = width === 1180 ? themeNames : [themeNames[turn % themeNames.length] ?? 'dark'];
        for (const themeName of shown) {
          await theme(page, themeName);
          await page.screenshot({ path: join(pictures, `${name}-${themeName}-${width}x${height}.png`) });
          if (width === 1180 ? checked.includes(themeName) : height === 760 && width === 320)
            faults.push(...(await violations(page)).map((fault) => `${themeName} ${width}: ${fault}`));
        }
        faults.push(...(await layoutFaults(panel)).map((fault) => `${width} × ${height}: ${fault}`));
      }
      assert.deepEqual(faults, []);
      await panel.close();
    });

  it('details, settings and the list of batches open are accessible too', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    await page.locator('.settings .h').click();
    await page.locator('#videos').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    await panel.drawn();
    for (const themeName of themeNames) {
      await theme(page, themeName);
      await page.screenshot({ path: join(pictures, `open-${themeName}-1180.png`) });
      assert.deepEqual(await violations(page), [], themeName);
    }
    await page.locator('.name').click();
    await page.screenshot({ path: join(pictures, 'batches-1180.png') });
    assert.deepEqual(await violations(page), []);
    await panel.close();
  });

  it('selected rows can be read, with the focus on them and without, and so can the one under the pointer', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    await page.locator('#videos').focus();
    for (const key of ['ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown'])
      await page.keyboard.press(key);
    await panel.drawn();
    for (const focused of [true, false]) {
      if (!focused) await page.keyboard.press('Control+f');
      await page.locator('.v').nth(1).hover();
      for (const themeName of themeNames) {
        await theme(page, themeName);
        assert.deepEqual(await violations(page), [], `${themeName} ${focused ? 'focused' : 'without focus'}`);
      }
    }
    await panel.close();
  });

  it('100,000 rows, a column of 320 px and zoom 200 % hold together', async () => {
    const panel = await openPanel('resumed', { rows: 100_000, width: 900, height: 700 });
    await panel.page.screenshot({ path: join(pictures, 'resumed-100000-dark-900.png') });
    await panel.page.setViewportSize({ width: 320, height: 700 });
    await panel.drawn();
    await panel.page.screenshot({ path: join(pictures, 'resumed-100000-dark-320.png') });
    // 1180 × 760 at 200 % leaves this many CSS pixels.
    await panel.page.setViewportSize({ width: 590, height: 380 });
    await panel.drawn();
    await panel.page.screenshot({ path: join(pictures, 'resumed-100000-dark-zoom200.png') });
    const table = await panel.page.locator('.list').boundingBox();
    assert(table && table.height >= 5 * 22, 'the table keeps some rows');
    for (const width of [320, 420, 590, 900, 1180]) {
      await panel.page.setViewportSize({ width, height: 760 });
      await panel.drawn();
      const wide = await panel.page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(wide, width, 'nothing sticks out at the side');
    }
    await panel.close();
  });

  it('forced colours and reduced motion leave everything readable', async () => {
    const panel = await openPanel('running');
    await panel.page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await panel.page.waitForTimeout(100);
    await panel.page.screenshot({ path: join(pictures, 'running-forced-colours-1180.png') });
    // The system's colours are painted over ours, which axe goes on reading.
    assert.deepEqual(await violations(panel.page, false), []);
    await panel.close();
  });
});
