/** Keyboard and haste: the focus is never lost, nothing unseen is acted upon, and a double click is one click. */
import assert from 'node:assert/strict';
import { asText, batchHead, sourcesMessage } from './sceneMessages';
import { now } from './sceneNames';
import { openPage, openPanel, type Panel } from './setup';

/** What has the focus, by its name or its words. */
const focused = (panel: Panel): Promise<string> =>
  panel.page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return 'nothing';
    return element.getAttribute('aria-label') ?? element.innerText.replace(/\s+/g, ' ').trim();
  });
const press = async (panel: Panel, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) {
    await panel.page.keyboard.press(key);
    // As slow as a hand: what a key brings to the page is there for the next one.
    await panel.drawn();
  }
};
/** Tab until the page's end; the names of all stops. */
async function stops(panel: Panel): Promise<string[]> {
  const names: string[] = [];
  for (let at = 0; at < 40; at += 1) {
    await press(panel, 'Tab');
    const name = await focused(panel);
    if (name === 'nothing') return names;
    names.push(name);
  }
  throw new Error(`The focus is caught: ${names.join(', ')}`);
}

describe('the panel without a mouse', () => {
  it('is gone through with Tab from the batch’s name to the last setting', async () => {
    const panel = await openPanel('parked');
    await panel.page.locator('.settings .h').focus();
    await press(panel, 'Enter');
    await panel.page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    });
    await panel.page.locator('.name').focus();
    const rest = await stops(panel);
    const expected = [
      /^Resume$/,
      /^Try now$/,
      /^Add a proxy…$/,
      /^Set up another source…$/,
      /^Workers /,
      /^Workers and their lanes$/,
      /^All 500$/,
      /^Search titles and notes$/,
      /^Videos$/,
      /^Settings/,
      /^All settings$/,
      /^Workers$/,
      /^Parallel$/,
      /^Adaptive$/,
      /^On error$/,
      /^Order$/,
      /an hour$/,
      /a minute$/,
      /^Order of the sources/,
    ];
    assert.equal(rest.length, expected.length, rest.join(', '));
    for (const [at, name] of expected.entries()) assert.match(rest[at] ?? '', name);
    await panel.close();
  });

  it('keeps the focus on the toolbar when an action takes another’s place or can do nothing any more', async () => {
    const panel = await openPanel('running');
    await panel.page.getByRole('button', { name: 'Pause' }).focus();
    await press(panel, 'Enter');
    await panel.events({ type: 'control', at: now, action: 'pause', by: 'user' });
    assert.equal(await focused(panel), 'Resume');
    await press(panel, 'ArrowRight', 'Enter');
    assert.equal((await panel.last('batchAction')).action, 'stop');
    await panel.events({ type: 'control', at: now, action: 'stop', by: 'user' });
    assert.equal(await focused(panel), 'Resume');
    await panel.close();
  });

  it('does not take the focus back from where the user has put it', async () => {
    const panel = await openPanel('running');
    await panel.page.getByRole('button', { name: 'Pause' }).focus();
    await panel.page.locator('#videos').focus();
    await panel.events({ type: 'control', at: now, action: 'pause', by: 'user' });
    assert.equal(await focused(panel), 'Videos');
    await panel.close();
  });

  it('leaves the focus where it has just gone to when the toolbar changes in the same moment', async () => {
    const panel = await openPanel('running');
    await panel.page.getByRole('button', { name: 'Pause' }).focus();
    // A busy page: what is put off is done late.
    await panel.page.evaluate(
      'const late = setTimeout.bind(window); window.setTimeout = (call, ms = 0) => late(call, ms + 200);',
    );
    await panel.page.locator('#videos').focus();
    await panel.events({ type: 'control', at: now, action: 'pause', by: 'user' });
    assert.equal(await focused(panel), 'Videos');
    await panel.close();
  });

  it('reaches what can still be done with a batch that runs in another window', async () => {
    const panel = await openPanel('elsewhere');
    await panel.page.locator('.name').focus();
    await press(panel, 'Tab');
    assert.equal(await focused(panel), 'Export…');
    await panel.close();
  });

  it('chooses another batch with keys alone, and keeps the focus on the name while it is on its way', async () => {
    const panel = await openPanel('running');
    const made = panel.scene;
    assert(made);
    const other = { ...batchHead(made), id: 'other', name: 'seminar' };
    await panel.send({ type: 'batches', batches: [batchHead(made), other], current: made.state.id });
    await panel.page.locator('.name').focus();
    await press(panel, 'Enter', 'ArrowDown', 'Enter');
    assert.deepEqual(await panel.last('choose'), { type: 'choose', batch: 'other' });
    assert.equal(await focused(panel), 'seminar');
    await panel.close();
  });

  it('opens the search of a narrow panel when the focus comes to it, and from anywhere with Ctrl+F', async () => {
    const panel = await openPanel('running', { width: 420 });
    const width = async (): Promise<number> =>
      (await panel.page.locator('.finder').boundingBox())?.width ?? 0;
    assert((await width()) < 40);
    await panel.page.getByRole('tab', { name: /^All/ }).focus();
    await press(panel, 'Tab');
    assert((await width()) > 100);
    await press(panel, 'Escape');
    assert.equal(await focused(panel), 'Videos');
    await panel.page.locator('.name').focus();
    await press(panel, 'Control+f');
    await panel.page.waitForFunction(() => document.activeElement?.matches('.find'));
    await panel.close();
  });

  it('reaches every tab of a narrow panel', async () => {
    const panel = await openPanel('parked', { width: 420 });
    await panel.page.getByRole('tab', { name: /^All/ }).focus();
    for (const name of [/^Running/, /^Failed/, /^Done/, /^Waiting/, /^Skipped/, /^Parked/, /^All/]) {
      await press(panel, 'ArrowRight');
      assert.match(await focused(panel), name);
    }
    await panel.close();
  });

  it('leads from a failure to its next step, and back with Escape', async () => {
    const panel = await openPanel('finished');
    await panel.page.locator('#videos').focus();
    await press(panel, 'Home', 'Tab');
    assert.equal(await focused(panel), 'Turn on speech-to-text', 'the next step of a whole group');
    await press(panel, 'Enter');
    assert.equal((await panel.last('nextStep')).step, 'setUpSpeech');
    await press(panel, 'Escape');
    assert.equal(await focused(panel), 'Videos');
    // Its row has what is its own; the step of all of them is not repeated.
    await press(panel, 'ArrowDown', 'ArrowRight');
    await press(panel, 'Tab', 'Enter');
    assert.equal((await panel.last('rowAction')).action, 'openVideo');
    await panel.close();
  });

  it('shows the details of the last row in view', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    const box = await page.locator('.scroll').boundingBox();
    assert(box);
    const bottom = box.y + box.height;
    const last = await page
      .locator('.v[data-job]')
      .evaluateAll(
        (rows, end) =>
          Math.max(
            ...rows
              .filter((row) => row.getBoundingClientRect().bottom <= end)
              .map((row) => Number(row.getAttribute('data-job'))),
          ),
        bottom,
      );
    await page.locator(`#row-${last} .c-index`).click();
    await press(panel, 'ArrowRight');
    const details = await page.locator('.det').boundingBox();
    assert(details && details.y + details.height <= bottom + 0.5);
    await panel.close();
  });
});

