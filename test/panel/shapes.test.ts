/**
 * What real lists hold and pictures leave out: titles that are long or run from right to left, twenty workers,
 * no rows at all, a column of 300 px. Pictures of each go to test-results/panel.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchEvent } from '../../src/model/events';
import { emptyState, reduce } from '../../src/engine/state/reducer';
import { batchHead, settingsMessage, snapshot, sourcesMessage } from './sceneMessages';
import { now } from './sceneNames';
import { openPage, openPanel, Panel } from './setup';

const pictures = join(import.meta.dirname, '../../test-results/panel');
const picture = (panel: Panel, name: string): Promise<unknown> =>
  panel.page.screenshot({ path: join(pictures, `${name}.png`) });

const titles = [
  'A title that never ends: '.repeat(12),
  'مقدمة في الجبر الخطي للمبتدئين: المتجهات والمصفوفات والتحويلات الخطية ومعانيها',
  'שיעור מבוא',
  '線形代数入門 第一回：ベクトルとは何か、そしてなぜそれが大切なのかを一から考える講義',
  'Zeichen‮ rückwärts <b>nicht fett</b> &amp; "so"',
  '👩‍🏫 Emoji 👨‍👩‍👧‍👦 and a\ttab\nand a line',
  'Unbroken'.repeat(40),
];

/** A batch whose titles, hosts and quotas are as bad as they come. */
async function openHard(width: number, workers: number, { height = 760, quotas = 3 } = {}): Promise<Panel> {
  const opened = await openPage({ width, height });
  const state = emptyState();
  const fold = (event: BatchEvent): void => void reduce(state, event);
  fold({
    type: 'batch-created',
    at: now - 60_000,
    id: 'batch_20261120_141700',
    name: 'A batch with a name as long as the file it was made from.urls',
    machine: 'm',
    settings: {},
  });
  fold({
    type: 'jobs-added',
    at: now - 60_000,
    jobs: Array.from({ length: 60 }, (_, index) => {
      const id = String(index).padStart(11, 'x');
      const title = titles[index % titles.length] ?? '';
      return {
        link: { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id },
        meta: { title, duration: 45_296 },
      };
    }),
  });
  fold({ type: 'control', at: now - 60_000, action: 'start', by: 'user' });
  fold({ type: 'workers', at: now, configured: workers, effective: workers, parallel: true });
  for (let job = 0; job < workers; job += 1) {
    fold({ type: 'job-started', at: now - 50_000 + job * 900, job, worker: job + 1, attempt: 3 });
    fold({ type: 'stage', at: now - 40_000, job, stage: 'downloading', percent: 38, source: 'yt-dlp' });
  }
  fold({
    type: 'quotas',
    at: now,
    quotas: [
      'youtube',
      'deapi.submit',
      'host:a-podcast-with-a-long-name.example.org',
      'deapi.poll',
      'openai',
      'host:example.net',
    ]
      .slice(0, quotas)
      .map((name) => ({
        name,
        limit: 12_000,
        allowed: 11_400,
        used: 11_399,
        unit: 'hour',
        nextAt: now + 3000,
        history: [0.2, 0.9],
      })),
  });
  const panel = new Panel(opened.page, { state });
  await panel.send(
    { type: 'batches', batches: [batchHead({ state })], current: state.id },
    settingsMessage,
    sourcesMessage,
    ...snapshot({ state }),
  );
  await panel.page.waitForSelector('.table[aria-busy=false]');
  await panel.drawn();
  return panel;
}

/** Boxes with text of their own that reach out of the page at its sides. */
const outside = (panel: Panel): Promise<string[]> =>
  panel.page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        '.head *, .quotas *, .axis *, .lane > *, .tabs, .v > *, .sec *',
      ),
    ]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        // A menu of tabs scrolls; what is wholly clipped by its cell is cut on purpose.
        if (box.width === 0 || element.closest('.tablist') || element.parentElement?.closest('.cut'))
          return false;
        return box.right > innerWidth + 0.5 || box.left < -0.5;
      })
      .map((element) => `${element.className}: ${element.innerText.slice(0, 40)}`),
  );

