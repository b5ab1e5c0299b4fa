/**
 * What a batch keeps of its own where this window resumes it, against the settings of the user: what its list says
 * (`# @lang de`), and the template that its notes were begun with, whose answers are paid for once.
 */
import { basename, dirname } from 'node:path';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { ReadonlyState } from '../engine/state/reducer';
import { maxListBytes } from '../intake/decodeText';
import { isNotesFolder } from '../model/filesFolder';
import { defaultSettings, type Settings } from '../model/settings';
import { listFormatOf } from './listLanguage';

/** `folder`: of the batch. Nothing of a list that is gone, or that cannot be read. */
export async function ownSettings(
  folder: string,
  { list, settings }: Pick<ReadonlyState, 'list' | 'settings'>,
): Promise<Partial<Settings>> {
  if (isNotesFolder(folder))
    return { 'notes.template': settings['notes.template'] ?? defaultSettings['notes.template'] };
  if (list === undefined) return {};
  try {
    const uri = vscode.Uri.file(list);
    const stat = await vscode.workspace.fs.stat(uri);
    if (stat.type !== vscode.FileType.File || stat.size > maxListBytes) return {};
    const { isListFailure, readList } = await import('../intake/list');
    const read = await readList(
      await vscode.workspace.fs.readFile(uri),
      { format: await listFormatOf(uri), name: basename(list), home: homedir(), folder: dirname(list) },
      () => new Promise((resolve) => setImmediate(resolve)),
    );
    return isListFailure(read) ? {} : read.settings;
  } catch {
    return {};
  }
}
