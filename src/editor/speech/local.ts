/** *On this computer*: the engine, the model and its download, each with a way that needs no network. */
import * as vscode from 'vscode';
import { toFailure } from '../../model/failure';
import { settingProblem } from '../../model/settings';
import { megabytes } from '../../sources/speechSetup/models';
import type { Offer, SpeechSetup } from '../../sources/speechSetup/setup';
import { notice, question, working } from '../messages';
import { Refusal } from '../problems';
import type { EditorSettings } from '../settings';
import { typeCommand } from '../typeCommand';
import { ask, choose, chooseFile, type Choice } from './steps';
import type { SetUp, SpeechParts } from './parts';

const releases = 'https://github.com/ggml-org/whisper.cpp/releases';

export async function setUpHere({ access, settings }: SpeechParts): Promise<SetUp | undefined> {
  const { speech } = await access.get();
  if ((await speech.engine(settings.read())) === undefined && !(await findEngine(settings))) return undefined;
  const model = await chooseModel(speech, settings);
  return model === undefined ? undefined : { source: 'whisper', settings: { 'whisper.model': model } };
}

/** For packages without an engine. False: the user has to come back with one. */
async function findEngine(settings: EditorSettings): Promise<boolean> {
  const brew: Choice<'brew' | 'file' | 'page'> = {
    icon: 'terminal',
    label: 'Install with Homebrew…',
    detail: 'brew install whisper-cpp, typed into a terminal. Run this set-up again after it.',
    value: 'brew',
  };
  const way = await choose('This package has no speech engine, and whisper-cli was not found.', [
    ...(process.platform === 'darwin' ? [brew] : []),
    {
      icon: 'file-binary',
      label: 'Choose whisper-cli…',
      detail: 'The program of whisper.cpp, where you have it.',
      value: 'file' as const,
    },
    { icon: 'link-external', label: 'Open its Downloads', detail: releases, value: 'page' as const },
  ]);
  if (way === 'brew') typeCommand('brew install whisper-cpp');
  if (way === 'page') await vscode.env.openExternal(vscode.Uri.parse(releases));
  if (way !== 'file') return false;
  const program = await chooseFile('Which whisper-cli?', {});
  if (program === undefined) return false;
  await settings.write('whisper.path', program);
  return true;
}

/** The path of a model that is there; undefined when the user has given up. */
async function chooseModel(speech: SpeechSetup, settings: EditorSettings): Promise<string | undefined> {
  const offers = await speech.offers();
  // The first is preselected.
  const sorted = [...offers].sort((a, b) => Number(b.advised) - Number(a.advised));
  const chosen = await choose<Offer | 'file'>('Which model?', [
    ...sorted.map((offer) => ({
      icon: offer.path === undefined ? 'cloud-download' : 'check',
      label: offer.model.name,
      description: offerWords(offer),
      detail: `${offer.model.suits} · ${offer.model.languages} languages · ${offer.model.licence} licence`,
      value: offer,
    })),
    {
      icon: 'file',
      label: 'I have the file…',
      detail: 'A model for whisper.cpp, such as ggml-base.bin. No network is needed.',
      value: 'file' as const,
    },
  ]);
  if (chosen === undefined) return undefined;
  return chosen === 'file' ? ownModel(speech) : (chosen.path ?? downloaded(speech, settings, chosen));
}

function offerWords({ model, minutes, advised, path }: Offer): string {
  return [
    path === undefined ? megabytes(model.bytes) : 'downloaded',
    `about ${minutes} min for an hour of sound`,
    ...(advised ? ['suits this computer'] : []),
  ].join(' · ');
}

async function ownModel(speech: SpeechSetup): Promise<string | undefined> {
  const file = await chooseFile('Which model?', { 'Models for whisper.cpp': ['bin'], 'All files': ['*'] });
  if (file === undefined) return undefined;
  await speech.checkFile(file);
  return file;
}

async function downloaded(
  speech: SpeechSetup,
  settings: EditorSettings,
  { model }: Offer,
): Promise<string | undefined> {
  for (;;) {
    try {
      return await working(`Downloading ${model.name}`, (signal, say) =>
        speech.install(model, settings.read(), {
          signal,
          onProgress: (done, total) => say(`${megabytes(done)} of ${megabytes(total)}`, done / total),
        }),
      );
    } catch (error) {
      const { code, message } = toFailure(error);
      if (code === 'cancelled') {
        void notice('info', 'The download was stopped. What came is kept; the next set-up goes on with it.');
        return undefined;
      }
      const next = await afterBrokenDownload(message, settings);
      if (next === 'file') return ownModel(speech);
      if (next === undefined) return undefined;
    }
  }
}

async function afterBrokenDownload(
  message: string,
  settings: EditorSettings,
): Promise<'again' | 'file' | undefined> {
  const next = await choose<'again' | 'mirror' | 'file'>(`The download ended: ${message}`, [
    {
      icon: 'refresh',
      label: 'Try Again',
      detail: `${message} It goes on where it broke off.`,
      value: 'again',
    },
    {
      icon: 'globe',
      label: 'Use Another Server…',
      detail: 'A mirror of huggingface.co, kept as the setting speech.mirror.',
      value: 'mirror',
    },
    { icon: 'file', label: 'I have the file…', value: 'file' },
  ]);
  if (next !== 'mirror') return next;
  const mirror = await ask(
    'Address of a mirror of huggingface.co',
    settings.read()['speech.mirror'],
    (text) => settingProblem('speech.mirror', text),
  );
  if (mirror === undefined) return undefined;
  await settings.write('speech.mirror', mirror.trim());
  return 'again';
}

/** *Remove Speech Model…*: a downloaded one, with its size. */
export async function removeSpeechModel({ access, settings }: SpeechParts): Promise<void> {
  const { speech } = await access.get();
  const there = await speech.removable();
  if (there.length === 0) throw new Refusal('No speech model was downloaded.');
  const chosen = await choose(
    'Which model?',
    there.map((one) => ({
      icon: 'trash',
      label: `Remove Speech Model (${megabytes(one.bytes)})`,
      description: one.name,
      value: one,
    })),
  );
  if (chosen === undefined) return;
  const remove = 'Remove';
  const answer = await question(
    `Remove ${chosen.name} (${megabytes(chosen.bytes)})?`,
    'It can be downloaded again.',
    remove,
  );
  if (answer !== remove) return;
  await speech.remove(chosen.path);
  if (settings.read()['whisper.model'] === chosen.path) await settings.write('whisper.model', '');
  void notice('info', `${chosen.name} was removed.`);
}
