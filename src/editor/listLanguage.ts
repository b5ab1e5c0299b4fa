/**
 * Which texts are lists, and how they are read: the language of the document decides, else the file's name. A list
 * is a Link List by its ending, by `files.associations`, or because the user has chosen the language for it.
 */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { formatOf, isListName, urlsLanguage, type ListFormat } from '../intake/listFormat';
import { isPlain } from '../model/plain';

/** How the text at `uri` is read. Opens the file only where a setting may make it a Link List. */
export async function listFormatOf(uri: vscode.Uri): Promise<ListFormat> {
  const byName = formatOf(basename(uri.path));
  return byName !== 'urls' && (await isLinkList(uri)) ? 'urls' : byName;
}

/** Whether the file at `uri` is taken for a list of links: by its ending or its language. */
export async function isListFile(uri: vscode.Uri): Promise<boolean> {
  return isListName(uri.path) || (await isLinkList(uri));
}

/** The document at `uri`, if one is open. */
export function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const wanted = uri.toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === wanted);
}

async function isLinkList(uri: vscode.Uri): Promise<boolean> {
  const open = openDocument(uri);
  if (open) return open.languageId === urlsLanguage;
  const associations = vscode.workspace.getConfiguration('files', uri).get<unknown>('associations');
  const languages: readonly unknown[] = isPlain(associations) ? Object.values(associations) : [];
  if (!languages.includes(urlsLanguage)) return false;
  // Only VS Code knows which of its patterns fits; a file that it cannot open as text is no Link List.
  const document = await vscode.workspace.openTextDocument(uri).then(
    (opened) => opened,
    () => undefined,
  );
  return document?.languageId === urlsLanguage;
}
