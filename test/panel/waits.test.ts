/** What waits, and for whom: parked videos, prices, short holds; and what is kept of the user's view. */
import assert from 'node:assert/strict';
import type { BatchEvent } from '../../src/model/events';
import { failure } from '../../src/model/failure';
import type { NextSource, ToPage } from '../../src/protocol';
import type { Quote } from '../../src/model/source';
import { batchHead, settingsMessage, snapshot } from './sceneMessages';
import { now } from './sceneNames';
import { scene } from './scenes';
import { openPanel, type Panel } from './setup';

const waiting = (panel: Panel): number[] =>
  (panel.scene?.state.jobs ?? []).filter((job) => job.status === 'pending').map(({ index }) => index);
const say = (panel: Panel): Promise<string> => panel.page.locator('.say').innerText();
/** Digits in the head move once a second. */
const says = (panel: Panel, hasText: RegExp): Promise<void> =>
  panel.page.locator('.say', { hasText }).waitFor();
const asks = (job: number, consent: Quote): BatchEvent => ({
  type: 'outcome',
  at: now,
  job,
  outcome: { status: 'parked', failure: failure('payment', 'ok?'), source: consent.service, consent },
});
const release = (jobs: readonly number[]): BatchEvent => ({
  type: 'job-control',
  at: now,
  jobs,
  action: 'release',
});

