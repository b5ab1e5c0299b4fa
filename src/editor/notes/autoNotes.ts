/**
 * `notes.auto` and `@notes`: when a batch has ended, notes about its videos. They begin at once where the user's own
 * setting asks for them and they cost nothing, or where the user has agreed to them before the start
 * (notesQuestion.ts). Anything else is asked on the panel, because a list may come from anywhere.
 */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { BatchHandle } from '../../engine/api';
import type { NotesPlan } from '../../library/notes/notesPlan';
import { isNotesFolder, notesFolderName } from '../../model/filesFolder';
import { settingProblem, type Settings } from '../../model/settings';
import type { Core } from '../core';
import { statusMessage } from '../messages';
import { notesPlanView } from './planWords';
import { startAll, type NotesParts } from './writeNotes';

/** Called when the batch is finished. Throws FailureError. */
export async function notesAtEnd(parts: NotesParts, handle: BatchHandle): Promise<void> {
  const { state, folder } = handle;
  const { 'notes.auto': isWanted, 'notes.template': wanted } = state.settings;
  if (isWanted !== true || isNotesFolder(folder) || state.counts.completed + state.counts.skipped === 0)
    return;
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
  const isOwnWish = plan.isFree && own['notes.auto'] && handle.foreign !== true;
  if (isOwnWish || (await isAgreed(core, handle, plan))) {
    await startAll(core, [plan]);
    return;
  }
  parts.plans.open({ ...notesPlanView([plan]), start: () => startAll(core, [plan]) });
}

/** Whether what was agreed to before the start is enough for what is to be written now, beside what has used it up. */
async function isAgreed({ engine }: Core, handle: BatchHandle, plan: NotesPlan): Promise<boolean> {
  const { cost, count } = handle.agreedTo('notes', plan.origin);
  if (count === 0) return false;
  if (plan.isFree) return true;
  const before = await engine.open(join(handle.folder, notesFolderName), 'view').catch(() => undefined);
  const taken = (before?.state.jobs ?? []).filter(
    (job) => job.status === 'completed' || job.paid !== undefined,
  );
  if (plan.cost === undefined) return taken.length + plan.videos - plan.current <= count;
  return taken.reduce((sum, job) => sum + (job.cost ?? job.paid?.quote.cost ?? 0), plan.cost) <= cost;
}
