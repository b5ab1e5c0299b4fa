/**
 * The one door for notices, modal questions, progress and status messages. VS Code makes links of `[words](target)` in
 * them, which may run any command, and names of lists, batches and folders come from repositories: no link passes.
 */
import * as vscode from 'vscode';
import { withoutLinks } from './noticeWords';

export { oneLine, plainLine } from '../output/escape';

type Kind = 'info' | 'warning' | 'error';

/** Shows a notice; gives the words of the button that was pressed, undefined when none was. */
export async function notice(
  kind: Kind,
  message: string,
  ...buttons: readonly string[]
): Promise<string | undefined> {
  const plain = withoutLinks(message);
  switch (kind) {
    case 'info':
      return vscode.window.showInformationMessage(plain, ...buttons);
    case 'warning':
      return vscode.window.showWarningMessage(plain, ...buttons);
    case 'error':
      return vscode.window.showErrorMessage(plain, ...buttons);
  }
}

/** A question that must be answered before anything goes on; undefined when it was closed. */
export async function question(
  message: string,
  detail: string,
  ...buttons: readonly string[]
): Promise<string | undefined> {
  const options = { modal: true, ...(detail === '' ? {} : { detail: withoutLinks(detail) }) };
  return vscode.window.showWarningMessage(withoutLinks(message), options, ...buttons);
}

/** A notice with a moving bar while the work goes on. */
export function withNotice<T>(title: string, work: () => Promise<T>): Thenable<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title: withoutLinks(title) }, work);
}

/** The work with a bar and a Cancel button. `say`: words, and how far it is, from 0 to 1. */
export function working<T>(
  title: string,
  work: (signal: AbortSignal, say: (words: string, share: number) => void) => Promise<T>,
): Thenable<T> {
  const location = vscode.ProgressLocation.Notification;
  const options = { location, title: withoutLinks(title), cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const stop = new AbortController();
    const listening = token.onCancellationRequested(() => stop.abort());
    let shown = 0;
    try {
      return await work(stop.signal, (words, share) => {
        const percent = Math.floor(share * 100);
        progress.report({ message: withoutLinks(words), increment: percent - shown });
        shown = percent;
      });
    } finally {
      listening.dispose();
    }
  });
}

/** A few words in the status bar, for a moment. */
export function statusMessage(text: string, ms: number): void {
  void vscode.window.setStatusBarMessage(withoutLinks(text), ms);
}
