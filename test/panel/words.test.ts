/** What the panel says, and that it says it once: causes in words, next steps as links, no counts of nothing. */
import assert from 'node:assert/strict';
import type { BatchEvent } from '../../src/model/events';
import { failure, nextMoveOf, type FailureCode } from '../../src/model/failure';
import { emptyState, reduce } from '../../src/engine/state/reducer';
import { batchHead, settingsMessage, snapshot } from './sceneMessages';
import { now } from './sceneNames';
import { openPage, openPanel, Panel } from './setup';

const codes = Object.keys(nextMoveOf) as FailureCode[];

/** A finished batch with one failed video for every code, each on its line of a list. */
async function openFailures(list: string | undefined, only = codes): Promise<Panel> {
  const opened = await openPage({ height: 1000 });
  const state = emptyState();
  const fold = (event: BatchEvent): void => void reduce(state, event);
  fold({
    type: 'batch-created',
    at: now,
    id: 'batch_1',
    name: 'lectures',
    machine: 'm',
    settings: { languages: ['de'] },
    ...(list === undefined ? {} : { list }),
  });
  fold({
    type: 'jobs-added',
    at: now,
    jobs: only.map((code, at) => ({
      link: { kind: 'youtube', url: `https://youtu.be/${code}`, id: `video-${at}` },
      meta: { title: `Talk ${at}` },
      line: at + 11,
    })),
  });
  for (const action of ['start', 'finish'] as const) fold({ type: 'control', at: now, action, by: 'engine' });
  for (const [job, code] of only.entries()) {
    const why = failure(code, 'what the service said', code === 'no-language' ? { subject: 'fr' } : {});
    fold({
      type: 'attempt',
      at: now,
      job,
      source: 'youtube',
      failure: why,
      seconds: 1,
      requests: 1,
      counts: true,
    });
    fold({
      type: 'outcome',
      at: now,
      job,
      outcome: { status: 'failed', failure: why, source: 'youtube', seconds: 1, requests: 1 },
    });
  }
  const panel = new Panel(opened.page, { state });
  await panel.send(
    { type: 'batches', batches: [batchHead({ state })], current: state.id },
    settingsMessage,
    ...snapshot({ state }),
  );
  await panel.page.waitForSelector('.table[aria-busy=false]');
  return panel;
}

