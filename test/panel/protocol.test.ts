/** How the page and its host talk: ready, slices, events with numbers, gaps, and what is kept over a reload. */
import assert from 'node:assert/strict';
import type { BatchEvent } from '../../src/model/events';
import { completedEvent } from '../helpers/outcomes';
import { batchHead, settingsMessage, snapshot } from './sceneMessages';
import { now } from './sceneNames';
import { scene } from './scenes';
import { openPage, openPanel, Panel } from './setup';

const outcome = (job: number): BatchEvent => completedEvent(job, {}, now);

const done = (panel: Panel): Promise<string> => panel.page.locator('.sum .facts').innerText();

describe('the page and its host', () => {
  it('says that it is ready, and shows head and rows with the first slice, whichever that is', async () => {
    const page = await openPage();
    assert.deepEqual((await page.sent())[0], { type: 'ready', batch: null });
    const made = scene('running');
    const panel = new Panel(page.page, made);
    const slices = snapshot(made, 0, 100);
    await panel.send(
      { type: 'batches', batches: [batchHead(made)], current: made.state.id },
      settingsMessage,
    );
    await panel.send(...slices.slice(0, 1));
    assert.equal(await panel.page.locator('.table').getAttribute('aria-rowcount'), '501');
    assert.match(await panel.page.locator('.sum').innerText(), /of 500/);
    assert.equal(await panel.page.locator('.v[data-job]').count(), 0, 'the edge is in another slice');
    const workers = panel.page.locator('.workers-section');
    assert.match(
      await workers.innerText(),
      /[1-9] working/,
      'a worker is not idle because its row has not come',
    );
    assert.doesNotMatch(await workers.innerText(), /idle/);
    await panel.send(...slices.slice(3, 4));
    await workers.getByText('Cell biology 6').waitFor();
    assert(await panel.page.locator('.v.running').first().isVisible());
    await panel.send(...slices.slice(1, 3), ...slices.slice(4));
    await panel.events(outcome(made.state.jobs.length - 1));
    // Digits move once a second.
    const all = `${made.state.counts.completed + 1} done`;
    await panel.page.locator('.sum .facts', { hasText: all }).waitFor();
    await panel.close();
  });

  it('folds events that came while the snapshot was on its way, and each event once', async () => {
    const page = await openPage();
    const made = scene('paused');
    const panel = new Panel(page.page, made);
    const batch = made.state.id;
    const before = made.state.counts.completed;
    const waiting = made.state.jobs.filter((job) => job.status === 'pending').map((job) => job.index);
    const [first = 0, second = 0] = waiting;
    const slices = snapshot(made, 7, 300);
    await panel.send(
      { type: 'batches', batches: [batchHead(made)], current: batch },
      ...slices.slice(0, 1),
      // 7 is in the snapshot already, 8 is not.
      { type: 'events', batch, seq: 7, events: [outcome(0), outcome(first)] },
      ...slices.slice(1),
    );
    await panel.send({ type: 'events', batch, seq: 8, events: [outcome(first), outcome(second)] });
    await panel.page.waitForTimeout(300);
    await panel.send({
      type: 'events',
      batch,
      seq: 10,
      events: [{ type: 'control', at: now, action: 'pause', by: 'user' }],
    });
    assert.match(await done(panel), new RegExp(`${before + 2} done`));
    await panel.close();
  });

  it('asks for a snapshot, once, when an event is missing, and goes on from the new one', async () => {
    const panel = await openPanel('running');
    const batch = panel.scene?.state.id ?? '';
    await panel.send({ type: 'events', batch, seq: 5, events: [outcome(3)] });
    await panel.send({ type: 'events', batch, seq: 6, events: [outcome(4)] });
    const gaps = (await panel.sent()).filter((message) => message.type === 'gap');
    assert.deepEqual(gaps, [{ type: 'gap', batch, have: 0 }]);
    const fresh = scene('paused');
    await panel.send(...snapshot(fresh, 6));
    assert.match(await panel.page.locator('.say').innerText(), /Paused by you at 14:17/);
    await panel.close();
  });

  it('leaves messages that are none of its own alone', async () => {
    const panel = await openPanel('running');
    await panel.page.evaluate(() => {
      for (const data of [
        null,
        7,
        'x',
        { type: 'events' },
        { type: 'nonsense' },
        { type: 'snapshot', seq: 'a' },
      ])
        window.postMessage(data, '*');
    });
    await panel.drawn();
    await panel.close();
  });

  it('keeps what the user is looking at over a reload, and asks for that batch', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    await page.getByRole('tab', { name: /^Failed/ }).click();
    await page.locator('.settings .h').click();
    await page.waitForTimeout(400);
    await page.reload();
    const made = panel.scene;
    assert(made);
    assert.deepEqual((await panel.sent())[0], { type: 'ready', batch: made.state.id });
    await panel.send(
      { type: 'batches', batches: [batchHead(made)], current: made.state.id },
      settingsMessage,
      ...snapshot(made),
    );
    await page.waitForSelector('.table');
    assert.equal(await page.getByRole('tab', { name: /^Failed/ }).getAttribute('aria-selected'), 'true');
    assert.equal(await page.locator('.settings .body').count(), 1);
    await panel.close();
  });

  it('says what the host could not do in the sentence, until the next action', async () => {
    const panel = await openPanel('running');
    await panel.page.getByRole('button', { name: 'Pause' }).click();
    const { request } = await panel.last('batchAction');
    await panel.send({ type: 'reply', request, problem: 'The folder is gone. Choose another one.' });
    assert.match(await panel.page.locator('.say.need').innerText(), /The folder is gone/);
    await panel.page.locator('.say').getByRole('button', { name: 'Dismiss' }).click();
    await panel.drawn();
    assert.equal(await panel.page.locator('.say.need').count(), 0);
    await panel.close();
  });
});