describe('names for screen readers', () => {
  it('every control has its own', async () => {
    const panel = await openPanel('running');
    await panel.page.locator('.settings .h').click();
    for (const [role, name] of [
      ['textbox', 'Search titles and notes'],
      ['textbox', /^YouTube, .*an hour$/],
      ['textbox', /^deAPI, .*a minute$/],
      ['slider', 'Workers'],
      ['checkbox', 'Parallel'],
      ['combobox', 'On error'],
      ['toolbar', 'Batch'],
      ['grid', 'Videos'],
    ] as const)
      assert((await panel.page.getByRole(role, { name }).count()) > 0, `${role} ${String(name)}`);
    await panel.close();
  });
});

describe('the panel in a hurry', () => {
  it('takes a double click on a button or a link for one', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    const during = async (work: () => Promise<void>): Promise<string[]> => {
      const before = (await panel.sent()).length;
      await work();
      return (await panel.sent()).slice(before).map(({ type }) => type);
    };
    assert.deepEqual(await during(() => page.getByRole('button', { name: 'Pause' }).dblclick()), [
      'batchAction',
    ]);
    const link = page.locator('.v.failed .next .link').first();
    assert.deepEqual(await during(() => link.dblclick()), ['nextStep']);
    assert.equal(await page.locator('.det').count(), 0, 'and not for one on the row');
    const title = page.locator('.v.completed .c-title').first();
    assert.deepEqual(await during(() => title.dblclick()), ['rowAction']);
    await panel.close();
  });

  it('closes the list of batches with a second click on the name', async () => {
    const panel = await openPanel('running');
    await panel.page.locator('.name').click();
    assert.equal(await panel.page.locator('.choices').count(), 1);
    await panel.page.locator('.name').click();
    await panel.drawn();
    assert.equal(await panel.page.locator('.choices').count(), 0);
    assert.equal(await focused(panel), 'lectures-2026');
    await panel.close();
  });

  it('shows what comes right after the page was drawn', async () => {
    const panel = await openPage();
    const batches = asText([{ type: 'batches', batches: [], current: null }]);
    await panel.page.evaluate((text) => {
      // As on a machine that is busy: what waits for a paint comes late.
      const timeout = window.setTimeout.bind(window);
      window.setTimeout = ((work: () => void, ms = 0) => timeout(work, ms + 300)) as typeof setTimeout;
      const { read } = window as unknown as { read: (text: string) => unknown[] };
      for (const message of read(text)) window.postMessage(message, '*');
    }, batches);
    await panel.page.getByRole('heading', { name: 'Turn links into transcripts' }).waitFor();
    await panel.page.evaluate(
      (text) => {
        const { read } = window as unknown as { read: (text: string) => unknown[] };
        for (const message of read(text)) window.postMessage(message, '*');
      },
      asText([sourcesMessage]),
    );
    await panel.page.getByRole('button', { name: 'Set key…' }).waitFor();
    await panel.close();
  });
});

