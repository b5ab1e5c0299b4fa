/** *On this computer*: the engine, the model and its download, each with a way that needs no network. */
import * as vscode from 'vscode';
import { toFailure } from '../../model/failure';
import { settingProblem } from '../../model/settings';
import { WrongFile } from '../../sources/speechSetup/download';
import { megabytes } from '../../sources/speechSetup/models';
import type { Offer, SpeechSetup } from '../../sources/speechSetup/setup';
import { notice, question, working } from '../messages';
import { Refusal } from '../problems';
import type { EditorSettings } from '../settings';
import { typeCommand } from '../typeCommand';
import { ask, choose, chooseFile, type Choice } from './steps';
import type { SetUp, SpeechParts } from './parts';

const releases = 'https://github.com/ggml-org/whisper.cpp/releases';

export async function setUpHere(parts: SpeechParts): Promise<SetUp | undefined> {
  const { speech } = await parts.access.get();
  const engine = await speech.engine(parts.settings.read());
  if (engine !== undefined) return withModel(parts, {}, speech.hasEngine ? undefined : engine);
  const program = await chooseProgram(parts);
  return program === undefined ? undefined : withModel(parts, { 'whisper.path': program }, program);
}

/** `program`: the settings that say which engine. `shown`: the user's own program; empty: the package's engine. */
async function withModel(
  parts: SpeechParts,
  program: SetUp['settings'],
  shown = '',
): Promise<SetUp | undefined> {
  const { speech } = await parts.access.get();
  const model = await chooseModel(speech, parts.settings, { shown, settings: program });
  return model === undefined ? undefined : setUpOf(parts, { ...program, 'whisper.model': model });
}

function setUpOf(parts: SpeechParts, settings: SetUp['settings']): SetUp {
  return {
    source: 'whisper',
    settings,
    change: {
      model: () => withModel(parts, settings),
      program: async () => {
        const other = await chooseProgram(parts);
        return other === undefined ? undefined : setUpOf(parts, { ...settings, 'whisper.path': other });
      },
    },
  };
}

/** The value of `whisper.path`; empty: the engine in the package. */
async function chooseProgram({ access, settings }: SpeechParts): Promise<string | undefined> {
  const { speech } = await access.get();
  if (!speech.hasEngine) return findEngine();
  const set = settings.read()['whisper.path'];
  const way = await choose<'' | 'file'>(`Which program? The setting whisper.path says ${set}.`, [
    {
      icon: 'package',
      label: 'The Engine in This Package',
      detail: 'Empties the setting whisper.path.',
      value: '',
    },
    { icon: 'file-binary', label: 'Choose whisper-cli…', value: 'file' },
  ]);
  return way === 'file' ? chooseFile('Which whisper-cli?', {}) : way;
}

/** For packages without an engine: the program's path. Undefined: the user has to come back with one. */
async function findEngine(): Promise<string | undefined> {
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
  return way === 'file' ? chooseFile('Which whisper-cli?', {}) : undefined;
}

/** The path of a model that is there; undefined when the user has given up. */
async function chooseModel(
  speech: SpeechSetup,
  settings: EditorSettings,
  {
    shown: program,
    settings: chosenProgram,
  }: { readonly shown: string; readonly settings: SetUp['settings'] },
): Promise<string | undefined> {
  const offers = await speech.offers({ ...settings.read(), ...chosenProgram });
  // The first is preselected.
  const sorted = [...offers].sort((a, b) => Number(b.advised) - Number(a.advised));
  const chosen = await choose<Offer | 'file'>(
    program === '' ? 'Which model?' : `Which model for ${program}?`,
    [
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
    ],
  );
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
      if (toFailure(error).code === 'cancelled') {
        void notice('info', 'The download was stopped. What came is kept; the next set-up goes on with it.');
        return undefined;
      }
      const next = await afterBrokenDownload(error, settings);
      if (next === 'file') return ownModel(speech);
      if (next === undefined) return undefined;
    }
  }
}

/** A dialog, because a list of choices cuts the two checksums of a wrong file at its edge. */
async function afterBrokenDownload(
  error: unknown,
  settings: EditorSettings,
): Promise<'again' | 'file' | undefined> {
  const { code, message } = toFailure(error);
  const [again, mirror, file] = ['Try Again', 'Use Another Server…', 'I have the file…'];
  const detail =
    code === 'disk'
      ? `${message} Free some space first.`
      : error instanceof WrongFile
        ? `${message} Another server may have the right one.`
        : `${message} What came is kept: it goes on from there.`;
  const answer = await question(
    'The model was not downloaded.',
    detail,
    ...(error instanceof WrongFile ? [mirror, again] : code === 'disk' ? [again] : [again, mirror]),
    file,
  );
  if (answer === again) return 'again';
  if (answer === file) return 'file';
  if (answer !== mirror) return undefined;
  const address = await ask(
    'Address of a mirror of huggingface.co, kept as the setting speech.mirror',
    settings.read()['speech.mirror'],
    (text) => settingProblem('speech.mirror', text),
  );
  if (address === undefined) return undefined;
  await settings.write('speech.mirror', address.trim());
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
