/**
 * Speech-to-text from nothing to words, by keyboard: a row without captions leads to the wizard, a model's file is
 * chosen, the real engine hears the sentence, and the videos that waited are transcribed.
 */
import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { speakingModel } from '../helpers/whisperModel';
import { speak } from '../helpers/toneWords';
import { YouTubeStandIn } from '../servers/youtube';
import { Desk, picturesOfFailures, settled } from './desk';
import { showTheme } from './deskSettings';

describe('speech-to-text from nothing', () => {
  let site: YouTubeStandIn;
  let desk: Desk;
  let model: string;

  before(async () => {
    site = await YouTubeStandIn.start({});
    desk = await Desk.open({
      workspace: 'interviews',
      prepare: async (folder) => {
        await writeFile(join(folder, 'talk.wav'), speak(4).wav);
        await writeFile(join(folder, 'talks.urls'), './talk.wav\n');
      },
      site,
      settings: { sources: ['subtitleFile', 'youtube', 'whisper'] },
    });
    model = join(desk.folder, 'ggml-tiny-test.bin');
    await writeFile(model, speakingModel({ says: ' Good morning. This is a test.' }));
  });

  after(async () => {
    await desk.close();
    await site.close();
  });

  picturesOfFailures(() => desk);

  /** Presses until the list of choices has this as its marked entry, and takes it. */
  const take = async (words: RegExp, picture?: string): Promise<void> => {
    const marked = desk.page.locator('.quick-input-list .monaco-list-row.focused');
    await settled(`${words.source} is marked`, async () => {
      if (words.test(await marked.innerText({ timeout: 2000 }))) return true;
      await desk.page.keyboard.press('ArrowDown');
      return false;
    });
    if (picture !== undefined) await desk.picture(picture);
    await desk.page.keyboard.press('Enter');
  };

  it('fails with the way to the wizard where nothing is set up', async () => {
    await desk.explorerMenu('talks.urls', 'Transcribe List');
    const link = desk.panel.getByRole('button', { name: 'Turn on speech-to-text' }).first();
    await link.waitFor();
    await link.focus();
    await desk.page.keyboard.press('Enter');
    await desk.picks.filter({ hasText: 'On this computer' }).waitFor();
    const ways = ['On this computer', 'A service', 'My own server'];
    assert.deepEqual(
      (await desk.picks.allInnerTexts()).map((text, at) => text.includes(ways[at] ?? '-')),
      [true, true, true],
    );
    await desk.picture('speech-1-where-dark');
  });

  it('says what each model costs here, and takes a file that the user has', async () => {
    await take(/On this computer/);
    await desk.picks.filter({ hasText: 'I have the file' }).waitFor();
    const words = await desk.picks.allInnerTexts();
    assert.match(words.join('\n'), /large-v3-turbo[^]*547 MB · about \d+ min for an hour of sound/);
    await take(/I have the file/, 'speech-2-models-dark');
    // It takes no path before it has listed its folder.
    await desk.picks.filter({ hasText: 'talks.urls' }).waitFor();
    await settled('the file is taken', async () => {
      if (await desk.picks.filter({ hasText: 'Done' }).isVisible()) return true;
      // The dialog is still open; it may have gone to the folder without taking Enter.
      if (!(await desk.picks.filter({ hasText: /talks\.urls|ggml-tiny-test\.bin/ }).isVisible()))
        return false;
      if ((await desk.input.inputValue({ timeout: 2000 })) !== model)
        await desk.input.fill(model, { timeout: 2000 });
      await desk.input.press('Enter', { timeout: 2000 });
      return false;
    });
  });

  it('hears the sentence, says so, and transcribes what waited', async () => {
    await desk.picture('speech-3-heard-dark');
    assert.match(
      (await desk.picks.allInnerTexts()).join('\n'),
      /Transcribe 1 video without captions now[^]*It works: it heard “Good morning\. This is a test\.” \(en\)/,
    );
    await take(/Transcribe 1 video/);
    const folder = join(desk.workspace, 'transcripts', 'talks');
    await settled('the transcript is there', async () =>
      (await readdir(folder)).some((name) => name.startsWith('talk') && name.endsWith('.md')),
    );
    const name = (await readdir(folder)).find((one) => one.startsWith('talk') && one.endsWith('.md')) ?? '';
    assert.match(await readFile(join(folder, name), 'utf8'), /Good morning\. This is a test\./);
  });

  it('is ✓ in Check Setup, with the pace of this computer', async () => {
    const line = await desk.listed('Check Setup', /^\s*whisper/);
    await settled('the line says so', async () =>
      /built-in engine[^]*It hears “Good morning/.test(await line.innerText({ timeout: 5000 })),
    );
    await desk.picture('speech-4-check-setup-dark');
    // There is nothing to set up: the line, which may be longer than the list is wide, is said whole.
    await line.click();
    await desk.notice(/whisper: .*It hears “Good morning/).waitFor();
    await desk.clearNotices();
  });

  it('gets the keyboard back where the page of the panel takes it from a list or box that has just opened', async () => {
    const page = desk.panel.locator('body');
    for (const [command, words] of [
      ['Set Up Speech-to-Text…', 'On this computer'],
      ['Check Setup', 'ffmpeg'],
      ['Add Proxy…', ''],
    ] as const) {
      await desk.command(command);
      await desk.input.waitFor();
      await page.evaluate(() => window.focus());
      await settled(`the keyboard is in ${command}`, () =>
        desk.input.evaluate((box) => box.matches(':focus')),
      );
      if (words !== '') await desk.picks.filter({ hasText: words }).first().waitFor();
      await desk.page.keyboard.press('Escape');
      await desk.input.waitFor({ state: 'hidden' });
    }
  });

  for (const [theme, name] of [
    ['Light Modern', 'light'],
    ['Default High Contrast', 'hc'],
  ] as const)
    it(`can be read in ${theme}`, async () => {
      await showTheme(desk, theme);
      await desk.listed('Set Up Speech-to-Text…', 'On this computer');
      await desk.picture(`speech-1-where-${name}`);
      await desk.choose('Set Up Speech-to-Text…', 'On this computer');
      await desk.picks.filter({ hasText: 'I have the file' }).waitFor();
      await desk.picture(`speech-2-models-${name}`);
      await desk.page.keyboard.press('Escape');
      await desk.choose('Set Up Speech-to-Text…', 'A service');
      await desk.picks.filter({ hasText: 'Groq' }).waitFor();
      await desk.picture(`speech-5-services-${name}`);
      await desk.page.keyboard.press('Escape');
    });
});
