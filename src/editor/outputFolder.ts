/** Where the batch folders of a workspace folder are, and which settings may decide it. */
import { dirname, resolve } from 'node:path';
import * as vscode from 'vscode';
import { isInside, nativePathStyle } from '../intake/localPath';
import type { Files } from '../model/ports';
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

/**
 * Where a link on the way to the output folder leads out of the workspace, in words; undefined when none does,
 * or when the folder is outside by the user's own setting. A repository may hold links to anywhere.
 */
export async function leadsOut(
  files: Pick<Files, 'realPath'>,
  folder: string,
  root: vscode.Uri,
): Promise<string | undefined> {
  if (!isInside(folder, root.fsPath, nativePathStyle)) return undefined;
  const realRoot = await files.realPath(root.fsPath);
  // What is not there yet will be made below the last folder that is.
  for (let path = folder; ; path = dirname(path)) {
    const real = await files.realPath(path);
    if (real === undefined && path !== dirname(path)) continue;
    if (real === undefined || realRoot === undefined || isInside(real, realRoot, nativePathStyle))
      return undefined;
    return real;
  }
}
