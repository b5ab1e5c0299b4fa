/** A watched batch that other machines help: their lanes on one axis, their addresses, and what sets the pace. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { layoutFaults } from './everyState';
import { now } from './sceneNames';
import { openPanel, type Panel } from './setup';

const pictures = join(import.meta.dirname, '../../test-results/panel');

async function textsOf(panel: Panel, selector: string): Promise<string[]> {
  const texts = await panel.page.locator(selector).allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, ' '));
}

describe('a watched batch that other machines help', () => {
  it('has the lanes of each machine under its name, and what sets the pace of all', async () => {
    const panel = await openPanel('machines');
    assert.deepEqual(await textsOf(panel, '.lane.machine > .cut:nth-child(3)'), [
      'This computer',
      'gpu-box',
      'desk-4 behind office, YouTube held until 14:28',
      'desk-5 behind office, YouTube held until 14:28',
    ]);
    assert.equal(await panel.page.locator('.lane').count(), 4 + 5 + 8);
    assert.equal(await panel.page.locator('.lane:not(.machine) .k').nth(5).innerText(), '1');
    assert.match(
      (await textsOf(panel, '.say')).join(),
      /process 4211\). Three addresses: 855 an hour; another/,
    );
    assert.match((await textsOf(panel, '.axis .h')).join(), /working.* on 4 machines/);
    const labels = ['YouTube here', 'deAPI here', 'YouTube gpu-box', 'YouTube office'];
    assert.deepEqual(await textsOf(panel, '.q > .cut'), labels);
    await panel.close();
  });

  for (const width of [320, 480])
    it(`has names, figures and numbers of the addresses each begin at one place, ${width} px wide`, async () => {
      const panel = await openPanel('machines', { width });
      for (const part of ['.q > .cut', '.q canvas', '.q .us', '.q .to']) {
        const lefts = await panel.page
          .locator(part)
          .evaluateAll((all) => [...new Set(all.map((one) => one.getBoundingClientRect().left))]);
        assert.equal(lefts.length, 1, `${part}: ${lefts.join(', ')}`);
      }
      const now = await panel.page
        .locator('.lane canvas')
        .evaluateAll((all) => [...new Set(all.map((one) => one.getBoundingClientRect().right))]);
      assert.equal(now.length, 1, 'all lanes are on one axis');
      await panel.close();
    });

  it('folds a machine to one strip, by click and by key', async () => {
    const panel = await openPanel('machines');
    const { page } = panel;
    await page.locator('.lane.machine').first().click();
    await panel.drawn();
    assert.equal(await page.locator('.lane').count(), 4 + 8);
    assert.equal(await page.locator('.lane').first().getAttribute('aria-expanded'), 'false');
    await page.locator('.workers').focus();
    for (const key of ['ArrowDown', 'ArrowLeft']) await page.keyboard.press(key);
    await panel.drawn();
    assert.equal(await page.locator('.lane').count(), 4 + 6);
    for (const key of ['ArrowUp', 'Enter']) await page.keyboard.press(key);
    await panel.drawn();
    assert.equal(await page.locator('.lane').count(), 4 + 5 + 6);
    await panel.close();
  });

  it('stays readable with 50 machines of 20 workers: one line each, and one figure a quota', async () => {
    mkdirSync(pictures, { recursive: true });
    const panel = await openPanel('manyMachines', { rows: 3000 });
    const { page } = panel;
    assert.equal(await page.locator('.lane').count(), 51);
    assert.deepEqual(await textsOf(panel, '.q > .cut'), ['YouTube 51 addresses', 'deAPI here']);
    for (const width of [1180, 320]) {
      await page.setViewportSize({ width, height: 760 });
      await panel.drawn();
      await page.screenshot({ path: join(pictures, `manyMachines-${width}.png`) });
      assert.deepEqual(await layoutFaults(panel), []);
    }
    await page.locator('.lane.machine').nth(1).click();
    await panel.drawn();
    assert.equal(await page.locator('.lane').count(), 51 + 20);
    await panel.close();
  });

  it('says why no machine helps, and has lanes alone then', async () => {
    const panel = await openPanel('machines');
    const trouble = 'The Redis at redis://10.0.0.5:6379 does not answer. This computer goes on alone.';
    await panel.events({ type: 'helpers', at: now, helpers: [], trouble });
    await panel.drawn();
    assert.match((await textsOf(panel, '.say')).join(), /The Redis at .* goes on alone\./);
    assert.equal(await panel.page.locator('.lane').count(), 5);
    assert.equal(await panel.page.locator('.lane.machine').count(), 0);
    await panel.close();
  });
});
