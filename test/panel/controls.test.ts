/** Head, settings strip and empty page: what they send, and what they follow. */
import assert from 'node:assert/strict';
import type { BatchEvent } from '../../src/model/events';
import { failure, type Failure } from '../../src/model/failure';
import { completedEvent } from '../helpers/outcomes';
import { batchHead, settingsMessage, snapshot, sourcesMessage } from './sceneMessages';
import { now } from './sceneNames';
import { scene } from './scenes';
import { openPage, openPanel, Panel } from './setup';

const firstWaiting = (panel: Panel): number =>
  panel.scene?.state.jobs.findIndex((job) => job.status === 'pending') ?? -1;
const ended = (job: number, why: Failure): BatchEvent => ({
  type: 'outcome',
  at: now,
  job,
  outcome: { status: 'failed', failure: why, source: 'youtube', seconds: 1, requests: 1 },
});

describe('the panel around the table', () => {
  it('sends each action of the toolbar, which is one tab stop', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    for (const [name, action] of [
      ['Pause', 'pause'],
      [/^Stop/, 'stop'],
      [/^Retry failed/, 'retryFailed'],
      ['Export…', 'export'],
    ] as const) {
      await page.getByRole('button', { name }).click();
      assert.equal((await panel.last('batchAction')).action, action);
    }
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    assert.equal((await panel.last('batchAction')).action, 'stop');
    await panel.close();
  });

  it('has one filled button, and only when it is the user’s turn', async () => {
    for (const [name, filled] of [
      ['running', 0],
      ['held', 0],
      ['paused', 1],
      ['parked', 1],
      ['finished', 1],
      ['elsewhere', 0],
    ] as const) {
      const panel = await openPanel(name);
      assert.equal(await panel.page.locator('vscode-button.go').count(), filled, name);
      await panel.close();
    }
  });

  it('asks for the OK of paid work by service and amount, and sends just that', async () => {
    const panel = await openPanel('consent');
    assert.match(
      await panel.page.locator('.say').innerText(),
      /42 videos need your OK: speech-to-text by deAPI, 63.min of sound, about \$2\.10/,
    );
    await panel.page.locator('.say').getByRole('button', { name: 'Agree to $2.10' }).click();
    const { consent, action } = await panel.last('batchAction');
    assert.equal(action, 'agree');
    assert.equal(consent?.service, 'deapi');
    assert(Math.abs((consent.cost ?? 0) - 2.1) < 1e-9);
    await panel.close();
  });

  it('says how many workers would finish sooner, and when, where they are what is missing', async () => {
    const panel = await openPanel('running');
    const pace = panel.scene?.state.pace;
    assert(pace);
    const advice = { workers: 15, endsAt: now + 32 * 60_000 };
    await panel.events({ type: 'pace', at: now, pace: { ...pace, by: { kind: 'workers' }, advice } });
    assert.match(
      await panel.page.locator('.say').innerText(),
      /All 5 workers are busy; 15 workers would finish at 14:50\./,
    );
    await panel.page.locator('.say').getByRole('button', { name: 'Use 15 workers' }).click();
    const { name, value } = await panel.last('setting');
    assert.deepEqual([name, value], ['workers', 15]);
    await panel.close();
  });

  it('writes settings from the strip, and follows those changed elsewhere', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    await page.locator('.settings .h').click();
    await page.getByRole('slider', { name: 'Workers' }).focus();
    await page.keyboard.press('ArrowRight');
    let sent = await panel.last('setting');
    assert.deepEqual([sent.name, sent.value], ['workers', 6]);
    await page.locator('vscode-checkbox', { hasText: 'Parallel' }).click();
    sent = await panel.last('setting');
    assert.deepEqual([sent.name, sent.value], ['parallel', false]);
    await page.locator('vscode-dropdown[aria-label="Order"]').focus();
    for (const key of ['Enter', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await panel.drawn();
    sent = await panel.last('setting');
    assert.deepEqual([sent.name, sent.value], ['order', 'shortestFirst']);
    const count = (await panel.sent()).length;
    await panel.send({
      type: 'settings',
      values: { workers: { value: 12, overriddenBy: 'workspace' }, parallel: { value: true } },
    });
    assert.equal(await page.getByRole('slider', { name: 'Workers' }).inputValue(), '12');
    assert.match(await page.locator('.settings .body').innerText(), /workers: set for this workspace/);
    assert.equal((await panel.sent()).length, count, 'what the host says is not sent back');
    await page.locator('.chain').focus();
    for (const key of ['ArrowRight', 'Alt+ArrowRight']) await page.keyboard.press(key);
    sent = await panel.last('setting');
    assert.deepEqual(sent.value, ['subtitleFile', 'yt-dlp', 'youtube', 'deapi', 'openai', 'whisper']);
    await panel.close();
  });

  it('keeps a rate that is being typed while the batch goes on, and takes it over with Enter', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    await page.locator('.settings .h').click();
    const rate = page.locator('vscode-text-field.nb input').first();
    await rate.fill('12');
    assert(panel.scene);
    await panel.send({ type: 'batches', batches: [batchHead(panel.scene)], current: panel.scene.state.id });
    await panel.send({ type: 'settings', values: { workers: { value: 7 } } });
    await panel.drawn();
    assert.equal(await rate.inputValue(), '12');
    await rate.press('End');
    await page.keyboard.type('0');
    await page.keyboard.press('Enter');
    const sent = await panel.last('setting');
    assert.deepEqual([sent.name, sent.value], ['rate.youtube.perHour', 120]);
    await panel.send({ type: 'settings', values: { 'rate.youtube.perHour': { value: 90 } } });
    assert.equal(await rate.inputValue(), '90');
    await panel.close();
  });

  it('shows how to begin also where there are batches of which none can be read', async () => {
    const opened = await openPage();
    const broken = batchHead(scene('stopped'));
    await opened.send({ type: 'batches', batches: [broken], current: null }, sourcesMessage);
    assert(await opened.page.getByRole('heading', { name: 'Turn links into transcripts' }).isVisible());
    await opened.close();
  });

  it('the empty page offers the first steps and takes a pasted or dropped list', async () => {
    const panel = await openPanel('empty');
    const { page } = panel;
    await page.getByRole('button', { name: 'Transcribe Links…' }).click();
    assert.equal((await panel.last('nextStep')).step, 'transcribeLinks');
    await page.getByRole('button', { name: 'Set key…' }).click();
    const step = await panel.last('nextStep');
    assert.deepEqual([step.step, step.source], ['setApiKey', 'deapi']);
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text/plain', 'https://youtu.be/dQw4w9WgXcQ');
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
    });
    assert.equal((await panel.last('dropped')).text, 'https://youtu.be/dQw4w9WgXcQ');
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['https://youtu.be/aaaaaaaaaaa'], 'talks.urls', { type: 'text/plain' }));
      document
        .querySelector('.app')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
    });
    await page.waitForFunction(() =>
      (window as unknown as { sent: { name?: string }[] }).sent.some(
        (message) => message.name === 'talks.urls',
      ),
    );
    await panel.close();
  });

  it('a worker’s lane shows its row, and a hover says the seconds of each stage', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    await page.getByRole('tab', { name: /^Failed/ }).click();
    await page.locator('#worker-1 .st').click();
    await panel.drawn();
    const job = panel.scene?.state.workers[0]?.job ?? -1;
    assert(await page.locator(`[data-job="${job}"]`).isVisible());
    const box = await page.locator('#worker-1 canvas').boundingBox();
    assert(box);
    await page.mouse.move(box.x + (box.width * 5) / 6 - 20, box.y + 11);
    assert.match(await page.locator('.tip').innerText(), /transcribed\s*41.s/);
    await panel.close();
  });

  it('tells a screen reader the milestones and nothing else', async () => {
    const panel = await openPanel('running');
    const region = panel.page.locator('[role=status]');
    assert.equal(await region.innerText(), '');
    await panel.events({ type: 'control', at: now, action: 'pause', by: 'user' });
    assert.equal(await region.innerText(), 'Paused');
    // What may pass unheard: a stage, a rate, a failure of a cause that is known by now.
    await panel.events({ type: 'control', at: now, action: 'resume', by: 'user' });
    assert.equal(await region.innerText(), 'Running');
    const next = firstWaiting(panel);
    await panel.events(
      { type: 'stage', at: now, job: next - 1, stage: 'writing' },
      ended(next, failure('private', 'no')),
      { type: 'pace', at: now, pace: { perMinute: 5, lengthsUnknown: 0, by: { kind: 'workers' } } },
    );
    assert.equal(await region.innerText(), 'Running');
    await panel.close();
  });

  it('tells the milestones: a new cause, held, parked, each tenth, the end', async () => {
    const panel = await openPanel('running');
    const hears = (words: RegExp): Promise<void> =>
      panel.page.locator('[role=status]').filter({ hasText: words }).waitFor({ state: 'attached' });
    const next = firstWaiting(panel);
    await panel.events(ended(next, failure('age-restricted', 'no')));
    await hears(/^Failed: Age-restricted$/);
    const held = { kind: 'held', quota: 'youtube', until: now + 840_000 } as const;
    await panel.events({ type: 'pace', at: now, pace: { perMinute: 1, lengthsUnknown: 0, by: held } });
    await hears(/^YouTube asked to wait until 14:32$/);
    // A pace that changes to and fro while the hold lasts.
    const pace = { perMinute: 1, lengthsUnknown: 0 };
    await panel.events({ type: 'pace', at: now, pace: { ...pace, by: { kind: 'idle' } } });
    await panel.events(ended(next + 60, failure('timeout', 'no')), {
      type: 'pace',
      at: now,
      pace: { ...pace, by: held },
    });
    await hears(/^Failed: No answer in time$/);
    await panel.events({
      type: 'outcome',
      at: now,
      job: next + 1,
      outcome: { status: 'parked', failure: failure('blocked', 'no'), source: 'youtube' },
    });
    await hears(/^1 video parked\. YouTube blocks this network$/);
    const done = Array.from({ length: 50 }, (_, k) => next + 2 + k);
    await panel.events(...done.map((job) => completedEvent(job, { files: [`${job}.md`] }, now)));
    await hears(/^70 percent done, \d+ failed$/);
    await panel.events({ type: 'control', at: now, action: 'finish', by: 'engine' });
    await hears(/^Finished, \d+ done, \d+ failed$/);
    await panel.close();
  });

  it('says “Starting.” until the engine has reported a worker', async () => {
    const panel = await openPage();
    const made = scene('running', 20);
    made.state.configuredWorkers = made.state.effectiveWorkers = 0;
    made.state.pace = { perMinute: 0, lengthsUnknown: 20, by: { kind: 'workers' } };
    await panel.send(
      { type: 'batches', batches: [batchHead(made)], current: made.state.id },
      ...snapshot(made),
    );
    assert.equal(await panel.page.locator('.say').innerText(), 'Starting.');
    await panel.send(settingsMessage);
    const top = async (): Promise<number | undefined> =>
      (await panel.page.locator('.videos').boundingBox())?.y;
    const before = await top();
    const running = new Panel(panel.page, made);
    await running.events({ type: 'workers', at: now, configured: 5, effective: 5, parallel: true });
    assert.equal(await panel.page.locator('.lane').count(), 5);
    assert.equal(await top(), before, 'the lanes had their place before');
    await panel.close();
  });
});