describe('what waits in the panel', () => {
  it('counts parked videos in their own tab, not among the waiting', async () => {
    const panel = await openPanel('parked');
    const tab = (name: RegExp): Promise<string> => panel.page.getByRole('tab', { name }).innerText();
    assert.match(await tab(/^Waiting/), /Waiting\s*0/);
    assert.match(await tab(/^Parked/), /Parked\s*187/);
    await panel.page.getByRole('tab', { name: /^Waiting/ }).click();
    await panel.drawn();
    assert.match(await panel.page.locator('.nothing').innerText(), /No waiting videos/);
    await panel.close();
  });

  it('does not call a batch finished whose last failure is wanted again and has not started yet', async () => {
    const panel = await openPanel('finished');
    const failed = (panel.scene?.state.jobs ?? []).filter(({ status }) => status === 'failed');
    await panel.events({
      type: 'job-control',
      at: now,
      jobs: failed.map(({ index }) => index),
      action: 'retry',
    });
    await says(panel, /^\D*\d+ videos wait to run again\.$/);
    await panel.close();
  });

  it('sums the prices of all that needs an OK, service by service, as they come and go', async () => {
    const panel = await openPanel('running');
    const [a = 0, b = 0, c = 0, d = 0] = waiting(panel);
    const deapi = { service: 'deapi', origin: 'https://api.deapi.ai' } as const;
    const openai = { service: 'openai', origin: 'https://api.openai.com' } as const;
    await panel.events(
      asks(a, { ...deapi, seconds: 60, cost: 0.25 }),
      asks(b, { ...deapi, seconds: 60, cost: 0.5 }),
      asks(c, openai),
    );
    await says(
      panel,
      /3 videos need your OK: speech-to-text, 2.min of sound: deAPI about \$0\.75, OpenAI price not quoted\./,
    );
    const agree = (name: string): Promise<void> =>
      panel.page.locator('.say').getByRole('button', { name }).click();
    await agree('Agree to $0.75 for deAPI');
    assert.deepEqual((await panel.last('batchAction')).consent, { ...deapi, cost: 0.75 });
    await agree('Agree to OpenAI');
    assert.deepEqual((await panel.last('batchAction')).consent, openai);
    await panel.events(asks(d, { ...deapi, cost: 1 }), release([a, c]));
    await says(panel, /2 videos need your OK: speech-to-text by deAPI, .*about \$1\.50/);
    await panel.events({ type: 'control', at: now, action: 'pause', by: 'user' });
    await says(panel, /Paused by you.*2 videos will need your OK: deAPI about \$1\.50/);
    await panel.events({ type: 'control', at: now, action: 'resume', by: 'user' }, release([b, d]));
    await says(panel, /^Running\./);
    await panel.close();
  });

  it('shows no pace where nothing goes on', async () => {
    const panel = await openPanel('parked');
    const facts = panel.page.locator('.sum .facts');
    const running = panel.scene?.state.workers.find(({ job }) => job !== undefined)?.job ?? 0;
    await panel.events({
      type: 'outcome',
      at: now,
      job: running,
      outcome: { status: 'parked', failure: failure('blocked', 'no'), source: 'youtube' },
    });
    await facts.getByText('188 parked').waitFor();
    assert.doesNotMatch(await facts.innerText(), /a minute/);
    await panel.close();
  });

  it('says seconds for a hold that is over within a minute, and a time for a longer one', async () => {
    const panel = await openPanel('held');
    assert.match(await say(panel), /asked to wait until 14:32/);
    const { pace, quotas } = panel.scene?.state ?? {};
    assert(pace && quotas);
    const until = now + 12_000;
    await panel.events(
      { type: 'pace', at: now, pace: { ...pace, by: { kind: 'held', quota: 'youtube', until } } },
      { type: 'quotas', at: now, quotas: quotas.map((one) => ({ ...one, heldUntil: until })) },
    );
    assert.match(await say(panel), /asked to wait 12.s\./);
    assert.match(await panel.page.locator('.quotas').innerText(), /held 12.s/);
    assert.match(await panel.page.locator('.workers-section').innerText(), /resting 12.s/);
    await panel.close();
  });

  it('says in each lane until when it waits, also where there is little room', async () => {
    for (const width of [600, 761, 981]) {
      const panel = await openPanel('running', { width });
      const { page } = panel;
      const job = panel.scene?.state.workers[0]?.job ?? -1;
      const wait = { for: 'rate', quota: 'youtube', until: now + 34_000 } as const;
      await panel.events({ type: 'wait', at: now, job, wait });
      const said = page.locator('#worker-1 .st');
      assert.match(await said.innerText(), /rate limit 34.s$/);
      const isCut = await said.evaluate((box) => box.scrollWidth > box.clientWidth);
      assert.equal(isCut, false, `${width} px`);
      await panel.close();
    }
  });

  it('says that there is no connection, when it tries again and that it goes on, and offers to try now', async () => {
    const panel = await openPanel('held');
    const { pace, quotas } = panel.scene?.state ?? {};
    assert(pace && quotas);
    const by = { kind: 'unreached', quota: 'youtube', until: now + 12_000 } as const;
    await panel.events(
      { type: 'pace', at: now, pace: { ...pace, by } },
      {
        type: 'quotas',
        at: now,
        quotas: quotas.map(({ heldUntil: _, ...one }) => ({ ...one, unreached: one.name === 'youtube' })),
      },
    );
    assert.match(
      await say(panel),
      /^No connection to YouTube, next try in 12.s; it goes on by itself\.( deAPI goes on\.)?/,
    );
    assert.match(await panel.page.locator('.quotas').innerText(), /no connection/);
    assert.match(await panel.page.locator('.workers-section').innerText(), /waiting for the connection/);
    await panel.page.locator('.say').getByRole('button', { name: 'Try now', exact: true }).click();
    assert.equal((await panel.last('batchAction')).action, 'tryNow');
    await panel.close();
  });

  it('offers the next source only where it is ready, by its name and price, and else leads to its set-up', async () => {
    const panel = await openPanel('parked');
    const link = (name: string) => panel.page.locator('.say').getByRole('button', { name, exact: true });
    await link('Set up another source…').click();
    assert.equal((await panel.last('nextStep')).step, 'setUpSpeech');
    await link('Try now').click();
    assert.equal((await panel.last('batchAction')).action, 'tryNow');
    const ready = (next?: NextSource): ToPage => ({
      type: 'sources',
      outputFolder: 'transcripts',
      sources: [],
      ...(next ? { takesOver: next } : {}),
    });
    await panel.send(ready({ id: 'deapi', name: 'deAPI', charge: { hour: 0.3, waiting: 2.1 } }));
    await link('Use deAPI, about 2.10').click();
    assert.equal((await panel.last('batchAction')).action, 'passBlocked');
    await panel.send(ready({ id: 'deapi', name: 'deAPI', charge: { hour: 0.25 } }));
    await link('Use deAPI, about 0.25 an hour of sound').waitFor();
    await panel.send(ready({ id: 'openai', name: 'Groq', charge: {} }));
    await link('Use Groq, price not quoted').waitFor();
    await panel.send(ready({ id: 'whisper', name: 'whisper.cpp on this computer' }));
    await link('Use whisper.cpp on this computer').waitFor();
    await panel.send(ready());
    await link('Set up another source…').waitFor();
    await panel.close();
  });

  it('waits for the user only where it does not try again by itself', async () => {
    const panel = await openPanel('parked');
    const answer = panel.page.locator('.answer');
    assert.match(await answer.innerText(), /waits for you/);
    const { jobs } = panel.scene?.state ?? { jobs: [] };
    const until = now + 10 * 3_600_000;
    const again = jobs.filter(({ status }) => status === 'parked').map(({ index }) => index);
    await panel.events(
      ...again.map((job) => ({
        type: 'outcome' as const,
        at: now,
        job,
        outcome: {
          status: 'parked' as const,
          failure: failure('blocked', 'no'),
          source: 'youtube' as const,
          until,
        },
      })),
    );
    await answer.getByText('tries again 00:18').waitFor();
    await panel.close();
  });

  it('names the service whose account or key is meant', async () => {
    const panel = await openPanel('running');
    const [job = 0] = waiting(panel);
    await panel.events({
      type: 'outcome',
      at: now,
      job,
      outcome: {
        status: 'failed',
        failure: failure('payment', '402', { needs: 'openai:credit' }),
        source: 'openai',
        seconds: 1,
        requests: 1,
      },
    });
    await panel.page.locator(`[data-job="${job}"]`).getByRole('button', { name: 'Open account' }).click();
    const { step, source } = await panel.last('nextStep');
    assert.deepEqual([step, source], ['openAccount', 'openai']);
    await panel.close();
  });

  it('says of a local file what no source can do with it, in row, group and details', async () => {
    const panel = await openPanel('running');
    const index = panel.scene?.state.jobs.length ?? 0;
    const link = {
      kind: 'media',
      url: 'file:///talks/a.mp4',
      id: 'abcdefghijk',
      path: '/talks/a.mp4',
    } as const;
    await panel.events(
      { type: 'jobs-added', at: now, jobs: [{ link }] },
      {
        type: 'outcome',
        at: now,
        job: index,
        outcome: { status: 'failed', failure: failure('unsupported', 'no source'), seconds: 0, requests: 0 },
      },
    );
    await panel.page.getByRole('tab', { name: /^Failed/ }).click();
    await panel.page.locator('.grp', { hasText: 'Needs speech-to-text' }).waitFor();
    await panel.page.locator('#videos').focus();
    await panel.page.keyboard.press('End');
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.locator('.det', { hasText: 'Turn it on, then retry.' }).waitFor();
    await panel.close();
  });

  it('marks what the user has put first until it starts', async () => {
    const panel = await openPanel('running');
    const [job = 0] = waiting(panel);
    await panel.events({ type: 'job-control', at: now, jobs: [job], action: 'next' });
    const note = panel.page.locator(`[data-job="${job}"] .c-note .wide`);
    assert.equal(await note.innerText(), 'Runs next');
    await panel.events({ type: 'job-started', at: now, job, worker: 2, attempt: 1 });
    assert.equal(await note.innerText(), '');
    await panel.close();
  });

  it('says how many lengths are not known yet, where the order depends on them', async () => {
    const panel = await openPanel('running');
    const pace = panel.scene?.state.pace;
    assert(pace);
    await panel.events({ type: 'pace', at: now, pace: { ...pace, lengthsUnknown: 1840 } });
    assert.match(await panel.page.locator('.sum .facts').innerText(), /lengths unknown: 1.840/);
    await panel.close();
  });
});

