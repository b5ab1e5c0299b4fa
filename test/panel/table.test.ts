/** The table: virtual, one tab stop, every action by key, and no row that moves by itself. */
import assert from 'node:assert/strict';
import type { BatchEvent } from '../../src/model/events';
import { failure } from '../../src/model/failure';
import type { Link } from '../../src/model/link';
import { emptyState, reduce } from '../../src/engine/state/reducer';
import { completedEvent } from '../helpers/outcomes';
import { batchHead, snapshot } from './sceneMessages';
import { now } from './sceneNames';
import { scene } from './scenes';
import { openPage, openPanel, Panel } from './setup';

const rowsInPage = (panel: Panel): Promise<number> => panel.page.locator('.v[role=row]').count();
const active = (panel: Panel): Promise<string | null> =>
  panel.page.locator('#videos').getAttribute('aria-activedescendant');
const press = async (panel: Panel, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await panel.page.keyboard.press(key);
  await panel.drawn();
};
const scrollTo = async (panel: Panel, top: number): Promise<void> => {
  await panel.page.locator('.scroll').evaluate((element, to) => (element.scrollTop = to), top);
  await panel.drawn();
};
/** Every visible row with its position. */
const places = (panel: Panel): Promise<Record<string, number>> =>
  panel.page
    .locator('.v[data-job]')
    .evaluateAll((rows) =>
      Object.fromEntries(
        rows.map((row) => [(row as HTMLElement).dataset.job ?? '', row.getBoundingClientRect().top]),
      ),
    );
const failed = (job: number, code: 'private' | 'network'): BatchEvent => ({
  type: 'outcome',
  at: now,
  job,
  outcome: { status: 'failed', failure: failure(code, 'no'), source: 'youtube', seconds: 1, requests: 1 },
});

