/**
 * `notes.auto` and `@notes`: when a batch has ended, notes about its videos. A model that costs nothing, which the user's own
 * setting asks for, begins at once; everything else is asked on the panel first, because a list may come from anywhere.
 */
import * as vscode from 'vscode';
import type { BatchHandle } from '../../engine/api';
import { isNotesFolder } from '../../model/filesFolder';
import { settingProblem, type Settings } from '../../model/settings';
import { statusMessage } from '../messages';
import { notesPlanView } from './planWords';
import { startAll, type NotesParts } from './writeNotes';

/** Called when the batch is finished. Throws FailureError. */
export async function notesAtEnd(parts: NotesParts, handle: BatchHandle): Promise<void> {
  const { state, folder } = handle;
  const { 'notes.auto': isWanted, 'notes.template': wanted } = state.settings;
  if (isWanted !== true || isNotesFolder(folder) || state.counts.completed === 0) return;
  const core = await parts.access.get();
  const own = parts.settings.read(vscode.Uri.file(folder));
  const template =
    wanted === undefined || settingProblem('notes.template', wanted) !== undefined
      ? own['notes.template']
      : wanted;
  const settings: Settings = { ...own, 'notes.template': template };
  if (!(await core.notes.readiness(settings)).ready) {
    statusMessage(
      `No notes about ${state.name}: no model is chosen. Use Write Notes… to choose one.`,
      20_000,
    );
    return;
  }
  const plan = await core.notes.plan(folder, settings, new AbortController().signal);
  if (plan.current === plan.videos) return;
  if (plan.isFree && own['notes.auto'] && handle.foreign !== true) {
    await startAll(core, [plan]);
    return;
  }
  parts.plans.open({ ...notesPlanView([plan]), start: () => startAll(core, [plan]) });
}
