/**
 * The UI toolkit comes after the first paint: until then its controls wait in their place, and nothing moves when it
 * comes.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { PlanView } from '../../src/protocol';
import { batchHead, settingsMessage, snapshot, sourcesMessage } from './sceneMessages';
import { now } from './sceneNames';
import { scene } from './scenes';
import { openPage, type Panel } from './setup';

const plan: PlanView = {
  id: 'plan:1',
  name: 'talks',
  total: 42,
  text: '42 videos, about 12 minutes.',
  lines: [],
  questions: [{ id: 'outside', kind: 'ok', words: 'Read 3 files', details: [], agreed: true }],
  yes: 'Start',
};

/** A page whose toolkit is on its way until `comes` is called. */
async function openBare(width: number): Promise<{ panel: Panel; comes: () => Promise<void> }> {
  let release = (): void => undefined;
  const toolkit = new Promise<void>((resolve) => {
    release = resolve;
  });
  const panel = await openPage({ width, toolkit });
  return {
    panel,
    comes: async () => {
      release();
      await panel.drawn();
    },
  };
}

/** Where each control is, in whole pixels. */
const places = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll(
        'vscode-button, vscode-checkbox, vscode-dropdown, vscode-text-field, .link',
      ),
    ].map((control) => {
      const { x, y, width, height } = control.getBoundingClientRect();
      const box = [x, y, width, height].map(Math.round).join(' ');
      return `${control.localName} ${control.textContent} ${box}`;
    }),
  );

describe('before the toolkit has come', () => {
  for (const width of [1180, 320])
    it(`a batch and its settings are in their place, at ${width} px`, async () => {
      const { panel, comes } = await openBare(width);
      const { page } = panel;
      const made = scene('running');
      await panel.post(
        { type: 'batches', batches: [batchHead(made)], current: made.state.id },
        settingsMessage,
        sourcesMessage,
        ...snapshot(made, 0, 5000, now),
      );
      await page.waitForSelector('.v[data-job]');
      await page.locator('.settings .h').click();
      await page.waitForSelector('vscode-dropdown');
      const before = await places(page);
      assert.equal(await page.evaluate(() => customElements.get('vscode-button')), undefined);
      await comes();
      assert.deepEqual(await places(page), before);
      const rate = page.locator('vscode-text-field.nb input').first();
      assert.equal(await rate.inputValue(), '300', 'what was set before is in its field');
      const order = page.locator('vscode-dropdown').first();
      assert.equal(await order.evaluate((field) => 'value' in field && field.value), 'continue');
      assert.equal(await page.getByRole('checkbox', { name: 'Parallel' }).isChecked(), true);
      await page.getByRole('button', { name: 'Pause' }).click();
      assert.equal((await panel.last('batchAction')).action, 'pause');
      await panel.close();
    });

  it('a button can be pressed by mouse, and one that has the focus by key as soon as it has', async () => {
    const { panel, comes } = await openBare(1180);
    const { page } = panel;
    const heads = { id: plan.id, name: plan.name, phase: 'stopped', total: 42, notStarted: true } as const;
    const { counts } = batchHead(scene('running'));
    await panel.post(settingsMessage, sourcesMessage, {
      type: 'batches',
      batches: [{ ...heads, counts }],
      current: plan.id,
    });
    await panel.post({ type: 'plan', plan });
    await page.locator('vscode-button', { hasText: 'Not Now' }).click();
    assert.equal((await panel.last('plan')).answer, 'forget');
    await page.locator('vscode-button', { hasText: 'Start' }).focus();
    const before = await places(page);
    await comes();
    assert.deepEqual(await places(page), before);
    await page.keyboard.press('Enter');
    const { answer, agreed } = await panel.last('plan');
    assert.deepEqual({ answer, agreed }, { answer: 'start', agreed: ['outside'] });
    await panel.close();
  });
});
