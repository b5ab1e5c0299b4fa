/** What a menu was opened on, as VS Code hands it to a command: lines of the activity view, files of the explorer. */
import * as vscode from 'vscode';
import { isPlain } from '../../model/plain';
import { batchFolderOf } from '../batches';
import type { KnownBatch } from '../knownBatch';

export function isBatch(value: unknown): value is KnownBatch {
  return isPlain(value) && typeof value.id === 'string' && typeof value.folder === 'string';
}

/** The batch folder that a tree item or the explorer has handed over. */
export function folderOf(target: unknown): string | undefined {
  if (isBatch(target)) return target.folder;
  return target instanceof vscode.Uri && target.scheme === 'file' ? batchFolderOf(target) : undefined;
}

/** Those of all that is selected; empty where nothing else is selected than what the menu was opened on. */
export const foldersOf = (targets: unknown): readonly string[] =>
  Array.isArray(targets) ? targets.flatMap((target) => folderOf(target) ?? []) : [];

/** The files a menu was opened on: all that are selected in the explorer, else the one under the pointer. */
export function urisOf(uri: unknown, uris: unknown): readonly vscode.Uri[] | undefined {
  const many = Array.isArray(uris) ? uris.filter((one): one is vscode.Uri => one instanceof vscode.Uri) : [];
  if (many.length > 0) return many;
  return uri instanceof vscode.Uri ? [uri] : undefined;
}
