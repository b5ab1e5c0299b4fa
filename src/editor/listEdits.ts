/**
 * From a row of the panel to its place: the line of its list, which may be removed by an edit that can be undone, and
 * the line of the report.
 */
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { BatchHandle } from '../engine/api';
import type { ReadonlyRow } from '../engine/state/reducer';
import { isInside } from '../intake/localPath';
import { formatCount, plural } from '../model/numberWords';
import { lineOfLink } from './lineOfLink';
import { listFormatOf } from './listLanguage';
import { statusMessage } from './messages';
import { Refusal } from './problems';
import { wholeLines } from './urls/wholeLines';
import { workspaceFolders } from './workspaceFolders';

/** Shows the line of the list that a row came from. Throws Refusal where the list or the line is gone. */
export async function goToLine(
  handle: BatchHandle,
  row: ReadonlyRow,
  column: vscode.ViewColumn,
): Promise<void> {
  const document = await openList(handle);
  await show(document, lineOf(document, row) ?? (row.line ?? 1) - 1, column);
}

/**
 * Takes the lines of these rows out of their list: one edit, unsaved, which Undo brings back. A line that holds more
 * than its link is shown instead. Throws Refusal where a line is gone.
 */
export async function removeLines(
  handle: BatchHandle,
  rows: readonly ReadonlyRow[],
  column: vscode.ViewColumn,
): Promise<void> {
  const document = await openList(handle);
  const isLinkList = (await listFormatOf(document.uri)) === 'urls';
  const name = basename(document.fileName);
  const lines = new Set<number>();
  for (const row of rows) {
    // Of a playlist's line all its videos would go.
    const line = row.parent === undefined ? lineOf(document, row) : undefined;
    if (line === undefined) continue;
    if (!isLinkList && !isOneWord(document.lineAt(line).text)) {
      await show(document, line, column);
      throw new Refusal(
        `Line ${formatCount(line + 1)} of ${name} holds more than this link. Remove it there.`,
      );
    }
    lines.add(line);
  }
  const [first] = lines;
  if (first === undefined) throw new Refusal(`${name} does not hold this link any more.`);
  const edit = new vscode.WorkspaceEdit();
  for (const line of lines) edit.delete(document.uri, wholeLines(document, line, line));
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Refusal(`${name} could not be changed. Is it read-only?`);
  await show(document, Math.min(first, document.lineCount - 1), column);
  statusMessage(`Removed ${plural(lines.size, 'line')} of ${name}; Undo brings back what was removed.`, 8000);
}

/** Shows the line of the report that names the video, or the report where it names others of that cause. */
export async function openReportAt(
  handle: BatchHandle,
  row: ReadonlyRow,
  column: vscode.ViewColumn,
): Promise<void> {
  const document = await open(join(handle.folder, 'report.md'), 'There is no report yet.');
  await show(document, lineOfLink(document, 0, row.link) ?? 0, column);
}

const isOneWord = (text: string): boolean => /^[^\s,;"'<>(){}[\]]+$/.test(text.trim());

const lineOf = (document: vscode.TextDocument, { line = 1, link }: ReadonlyRow): number | undefined =>
  lineOfLink(document, line - 1, link);

/** A journal is untrusted input: it opens only lists of the workspace or beside it, or of batches started here. */
async function openList(handle: BatchHandle): Promise<vscode.TextDocument> {
  const { list } = handle.state;
  if (list === undefined) throw new Refusal('This batch was not made from a list that is in a file.');
  const isNear = [handle.folder, ...workspaceFolders()].some((folder) => isInside(list, folder));
  if (/^[\\/]{2}/.test(list) || (!isNear && handle.foreign === true))
    throw new Refusal(`${list} lies outside of the workspace and was named on another computer.`);
  return open(list, `${list} could not be opened. Is it still there?`);
}

async function open(path: string, otherwise: string): Promise<vscode.TextDocument> {
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  } catch {
    throw new Refusal(otherwise);
  }
}

async function show(
  document: vscode.TextDocument,
  line: number,
  viewColumn: vscode.ViewColumn,
): Promise<void> {
  const at = Math.max(0, Math.min(line, document.lineCount - 1));
  await vscode.window.showTextDocument(document, { viewColumn, selection: document.lineAt(at).range });
}
