/**
 * Opens what belongs to a batch, and only that: links that stand in it, files that lie in its folder (or in
 * the folder of the batch that had the video before).
 */
import { dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { BatchHandle } from '../engine/api';
import type { JobState } from '../engine/state';
import { isInside } from '../intake/localPath';
import { Refusal } from './problems';

/** The transcript of a row. A journal is untrusted input, so its paths are held to the output folder. */
export function transcriptPath(handle: BatchHandle, job: JobState): string | undefined {
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

export async function openTranscript(handle: BatchHandle, job: JobState): Promise<void> {
  const path = transcriptPath(handle, job);
  if (path === undefined) throw new Refusal('This video has no transcript yet.');
  await openFile(path);
}

export async function revealTranscript(handle: BatchHandle, job: JobState): Promise<void> {
  const path = transcriptPath(handle, job);
  if (path === undefined) throw new Refusal('This video has no transcript yet.');
  await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(path));
}

export async function openVideo(job: JobState): Promise<void> {
  const uri = vscode.Uri.parse(job.link.url);
  if (uri.scheme === 'http' || uri.scheme === 'https') await vscode.env.openExternal(uri);
  else if (job.link.path !== undefined) await openFile(job.link.path);
}

export async function openReport(folder: string): Promise<void> {
  await openFile(join(folder, 'report.md'));
}

export async function openFolder(folder: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
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
