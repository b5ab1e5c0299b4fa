/** Where the batch folders of a workspace folder lie, and who may say so. */
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { isInside, nativePathStyle } from '../intake/localPath';
import { defaultSettings } from '../model/settings';
import type { EditorSettings } from './settings';

/**
 * The absolute output folder of a workspace folder. A path that leads out of the folder counts only when the
 * user has set it: a repository must not choose where on the disk we write.
 */
export function outputFolderOf(settings: EditorSettings, root: vscode.Uri): string | undefined {
  if (root.scheme !== 'file') return undefined;
  const name = 'output.folder';
  const value = settings.read(root)[name];
  const folder = resolve(root.fsPath, value === '' ? defaultSettings[name] : value);
  if (isInside(folder, root.fsPath, nativePathStyle)) return folder;
  const user = vscode.workspace.getConfiguration('bulkTranscribe', root).inspect<unknown>(name)?.globalValue;
  return user === value ? folder : resolve(root.fsPath, defaultSettings[name]);
}