describe('what the user looks at', () => {
  const kept = (panel: Panel): Promise<Record<string, unknown>> =>
    panel.page.evaluate(() => (window as unknown as { kept: Record<string, unknown> }).kept);

  it('is kept at once, so that a search that was cleared does not come back', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    await page.locator('vscode-text-field.find').click();
    await page.keyboard.type('delta');
    assert.equal((await kept(panel)).search, 'delta');
    await page.locator('.v[data-job]', { hasText: 'Done' }).first().waitFor();
    for (let at = 0; at < 5; at += 1) await page.keyboard.press('Backspace');
    assert.equal((await kept(panel)).search, '');
    await page.getByRole('tab', { name: /^Done/ }).click();
    assert.equal((await kept(panel)).tab, 'done');
    await panel.close();
  });

  it('is kept when the page goes before the table has come to rest', async () => {
    const panel = await openPanel('running');
    await panel.page.evaluate(async () => {
      const box = document.querySelector('.scroll');
      if (box) box.scrollTop = 44;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      window.dispatchEvent(new Event('pagehide'));
    });
    assert.equal((await kept(panel)).top, 2);
    await panel.close();
  });

  it('is kept before anything is asked for, which may cover the page', async () => {
    const panel = await openPanel('running');
    await panel.page.locator('#videos').focus();
    await panel.page.keyboard.press('End');
    // As fast as a key repeats, with no rest between the two.
    await panel.page.evaluate(() => {
      const grid = document.querySelector('#videos');
      for (const key of ['ArrowUp', 'n'])
        grid?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    });
    assert.equal((await kept(panel)).active, 498);
    await panel.close();
  });

  it('comes back after a reload: its place, its rows, and which rows the host sends first', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    const made = panel.scene;
    assert(made);
    await page.locator('#videos').focus();
    for (const key of ['End', 'ArrowUp', 'ArrowUp', 'Shift+ArrowDown', 'Shift+ArrowDown'])
      await page.keyboard.press(key);
    await page.waitForTimeout(300);
    await page.reload();
    const ready = (await panel.sent())[0];
    assert(ready?.type === 'ready' && ready.at !== undefined && ready.at > 450);
    await panel.send(
      { type: 'batches', batches: [batchHead(made)], current: made.state.id },
      settingsMessage,
      ...snapshot(made, 0, 100, now, 499),
    );
    await page.locator('.table[aria-busy=false]').waitFor();
    assert.equal(await page.locator('#videos').getAttribute('aria-activedescendant'), 'row-499');
    assert(await page.locator('#row-499').isVisible());
    const selected = await page
      .locator('.v[aria-selected=true]')
      .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.job));
    assert.deepEqual(selected, ['497', '498', '499'], 'those that were selected together');
    await panel.close();
  });

  it('does not show half a list: another order is drawn when all rows are here', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    const made = panel.scene;
    assert(made);
    await page.getByRole('tab', { name: /^Failed/ }).click();
    await page.reload();
    const slices = snapshot(scene('running'), 0, 100, now, 300);
    await panel.send(
      { type: 'batches', batches: [batchHead(made)], current: made.state.id },
      settingsMessage,
      ...slices.slice(0, 2),
    );
    await page.locator('.table[aria-busy=true]').waitFor();
    assert.equal(await page.locator('.v').count(), 0);
    assert.equal(await page.locator('.nothing').count(), 0, 'nobody says that nothing has failed');
    await panel.send(...slices.slice(2));
    await page.locator('.table[aria-busy=false]').waitFor();
    assert.equal(await page.locator('.v[data-job]').count(), 6);
    await panel.close();
  });
});