describe('the table of videos', () => {
  it('has only the rows in view in the page, and says how many there are', async () => {
    const panel = await openPanel('running', { rows: 100_000 });
    assert.equal(await panel.page.locator('#videos').getAttribute('aria-rowcount'), '100001');
    assert((await rowsInPage(panel)) < 60);
    await scrollTo(panel, 1_500_000);
    assert((await rowsInPage(panel)) < 60);
    const index = await panel.page.locator('.v[data-job]').first().getAttribute('aria-rowindex');
    const job = await panel.page.locator('.v[data-job]').first().getAttribute('data-job');
    assert.equal(Number(index), Number(job) + 2, 'rows count from one, after the heads');
    await panel.close();
  });

  it('opens at the edge between done and waiting', async () => {
    const panel = await openPanel('running');
    assert(await panel.page.locator('.v.running').first().isVisible());
    await panel.close();
  });

  it('names a video whose title is missing or blank by a link whose id can be read', async () => {
    const panel = await openPage();
    const state = emptyState();
    const links: readonly Link[] = [
      { kind: 'youtube', url: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ', id: 'dQw4w9WgXcQ' },
      { kind: 'page', url: 'https://www.example.org/talks/7', id: 'aaaaaaaaaaa' },
      {
        kind: 'media',
        url: 'file:///home/ada/my%20talk.mp4',
        id: 'bbbbbbbbbbb',
        path: '/home/ada/my talk.mp4',
      },
    ];
    reduce(state, { type: 'batch-created', at: now, id: 'b', name: 'b', machine: 'm', settings: {} });
    reduce(state, {
      type: 'jobs-added',
      at: now,
      jobs: links.map((link, at) => ({ link, meta: at === 1 ? { title: ' ' } : {}, count: 1 })),
    });
    await panel.send(
      { type: 'batches', batches: [batchHead({ state })], current: 'b' },
      ...snapshot({ state }),
    );
    const titles = panel.page.locator('.v .c-title');
    assert.deepEqual(await titles.allInnerTexts(), [
      'youtu.be/dQw4w9WgXcQ',
      'example.org/talks/7',
      'my talk.mp4',
    ]);
    assert.deepEqual(
      await titles.evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title'))),
      links.map((link) => link.url),
    );
    await panel.close();
  });

  it('leads from a video that was done before to its transcript', async () => {
    const panel = await openPanel('running');
    await panel.page.getByRole('tab', { name: /^Skipped/ }).click();
    await panel.drawn();
    const row = panel.page.locator('.v.skipped').first();
    await row.locator('.link', { hasText: 'lectures-2025' }).click();
    const { action, jobs } = await panel.last('rowAction');
    assert.equal(action, 'openTranscript');
    assert.deepEqual(jobs, [Number(await row.getAttribute('data-job'))]);
    await panel.close();
  });

  it('goes by keys: rows, pages, ends, details, and the heads above the first row', async () => {
    const panel = await openPanel('running');
    await panel.page.locator('#videos').focus();
    await press(panel, 'Home');
    assert.equal(await active(panel), 'row-0');
    await press(panel, 'ArrowDown', 'ArrowDown');
    assert.equal(await active(panel), 'row-2');
    await press(panel, 'End');
    assert.equal(await active(panel), 'row-499');
    await press(panel, 'Home', 'ArrowRight');
    assert.equal(await panel.page.locator('.det').count(), 1);
    await press(panel, 'ArrowLeft');
    assert.equal(await panel.page.locator('.det').count(), 0);
    await press(panel, 'ArrowUp', 'ArrowRight', 'ArrowRight', 'Enter');
    assert.equal(await active(panel), 'head-title');
    assert.equal(await panel.page.locator('#head-title').getAttribute('aria-sort'), 'ascending');
    await panel.close();
  });

  it('sends what a key means for the rows that are selected and can do it', async () => {
    const panel = await openPanel('running');
    const waiting =
      panel.scene?.state.jobs.findIndex((job) => job.status === 'pending' && job.index > 320) ?? -1;
    await panel.send({ type: 'reveal', job: waiting });
    await panel.page.locator('#videos').focus();
    await press(panel, 'Shift+ArrowDown', 'Shift+ArrowDown', 'n');
    const next = await panel.last('rowAction');
    assert.deepEqual([next.action, next.jobs], ['next', [waiting, waiting + 1, waiting + 2]]);
    await press(panel, 'Delete');
    assert.equal((await panel.last('rowAction')).action, 'skip');
    const before = (await panel.sent()).length;
    await press(panel, 'r');
    assert.equal((await panel.sent()).length, before, 'waiting videos cannot be retried');
    await press(panel, 'Control+c');
    assert.equal((await panel.last('rowAction')).action, 'copyLink');
    await panel.close();
  });

  it('selects by a click, opens by a double one and by Enter, and shows details where nothing is', async () => {
    const panel = await openPanel('running');
    await scrollTo(panel, 0);
    const title = panel.page.locator('[data-job="2"] .c-title');
    const before = (await panel.sent()).length;
    await title.click();
    await panel.drawn();
    assert.equal(await active(panel), 'row-2');
    assert.equal((await panel.sent()).length, before, 'a click opens nothing');
    await title.dblclick();
    const { action, jobs, wide } = await panel.last('rowAction');
    assert.deepEqual({ action, jobs, wide }, { action: 'openTranscript', jobs: [2], wide: true });
    await press(panel, 'ArrowDown', 'Enter');
    assert.deepEqual((await panel.last('rowAction')).jobs, [3]);
    await panel.page.locator('#videos').focus();
    await press(panel, 'End', 'Enter');
    assert.equal(await panel.page.locator('.det').count(), 1);
    await panel.close();
  });

  it('tells VS Code which row its menu is for, by mouse and by key', async () => {
    const panel = await openPanel('running');
    const context = async (): Promise<Record<string, unknown>> =>
      JSON.parse((await panel.page.locator('#videos').getAttribute('data-vscode-context')) ?? '{}') as Record<
        string,
        unknown
      >;
    await panel.page.locator('.v.failed').first().locator('.c-title').click({ button: 'right' });
    const byMouse = await context();
    assert.equal(byMouse.webviewSection, 'row');
    assert.equal(byMouse.canRetry, true);
    assert.equal(byMouse.canOpen, false);
    await press(panel, 'Home', 'Shift+F10');
    assert.equal((await context()).job, 0);
    await panel.send({ type: 'act', action: 'copyLink' });
    assert.deepEqual((await panel.last('rowAction')).jobs, [0]);
    await panel.page.locator('#head-length').click({ button: 'right' });
    assert.deepEqual((await context()).column, 'length');
    await panel.send({ type: 'act', action: 'hideColumn' });
    assert.equal(await panel.page.locator('#head-length').count(), 0);
    await panel.send({ type: 'act', action: 'resetColumns' });
    assert.equal(await panel.page.locator('#head-length').count(), 1);
    await panel.close();
  });

  it('never moves a row because of an update, in any tab', async () => {
    for (const tab of ['All', 'Waiting', 'Failed']) {
      const panel = await openPanel('running');
      await panel.page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
      await panel.drawn();
      const before = await places(panel);
      const jobs = Object.keys(before).map(Number);
      assert(jobs.length > 3);
      const states = panel.scene?.state.jobs ?? [];
      const [one = 0, two = 0] = jobs.filter((job) => states[job]?.status === 'pending');
      await panel.events(
        failed(tab === 'Failed' ? 490 : one, 'private'),
        failed(tab === 'Failed' ? 491 : two, 'network'),
        { type: 'job-learnt', at: now, job: jobs[0] ?? 0, meta: { title: 'A title that was learnt later' } },
        {
          type: 'jobs-added',
          at: now,
          jobs: [{ link: { kind: 'page', url: 'https://example.org/x', id: 'x' } }],
        },
      );
      const after = await places(panel);
      for (const job of jobs) assert.equal(after[job], before[job], `row ${job} in ${tab}`);
      await panel.close();
    }
  });

  it('keeps a row that no longer fits its tab until the tab is chosen again', async () => {
    const panel = await openPanel('running');
    await panel.page.getByRole('tab', { name: /^Waiting/ }).click();
    await scrollTo(panel, 0);
    const job = Number(await panel.page.locator('.v[data-job]').first().getAttribute('data-job'));
    await panel.events(failed(job, 'private'));
    assert.equal(await panel.page.locator(`[data-job="${job}"].failed`).count(), 1);
    await panel.page.getByRole('tab', { name: /^Waiting/ }).click();
    await panel.drawn();
    assert.equal(await panel.page.locator(`[data-job="${job}"]`).count(), 0);
    await panel.close();
  });

  it('the tab Running has a row a worker, filled in place', async () => {
    const panel = await openPanel('running');
    await panel.page.getByRole('tab', { name: /^Running/ }).click();
    await panel.drawn();
    assert.equal(await rowsInPage(panel), 5);
    const job = panel.scene?.state.workers[1]?.job ?? 0;
    const top = (await places(panel))[job];
    const next =
      panel.scene?.state.jobs.findIndex((other) => other.status === 'pending' && other.index > job + 5) ?? 0;
    await panel.events(failed(job, 'private'), {
      type: 'job-started',
      at: now,
      job: next,
      worker: 2,
      attempt: 1,
    });
    assert.equal((await places(panel))[next], top);
    assert.equal(await rowsInPage(panel), 5);
    await panel.close();
  });

  it('groups failures by cause with one next step for all', async () => {
    const panel = await openPanel('finished');
    const first = panel.page.locator('.grp').first();
    assert.match(await first.innerText(), /No captions\s*4\s*The video has no captions/);
    assert.match(await panel.page.locator('.v.failed').first().innerText(), /Failed/);
    await first.getByRole('button', { name: 'Turn on speech-to-text' }).click();
    assert.equal((await panel.last('nextStep')).step, 'setUpSpeech');
    const rows = await rowsInPage(panel);
    await first.locator('.why').click();
    await panel.drawn();
    assert.equal(await rowsInPage(panel), rows - 4, 'a click folds the group');
    await panel.close();
  });

  it('counts in the head of a group what still fails for its cause, and moves no row', async () => {
    const panel = await openPanel('finished');
    const { page } = panel;
    const head = page.locator('.grp', { hasText: 'Private video' });
    const link = head.getByRole('button');
    assert.match(await head.innerText(), /Private video\s*2/);
    const jobs = (panel.scene?.state.jobs ?? []).filter(({ failure: why }) => why?.code === 'private');
    const before = await places(panel);
    const end = (job: number): BatchEvent => completedEvent(job, { files: [`${job}.md`] }, now);
    await panel.events(end(jobs[0]?.index ?? 0));
    assert.match(await head.innerText(), /Private video\s*1/);
    await link.click();
    assert.deepEqual((await panel.last('rowAction')).jobs, [jobs[1]?.index]);
    await panel.events(end(jobs[1]?.index ?? 0));
    assert.match(await head.innerText(), /Private video\s*0\s*None of them fails any more\.$/);
    assert.equal(await link.count(), 0);
    assert.deepEqual(await places(panel), before);
    await panel.close();
  });

  it('shows the details of a row whole in a narrow panel, its sentence too', async () => {
    const panel = await openPanel('finished', { width: 320 });
    const { page } = panel;
    await page.locator('#videos').focus();
    await press(panel, 'ArrowDown', 'ArrowDown', 'ArrowRight');
    const details = await page.locator('.det').boundingBox();
    const sentence = await page.locator('.det .links > .cut').boundingBox();
    assert(details && sentence && sentence.y + sentence.height <= details.y + details.height);
    await panel.close();
  });

  it('names a video that was done before by its file, and finds it so', async () => {
    const made = scene('running');
    const job = made.state.jobs.findIndex(({ status }) => status === 'pending');
    const row = made.state.jobs[job];
    assert(row);
    row.meta = {};
    const { id } = row.link;
    const panel = new Panel((await openPage()).page, made);
    const { page } = panel;
    const current = made.state.id;
    await panel.send({ type: 'batches', batches: [batchHead(made)], current }, ...snapshot(made));
    const file = `../lectures-2025/Old words [2] [${id}].md`;
    await panel.events({
      type: 'outcome',
      at: now,
      job,
      outcome: { status: 'skipped', reason: 'already-done', file, batch: 'lectures-2025' },
    });
    await page.locator('.find').focus();
    await page.keyboard.type('old words');
    await page.locator(`[data-job="${job}"]`, { hasText: 'Old words [2]' }).waitFor();
    assert.equal(await page.locator(`[data-job="${job}"] .c-title`).innerText(), 'Old words [2]');
    await panel.close();
  });

  it('leaves no line of the details empty in a wide panel: the sentence has its own', async () => {
    const panel = await openPanel('finished');
    const { page } = panel;
    await page.locator('#videos').focus();
    await press(panel, 'ArrowDown', 'ArrowDown', 'ArrowRight');
    const details = await page.locator('.det').boundingBox();
    const links = await page.locator('.det .links .link').last().boundingBox();
    const sentence = await page.locator('.det .links > .cut').boundingBox();
    assert(details && links && sentence && sentence.y > links.y + 20);
    assert(details.y + details.height - sentence.y <= 22, 'the last line is the sentence');
    await panel.close();
  });

  it('sorts by any column, searches, and says when nothing matches', async () => {
    const panel = await openPanel('running');
    await panel.page.locator('#head-length').click();
    await scrollTo(panel, 0);
    const lengths = await panel.page.locator('.v .c-length').allInnerTexts();
    const seconds = lengths.map((text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0));
    assert.deepEqual(
      seconds,
      [...seconds].sort((a, b) => a - b),
    );
    await panel.page.locator('#videos').focus();
    await press(panel, 'Control+f');
    await panel.page.waitForFunction(() => document.activeElement?.matches('.find'));
    await panel.page.keyboard.type('compilers 3');
    await panel.page.waitForFunction(() => {
      const titles = [...document.querySelectorAll('.v .c-title')].map(({ textContent }) => textContent);
      return titles.length > 0 && titles.every((title) => title.startsWith('Compilers 3'));
    });
    await panel.page.keyboard.type(' delta force');
    await panel.page.locator('.nothing', { hasText: 'Nothing matches ‘compilers 3 delta force’' }).waitFor();
    await panel.page.locator('.nothing .link').click();
    await panel.drawn();
    assert((await rowsInPage(panel)) > 10);
    await panel.close();
  });
});
