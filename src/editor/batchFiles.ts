/**
 * Opens what belongs to a batch, and only that: links that it lists, files in its folder (or in
 * the folder of the batch that had the video before).
 */
import { dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { BatchHandle } from '../engine/api';
import type { ReadonlyRow } from '../engine/state/reducer';
import { isInside } from '../intake/localPath';
import { filesFolder, folderBefore } from '../model/filesFolder';
import { Refusal } from './problems';
import { transcriptColumn } from './transcriptColumn';
import { workspaceFolders } from './workspaceFolders';

/** The transcript of a row. A journal is untrusted input, so its paths are held to the output folder. */
function transcriptPath(
  handle: BatchHandle,
  job: ReadonlyRow,
  as: OpenHow['as'] = 'editor',
): string | undefined {
  const markdown = as === 'preview' ? job.files?.find((file) => /\.md$/i.test(file)) : undefined;
  const own = markdown ?? job.files?.[0];
  const before = job.skip?.file;
  const path =
    own !== undefined
      ? resolve(filesFolder(handle.folder), own)
      : before !== undefined
        ? resolve(folderBefore(handle.folder, job.skip?.batch), before)
        : undefined;
  if (path === undefined) return undefined;
  return isInside(path, own !== undefined ? filesFolder(handle.folder) : dirname(handle.folder))
    ? path
    : undefined;
}

/** Where a transcript is opened, and as what. */
export interface OpenHow {
  /** The column of the panel, while it is in view; the transcript is not to cover it. */
  readonly panel?: vscode.ViewColumn;
  /** The panel is wide enough to be halved. */
  readonly wide: boolean;
  readonly as: 'editor' | 'preview';
}

export async function openTranscript(handle: BatchHandle, job: ReadonlyRow, how: OpenHow): Promise<void> {
  const path = transcriptPath(handle, job, how.as);
  if (path === undefined) throw new Refusal('This video has no transcript yet.');
  const groups = vscode.window.tabGroups.all.map((group) => group.viewColumn);
  const column = transcriptColumn(how.panel, groups, how.wide);
  await openFile(path, {
    ...(column === undefined
      ? {}
      : {
          viewColumn: column === 'beside' ? vscode.ViewColumn.Beside : column,
          // The next row is one key away.
          preserveFocus: true,
        }),
    as: how.as,
  });
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
  const folders = workspaceFolders();
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

const markdownPreview = 'vscode.markdown.preview.editor';

async function openFile(
  path: string,
  how: vscode.TextDocumentShowOptions & { readonly as?: OpenHow['as'] } = {},
): Promise<void> {
  const { as, ...options } = how;
  const uri = vscode.Uri.file(path);
  try {
    if (as === 'preview' && /\.md$/i.test(path))
      await vscode.commands.executeCommand('vscode.openWith', uri, markdownPreview, options);
    else await vscode.commands.executeCommand('vscode.open', uri, options);
  } catch {
    throw new Refusal(`${path} could not be opened. Is it still there?`);
  }
}