describe('what real lists hold', () => {
  before(() => mkdirSync(pictures, { recursive: true }));

  for (const width of [300, 420, 565, 700, 1180, 2000])
    it(`long titles and titles from right to left stay on their line, ${width} px wide`, async () => {
      const panel = await openHard(width, 7);
      await panel.page.locator('.scroll').evaluate((box) => (box.scrollTop = 0));
      await panel.drawn();
      await picture(panel, `hard-${width}`);
      assert.deepEqual(await outside(panel), []);
      const heights = await panel.page
        .locator('.v.cols')
        .evaluateAll((rows) => [...new Set(rows.map((row) => row.getBoundingClientRect().height))]);
      assert.deepEqual(heights, [22]);
      const text = await panel.page.locator('#row-4 .c-title').innerText();
      assert.match(text, /^Zeichen rückwärts <b>nicht fett/, 'a title is text, and turns nothing round');
      await panel.close();
    });

  it('tabs that have no room are reached by the wheel and by the arrows', async () => {
    const panel = await openPanel('parked', { width: 300 });
    const parked = panel.page.getByRole('tab', { name: /^Parked/ });
    const right = async (): Promise<number> => {
      const box = await parked.boundingBox();
      return box ? box.x + box.width : Infinity;
    };
    assert((await right()) > 300);
    await panel.page.locator('.tablist').hover();
    await panel.page.mouse.wheel(0, 600);
    await panel.page.waitForFunction(() => (document.querySelector('.tablist')?.scrollLeft ?? 0) > 0);
    assert((await right()) < 300);
    await panel.page.getByRole('tab', { name: /^All/ }).focus();
    await panel.page.keyboard.press('End');
    await panel.drawn();
    assert.equal(await parked.getAttribute('aria-selected'), 'true');
    assert((await right()) < 300);
    await panel.close();
  });

  it('twenty workers scroll in the height of eight', async () => {
    const panel = await openHard(1180, 20);
    const box = await panel.page.locator('.workers').boundingBox();
    assert(box && box.height <= 184);
    await panel.page.locator('.workers').focus();
    await panel.page.keyboard.press('End');
    await panel.drawn();
    assert(await panel.page.locator('#worker-20').isVisible());
    await picture(panel, 'workers-20');
    await panel.close();
  });

  for (const [width, height] of [
    [300, 400],
    [480, 400],
    [900, 400],
    [1180, 560],
  ] as const)
    it(`six quotas are in columns, and nothing overlaps, ${width} × ${height} px`, async () => {
      const panel = await openHard(width, 5, { height, quotas: 6 });
      await picture(panel, `quotas-${width}`);
      assert.deepEqual(await outside(panel), []);
      const tops = await panel.page.evaluate(() =>
        ['.bar1', '.sum', '.say', '.quotas', '.workers-section', '.videos', '.settings'].map((part) => {
          const box = document.querySelector(part)?.getBoundingClientRect();
          return [box?.top ?? NaN, box?.bottom ?? NaN] as const;
        }),
      );
      for (const [at, [top]] of tops.entries()) {
        const above = at === 0 ? 0 : (tops[at - 1]?.[1] ?? NaN);
        assert(top >= above - 0.5, `part ${at} begins at ${top}, the one above ends at ${above}`);
      }
      const figures = await panel.page
        .locator('.q canvas')
        .evaluateAll((all) => [...new Set(all.map((one) => Math.round(one.getBoundingClientRect().left)))]);
      assert(figures.length <= (width > 800 ? 2 : 1), `figures begin at ${figures.join(', ')}`);
      await panel.close();
    });

  it('a batch without rows says so, and nothing else', async () => {
    const opened = await openPage();
    const state = emptyState();
    state.id = 'empty';
    state.name = 'nothing-here';
    for (const action of ['start', 'finish'] as const)
      reduce(state, { type: 'control', at: now, action, by: 'engine' });
    const panel = new Panel(opened.page, { state });
    await panel.send(
      { type: 'batches', batches: [batchHead({ state })], current: 'empty' },
      settingsMessage,
      ...snapshot({ state }),
    );
    await panel.page.waitForSelector('.table[aria-busy=false]');
    await picture(panel, 'no-rows');
    assert.match(await panel.page.locator('.say').innerText(), /There was nothing to do/);
    assert.match(await panel.page.locator('.nothing').innerText(), /No videos\./);
    await panel.close();
  });

  it('a hover over a lane, a list that is dragged in and a fault have their place', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    const lane = await page.locator('#worker-1 canvas').boundingBox();
    assert(lane);
    await page.mouse.move(lane.x + (lane.width * 5) / 6 - 20, lane.y + 11);
    assert(await page.locator('.tip').isVisible());
    await picture(panel, 'tip');
    await page.getByRole('button', { name: 'Pause' }).click();
    const { request } = await panel.last('batchAction');
    await panel.send({ type: 'reply', request, problem: 'The batch runs in another window (process 4211).' });
    await picture(panel, 'problem');
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text/plain', 'https://youtu.be/dQw4w9WgXcQ');
      document
        .querySelector('.table')
        ?.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await panel.drawn();
    assert(await page.locator('.dropzone').isVisible());
    await picture(panel, 'drop');
    await panel.close();
  });

  it('every state fits in a column of 300 px', async () => {
    for (const name of ['running', 'held', 'parked', 'consent', 'finished', 'empty'] as const) {
      const panel = await openPanel(name, { width: 300 });
      await picture(panel, `${name}-dark-300`);
      assert.deepEqual(await outside(panel), [], name);
      await panel.close();
    }
  });

  it('what a source lacks is shown in full on the empty page', async () => {
    const panel = await openPanel('empty', { width: 420 });
    const detail =
      'found at /usr/local/bin/yt-dlp, version 2024.01.01, older than a year: update it before it is used';
    await panel.send({
      ...sourcesMessage,
      type: 'sources',
      outputFolder: 'transcripts',
      sources: [
        { id: 'yt-dlp', ready: false, detail, step: { words: 'Install…', step: 'install' } },
        { id: 'youtube', ready: true, detail: 'ready, no key needed' },
      ],
    });
    await picture(panel, 'empty-long-420');
    const cut = await panel.page
      .locator('.src .dim')
      .evaluateAll((all) =>
        all.some(
          (one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflow !== 'visible',
        ),
      );
    assert.equal(cut, false);
    assert(
      (await panel.page.locator('.src').first().boundingBox())!.height > 30,
      'it takes the lines it needs',
    );
    await panel.close();
  });
});
