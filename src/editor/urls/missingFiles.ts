/** Local files that a list names and that are not there: said on their lines before the batch fails on them. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { isInside } from '../../intake/localPath';
import { hasOneForm, isSamePath } from '../../model/pathForm';
import type { Analysis } from './analysis';

/** A local file that is not there; columns and line count from 0. */
export interface MissingFile {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly path: string;
}

/** A list of more files is looked at in its first part only. */
const mostFiles = 1000;
const atOnce = 20;

/**
 * Looks only in the workspace and the list's own folder: opening a list from elsewhere must not touch other places of
 * the disk, such as a folder that is mounted when it is asked for.
 */
export async function missingFiles(list: vscode.Uri, { content }: Analysis): Promise<readonly MissingFile[]> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  if (list.scheme === 'file') folders.push(dirname(list.fsPath));
  const wanted: MissingFile[] = [];
  if (!content.jobs.some((job) => job.link.path !== undefined)) return wanted;
  for (const { job, line, from, to } of content.entries) {
    const path = content.jobs[job]?.link.path;
    if (path === undefined || !folders.some((folder) => isInside(path, folder))) continue;
    wanted.push({ line: line - 1, from, to, path });
    if (wanted.length >= mostFiles) break;
  }
  const missing: MissingFile[] = [];
  for (let at = 0; at < wanted.length; at += atOnce) {
    const some = wanted.slice(at, at + atOnce);
    const there = await Promise.all(some.map(({ path }) => isThere(path)));
    missing.push(...some.filter((_, index) => there[index] === false));
  }
  return missing;
}

async function isThere(path: string): Promise<boolean> {
  const { fs } = vscode.workspace;
  try {
    await fs.stat(vscode.Uri.file(path));
    return true;
  } catch {
    // It is found all the same where its name is written in another form (intake/confine.ts).
    if (hasOneForm(path)) return false;
    const names = await Promise.resolve(fs.readDirectory(vscode.Uri.file(dirname(path)))).catch(() => []);
    return names.some(([name]) => isSamePath(name, basename(path)));
  }
}
