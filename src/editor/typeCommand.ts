/** Types a command into a terminal; the user reads it and presses Enter, or does not. */
import * as vscode from 'vscode';

export function typeCommand(command: string): void {
  const terminal = vscode.window.createTerminal('Bulk Transcribe');
  terminal.show();
  terminal.sendText(command, false);
}
