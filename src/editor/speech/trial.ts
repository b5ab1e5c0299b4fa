/**
 * The end of *Set Up Speech-to-Text…*: a spoken sentence goes through. What was set up is kept when an answer came;
 * otherwise the service's own words are shown with what to set otherwise.
 */
import * as vscode from 'vscode';
import { settingNames, type Settings } from '../../model/settings';
import type { SourceId } from '../../model/transcript';
import { withVersion, wrongPart, type SetUpPart } from '../../sources/speechSetup/services';
import { trialWords, type Trial } from '../../sources/speechSetup/trial';
import { question, working } from '../messages';
import { Refusal } from '../problems';
import type { EditorSettings } from '../settings';
import type { SetUp, SpeechParts } from './parts';
import { choose, type Choice } from './steps';

/** Tries what was set up, keeps it when an answer came, and offers what to do with it. */
export async function tryAndKeep(parts: SpeechParts, first: SetUp): Promise<void> {
  const { speech } = await parts.access.get();
  let setUp: SetUp | undefined = first;
  while (setUp !== undefined) {
    const { source, settings: wanted } = setUp;
    const settings = { ...parts.settings.read(), ...wanted };
    const trial = await working('Listening to a spoken sentence of two seconds…', (signal) =>
      speech.try(source, settings, signal),
    );
    if (trial.ok) {
      await keep(parts.settings, source, wanted);
      await celebrate(parts, trial);
      return;
    }
    if (trial.failure.code === 'cancelled') return;
    setUp = await afterFailure(trial, setUp);
  }
}

async function keep(settings: EditorSettings, source: SourceId, wanted: Partial<Settings>): Promise<void> {
  for (const name of settingNames) {
    if (wanted[name] === undefined) continue;
    const problem = await settings.write(name, wanted[name]);
    if (problem !== undefined) throw new Refusal(problem);
  }
  const { sources } = settings.read();
  if (!sources.includes(source)) await settings.write('sources', [...sources, source]);
}

async function celebrate(parts: SpeechParts, trial: Extract<Trial, { ok: true }>): Promise<void> {
  const count = await parts.waiting.count();
  const videos = count === 1 ? '1 video' : `${count} videos`;
  const now: Choice<'now' | 'done'> = {
    icon: 'play',
    label: `Transcribe ${videos} without captions now`,
    value: 'now',
  };
  const chosen = await choose<'now' | 'done'>(trialWords(trial), [
    ...(count === 0 ? [] : [now]),
    { icon: trial.right ? 'check' : 'warning', label: 'Done', detail: trialWords(trial), value: 'done' },
  ]);
  if (chosen === 'now') await parts.waiting.transcribe();
}

const changeWords: Readonly<Record<SetUpPart, string>> = {
  key: 'Set Another Key…',
  model: 'Choose Another Model…',
  address: 'Change Address…',
  program: 'Choose Another Program…',
};

/**
 * What is tried next; undefined: the user gives up, and nothing was changed. A dialog, because a list of choices cuts
 * the service's words at its edge.
 */
async function afterFailure(trial: Extract<Trial, { ok: false }>, setUp: SetUp): Promise<SetUp | undefined> {
  const { failure, nextStep } = trial;
  const endpoint = setUp.settings['openai.endpoint'] ?? '';
  const address = withVersion(failure, endpoint);
  const useAddress = `Use ${address ?? ''}`;
  const part = wrongPart(failure);
  const change = part === undefined ? undefined : setUp.change[part];
  const changeIt = part === undefined ? '' : changeWords[part];
  const again = 'Try Again';
  // What is missing beside the set-up itself, such as ffmpeg, is installed from there.
  const look = failure.code === 'tool-missing' ? 'Check Setup' : 'Show Log';
  const answer = await question(
    'It does not work yet.',
    [failure.message, nextStep].filter((words) => words !== undefined).join('\n\n'),
    ...(address === undefined || setUp.at === undefined ? [] : [useAddress]),
    ...(change === undefined ? [] : [changeIt]),
    again,
    ...(change === undefined ? [look] : []),
  );
  switch (answer) {
    case useAddress:
      return address === undefined ? undefined : setUp.at?.(address);
    case changeIt:
      return change?.();
    case again:
      return setUp;
    case look:
      await vscode.commands.executeCommand(
        `bulkTranscribe.${look === 'Show Log' ? 'showLog' : 'checkSetup'}`,
      );
      return undefined;
    default:
      return undefined;
  }
}
