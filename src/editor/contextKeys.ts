/** The context keys of menus and of the walkthrough, set in VS Code only where their value has changed. */
import * as vscode from 'vscode';

export class ContextKeys {
  private readonly written = new Map<string, string>();

  /** Every call is a message to another process, so what is known there already is not sent. */
  set(key: string, value: boolean | readonly string[]): void {
    const text = JSON.stringify(value);
    if (this.written.get(key) === text) return;
    this.written.set(key, text);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
