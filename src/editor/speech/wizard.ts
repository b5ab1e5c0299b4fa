/**
 * *Set Up Speech-to-Text…*: on this computer, at a service, or on a server of the user's own. Each way ends with a
 * spoken sentence that goes through, and with the videos that waited for it.
 */
import * as vscode from 'vscode';
import { settingNames, type Settings } from '../../model/settings';
import type { SourceId } from '../../model/transcript';
import { trialWords, type Trial } from '../../sources/speechSetup/trial';
import { working } from '../messages';
import { Refusal } from '../problems';
import type { EditorSettings } from '../settings';
import { setUpHere } from './local';
import { setUpOwnServer, setUpService } from './services';
import type { SetUp, SpeechParts } from './parts';
import { choose, type Choice } from './steps';

export async function setUpSpeech(parts: SpeechParts): Promise<void> {
  if (!vscode.workspace.isTrusted)
    throw new Refusal('This workspace is not trusted, so no program is started in it. Trust it first.', [
      {
        words: 'Manage Workspace Trust',
        press: () => vscode.commands.executeCommand('workbench.trust.manage'),
      },
    ]);
  const way = await chooseWay(parts);
  const setUp = await way?.(parts);
  if (setUp !== undefined) await finish(parts, setUp);
}

type Way = (parts: SpeechParts) => Promise<SetUp | undefined>;

async function chooseWay({ access }: SpeechParts): Promise<Way | undefined> {
  const { speech } = await access.get();
  const advised = (await speech.offers()).find((offer) => offer.advised);
  const pace =
    advised === undefined
      ? ''
      : ` About ${advised.minutes} min for an hour of sound (${advised.model.name}).`;
  return choose<Way>('Where are videos without captions transcribed?', [
    {
      icon: 'device-desktop',
      label: 'On this computer',
      description: 'free · private',
      detail: `Nothing leaves this computer.${pace}`,
      value: setUpHere,
    },
    {
      icon: 'cloud',
      label: 'A service',
      description: 'from about $0.04 an hour of sound · sound is sent to it',
      detail: 'OpenAI, Groq, deAPI, Mistral and others, with a key of yours. Fast on any computer.',
      value: setUpService,
    },
    {
      icon: 'server',
      label: 'My own server',
      description: 'free · sound goes to your server',
      detail: 'LocalAI, speaches, vLLM, whisper.cpp and others with OpenAI’s interface.',
      value: setUpOwnServer,
    },
  ]);
}

/** Tries what was set up, keeps it when an answer came, and offers what to do with it. */
async function finish(parts: SpeechParts, { source, settings: wanted }: SetUp): Promise<void> {
  const { speech } = await parts.access.get();
  for (;;) {
    const settings = { ...parts.settings.read(), ...wanted };
    const trial = await working('Listening to a spoken sentence of two seconds…', (signal) =>
      speech.try(source, settings, signal),
    );
    if (!trial.ok && trial.failure.code === 'cancelled') return;
    if (trial.ok) {
      await keep(parts.settings, source, wanted);
      await celebrate(parts, trial);
      return;
    }
    if (!(await tryAgain(trial))) return;
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

async function tryAgain(trial: Extract<Trial, { ok: false }>): Promise<boolean> {
  const { failure, nextStep } = trial;
  const chosen = await choose<'again' | 'check' | 'log'>(`It does not work yet: ${failure.message}`, [
    {
      icon: 'checklist',
      label: 'Check Setup',
      detail: [failure.message, nextStep].filter((words) => words !== undefined).join(' '),
      value: 'check',
    },
    { icon: 'refresh', label: 'Try Again', value: 'again' },
    { icon: 'output', label: 'Show Log', value: 'log' },
  ]);
  if (chosen === 'check') await vscode.commands.executeCommand('bulkTranscribe.checkSetup');
  if (chosen === 'log') await vscode.commands.executeCommand('bulkTranscribe.showLog');
  return chosen === 'again';
}
