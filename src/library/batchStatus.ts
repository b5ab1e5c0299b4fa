/**
 * What a batch folder, or every batch of an output folder, is at. Reads journals alone; starts and sends nothing, also
 * while another process runs the batch.
 */
import { join } from 'node:path';
import type { BatchHandle, Engine } from '../engine/api';
import { readBatches, readNotesBatches } from '../engine/folder/batchFolders';
import { journalName } from '../engine/journal/journal';
import { forecast } from '../engine/pace/forecast';
import type { ReadonlyState } from '../engine/state/reducer';
import { FailureError, failure, toFailure } from '../model/failure';
import type { Files } from '../model/ports';
import { defaultSettings } from '../model/settings';

export interface BatchStatus {
  readonly folder: string;
  readonly state: ReadonlyState;
  /** Who runs it now, in words. */
  readonly owner?: string;
  /** `interrupted`: it was running, and nobody runs it now. */
  readonly phase: 'running' | 'interrupted' | 'paused' | 'stopped' | 'finished';
}

/**
 * The batch in `folder` with those of its notes, or those in the folders below it, the newest first. Throws
 * FailureError where there is none.
 */
export async function readStatus(
  folder: string,
  engine: Pick<Engine, 'open'>,
  files: Files,
): Promise<readonly (BatchStatus | FailureError)[]> {
  const read = async (place: string): Promise<BatchStatus | FailureError | undefined> =>
    (await isBatch(place, files))
      ? statusOf(place, engine).catch(
          (error: unknown) =>
            new FailureError({ ...toFailure(error), message: `${place}: ${toFailure(error).message}` }),
        )
      : undefined;
  if (await isBatch(folder, files))
    return [await statusOf(folder, engine), ...(await readNotesBatches(folder, read))];
  const found = await readBatches(folder, files, read);
  if (found.length === 0)
    throw new FailureError(
      failure(
        'invalid-url',
        `There is no batch in ${folder}. Name a batch folder, or the folder that holds them.`,
      ),
    );
  return [...found].sort((a, b) => updatedAt(b) - updatedAt(a));
}

function updatedAt(status: BatchStatus | FailureError): number {
  return status instanceof FailureError ? 0 : status.state.updatedAt;
}

/** Whether the folder itself is a batch's. */
export async function isBatch(folder: string, files: Files): Promise<boolean> {
  return (await files.stat(join(folder, journalName)).catch(() => undefined))?.kind === 'file';
}

/** Throws FailureError where the folder holds no batch that can be read. */
export async function statusOf(folder: string, engine: Pick<Engine, 'open'>): Promise<BatchStatus> {
  const handle: BatchHandle = await engine.open(folder, 'view');
  const { state, owner } = handle;
  // A view folds an end by the engine over a batch whose process is gone; one that the engine ended itself has a
  // reason.
  const cut = state.phase === 'stopped' && state.phaseBy === 'engine' && state.why === undefined;
  const phase = cut ? 'interrupted' : state.phase;
  return { folder, state, phase, ...(owner === undefined ? {} : { owner }) };
}

/** How long what is left takes, ms; 0 where nothing is left. */
export function leftMs({ jobs, settings }: ReadonlyState): number {
  const waiting = jobs.filter(({ status }) => status === 'pending' || status === 'running');
  return waiting.length === 0 ? 0 : forecast(waiting, { ...defaultSettings, ...settings }).ms;
}

/** Notes on the batch itself, not on a row or a line of its list. */
export function batchNotes({ notes }: ReadonlyState): readonly string[] {
  return notes.flatMap(({ job, line, text }) => (job === undefined && line === undefined ? [text] : []));
}
