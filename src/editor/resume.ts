/**
 * Going on with a batch: by command, and by itself when an interrupted one is found. A batch that was not
 * started on this machine is never resumed without asking, whatever the settings say.
 */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { doneOf, endedOf, toGoOf } from '../engine/state/counts';
import type { BatchHandle } from '../engine/api';
import { missingJobs } from '../engine/state/shape';
import type { ReadonlyState } from '../engine/state/reducer';
import { isNotesFolder, notesFolderName } from '../model/filesFolder';
import { formatCount, plural } from '../model/numberWords';
import { writesNotes } from '../model/statusWords';
import type { ResumedNote } from '../protocol';
import type { Batches } from './batches';
import type { KnownBatch } from './knownBatch';
import { waitsForPlace } from './places';
import { batchStateWords, isInterrupted } from './batchWords';
import type { CoreAccess } from './core';
import { foreignPlan } from './foreignPlan';
import { notice, plainLine } from './messages';
import { pick } from './pickers';
import type { Plans } from './plans';
import { ask, Refusal, showBatch, tell } from './problems';
import type { EditorSettings } from './settings';

/** Looking at one reads its journal; older ones are in the list of batches. */
const mostOffers = 5;

/** A window that is opened later has been told what is missing, or nobody has missed it. */
const justFinishedMs = 3_600_000;

/** How long the last process of this window may take to let go of its batches. */
const letGoMs = 30_000;

/** Ended by its window or process in mid-run, not by the user and not for a reason that still holds. */
function wasCutOff(state: ReadonlyState): boolean {
  if (toGoOf(state.counts) === 0) return false;
  return (
    state.phase === 'running' ||
    (state.phase === 'stopped' && state.phaseBy === 'engine' && state.why === undefined)
  );
}

export class Resumer {
  private readonly notes = new Map<string, ResumedNote>();

  constructor(
    private readonly access: CoreAccess,
    private readonly batches: Batches,
    private readonly settings: EditorSettings,
    private readonly plans: Plans,
  ) {}

  private goesOn: (batch: string) => void = () => undefined;

  /** What a resume in this window kept and picked up. */
  note(folder: string): ResumedNote | undefined {
    return this.notes.get(folder);
  }

  /**
   * Becomes the owner and goes on. Undefined: the batch was not started here, and the panel asks about it. Throws
   * FailureError.
   */
  async resume(folder: string): Promise<BatchHandle | undefined> {
    const view = await this.batches.look(folder);
    if (view.owner !== undefined)
      throw new Refusal(`${view.state.name} already runs ${view.owner}.`, [showBatch(folder)]);
    const here = (await this.access.get()).engine.batches.includes(view);
    if (here) {
      if (view.state.phase !== 'running') await view.resume();
      await releaseParked(view);
      return view;
    }
    if (view.foreign === true) {
      this.plans.open({ ...foreignPlan(view.state), start: () => this.takeOver(view) });
      return undefined;
    }
    return this.takeOver(view);
  }

  private async takeOver(view: BatchHandle): Promise<BatchHandle> {
    const { folder } = view;
    const kept = doneOf(view.state.counts);
    const pickedUp = view.state.jobs.filter(
      (job) => job.paid?.requestId !== undefined && job.status !== 'completed',
    ).length;
    const endedAt = view.state.updatedAt;
    const handle = await this.batches.own(folder, view.foreign === true);
    // Before anything else, because the panel turns to the new handle by itself.
    this.notes.set(handle.folder, {
      kept,
      pickedUp,
      closedMs: Math.max(0, Date.now() - endedAt),
    });
    if (handle.state.phase !== 'running') await handle.resume();
    await releaseParked(handle);
    void this.offerMissing(handle.state, view.foreign === true).catch(tell);
    return handle;
  }

  /** A batch of the workspace to resume, chosen by the user. */
  async choose(): Promise<string | undefined> {
    await this.batches.refresh();
    const open = this.batches
      .all()
      .filter(
        (batch) =>
          batch.owner === undefined &&
          (batch.phase === 'paused' ||
            batch.phase === 'stopped' ||
            isInterrupted(batch) ||
            batch.counts.parked > 0),
      );
    if (open.length === 0) throw new Refusal('There is no batch in this workspace that could go on.');
    return pickBatch(open, 'Resume Batch');
  }

  /**
   * Looks once for batches that were interrupted, and does with them as the setting `autoResume` says.
   * `goesOn` receives each that resumes by itself.
   */
  async offer(goesOn: (batch: string) => void): Promise<void> {
    this.goesOn = goesOn;
    if ((vscode.workspace.workspaceFolders ?? []).length === 0) return;
    // Also for the lens and the marks of lists, so that they need no view to be opened first.
    await this.batches.refresh();
    const wish = this.settings.read().autoResume;
    if (wish === 'never') return;
    const left = this.batches
      .all()
      .filter(
        (batch) =>
          isInterrupted(batch) ||
          (batch.phase === 'stopped' && batch.handle === undefined && batch.owner === undefined),
      );
    this.awaitOwners();
    for (const batch of left.slice(0, mostOffers)) await this.goOn(batch);
    for (const batch of this.withoutNotes().slice(0, mostOffers)) await this.goOnWithNotes(batch);
  }

