/**
 * The built package in a real workbench, the way a person uses it: a list in the explorer, its context menu,
 * the panel watched until all is done, the files read. Pictures of what was seen are kept in test-results/.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { YouTubeStandIn } from '../servers/youtube';
import { idFor, spokenLines, standInVideo } from '../servers/youtubeVideos';
import { openWorkbench, runCommand, webview, type Workbench } from '../vscode/workbench';

const pictures = join(import.meta.dirname, '..', '..', 'test-results', 'e2e');
const ids = Array.from({ length: 12 }, (_, index) => `E2eTalk${String(index).padStart(4, '0')}`);

describe('the packaged extension in the workbench', () => {
  let site: YouTubeStandIn;
  let folder: string;
  let workspace: string;
  let bench: Workbench;

  before(async () => {
    const vsix = process.env.BULK_TRANSCRIBE_TEST_VSIX;
    assert.ok(vsix, 'Run it by `npm run test:e2e`.');
    await mkdir(pictures, { recursive: true });
    site = await YouTubeStandIn.start({ delays: { minMs: 300, maxMs: 2500 } });
    folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-e2e-'));
    workspace = join(folder, 'lectures');
    await mkdir(workspace);
    const lines = [...ids, idFor('private'), idFor('nocaps')].map(
      (id) => `https://www.youtube.com/watch?v=${id}`,
    );
    await writeFile(join(workspace, 'talks.urls'), `# Talks\n${lines.join('\n')}\n`);
    bench = await openWorkbench({
      folder: workspace,
      vsix,
      env: { BULK_TRANSCRIBE_STATE: join(folder, 'state') },
      userSettings: {
        'bulkTranscribe.youtube.endpoint': site.origin,
        'bulkTranscribe.sources': ['subtitleFile', 'youtube'],
        'bulkTranscribe.output.formats': ['md', 'json'],
        'bulkTranscribe.rate.youtube.spacing': 0,
        'bulkTranscribe.rate.youtube.burst': 100,
        'bulkTranscribe.workers': 3,
      },
    });
  });

  after(async () => {
    await bench.close();
    await site.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await picture(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-').slice(0, 60)}`);
  });

  const picture = (name: string): Promise<unknown> =>
    bench.page.screenshot({ path: join(pictures, `${name}.png`) });
  const batch = (...path: string[]): string => join(workspace, 'transcripts', 'talks', ...path);
  const manifest = async (): Promise<{
    state: string;
    completed: number;
    failed: number;
    videos: { id: string; status: string; error_code?: string; output_files?: string[] }[];
  }> => JSON.parse(await readFile(batch('batch.json'), 'utf8')) as never;

  it("starts a list from the explorer's context menu and shows its panel", async () => {
    const { page } = bench;
    const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'talks.urls' });
    await row.waitFor();
    // The extension's own menus come a moment after the explorer.
    await page.locator('.activitybar [aria-label^="Bulk Transcribe"]').first().waitFor();
    await row.click({ button: 'right' });
    const item = page.locator('.monaco-menu .action-item', { hasText: 'Transcribe List' });
    await item.waitFor({ timeout: 10_000 });
    await picture('01-explorer-menu');
    await item.click();
    await webview(page).getByText('talks', { exact: false }).first().waitFor();
    await webview(page).locator('[role=grid]').waitFor();
    await picture('02-running');
  });

  it('shows the batch in the status bar while it runs', async () => {
    await bench.page.locator('.statusbar-item', { hasText: /\d+\/14/ }).waitFor();
  });

  it('says in the panel when all is done, and what failed', async () => {
    await webview(bench.page)
      .getByText(/Finished\./)
      .first()
      .waitFor({ timeout: 90_000 });
    await picture('03-finished');
    const { state, completed, failed, videos } = await manifest();
    assert.deepEqual({ state, completed, failed }, { state: 'finished', completed: 12, failed: 2 });
    assert.deepEqual(
      videos.filter((video) => video.status === 'failed').map((video) => video.error_code),
      ['private', 'no-captions'],
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
    const notices = bench.page.locator('.notifications-toasts .notification-list-item', { hasText: 'talks' });
    await notices.first().waitFor();
    assert.equal(await notices.count(), 1);
    assert.match(await notices.first().innerText(), /12 of 14 videos done.*2 failed/s);
    for (const button of ['Open Report', 'Retry Failed', 'Show Panel'])
      assert.equal(await notices.getByText(button, { exact: true }).count(), 1, button);
  });

  it('lists the batch in the activity view with its counts', async () => {
    const { page } = bench;
    await page.locator('.activitybar .action-item a[aria-label^="Bulk Transcribe"]').first().click();
    const row = page.locator('.pane-body .monaco-list-row', { hasText: 'talks' });
    await row.waitFor();
    assert.match(await row.innerText(), /12 done · 2 failed/);
    await picture('04-activity-view');
  });

  it('writes a control of the panel into the real settings', async () => {
    const { page, server } = bench;
    const panel = webview(page);
    const fold = panel.getByRole('button', { name: /^Settings/ }).first();
    if ((await fold.getAttribute('aria-expanded')) === 'false') await fold.click();
    const slider = panel.locator('input[type=range]').first();
    await slider.focus();
    await slider.press('ArrowRight');
    const file = join(server.userData, 'User', 'settings.json');
    const deadline = Date.now() + 10_000;
    while (!(await readFile(file, 'utf8')).includes('"bulkTranscribe.workers": 4')) {
      assert.ok(Date.now() < deadline, 'The workers of the settings are still 3.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await picture('05-settings');
  });

  it('shows the finished batch again after the window was reloaded', async () => {
    const { page } = bench;
    await page.reload();
    await page.locator('.monaco-workbench').waitFor();
    await webview(page)
      .getByText(/12 of 14|Finished\./)
      .first()
      .waitFor({ timeout: 60_000 });
    await picture('06-after-reload');
  });

  it('offers its commands in the palette under one category', async () => {
    const { page } = bench;
    await runCommand(page, 'Bulk Transcribe: Show Panel');
    await webview(page).locator('[role=grid]').waitFor();
  });
});
