/** The package without a speech engine: the user's own whisper-cli is found, set up and used. */
import * as assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { speak } from '../../helpers/toneWords';
import { batchFolder, run, set, until, untilState, workspaceRoot, writeList } from '../suite/helpers';

const picked = vscode.window.showQuickPick;
const made = vscode.window.createQuickPick;
const opened = vscode.window.showOpenDialog;

/** What the lists of the wizard asked, and their entries. */
const asked: { readonly question: string; readonly labels: readonly string[] }[] = [];

/** Answers the lists of a wizard in the user's place, each by the entry with these words. */
function answerLists(...answers: readonly RegExp[]): void {
  const left = [...answers];
  const showQuickPick = async (
    items: readonly vscode.QuickPickItem[],
    options: vscode.QuickPickOptions,
  ): Promise<vscode.QuickPickItem | undefined> => {
    asked.push({ question: options.placeHolder ?? '', labels: items.map(({ label }) => label) });
    const wanted = left.shift();
    return Promise.resolve(items.find(({ label }) => wanted?.test(label)));
  };
  Object.assign(vscode.window, { showQuickPick });
}

/** The line of Check Setup about this subject, once it has looked. */
async function lineOf(subject: string): Promise<string> {
  let list: vscode.QuickPick<vscode.QuickPickItem> | undefined;
  Object.assign(vscode.window, { createQuickPick: () => (list = made()) });
  await run('checkSetup');
  const found = await until('Check Setup', () => list?.busy === false && list);
  Object.assign(vscode.window, { createQuickPick: made });
  const line = found.items.find(({ label }) => label.includes(subject));
  const words = [line?.label, line?.description, line?.detail].join(' ');
  found.hide();
  return words;
}

describe('the package without a speech engine', () => {
  const model = (): string => join(workspaceRoot(), '..', 'ggml-own.bin');
  before(async () => {
    await writeFile(model(), Buffer.concat([Buffer.from('lmgg'), Buffer.alloc(100)]));
    await writeFile(join(workspaceRoot(), 'talk.wav'), speak(2).wav);
    await set('sources', ['subtitleFile', 'youtube', 'whisper']);
  });
  after(() => Object.assign(vscode.window, { showQuickPick: picked, showOpenDialog: opened }));

  it('finds the whisper-cli of the user, and says in Check Setup that a model is missing', async () => {
    assert.match(await lineOf('whisper'), /no model for speech-to-text/i);
  });

  it('is set up with it: the wizard names the program, takes a model, and the sentence is heard', async () => {
    answerLists(/On this computer/, /I have the file/, /Done/);
    Object.assign(vscode.window, { showOpenDialog: () => Promise.resolve([vscode.Uri.file(model())]) });
    await run('setUpSpeech');
    assert.equal(asked[1]?.question, `Which model for ${process.env.BULK_TRANSCRIBE_TEST_WHISPER}?`);
    assert.match(asked[2]?.question ?? '', /^It works: it heard “Good morning/);
    const settings = vscode.workspace.getConfiguration('bulkTranscribe');
    assert.equal(settings.get('whisper.model'), model());
    assert.equal(settings.get('whisper.path'), '');
  });

  it('transcribes a file with it, and Check Setup says ✓ with program and model', async () => {
    await run('transcribeList', await writeList('own.urls', ['./talk.wav']));
    const manifest = await untilState('own', 'finished');
    const [file = ''] = manifest.videos[0]?.output_files ?? [];
    assert.match(await readFile(join(batchFolder('own'), file), 'utf8'), /Good morning/);
    assert.match(await lineOf('whisper'), /pass-filled.*whisper-cli, ggml-own\.bin.*It hears “Good morning/);
  });
});
