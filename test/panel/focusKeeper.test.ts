/** The keyboard is never nowhere: not after a menu of VS Code, nor when what had it is done with. */
import assert from 'node:assert/strict';
import { batchHead, snapshot } from './sceneMessages';
import { now } from './sceneNames';
import { openPanel, type Panel } from './setup';

/** What has the focus, by its name or its words. */
const focused = (panel: Panel): Promise<string> =>
  panel.page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return 'nothing';
    return element.getAttribute('aria-label') ?? element.innerText.replace(/\s+/g, ' ').trim();
  });

/** As Chromium does where the focus goes to the editor around the page, and back. */
async function away(
  panel: Panel,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  await panel.page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    window.dispatchEvent(new Event('blur'));
  });
  await panel.drawn();
  await meanwhile();
  await panel.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await panel.drawn();
}

const advice = (workers: number): object => ({ workers, endsAt: now + 32 * 60_000 });

describe('the keyboard comes back', () => {
  it('to where it was, after a menu, a list or another editor had it', async () => {
    const panel = await openPanel('running');
    await panel.page.locator('#videos').focus();
    await away(panel);
    assert.equal(await focused(panel), 'Videos');
    // What the user does in the page itself stays as it is.
    await panel.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await panel.drawn();
    assert.equal(await focused(panel), 'nothing');
    await panel.close();
  });

  it('to what stands for it, where it is gone by then', async () => {
    const panel = await openPanel('running');
    await panel.page.locator('.name').focus();
    await panel.page.keyboard.press('Enter');
    await panel.drawn();
    // A list that loses the focus closes.
    await away(panel);
    assert.equal(await panel.page.locator('.choices').count(), 0);
    assert.equal(await focused(panel), 'lectures-2026');
    await panel.page.locator('.workers').focus();
    await away(panel, () => panel.events({ type: 'control', at: now, action: 'finish', by: 'engine' }));
    assert.match(await focused(panel), /wait to run again/);
    await panel.close();
  });
});

describe('the keyboard stays', () => {
  it('on the sentence, when its link is done with, and on the link while only its number changes', async () => {
    const panel = await openPanel('running');
    const pace = panel.scene?.state.pace;
    assert(pace);
    const told = (more: object): Promise<void> =>
      panel.events({ type: 'pace', at: now, pace: { ...pace, by: { kind: 'workers' }, ...more } });
    await told({ advice: advice(15) });
    await panel.page.locator('.say .link').focus();
    await told({ advice: advice(14) });
    assert.equal(await focused(panel), 'Use 14 workers');
    await panel.page.keyboard.press('Enter');
    assert.equal((await panel.last('setting')).value, 14);
    await told({});
    assert.match(await focused(panel), /^Running\./);
    await panel.page.keyboard.press('Tab');
    assert.match(await focused(panel), /^Workers/);
    await panel.close();
  });

  it('in the table, when a search is cleared by its link', async () => {
    const panel = await openPanel('running');
    await panel.page.locator('.find').focus();
    await panel.page.keyboard.type('nothing has these words');
    await panel.page.locator('.nothing .link').focus();
    await panel.page.keyboard.press('Enter');
    await panel.page.waitForFunction(() => document.activeElement?.id === 'videos');
    await panel.close();
  });

  it('in the page, when what was not started starts', async () => {
    const panel = await openPanel('running');
    const made = panel.scene;
    assert(made);
    const head = batchHead(made);
    const plan = { id: 'plan:1', name: 'new', text: 'Long.', lines: [], questions: [], yes: 'Start' };
    const planHead = { ...head, id: plan.id, name: plan.name, notStarted: true as const };
    await panel.send(
      { type: 'batches', batches: [planHead, head], current: plan.id },
      { type: 'plan', plan },
    );
    await panel.page.locator('.plan .tb').first().focus();
    await panel.page.keyboard.press('Enter');
    await panel.send({ type: 'batches', batches: [head], current: head.id });
    await panel.send(...snapshot(made, 0, 5000, now));
    assert.match(await focused(panel), /^Running\./);
    await panel.close();
  });
});

describe('the list of batches', () => {
  it('shows what is chosen by key, also by its first letter, and keeps it while others come', async () => {
    const panel = await openPanel('running');
    const made = panel.scene;
    assert(made);
    const head = batchHead(made);
    const others = Array.from({ length: 50 }, (_, at) => ({ ...head, id: `b${at}`, name: `seminar ${at}` }));
    await panel.send({ type: 'batches', batches: [head, ...others], current: head.id });
    const { page } = panel;
    const isSeen = (): Promise<boolean> =>
      page.evaluate(() => {
        const list = document.querySelector('.choices');
        const on = list?.querySelector('.on')?.getBoundingClientRect();
        const box = list?.getBoundingClientRect();
        return !!on && !!box && on.top >= box.top && on.bottom <= box.bottom;
      });
    await page.locator('.name').focus();
    for (const key of ['Enter', 'End']) {
      await page.keyboard.press(key);
      await panel.drawn();
    }
    assert.equal(await isSeen(), true);
    await page.keyboard.press('Home');
    await page.keyboard.press('s');
    await panel.drawn();
    assert.equal(await page.locator('.choices .on .grow').innerText(), 'seminar 0');
    // A batch that was started elsewhere comes first.
    const fresh = { ...head, id: 'fresh', name: 'just begun' };
    await panel.send({ type: 'batches', batches: [fresh, head, ...others], current: head.id });
    await page.keyboard.press('Enter');
    assert.deepEqual(await panel.last('choose'), { type: 'choose', batch: 'b0' });
    await panel.close();
  });
});
