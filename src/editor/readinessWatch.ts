/**
 * Has the sources asked again when what they need may have changed outside of our settings: a key was stored, here or
 * in another window; a command in the terminal has ended or the window has the focus again, so that a program may have
 * been installed; the workspace was trusted.
 */
import * as vscode from 'vscode';
import type { CoreAccess } from './core';
import { isSecretKey } from './secrets';

/** Several changes at once are one. */
const quietMs = 300;
/** To ask starts programs, so what may not concern us asks no more often than this. */
const gapMs = 30_000;

export class ReadinessWatch implements vscode.Disposable {
  private readonly subscriptions: readonly vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private askedAt = -Infinity;

  /** @param changed has the panel ask too. */
  constructor(
    secrets: vscode.SecretStorage,
    private readonly access: CoreAccess,
    private readonly changed: () => void,
  ) {
    this.subscriptions = [
      secrets.onDidChange(({ key }) => {
        if (isSecretKey(key)) this.soon();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.soon()),
      vscode.window.onDidEndTerminalShellExecution(() => this.perhaps()),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.perhaps();
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Asks again, a moment from now. */
  soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.askedAt = performance.now();
      this.access.peek()?.engine.sourcesChanged();
      this.changed();
    }, quietMs);
  }

  private perhaps(): void {
    const isRunning = this.access
      .peek()
      ?.engine.batches.some(({ owner, state }) => owner === undefined && state.phase === 'running');
    if (isRunning === true && performance.now() - this.askedAt > gapMs) this.soon();
  }
}
