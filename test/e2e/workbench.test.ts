/**
 * The built package in a real workbench, the way a person uses it: a list in the explorer, its context menu,
 * the panel watched until all is done, the files read. Pictures of what was seen are kept in test-results/.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { YouTubeStandIn } from '../servers/youtube';
import { idFor, spokenLines, standInVideo } from '../servers/youtubeVideos';
import { Desk, picturesOfFailures, settled, watch } from './desk';
import { editUser } from './deskSettings';

const ids = Array.from({ length: 12 }, (_, index) => `E2eTalk${String(index).padStart(4, '0')}`);

describe('the packaged extension in the workbench', () => {
  let site: YouTubeStandIn;
  let workspace: string;
  let desk: Desk;
  /** Lets the site answer again. */
  let goOn: (() => void) | undefined;

  before(async () => {
    site = await YouTubeStandIn.start({ delays: { minMs: 300, maxMs: 2500 } });
    const lines = [...ids, idFor('private'), idFor('nocaps'), idFor('once500')].map(watch);
    desk = await Desk.open({
      workspace: 'lectures',
      prepare: (lectures) => writeFile(join(lectures, 'talks.urls'), `# Talks\n${lines.join('\n')}\n`),
      site,
      settings: {
        'output.formats': ['md', 'json'],
        'rate.youtube.burst': 100,
        workers: 3,
        retries: 0,
        // Longer than the site is held back below, on however slow a machine.
        requestTimeout: 300,
      },
    });
    ({ workspace } = desk);
  });

  after(async () => {
    await desk.close();
    await site.close();
  });

  picturesOfFailures(() => desk);

  const batch = (...path: string[]): string => join(workspace, 'transcripts', 'talks', ...path);
  const manifest = async (): Promise<{
    state: string;
    completed: number;
    failed: number;
    videos: { id: string; status: string; error_code?: string; output_files?: string[] }[];
  }> => JSON.parse(await readFile(batch('batch.json'), 'utf8')) as never;

  const folders = async (): Promise<string[]> =>
    (await readdir(join(workspace, 'transcripts')).catch(() => [])).filter((name) => name !== 'index.md');

  it('takes links that are pasted into the empty panel', async () => {
    await desk.command('Show Panel');
    await desk.panel.getByText('Paste links into this tab').click();
    await desk.copy(`Look at ${watch('Pasted00001')}, and ${watch('Pasted00002')}!`);
    await desk.page.keyboard.press('Control+v');
    await desk.says(/Finished\. All 2 are done/).waitFor();
    const [name = ''] = await folders();
    assert.match(name, /^\d{4}-\d\d-\d\d \d\d-\d\d-\d\d$/);
    // The report follows what the panel says.
    await settled('two transcripts and the report are written', async () => {
      const files = await readdir(join(workspace, 'transcripts', name));
      return files.filter((file) => file.endsWith('.md')).length === 3;
    });
  });

  it('takes a list that is dropped on it, and turns to its batch', async () => {
    const lines = `# @name dropped-list\n${watch('Dropped0001')}\n`;
    await desk.panel.locator('.app').evaluate((element, text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], 'dropped.urls', { type: 'text/plain' }));
      for (const type of ['dragenter', 'dragover', 'drop'])
        element.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }, lines);
    await desk.panel.getByRole('button', { name: /^dropped-list/ }).waitFor();
    await desk.says(/Finished\. The video is done/).waitFor();
    // As the explorer gives them: addresses of files, read by the extension itself.
    await writeFile(join(workspace, 'from explorer.urls'), `${watch('Dropped0002')}\n`);
    const uri = new URL(`file://${join(workspace, 'from explorer.urls').replaceAll(' ', '%20')}`).href;
    await desk.panel.locator('.app').evaluate((element, list) => {
      const data = new DataTransfer();
      data.setData('text/uri-list', list);
      for (const type of ['dragenter', 'dragover', 'drop'])
        element.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }, uri);
    await desk.panel.getByRole('button', { name: /^from explorer/ }).waitFor();
    await desk.says(/Finished\. The video is done/).waitFor();
    await desk.clearNotices();
  });

  it("starts a list from the explorer's context menu and shows its panel", async () => {
    goOn = site.hold();
    await desk.explorerMenu('talks.urls', 'Transcribe List', '01-explorer-menu');
    await desk.panel.getByRole('button', { name: /^talks/ }).waitFor();
    await desk.grid.waitFor();
    await desk.picture('02-running');
  });

  it('shows the batch in the status bar while it runs', async () => {
    await desk.page.locator('.statusbar-item', { hasText: /\d+\/15/ }).waitFor();
    goOn?.();
  });

  it('says in the panel when all is done, and what failed', async () => {
    await desk.says(/Finished\. 3 videos failed/).waitFor({ timeout: 120_000 });
    await desk.picture('03-finished');
    // The manifest follows what the panel says.
    await settled('the manifest says so', async () => (await manifest()).state === 'finished');
    const { completed, failed, videos } = await manifest();
    assert.deepEqual({ completed, failed }, { completed: 12, failed: 3 });
    assert.deepEqual(
      videos.filter((video) => video.status === 'failed').map((video) => video.error_code),
      ['private', 'no-captions', 'bad-response'],
    );
  });

  it('has written every transcript whole, word for word', async () => {
    const { videos } = await manifest();
    for (const video of videos.filter(({ status }) => status === 'completed')) {
      const json = video.output_files?.find((file) => file.endsWith('.json')) ?? '';
      const transcript = JSON.parse(await readFile(batch(json), 'utf8')) as {
        language: string;
        cues: { text: string }[];
      };
      assert.deepEqual(
        transcript.cues.map((cue) => cue.text),
        spokenLines(standInVideo(video.id), transcript.language).map((line) => line.text),
      );
    }
    const files = await readdir(batch());
    assert.equal(files.filter((file) => file.endsWith(`].md`)).length, 12);
  });

  it('tells of the end once, with the next steps', async () => {
    const notice = await desk.noticed('talks');
    assert.match(await notice.innerText(), /12 of 15 videos done.*3 failed/s);
    for (const button of ['Open Report', 'Retry Failed', 'Show Panel'])
      assert.equal(await notice.getByText(button, { exact: true }).count(), 1, button);
    await notice.getByText('Open Report', { exact: true }).click();
    await desk.page.locator('.tab.active', { hasText: 'report.md' }).waitFor();
    await desk.command('Show Panel');
    await desk.grid.waitFor();
  });

  it('retries by key what can succeed, and says what cannot', async () => {
    await desk.tab('Failed').click();
    await desk.tool(/^Retry 2 of 3 failed/).waitFor();
    await desk.row(13).click({ position: { x: 12, y: 10 } });
    await desk.row(15).click({ position: { x: 12, y: 10 } });
    await desk.grid.press('r');
    await settled('the video is done', async () => (await desk.countOf('Done')) === 13);
    await desk.tab('All').click();
    await desk.row(15).filter({ hasText: 'Done' }).waitFor();
    await settled('the manifest says so', async () => (await manifest()).completed === 13);
  });

  it('offers in the menu of a row what can be done with it, and does it', async () => {
    await desk.row(1).scrollIntoViewIfNeeded();
    await desk.openMenu(1);
    const done = await desk.menuWords();
    assert.deepEqual(
      done.filter((words) => words !== ''),
      [
        'Show Details',
        'Open Transcript',
        'Reveal in Explorer View',
        'Transcribe Again',
        'Open Video',
        'Copy Link',
        'Show Log of This Video',
      ],
    );
    await desk.page.keyboard.press('Escape');
    await desk.menu(1, 'Copy Link');
    await settled('the link is copied', async () => (await desk.clipboard()) === watch(ids[0] ?? ''));
    const before = site.count('captions');
    await desk.menu(1, 'Transcribe Again');
    await settled('it was asked for again', () => Promise.resolve(site.count('captions') === before + 1));
    await desk.says(/Finished\./).waitFor();
    await desk.menu(2, 'Open Transcript');
    await desk.page.locator('.tab.active', { hasText: ids[1] ?? '' }).waitFor();
    await desk.command('Show Panel');
    await desk.menu(2, 'Open Video');
    // A workbench in a browser asks before it opens another address.
    await desk.dialog.filter({ hasText: ids[1] ?? '' }).waitFor();
    await desk.answer('Cancel');
    await desk.menu(13, 'Retry');
    await settled('it was tried again', async () => (await desk.row(13).innerText()).includes('Private'));
    await desk.menu(3, 'Reveal in Explorer View');
    await desk.page
      .locator('.explorer-folders-view .monaco-list-row.focused', { hasText: ids[2] ?? '' })
      .waitFor();
  });

  it('retries what failed by the button, and says what is left out', async () => {
    const before = site.count('player');
    await desk.tool(/^Retry 1 of 2 failed/).click();
    await desk.page.locator('.statusbar', { hasText: /Retry 1 of 2: the others cannot/ }).waitFor();
    await settled('it was asked for again', () => Promise.resolve(site.count('player') > before));
    await desk.says(/Finished\. 2 videos failed/).waitFor();
    await desk.clearNotices();
  });

  it('takes a line out of the list from the panel, which Undo brings back, and leads to the report', async () => {
    const gone = idFor('private');
    await desk.tab('Failed').click();
    await desk.panel
      .locator('.grp', { hasText: 'Private video' })
      .getByRole('button', { name: 'remove it' })
      .click();
    await desk.page.locator('.tab.active', { hasText: 'talks.urls' }).waitFor();
    const holds = async (): Promise<boolean> => {
      const shown = await desk.page.locator('.view-lines').allInnerTexts();
      return shown.some((text) => text.includes('Talks') && text.includes(gone));
    };
    await desk.page.locator('.statusbar', { hasText: /Removed 1 line of talks\.urls/ }).waitFor();
    await settled('the line is gone', async () => !(await holds()));
    await desk.picture('04-line-removed');
    await desk.page.keyboard.press('Control+z');
    await settled('the line is back', holds);
    await desk.command('Show Panel');
    await desk.row(13).click({ position: { x: 12, y: 10 } });
    await desk.grid.press('ArrowRight');
    await desk.panel.locator('.det').getByRole('button', { name: 'Open report' }).click();
    await desk.page.locator('.tab.active', { hasText: 'report.md' }).waitFor();
    await desk.command('Show Panel');
    await desk.tab('All').click();
  });

  it('exports in every form, each as a file that lands where the user says', async () => {
    const beginnings = { md: '# ', pdf: '%PDF-', zip: 'PK', jsonl: '{"schema":1', csv: '' } as const;
    for (const [format, beginning] of Object.entries(beginnings)) {
      const name = { md: 'Markdown', pdf: 'PDF', zip: 'ZIP', jsonl: 'JSON', csv: 'CSV' }[format] ?? '';
      await desk.choose(() => desk.tool(/^Export/).click({ timeout: 2000 }), name);
      await desk.saveAs(`talks.${format}`, format === 'pdf' ? '07-export' : undefined);
      const file = join(workspace, 'transcripts', `talks.${format}`);
      await desk.notice(`talks.${format}`).waitFor();
      const content = (await readFile(file)).toString('latin1');
      assert.ok(content.startsWith(beginning), `${format}: ${content.slice(0, 40)}`);
      assert.ok(content.length > 500, format);
      await desk.clearNotices();
    }
    const lines = (await readFile(join(workspace, 'transcripts', 'talks.jsonl'), 'utf8')).trim().split('\n');
    assert.equal(lines.length, 13);
  });

  it('lists the batch in the activity view with its counts', async () => {
    const { page } = desk;
    await page.locator('.activitybar .action-item a[aria-label^="Bulk Transcribe"]').first().click();
    const row = page.locator('.pane-body .monaco-list-row', { hasText: 'talks' });
    await row.waitFor();
    assert.match(await row.innerText(), /13 done · 2 failed/);
    await desk.picture('04-activity-view');
  });

  it('writes each control of the strip into the real settings, and follows them', async () => {
    const { panel } = desk;
    await desk.command('Show Panel');
    await desk.strip(true);
    const slider = panel.getByRole('slider', { name: 'Workers' });
    await slider.focus();
    await slider.press('ArrowRight');
    await desk.userHas('workers', 4);
    await slider.press('End');
    await desk.userHas('workers', 20);
    const box = (await slider.boundingBox()) ?? assert.fail();
    await desk.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await settled('the slider stands in the middle', async () => {
      const workers = (await desk.user())['bulkTranscribe.workers'];
      return typeof workers === 'number' && workers >= 9 && workers <= 12;
    });
    const parallel = panel.getByRole('checkbox', { name: 'Parallel' });
    const adaptive = panel.getByRole('checkbox', { name: 'Adaptive' });
    await parallel.click();
    await desk.userHas('parallel', false);
    await adaptive.focus();
    await adaptive.press('Space');
    await desk.userHas('adaptive', false);
    for (const [label, option, name, value] of [
      ['On error', 'Retry at the end', 'onError', 'retryAtEnd'],
      ['Order', 'Longest first', 'order', 'longestFirst'],
    ] as const) {
      await panel.getByRole('combobox', { name: label }).click();
      await panel.getByRole('option', { name: option }).click();
      await desk.userHas(name, value);
    }
    const rate = panel.locator('vscode-text-field.nb input').first();
    await rate.fill('120');
    await rate.press('Enter');
    await desk.userHas('rate.youtube.perHour', 120);
    // What is no whole number is put back and goes nowhere.
    await rate.fill('many');
    await rate.press('Enter');
    await settled('it is put back', async () => (await rate.inputValue()) === '120');
    const sources = panel.getByRole('listbox', { name: /Order of the sources/ });
    await sources.focus();
    await sources.press('Alt+ArrowRight');
    await desk.userHas('sources', ['youtube', 'subtitleFile']);
    await desk.picture('05-settings');

    // The other way round: a change in the settings shows here.
    await editUser(desk, {
      'bulkTranscribe.workers': 7,
      'bulkTranscribe.parallel': true,
      'bulkTranscribe.adaptive': true,
      'bulkTranscribe.onError': 'stop',
      'bulkTranscribe.order': 'shortestFirst',
      'bulkTranscribe.rate.youtube.perHour': 240,
      'bulkTranscribe.sources': ['subtitleFile', 'youtube'],
    });
    await settled('the slider follows', async () => (await slider.inputValue()) === '7');
    await settled(
      'the boxes follow',
      async () => (await parallel.isChecked()) && (await adaptive.isChecked()),
    );
    await settled('the choices follow', async () => {
      const shown = await panel
        .locator('vscode-dropdown')
        .evaluateAll((all) => all.map((one) => ('value' in one ? one.value : undefined)));
      return shown.join() === 'stop,shortestFirst';
    });
    await settled('the rate follows', async () => (await rate.inputValue()) === '240');
    await settled('the sources follow', async () =>
      /subtitleFile[\s\S]*youtube/.test(await sources.innerText()),
    );

    // What the workspace says is said, and changed there.
    await mkdir(join(workspace, '.vscode'), { recursive: true });
    const own = join(workspace, '.vscode', 'settings.json');
    await writeFile(own, JSON.stringify({ 'bulkTranscribe.workers': 2, 'bulkTranscribe.order': 'list' }));
    await panel.getByText('workers: set for this workspace · order: set for this workspace').waitFor();
    await slider.focus();
    await slider.press('ArrowRight');
    await settled('the workspace says 3', async () =>
      /"bulkTranscribe\.workers":\s*3\b/.test(await readFile(own, 'utf8')),
    );
    await desk.userHas('workers', 7);
    assert.deepEqual(await desk.violations(), []);
    await rm(own);
    await settled('the slider stands at 7', async () => (await slider.inputValue()) === '7');
    await desk.strip(false);
  });

  it('shows the finished batch again after the window was reloaded', async () => {
    await desk.reload();
    await desk.says(/Finished\./).waitFor({ timeout: 60_000 });
    await desk.picture('06-after-reload');
  });
});
