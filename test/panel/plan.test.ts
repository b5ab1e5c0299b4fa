/** A batch that is not started: what is said before, what is asked, and the one button that starts it. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanView, ToPage } from '../../src/protocol';
import { batchHead, settingsMessage, snapshot, sourcesMessage } from './sceneMessages';
import { now } from './sceneNames';
import { scene } from './scenes';
import { openPage, openPanel, type Panel } from './setup';
import { themes, type ThemeName } from './themes';

const pictures = join(import.meta.dirname, '../../test-results/panel');

const long: PlanView = {
  id: 'plan:1',
  name: 'lectures-2026',
  total: 203,
  text: '200 videos, about 40 min: one every 12 s, so that YouTube does not block you. 3 lists still to be counted.',
  lines: [
    'It costs nothing: no paid service is set up.',
    'Closing this window pauses it, and Resume continues. A terminal needs no window.',
    'The transcripts are written to transcripts, in a folder of their own.',
  ],
  questions: [
    {
      id: 'lists',
      kind: 'ok',
      words: 'Include 2 channels, with all their entries',
      details: ['https://www.youtube.com/@one', 'https://www.youtube.com/@two'],
      agreed: false,
    },
    {
      id: 'outside',
      kind: 'ok',
      words: 'Read 40 files outside of the workspace',
      details: Array.from({ length: 40 }, (_, at) => `/home/me/recordings of the long year/talk ${at}.mp4`),
      agreed: false,
    },
  ],
  yes: 'Start',
};
const foreign: PlanView = {
  id: 'plan:2',
  name: 'theirs',
  total: 12,
  text: 'theirs was not started on this computer.',
  lines: [
    'It goes on with your settings. Files of this computer are not read, and nothing paid starts without your OK.',
  ],
  questions: [
    {
      id: 'foreign',
      kind: 'must',
      words: '12 links of it are asked for from here',
      details: ['www.youtube.com: 11 links', '192.168.1.1: 1 link'],
      agreed: false,
    },
  ],
  yes: 'Resume It',
};

function heads(...plans: readonly PlanView[]): ToPage {
  const running = batchHead(scene('running'));
  const counts = { ...running.counts, completed: 0, running: 0, pending: 0, failed: 0 };
  return {
    type: 'batches',
    batches: [
      ...plans.map(({ id, name, total = 0 }) => ({
        id,
        name,
        total,
        counts,
        phase: 'stopped' as const,
        notStarted: true as const,
      })),
      running,
    ],
    current: plans[0]?.id ?? running.id,
  };
}

async function openPlan(plan: PlanView, size: { width?: number; height?: number } = {}): Promise<Panel> {
  const panel = await openPage(size);
  await panel.send(settingsMessage, sourcesMessage, heads(plan), { type: 'plan', plan });
  await panel.page.waitForSelector('.plan');
  return panel;
}

describe('a batch that is not started', () => {
  before(() => mkdirSync(pictures, { recursive: true }));

  it('says what will happen, how long and why, and has one button, which starts it', async () => {
    const panel = await openPlan({ ...long, questions: [] });
    const { page } = panel;
    assert.equal(await page.locator('.say').innerText(), long.text);
    assert.match(await page.locator('.plan').innerText(), /It costs nothing/);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const { plan, answer, agreed } = await panel.last('plan');
    assert.deepEqual({ plan, answer, agreed }, { plan: 'plan:1', answer: 'start', agreed: [] });
    await panel.close();
  });

  it('sends with the start which boxes are checked', async () => {
    const panel = await openPlan(long);
    await panel.page.getByRole('checkbox', { name: /Read 40 files/ }).click();
    await panel.page.getByRole('button', { name: 'Start', exact: true }).click();
    assert.deepEqual((await panel.last('plan')).agreed, ['outside']);
    await panel.close();
  });

  it('is put aside by one click, and shows why a start has failed', async () => {
    const panel = await openPlan(long);
    await panel.page.getByRole('button', { name: 'Start', exact: true }).click();
    const { request } = await panel.last('plan');
    await panel.send({ type: 'reply', request, problem: 'Nothing can be written to /full. Free space.' });
    assert.match(await panel.page.getByRole('alert').innerText(), /Nothing can be written to \/full/);
    await panel.page.getByRole('button', { name: 'Not Now' }).click();
    await panel.page.waitForFunction(
      () => (window as unknown as { sent: { answer?: string }[] }).sent.at(-1)?.answer === 'forget',
    );
    await panel.close();
  });

  it('makes room for the batch when it has started', async () => {
    const panel = await openPlan(long);
    const made = scene('running');
    await panel.send(heads(), ...snapshot(made, 0, 5000, now));
    await panel.page.waitForSelector('.table');
    assert.equal(await panel.page.locator('.plan').count(), 0);
    await panel.close();
  });

  it('takes the place of a batch that is shown, and is in the list of batches as not started', async () => {
    const panel = await openPanel('running');
    await panel.send(heads(foreign), { type: 'plan', plan: foreign });
    await panel.page.waitForSelector('.plan');
    await panel.page.locator('.name').click();
    assert.match(await panel.page.getByRole('option').first().innerText(), /theirs\s+not started/);
    await panel.close();
  });

  it('names every host and file, in each theme and at every width, and cuts nothing', async () => {
    for (const plan of [long, foreign]) {
      const panel = await openPlan(plan);
      const { page } = panel;
      for (const [width, height] of [
        [1180, 760],
        [590, 380],
        [320, 700],
        [1600, 900],
      ] as const) {
        await page.setViewportSize({ width, height });
        for (const themeName of Object.keys(themes) as ThemeName[]) {
          await page.evaluate(
            (to) => (window as unknown as { setTheme(name: string): void }).setTheme(to),
            themeName,
          );
          await panel.drawn();
          await page.screenshot({ path: join(pictures, `${plan.name}-plan-${themeName}-${width}.png`) });
        }
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
        const say = await page.locator('.say').evaluate((one) => [one.scrollWidth, one.clientWidth] as const);
        assert.ok(say[0] <= say[1], 'the sentence is read whole');
      }
      await panel.close();
    }
  });
});
