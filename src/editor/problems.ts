/** How the editor tells the user that something did not work: what, and the next step as a button. */
import * as vscode from 'vscode';
import { FailureError, toFailure, type FailureCode } from '../model/failure';
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

/** Tells of anything thrown; what the user stopped himself is no news. */
export async function tell(error: unknown): Promise<void> {
  if (error instanceof Refusal) {
    await ask('warning', error.message, error.buttons);
    return;
  }
  const failure = toFailure(error);
  if (failure.code === 'cancelled') return;
  // A batch held by somebody else, somebody else's, or none: a plain sentence, which no other folder would mend.
  const plain = ['owner', 'foreign', 'journal', 'link'].includes(failure.needs ?? '');
  const next = plain ? undefined : nextSteps[failure.code];
  const buttons = next ? [next] : error instanceof FailureError ? [] : [showLog];
  await ask('error', failure.message, buttons);
}
