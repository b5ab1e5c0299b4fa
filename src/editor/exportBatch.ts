/** *Export Batch…*: asks for the form and the file, and opens what was written. */
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { filesFolder, isNotesFolder } from '../model/filesFolder';
import { formatsOfNotes } from '../output/exportRows';
import type { ExportFormat } from '../output/exports';
import type { CoreAccess } from './core';
import { notice, withNotice } from './messages';
import { pick } from './pickers';
import { tell } from './problems';

const words: Readonly<Record<ExportFormat, string>> = {
  md: 'Markdown: one file with all transcripts',
  pdf: 'PDF: with contents and page numbers',
  zip: 'ZIP: all transcript files',
  jsonl: 'JSON Lines: one transcript a line',
  csv: 'CSV: the table of videos and their status',
};

/** What VS Code itself can show. */
const isText: ReadonlySet<ExportFormat> = new Set<ExportFormat>(['md', 'jsonl', 'csv']);
const formats = Object.keys(words) as readonly ExportFormat[];

/** False when the user cancelled. Throws FailureError. */
export async function exportBatch(access: CoreAccess, folder: string, name: string): Promise<boolean> {
  const isNotes = isNotesFolder(folder);
  const picked = await pick(
    (isNotes ? formatsOfNotes : formats).map((format) => ({ label: words[format], format })),
    { title: `Export ${name}`, placeHolder: 'As which kind of file?' },
  );
  if (!picked) return false;
  const { format } = picked;
  const place = filesFolder(folder);
  const safe = `${basename(place)}${isNotes ? ' notes' : ''}`;
  const out = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(dirname(place), `${safe}.${format}`)),
    filters: { [format.toUpperCase()]: [format] },
    title: `Export ${name}`,
  });
  if (out?.scheme !== 'file') return false;
  const core = await access.get();
  await withNotice(`Exporting ${name}…`, () => core.exportBatch(folder, format, out.fsPath));
  // Not waited for: the next of several batches has its turn meanwhile.
  void offerToOpen(out, isText.has(format)).catch(tell);
  return true;
}

async function offerToOpen(out: vscode.Uri, asText: boolean): Promise<void> {
  const open = 'Open';
  if ((await notice('info', `Exported to ${out.fsPath}.`, open)) !== open) return;
  if (asText) await vscode.commands.executeCommand('vscode.open', out);
  else await vscode.env.openExternal(out);
}
