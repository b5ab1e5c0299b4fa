/** The folders on this computer that are open in the window. */
import * as vscode from 'vscode';

/** Absolute paths. A folder that is not on a disk (a virtual workspace) is left out. */
export function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
}
