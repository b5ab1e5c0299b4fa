/**
 * *Set Up Speech-to-Text…*: on this computer, at a service, or on a server of the user's own. Each way ends with a
 * spoken sentence that goes through, and with the videos that waited for it.
 */
import * as vscode from 'vscode';
import { Refusal } from '../problems';
import { setUpHere } from './local';
import type { SetUp, SpeechParts } from './parts';
import { changeService, setUpOwnServer, setUpService } from './services';
import { choose } from './steps';
import { tryAndKeep } from './trial';

/** `setting`: what a failed row wants changed, such as `openai.model`; anything else: the whole set-up. */
export async function setUpSpeech(parts: SpeechParts, setting: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted)
    throw new Refusal('This workspace is not trusted, so no program is started in it. Trust it first.', [
      {
        words: 'Manage Workspace Trust',
        press: () => vscode.commands.executeCommand('workbench.trust.manage'),
      },
    ]);
  const change = changeService(parts, setting);
  const setUp = await (change === undefined ? (await chooseWay(parts))?.(parts) : change());
  if (setUp !== undefined) await tryAndKeep(parts, setUp);
}

type Way = (parts: SpeechParts) => Promise<SetUp | undefined>;

async function chooseWay({ access, settings }: SpeechParts): Promise<Way | undefined> {
  const { speech } = await access.get();
  const advised = (await speech.offers(settings.read())).find((offer) => offer.advised);
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
