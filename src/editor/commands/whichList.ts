/** Which list a command means: the one in front, one that is open, or one that the user chooses. */
import * as vscode from 'vscode';
import { isListName, listEndings, urlsLanguage } from '../../intake/listFormat';
import { pick } from '../pickers';

/** The list in front; undefined where it is none. */
export function activeList(): readonly vscode.Uri[] | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) return undefined;
  const listed = document.languageId === urlsLanguage || isListName(document.uri.path);
  return listed ? [document.uri] : undefined;
}

/** A list that is open and not in front, as beside the walkthrough; the user chooses among several. */
export async function openList(): Promise<readonly vscode.Uri[] | undefined> {
  const open = vscode.workspace.textDocuments.filter(
    (document) => document.languageId === urlsLanguage && document.getText().trim() !== '',
  );
  if (open.length < 2) return open[0] && [open[0].uri];
  const items = open.map(({ uri }) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const picked = await pick(items, {
    title: 'Transcribe List',
    placeHolder: 'Which list?',
  });
  return picked && [picked.uri];
}

/** Files that the user chooses in VS Code's own dialog. */
export async function pickLists(): Promise<readonly vscode.Uri[] | undefined> {
  return vscode.window.showOpenDialog({
    canSelectMany: true,
    filters: { 'Lists of links': [...listEndings], 'All files': ['*'] },
    openLabel: 'Transcribe',
    title: 'Which list?',
  });
}

/** More lists of the workspace than this are found by _Browse…_. */
const mostLists = 50;

/** Always asks: the list in front first, then the others that are open or in the workspace, then any file. */
export async function chooseList(): Promise<readonly vscode.Uri[] | undefined> {
  const front = activeList() ?? [];
  const open = vscode.workspace.textDocuments.filter((document) => document.languageId === urlsLanguage);
  const found = await vscode.workspace.findFiles('**/*.urls', '**/{node_modules,transcripts}/**', mostLists);
  const uris = new Map(
    [...front, ...open.map(({ uri }) => uri), ...found].map((uri) => [uri.toString(), uri]),
  );
  if (uris.size === 0) return pickLists();
  const browse: vscode.QuickPickItem & { readonly uri?: vscode.Uri } = { label: '$(folder-opened) Browse…' };
  const items = [...uris.values()].map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const picked = await pick([...items, browse], {
    title: 'Transcribe List',
    placeHolder: 'Which list?',
  });
  if (picked === browse) return pickLists();
  return picked?.uri && [picked.uri];
}