  /** Batches that have just finished, and have no notes. */
  private withoutNotes(): readonly KnownBatch[] {
    return this.batches
      .all()
      .filter(
        ({ phase, handle, owner, folder, updatedAt }) =>
          phase === 'finished' &&
          handle === undefined &&
          owner === undefined &&
          !isNotesFolder(folder) &&
          Date.now() - updatedAt < justFinishedMs &&
          this.batches.byFolder(join(folder, notesFolderName)) === undefined,
      );
  }

  /**
   * The window was closed between the last transcript and the notes that the user has agreed to: the end comes again.
   */
  private async goOnWithNotes({ folder, name }: KnownBatch): Promise<void> {
    const { state, foreign } = await this.batches.look(folder);
    const isAgreed = state.consents.some(({ service }) => service === 'notes');
    if (foreign === true || state.settings['notes.auto'] !== true || !isAgreed) return;
    if (this.settings.read().autoResume === 'always' && vscode.workspace.isTrusted) {
      await this.resume(folder);
      return;
    }
    const yes = 'Write Notes';
    const asking = notice('info', `${name} was closed before its notes were begun.`, yes, 'Not Now');
    void asking.then((answer) => (answer === yes ? this.resume(folder) : undefined)).catch(tell);
  }

  private async goOn(batch: KnownBatch): Promise<void> {
    const view = await this.batches.look(batch.folder);
    if (view.owner !== undefined || !wasCutOff(view.state)) return;
    const ours = view.foreign !== true;
    const always = this.settings.read().autoResume === 'always';
    if (always && ours && vscode.workspace.isTrusted) {
      const handle = await this.resume(batch.folder);
      if (handle) this.goesOn(handle.state.id);
    }
    // Not waited for: each of several is asked about at once.
    else if (ours) void this.ask(batch).catch(tell);
    // One of another machine stays in the list of batches; asking at every opening would be a nuisance.
  }

  /**
   * A reloaded window often begins before its last process has released the batches: they are looked
   * at again when that has happened.
   */
  private awaitOwners(): void {
    const held = new Set(
      this.batches
        .all()
        .filter((batch) => batch.handle === undefined && batch.owner !== undefined)
        .map(({ folder }) => folder),
    );
    if (held.size === 0) return;
    const watch = this.batches.onChange(() => {
      for (const folder of held) {
        const batch = this.batches.byFolder(folder);
        if (batch?.owner !== undefined) continue;
        held.delete(folder);
        if (batch && batch.handle === undefined) void this.goOn(batch).catch(tell);
      }
      if (held.size === 0) watch.dispose();
    });
    setTimeout(() => {
      watch.dispose();
    }, letGoMs);
  }

  private async ask(batch: KnownBatch): Promise<void> {
    const resume = 'Resume';
    const { failed } = batch.counts;
    const parts = [
      `${formatCount(doneOf(batch.counts))} done`,
      ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
      `${formatCount(batch.total - endedOf(batch.counts))} to go`,
    ];
    const answer = await notice(
      'info',
      `${batch.name} was interrupted: ${parts.join(', ')}.`,
      resume,
      'Not Now',
    );
    if (answer === resume) await this.resume(batch.folder);
  }

  /** A window that closed while a long list was added has left links out; its list still has them. */
  private async offerMissing(state: ReadonlyState, foreign: boolean): Promise<void> {
    const { name, list } = state;
    const missing = missingJobs(state);
    if (missing === 0) return;
    const text = `${plural(missing, 'link')} of the list did not come into ${name} before it was cut off.`;
    // What a batch of another computer calls its list is a path of that computer.
    if (list === undefined || foreign) {
      await ask('warning', `${text} Transcribe the list again to add them.`);
      return;
    }
    this.plans.open({
      name,
      text,
      lines: ['The list is read again. What the batch has already is not done twice.'],
      questions: [],
      yes: 'Add Them',
      start: async () => {
        const command = writesNotes(state) ? 'writeNotes' : 'transcribeList';
        await vscode.commands.executeCommand(`bulkTranscribe.${command}`, vscode.Uri.file(list));
        return undefined;
      },
    });
  }
}

/** The user says that what parked them is over. Those that need an OK wait for the OK. */
async function releaseParked(handle: BatchHandle): Promise<void> {
  const parked = handle.state.jobs.filter(
    (job) => job.status === 'parked' && !job.consent && !waitsForPlace(job),
  );
  if (parked.length === 0) return;
  await handle.rows(
    parked.map((job) => job.index),
    'release',
  );
}

/** One of several batches, chosen by the user; the only one without asking. */
export async function pickBatch(batches: readonly KnownBatch[], title: string): Promise<string | undefined> {
  if (batches.length === 1) return batches[0]?.folder;
  const items = batches.map((batch) => ({
    label: plainLine(batch.name),
    description: batchStateWords(batch).words,
    folder: batch.folder,
  }));
  return (await pick(items, { title, placeHolder: 'Which batch?' }))?.folder;
}