describe('what is selected', () => {
  it('is what is shown: a search or another tab leaves nothing selected that cannot be seen', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    await page.getByRole('tab', { name: /^Waiting/ }).click();
    await page.locator('#videos').focus();
    await press(panel, 'Home', 'Control+a', 'Control+f');
    await page.waitForFunction(() => document.activeElement?.matches('.find'));
    await page.keyboard.type('Cell biology 14');
    const shown = page.locator('.v[data-job]', { hasText: 'Cell biology 14' });
    await page.waitForFunction(() => document.querySelectorAll('.v[data-job]').length < 5);
    const jobs = await shown.evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-job'))));
    await press(panel, 'ArrowDown', 'Delete');
    const { action, jobs: meant } = await panel.last('rowAction');
    assert.equal(action, 'skip');
    assert(meant.length > 0 && meant.every((job) => jobs.includes(job)), meant.join());
    await panel.close();
  });

  it('is nothing where the row with the focus is not shown', async () => {
    const panel = await openPanel('running');
    await panel.page.locator('.v.completed .c-index').first().click();
    await panel.page.getByRole('tab', { name: /^Failed/ }).click();
    await panel.drawn();
    const before = (await panel.sent()).length;
    await panel.send({ type: 'act', action: 'redo' });
    assert.equal((await panel.sent()).length, before);
    await panel.close();
  });
});

describe('the keyboard', () => {
  it('is said to be here where it stays, so that a list that has just opened gets it back', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    const focuses = (): Promise<number> =>
      page.evaluate(() => (window as unknown as { focuses: number }).focuses);
    const said = (count: number): Promise<unknown> =>
      page.waitForFunction((c) => (window as unknown as { focuses: number }).focuses > c, count);
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await said(0);
    const before = await focuses();
    // It comes and goes at once, twice, then it stays: only that is said.
    await page.evaluate(() => {
      for (const kind of ['focus', 'blur', 'focus', 'blur', 'focus']) window.dispatchEvent(new Event(kind));
    });
    await said(before);
    assert.equal(await focuses(), before + 1);
    await panel.close();
  });
});

describe('words of the details', () => {
  it('are copied where they are marked, and the link of the row where nothing is', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    await page.locator('.v.failed .c-index').first().click();
    await press(panel, 'ArrowRight');
    const links = async (): Promise<number> =>
      (await panel.sent()).filter((message) => message.type === 'rowAction').length;
    await press(panel, 'Control+c');
    assert.equal(await links(), 1);
    const words = page.locator('.det .line .dim').last();
    const box = await words.boundingBox();
    assert(box);
    await page.mouse.move(box.x + 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 80, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    const marked = await page.evaluate(() => getSelection()?.toString() ?? '');
    assert(marked.length > 3);
    await press(panel, 'Control+c');
    assert.equal(await links(), 1, 'the words, and not the link');
    // A click elsewhere lets go of them.
    await page.locator('.v.failed .c-index').first().click();
    await press(panel, 'Control+c');
    assert.equal(await links(), 2);
    await panel.close();
  });
});

describe('columns and search', () => {
  it('a column that is made wider than there is room pushes nothing out of the panel', async () => {
    const panel = await openPanel('running');
    await panel.page.locator('#videos').focus();
    await press(panel, 'Home', 'ArrowUp', 'ArrowRight', 'ArrowRight');
    for (let at = 0; at < 40; at += 1) await panel.page.keyboard.press('Shift+ArrowRight');
    await press(panel, 'ArrowLeft');
    for (let at = 0; at < 80; at += 1) await panel.page.keyboard.press('Shift+ArrowRight');
    await panel.drawn();
    const outside = await panel.page
      .locator('.colh > span')
      .evaluateAll((heads) => heads.filter((head) => head.getBoundingClientRect().right > innerWidth).length);
    assert.equal(outside, 0);
    await panel.close();
  });

  it('searches for what is typed, whatever it means to a pattern, and however a letter is written', async () => {
    const panel = await openPanel('running');
    const { page } = panel;
    const titles = ['What (is) [a+b]*? $1.00 | \\d', 'Re\u0301sume\u0301 of a talk'];
    await panel.events(
      ...titles.map(
        (title, at) => ({ type: 'job-learnt', at: now, job: 490 + at, meta: { title } }) as const,
      ),
    );
    for (const [typed, title] of [
      ['[a+b]*? $1', titles[0]],
      ['\\d', titles[0]],
      ['résumé', titles[1]],
    ] as const) {
      await page.locator('vscode-text-field.find').click();
      await page.keyboard.press('Control+a');
      await page.keyboard.type(typed);
      await page.waitForFunction(() => document.querySelectorAll('.v[data-job]').length === 1);
      await page.locator('.c-title', { hasText: title ?? '' }).waitFor();
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => document.querySelectorAll('.v[data-job]').length > 10);
    }
    await panel.close();
  });
});
