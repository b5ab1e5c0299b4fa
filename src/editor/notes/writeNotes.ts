/**
 * *Write Notes…*: the template is chosen, the transcripts are read, and the panel shows what it would take. Nothing is
 * sent before the user presses *Write Notes* there.
 */
import * as vscode from 'vscode';
import type { BatchHandle } from '../../engine/api';
import type { NotesPlan } from '../../library/notes/notesPlan';
import { FailureError, toFailure } from '../../model/failure';
import { formatCount } from '../../model/numberWords';
import { settingProblem, type Settings } from '../../model/settings';
import type { Core } from '../core';
import { working } from '../messages';
import { pick } from '../pickers';
import type { Plans } from '../plans';
import { Refusal } from '../problems';
import { chooseNotesModel, type ModelParts } from './chooseModel';
import { notesPlanView, templateWords } from './planWords';
import type { NotesTarget } from './targets';

export interface NotesParts extends ModelParts {
  readonly plans: Plans;
}

interface TemplateItem extends vscode.QuickPickItem {
  /** Undefined: another model is wanted. */
  readonly template?: string;
}

/** Throws Refusal, FailureError. Does nothing where the user closes a question. */
export async function writeNotes(parts: NotesParts, targets: readonly NotesTarget[]): Promise<void> {
  const [first] = targets;
  if (first === undefined) return;
  const core = await parts.access.get();
  const read = (): Settings => parts.settings.read(vscode.Uri.file(first.folder));
  if (!(await core.notes.readiness(read())).ready && !(await chooseNotesModel(parts))) return;
  const template = await chooseTemplate(parts, core, read);
  if (template === undefined) return;
  const settings = { ...read(), 'notes.template': template };
  const plans = await planned(core, targets, settings);
  if (plans === undefined) return;
  parts.plans.open({ ...notesPlanView(plans), start: () => startAll(core, plans) });
}

/** Starts what the user has agreed to; gives the last batch. Throws FailureError. */
export async function startAll(core: Core, plans: readonly NotesPlan[]): Promise<BatchHandle | undefined> {
  let last: BatchHandle | undefined;
  for (const plan of plans) {
    last = await core.engine.start(plan.request);
    // The OK covers what the plan has named, and no more.
    if (!plan.isFree)
      await last.agree('notes', plan.origin, plan.cost ?? 0, plan.cost === undefined ? plan.videos : 0);
  }
  return last;
}

async function chooseTemplate(
  parts: NotesParts,
  core: Core,
  read: () => Settings,
): Promise<string | undefined> {
  for (;;) {
    const settings = read();
    const usual = settings['notes.template'];
    // A file may have any name; one that the setting cannot hold is left out.
    const names = (await core.notes.templates()).filter(
      (name) => settingProblem('notes.template', name) === undefined,
    );
    const items: TemplateItem[] = [...names]
      .sort((a, b) => Number(b === usual) - Number(a === usual))
      .map((name) => ({
        label: `$(note) ${name}`,
        description: `${templateWords(name)}${name === usual ? ' · as set' : ''}`,
        template: name,
      }));
    const readiness = await core.notes.readiness(settings);
    items.push(
      { label: 'Model', kind: vscode.QuickPickItemKind.Separator },
      {
        label: '$(settings-gear) Another Model…',
        description: readiness.ready ? `now ${readiness.detail}` : readiness.why,
      },
    );
    const picked = await pick(items, {
      title: 'Write Notes',
      placeHolder: 'What should the notes hold? Nothing is sent yet.',
      matchOnDescription: true,
    });
    if (picked === undefined) return undefined;
    if (picked.template !== undefined) return picked.template;
    await chooseNotesModel(parts);
  }
}

/** Undefined: the user cancelled. Throws FailureError where nothing is left to write about. */
async function planned(
  core: Core,
  targets: readonly NotesTarget[],
  settings: Settings,
): Promise<readonly NotesPlan[] | undefined> {
  const problems: FailureError[] = [];
  try {
    const plans = await working('Reading the transcripts…', async (signal, say) => {
      const found: NotesPlan[] = [];
      for (const [at, { folder, only }] of targets.entries()) {
        try {
          const plan = await core.notes.plan(folder, settings, signal, only, (done, total) =>
            say(`${formatCount(done)} of ${formatCount(total)}`, (at + done / total) / targets.length),
          );
          found.push(plan);
        } catch (error) {
          if (signal.aborted) throw error;
          problems.push(new FailureError(toFailure(error)));
        }
      }
      return found;
    });
    // Batches without a transcript do not keep the others from their notes.
    if (plans.length > 0) return plans;
  } catch (error) {
    if (toFailure(error).code === 'cancelled') return undefined;
    throw error;
  }
  throw problems[0] ?? new Refusal('There is nothing to write notes about.');
}
