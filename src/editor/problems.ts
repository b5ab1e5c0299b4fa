/** How the editor tells the user that something did not work: what, and the next step as a button. */
import * as vscode from 'vscode';
import { FailureError, toFailure, type Failure, type FailureCode } from '../model/failure';
import { notice } from './messages';
import { openSettings } from './settings';

export interface Button {
  readonly words: string;
  press(): unknown;
}

/** A wish that cannot be met, in words that are safe to show, with what can be done about it. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly buttons: readonly Button[] = [],
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** Shows a message with buttons and presses the chosen one. */
export async function ask(
  kind: 'info' | 'warning' | 'error',
  message: string,
  buttons: readonly Button[] = [],
): Promise<void> {
  const answer = await notice(kind, message, ...buttons.map((button) => button.words));
  await buttons.find((button) => button.words === answer)?.press();
}

const nextSteps: Partial<Record<FailureCode, Button>> = {
  disk: { words: 'Choose Another Folder…', press: () => openSettings('output.folder') },
  auth: {
    words: 'Set API Key…',
    press: () => vscode.commands.executeCommand('bulkTranscribe.setApiKey'),
  },
  'tool-missing': {
    words: 'Check Setup',
    press: () => vscode.commands.executeCommand('bulkTranscribe.checkSetup'),
  },
};
const showLog: Button = {
  words: 'Show Log',
  press: () => vscode.commands.executeCommand('bulkTranscribe.showLog'),
};

/** What was thrown, with its next step where there is one: a batch that runs elsewhere can be shown. */
export function refusalOf(error: unknown): Pick<Refusal, 'message' | 'buttons'> {
  if (error instanceof Refusal) return error;
  const failure = toFailure(error);
  const { needs, subject, message } = failure;
  if (needs === 'owner' && subject !== undefined) return { message, buttons: [showBatch(subject)] };
  const next = isPlain(failure) ? undefined : nextSteps[failure.code];
  return { message, buttons: next ? [next] : [] };
}

/** Shows the batch of a folder in the panel. */
export const showBatch = (folder: string): Button => ({
  words: 'Show It',
  press: () => vscode.commands.executeCommand('bulkTranscribe.showPanel', vscode.Uri.file(folder)),
});

/** A batch held by somebody else, somebody else's, or none: a plain sentence, which no other folder would mend. */
const isPlain = ({ needs }: Failure): boolean =>
  ['owner', 'foreign', 'journal', 'link'].includes(needs ?? '');

/** Tells of anything thrown; what the user stopped himself is no news. */
export async function tell(error: unknown): Promise<void> {
  const { message, buttons } = refusalOf(error);
  if (error instanceof Refusal || toFailure(error).needs === 'owner') {
    await ask('warning', message, buttons);
    return;
  }
  if (toFailure(error).code === 'cancelled') return;
  await ask('error', message, buttons.length > 0 || error instanceof FailureError ? buttons : [showLog]);
}

/** What is wrong with one of several does not keep the others from their turn. */
export async function onEach<T>(all: readonly T[], act: (one: T) => Promise<unknown>): Promise<void> {
  const [only] = all;
  if (all.length === 1 && only !== undefined) await act(only);
  // What is told stays until it is closed, which is not waited for.
  else for (const one of all) await act(one).catch((error: unknown) => void tell(error));
}
