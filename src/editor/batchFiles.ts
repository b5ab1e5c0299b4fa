/**
 * Opens what belongs to a batch, and only that: links that it lists, files in its folder (or in
 * the folder of the batch that had the video before).
 */
import { dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { BatchHandle } from '../engine/api';
import type { ReadonlyRow } from '../engine/state/reducer';
import { isInside } from '../intake/localPath';
import { Refusal } from './problems';

/** The transcript of a row. A journal is untrusted input, so its paths are held to the output folder. */
function transcriptPath(handle: BatchHandle, job: ReadonlyRow): string | undefined {
  const own = job.files?.[0];
  const before = job.skip?.file;
  const path =
    own !== undefined
      ? resolve(handle.folder, own)
      : before !== undefined
        ? resolve(handle.folder, before)
        : undefined;
  if (path === undefined) return undefined;
  return isInside(path, own !== undefined ? handle.folder : dirname(handle.folder)) ? path : undefined;
}

export async function openTranscript(handle: BatchHandle, job: ReadonlyRow): Promise<void> {
  const path = transcriptPath(handle, job);
  if (path === undefined) throw new Refusal('This video has no transcript yet.');
  await openFile(path);
}

export async function revealTranscript(handle: BatchHandle, job: ReadonlyRow): Promise<void> {
  const path = transcriptPath(handle, job);
  if (path === undefined) throw new Refusal('This video has no transcript yet.');
  await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(path));
}

/**
 * The video where it is: a web link in the browser, a local file in an editor. A journal is untrusted input, so
 * a file is opened only inside the workspace or beside the batch, or where the user has started the batch here.
 */
export async function openVideo(handle: BatchHandle, job: ReadonlyRow): Promise<void> {
  const { path, url: own, episode: url = own } = job.link;
  // Text that is not a link is in `url` as it was typed.
  if (job.invalid) throw new Refusal('This line is not a link. Correct it in the list.');
  if (/^https?:\/\//i.test(url)) {
    await vscode.env.openExternal(vscode.Uri.parse(url));
    return;
  }
  if (path === undefined || /^[\\/]{2}/.test(path)) throw new Refusal('This link cannot be opened.');
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const isNear = [handle.folder, ...folders].some((folder) => isInside(path, folder));
  if (!isNear && handle.foreign === true)
    throw new Refusal(`${path} lies outside of the workspace and was named on another computer.`);
  await openFile(path);
}

export async function openReport(folder: string): Promise<void> {
  await openFile(join(folder, 'report.md'));
}

export async function openFolder(folder: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
  const isThere = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  // VS Code itself says nothing.
  if (!isThere) throw new Refusal(`There are no transcripts yet: ${folder} is not there.`);
  if (vscode.workspace.getWorkspaceFolder(uri)) await vscode.commands.executeCommand('revealInExplorer', uri);
  else await vscode.env.openExternal(uri);
}

async function openFile(path: string): Promise<void> {
  try {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
  } catch {
    throw new Refusal(`${path} could not be opened. Is it still there?`);
  }
}