describe('what the panel says', () => {
  it('never shows a code of a failure: not in rows, groups, details or tooltips', async () => {
    const panel = await openFailures('/lists/lectures.urls');
    const { page } = panel;
    for (const tab of [/^Failed/, /^All/]) {
      await page.getByRole('tab', { name: tab }).click();
      await page.locator('#videos').focus();
      for (const key of ['Home', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
      await panel.drawn();
      const texts = await page.evaluate(() =>
        [...document.querySelectorAll('main *')].flatMap((element) => [
          ...[...element.childNodes].flatMap((node) => (node instanceof Text ? [node.data.trim()] : [])),
          element.getAttribute('title') ?? '',
          element.getAttribute('aria-label') ?? '',
        ]),
      );
      for (const code of codes)
        for (const text of texts) {
          assert.notEqual(text, code);
          if (code.includes('-') && !text.includes('youtu.be'))
            assert(!text.includes(code), `${code}: ${text}`);
        }
    }
    await panel.close();
  });

  it('leads to the line of the list, takes lines out of it and adds a language', async () => {
    const panel = await openFailures('/lists/lectures.urls', [
      'invalid-url',
      'unavailable',
      'private',
      'age-restricted',
      'no-language',
    ]);
    const { page } = panel;
    await page.getByRole('tab', { name: /^All/ }).click();
    await panel.drawn();
    const press = async (name: string): Promise<string> => {
      await page.locator('.v').getByRole('button', { name, exact: true }).click();
      const { action, jobs } = await panel.last('rowAction');
      return `${action} ${jobs.join()}`;
    };
    assert.equal(await press('Go to line 11'), 'goToLine 0');
    assert.equal(await press('Remove it from the list'), 'removeLine 1');
    assert.equal(await press('Remove it'), 'removeLine 2');
    assert.equal(await press('Use a local copy'), 'goToLine 3');
    assert.equal(await press('Add fr'), 'addLanguage 4');
    await panel.close();
  });

  it('has the link to a line in view below its group too, before what the service said', async () => {
    const panel = await openFailures('/lists/lectures.urls', ['invalid-url', 'no-language']);
    const { page } = panel;
    await page.getByRole('tab', { name: /^Failed/ }).click();
    await panel.drawn();
    const link = page.locator('.v[data-job="0"]').getByRole('button', { name: 'Go to line 11' });
    // A click needs it to be in view and under nothing, also not under the buttons of the row below the pointer.
    await link.click({ timeout: 5000 });
    assert.equal((await panel.last('rowAction')).action, 'goToLine');
    await page.getByRole('button', { name: 'Add a language' }).click();
    assert.equal((await panel.last('rowAction')).action, 'addLanguage');
    await panel.close();
  });

  it('has no link to a line where the batch was made of no file, or the video is one of a playlist', async () => {
    const panel = await openFailures(undefined, ['invalid-url', 'unavailable']);
    await panel.page.getByRole('tab', { name: /^All/ }).click();
    await panel.drawn();
    assert.equal(await panel.page.locator('.c-note .link').count(), 0);
    assert.match(
      await panel.page.locator('.v .c-note .wide').nth(1).innerText(),
      /Removed\s*Remove it from the list/,
    );
    await panel.close();
  });

  it('says the next step of a group once', async () => {
    const panel = await openPanel('finished');
    await panel.page.locator('#videos').focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowRight']) await panel.page.keyboard.press(key);
    await panel.drawn();
    const shown = await panel.page.locator('.table').innerText();
    assert.equal(shown.split(/Turn on speech-to-text/i).length - 1, 1, shown);
    await panel.close();
  });

  it('says why and when once for all that is parked, and short in each row', async () => {
    const panel = await openPanel('parked');
    assert.match(
      await panel.page.locator('.say').innerText(),
      /^YouTube blocks this network\. 187 videos are parked/,
    );
    const rows = panel.page.locator('.v.parked .c-note .wide');
    assert.equal(await rows.first().innerText(), 'Blocked');
    assert.equal(await rows.locator('.link').count(), 0);
    await panel.close();
  });

  it('shows no workers after the end or elsewhere, and names no number of none', async () => {
    for (const name of ['finished', 'elsewhere', 'allDone'] as const) {
      const panel = await openPanel(name);
      assert.equal(await panel.page.locator('.workers-section').count(), 0, name);
      await panel.close();
    }
    const panel = await openPanel('running');
    await panel.events({ type: 'control', at: now, action: 'finish', by: 'engine' });
    await panel.page.locator('.workers-section').waitFor({ state: 'detached' });
    assert.doesNotMatch(await panel.page.locator('.head, .quotas').first().innerText(), /\b0 /);
    await panel.close();
  });

  it('dims a tab of nothing, which keeps its place', async () => {
    const panel = await openPanel('parked');
    const colour = (name: RegExp): Promise<string> =>
      panel.page.getByRole('tab', { name }).evaluate((tab) => getComputedStyle(tab).color);
    assert.notEqual(await colour(/^Waiting/), await colour(/^Done/));
    assert.equal(await panel.page.getByRole('tab').count(), 7);
    await panel.close();
  });

  it('says of the settings what differs from the default', async () => {
    const panel = await openPanel('running');
    const summary = panel.page.locator('.settings .h');
    assert.match(await summary.innerText(), /all as by default/);
    await panel.send({
      type: 'settings',
      values: {
        workers: { value: 7 },
        parallel: { value: true },
        onError: { value: 'retryAtEnd' },
        'rate.youtube.perHour': { value: 0 },
        'whisper.path': { value: '/opt/whisper-cli' },
      },
    });
    assert.match(
      await summary.innerText(),
      /7 workers · retry errors at the end · YouTube unlimited · 1 more changed/,
    );
    await panel.close();
  });

  it('offers with a refusal what can be done about it', async () => {
    const panel = await openPanel('running');
    await panel.page.getByRole('button', { name: 'Pause' }).click();
    const { request } = await panel.last('batchAction');
    const problem = 'lectures already runs in another window or terminal (process 5566).';
    await panel.send({ type: 'reply', request, problem, next: 'Show It' });
    await panel.page.locator('.say', { hasText: problem }).waitFor();
    await panel.page.locator('.say').getByRole('button', { name: 'Show It' }).click();
    assert.equal((await panel.last('press')).of, request);
    await panel.close();
  });
});
