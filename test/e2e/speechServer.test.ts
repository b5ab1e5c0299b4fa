/**
 * Speech-to-text on a server, by keyboard: what is wrong with the address, the key or the model is said in the server's
 * own words and mended in the wizard, and the videos that waited are transcribed. Then the ways of a download that
 * fails.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vadModel } from '../../src/sources/speechSetup/models';
import { speak } from '../helpers/toneWords';
import { startModelServer, type ModelServer } from '../servers/models';
import { OpenAiServer } from '../servers/openai';
import { startSecureHosts, type SecureHosts } from '../servers/secureHosts';
import { YouTubeStandIn } from '../servers/youtube';
import { Desk, picturesOfFailures, settled } from './desk';

const heard = { status: 200, body: { text: 'Good morning. This is a test.', language: 'english' } };

describe('speech-to-text on a server, and downloads that fail', () => {
  let site: YouTubeStandIn;
  let server: OpenAiServer;
  let mirror: ModelServer;
  let internet: SecureHosts;
  let desk: Desk;

  before(async () => {
    site = await YouTubeStandIn.start({});
    server = await new OpenAiServer({ key: 'sk-right' }).start();
    server.models = [{ id: 'llama-3' }, { id: 'Systran/faster-whisper-small' }];
    // The right length, and other bytes.
    mirror = await startModelServer(Buffer.alloc(vadModel.bytes, 1));
    internet = await startSecureHosts({ 'api.groq.com': { origin: server.origin, without: '/openai' } });
    desk = await Desk.open({
      workspace: 'interviews',
      prepare: async (folder) => {
        await writeFile(join(folder, 'talk.wav'), speak(4).wav);
        await writeFile(join(folder, 'talks.urls'), './talk.wav\n');
      },
      site,
      settings: {
        sources: ['subtitleFile', 'youtube', 'openai', 'whisper'],
        'speech.mirror': mirror.origin,
      },
      editor: { 'http.proxy': internet.proxy },
      env: { NODE_EXTRA_CA_CERTS: internet.certificate },
    });
  });

  after(async () => {
    await desk.close();
    await server.close();
    mirror.close();
    internet.close();
    await site.close();
  });

  picturesOfFailures(() => desk);

  /** Goes down the list of choices to this one, and takes it. @param open brings a list that was closed back */
  const take = async (words: RegExp, open?: () => Promise<void>): Promise<void> => {
    const marked = desk.page.locator('.quick-input-list .monaco-list-row.focused');
    await open?.();
    await settled(`${words.source} is marked`, async () => {
      if (open !== undefined && !(await desk.input.isVisible())) await open();
      if (words.test(await marked.innerText({ timeout: 2000 }))) return true;
      // A window that has just come up may have given the focus to something else.
      await desk.input.focus({ timeout: 2000 });
      await desk.page.keyboard.press('ArrowDown');
      return false;
    });
    await desk.page.keyboard.press('Enter');
  };

  /** Waits for the box that asks this, and types the answer. */
  const type = async (asked: RegExp, text: string): Promise<void> => {
    await desk.page.locator('.quick-input-message', { hasText: asked }).waitFor();
    await desk.input.fill(text);
    await desk.page.keyboard.press('Enter');
  };

  /** The button of the dialog, by keyboard. */
  const press = async (button: string, picture?: string): Promise<void> => {
    const choice = desk.dialog.getByRole('button', { name: button, exact: true });
    await choice.waitFor();
    if (picture !== undefined) await desk.picture(picture);
    await choice.focus();
    await desk.page.keyboard.press('Enter');
    await choice.waitFor({ state: 'detached' });
  };

  const toWizard = (): Promise<void> => desk.command('Set Up Speech-to-Text…');
  /** To the list of models. A window that has just opened may take the focus from the wizard and close it. */
  const toModels = (): Promise<void> =>
    settled('the models are listed', async () => {
      const models = desk.picks.filter({ hasText: '57 MB' });
      if (await models.isVisible()) return true;
      await desk.choose('Set Up Speech-to-Text…', 'On this computer');
      await models.waitFor({ timeout: 5000 });
      return true;
    });

  it('opens from the empty panel and from a line of Check Setup', async () => {
    await desk.command('Show Panel');
    const link = desk.panel.locator('.src', { hasText: 'whisper' }).getByRole('button', { name: 'Set up…' });
    await link.waitFor();
    await link.focus();
    await desk.page.keyboard.press('Enter');
    await desk.picks.filter({ hasText: 'On this computer' }).waitFor();
    await desk.page.keyboard.press('Escape');
    await take(/openai/, () => desk.command('Check Setup'));
    await desk.picks.filter({ hasText: 'On this computer' }).waitFor();
    await desk.page.keyboard.press('Escape');
  });

  it('leads from an address without /v1 to the one with it', async () => {
    await desk.explorerMenu('talks.urls', 'Transcribe List');
    await desk.panel.getByRole('button', { name: 'Turn on speech-to-text' }).first().waitFor();
    await take(/My own server/, toWizard);
    await take(/Another server/);
    await type(/Address of Another server/, server.origin.replace('http://', ''));
    await type(/Kept in secret storage/, 'sk-wrong');
    await type(/Model at Another server/, 'whisper-1');
    await press(`Use ${server.endpoint}`, 'speech-6-address-dark');
  });

  it("says in the server's words that the key is wrong, and asks for another", async () => {
    await desk.dialog.filter({ hasText: 'Incorrect API key provided' }).waitFor();
    await press('Set Another Key…', 'speech-7-key-dark');
    server.troubles.push({ status: 404, body: { detail: "Model 'whisper-1' is not installed locally." } });
    await type(/Kept in secret storage/, 'sk-right');
  });

  it("says in the server's words that the model is missing, and lists those that are there", async () => {
    await desk.dialog.filter({ hasText: "Model 'whisper-1' is not installed locally." }).waitFor();
    await press('Choose Another Model…', 'speech-8-model-dark');
    server.troubles.push(heard);
    await take(/faster-whisper-small/);
  });

  it('keeps what was tried, and offers the videos that waited', async () => {
    await desk.picks.filter({ hasText: 'Transcribe 1 video without captions now' }).waitFor();
    await desk.picture('speech-9-server-dark');
    assert.match((await desk.picks.allInnerTexts()).join('\n'), /It works: it heard “Good morning/);
    const kept = await desk.files.machine();
    assert.equal(kept['bulkTranscribe.openai.endpoint'], server.endpoint);
    assert.equal(kept['bulkTranscribe.openai.model'], 'Systran/faster-whisper-small');
    await take(/Transcribe 1 video/);
    const folder = join(desk.workspace, 'transcripts', 'talks');
    await settled('the transcript is there', async () =>
      (await readdir(folder)).some((name) => name.startsWith('talk') && name.endsWith('.md')),
    );
  });

  it('sets up a service at its own address: the key, its refusal, another key, and what was heard', async () => {
    await take(/A service/, toWizard);
    // The list before names it as well.
    await take(/Groq\s*about/);
    await type(/Kept in secret storage and sent to https:\/\/api\.groq\.com only/, 'sk-wrong');
    await take(/whisper-large-v3-turbo/);
    await desk.dialog.filter({ hasText: 'Incorrect API key provided' }).waitFor();
    await press('Set Another Key…', 'speech-9-service-key-dark');
    server.troubles.push(heard);
    await type(/Kept in secret storage/, 'sk-right');
    await desk.picks.filter({ hasText: 'It works: it heard “Good morning' }).waitFor();
    await desk.picture('speech-9-service-dark');
    await take(/Done/);
    const kept = await desk.files.machine();
    assert.equal(kept['bulkTranscribe.openai.endpoint'], 'https://api.groq.com/openai/v1');
    assert.equal(kept['bulkTranscribe.openai.model'], 'whisper-large-v3-turbo');
    assert.deepEqual(server.authorizations.slice(-2), ['Bearer sk-wrong', 'Bearer sk-right']);
  });

  it('names both checksums of a wrong file, in light and high contrast too, and takes another server', async () => {
    for (const [theme, name] of [
      ['Default High Contrast', 'hc'],
      ['Light Modern', 'light'],
    ] as const) {
      await desk.setUser({ 'workbench.colorTheme': theme });
      await desk.reload();
      await toModels();
      await desk.picture(`speech-10-models-${name}`);
      await take(/57 MB/, toModels);
      await desk.dialog.filter({ hasText: vadModel.sha256 }).waitFor();
      assert.match(await desk.dialog.innerText(), /SHA-256 [0-9a-f]{64} instead of SHA-256 [0-9a-f]{64}/);
      if (name === 'hc') await press('Cancel', 'speech-10-checksum-hc');
    }
    mirror.moods.push({ kind: 'status', status: 404 });
    await press('Use Another Server…', 'speech-10-checksum-light');
    await type(/Address of a mirror/, `${mirror.origin}/other`);
    await desk.dialog.filter({ hasText: 'answered 404' }).waitFor();
    assert.equal((await desk.files.machine())['bulkTranscribe.speech.mirror'], `${mirror.origin}/other`);
    assert.match(mirror.asked.at(-1) ?? '', /^GET \/other\/ggml-org\/whisper-vad\//);
    await press('Cancel', 'speech-11-download-light');
  });

  it('stops a download that stalls, and says that what came is kept', async () => {
    mirror.moods.push({ kind: 'stalls', afterBytes: 1000 });
    await take(/57 MB/, toModels);
    const progress = desk.notice('Downloading base');
    await progress.waitFor();
    await desk.picture('speech-12-progress-light');
    await progress.getByRole('button', { name: 'Cancel' }).press('Enter');
    await desk.notice('What came is kept').waitFor();
    await desk.clearNotices();
  });

  it('removes a model with its size in view, and the voice detection with the last', async () => {
    const models = join(desk.files.storage, 'models');
    await mkdir(models, { recursive: true });
    const file = join(models, 'ggml-base-q5_1.bin');
    await writeFile(file, Buffer.alloc(3 * 1024 * 1024));
    await writeFile(join(models, vadModel.fileName), 'voice');
    await take(/Remove Speech Model \(3\.0 MB\)/, async () => {
      await desk.command('Remove Speech Model…');
      await desk.picks.filter({ hasText: 'Remove Speech Model (3.0 MB)' }).waitFor();
      await desk.picture('speech-13-remove-light');
    });
    await press('Remove', 'speech-14-remove-light');
    await settled('both are gone', () =>
      Promise.resolve(!existsSync(file) && !existsSync(join(models, vadModel.fileName))),
    );
  });
});
