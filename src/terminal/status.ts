/**
 * `status`: what a batch folder, or every batch of an output folder, is at. Reads journals alone; starts and sends
 * nothing, also while another process runs the batch.
 */
import { basename, join } from 'node:path';
import { doneOf, toGoOf } from '../engine/state/counts';
import type { BatchHandle, Engine } from '../engine/api';
import { journalName } from '../engine/journal/journal';
import { forecast } from '../engine/pace/forecast';
import type { ReadonlyState } from '../engine/state/reducer';
import { FailureError, failure, isFailureCode, toFailure } from '../model/failure';
import type { Files } from '../model/ports';
import { defaultSettings } from '../model/settings';
import { codeWords, formatCount, formatDuration, formatTime } from '../model/words';
import { plainText } from './screen';

export interface BatchStatus {
  readonly folder: string;
  readonly state: ReadonlyState;
  /** Who runs it now, in words. */
  readonly owner?: string;
  /** `interrupted`: it was running, and nobody runs it now. */
  readonly phase: 'running' | 'interrupted' | 'paused' | 'stopped' | 'finished';
}

const causesShown = 3;
const notesShown = 3;

/** The batch in `folder`, or those in the folders below it, the newest first. Throws FailureError where there is none. */
export async function readStatus(
  folder: string,
  engine: Engine,
  files: Files,
): Promise<readonly (BatchStatus | FailureError)[]> {
  if (await isBatch(folder, files)) return [await statusOf(folder, engine)];
  const found: (BatchStatus | FailureError)[] = [];
  for (const name of await files.list(folder)) {
    const place = join(folder, name);
    if (!(await isBatch(place, files))) continue;
    found.push(
      await statusOf(place, engine).catch(
        (error: unknown) =>
          new FailureError({ ...toFailure(error), message: `${place}: ${toFailure(error).message}` }),
      ),
    );
  }
  if (found.length === 0)
    throw new FailureError(
      failure(
        'invalid-url',
        `There is no batch in ${folder}. Name a batch folder, or the folder that holds them.`,
      ),
    );
  return found.sort((a, b) => updatedAt(b) - updatedAt(a));
}

function updatedAt(status: BatchStatus | FailureError): number {
  return status instanceof FailureError ? 0 : status.state.updatedAt;
}

async function isBatch(folder: string, files: Files): Promise<boolean> {
  return (await files.stat(join(folder, journalName)).catch(() => undefined))?.kind === 'file';
}

async function statusOf(folder: string, engine: Engine): Promise<BatchStatus> {
  const handle: BatchHandle = await engine.open(folder, 'view');
  const { state, owner } = handle;
  // A view folds an end by the engine over a batch whose process is gone; one that the engine ended itself has a reason.
  const cut = state.phase === 'stopped' && state.phaseBy === 'engine' && state.why === undefined;
  const phase = cut ? 'interrupted' : state.phase;
  return { folder, state, phase, ...(owner === undefined ? {} : { owner }) };
}

/** How long what is left takes, ms; 0 where nothing is left. */
function leftMs({ jobs, settings }: ReadonlyState): number {
  const waiting = jobs.filter(({ status }) => status === 'pending' || status === 'running');
  return waiting.length === 0 ? 0 : forecast(waiting, { ...defaultSettings, ...settings }).ms;
}

/** The lines for people. `now`: epoch ms. */
export function statusText({ folder, state, owner, phase }: BatchStatus, now: number): readonly string[] {
  const { counts, total } = state;
  const said = (count: number, word: string): readonly string[] =>
    count === 0 ? [] : [`${formatCount(count)} ${word}`];
  const left = toGoOf(counts);
  const parts = [
    `${formatCount(doneOf(counts))} of ${formatCount(total)} done`,
    ...said(counts.failed, 'failed'),
    ...said(counts.cancelled, 'cancelled'),
    ...said(counts.parked, 'parked'),
    ...said(left, 'to go'),
  ];
  const time = left === 0 ? '' : `, about ${formatDuration(leftMs(state))}`;
  const by = phase === 'running' && owner !== undefined ? ` ${plainText(owner)}` : '';
  const lines = [
    `${plainText(state.name === '' ? basename(folder) : state.name)}: ${phase}${by}. ${parts.join(', ')}${time}. Last change ${formatTime(state.updatedAt, now)}.`,
  ];
  if (state.why && phase !== 'finished') lines.push(`  ${plainText(state.why.message)}`);
  for (const text of batchNotes(state).slice(-notesShown)) lines.push(`  ${plainText(text)}`);
  for (const [code, count] of causesOf(state).slice(0, causesShown))
    lines.push(`  ${formatCount(count).padStart(6)}  ${isFailureCode(code) ? codeWords(code).cause : code}`);
  lines.push(`  ${folder}`);
  return lines;
}

/** Notes on the batch itself, not on a row or a line of its list. */
function batchNotes({ notes }: ReadonlyState): readonly string[] {
  return notes.flatMap(({ job, line, text }) => (job === undefined && line === undefined ? [text] : []));
}

function causesOf(state: ReadonlyState): readonly (readonly [code: string, count: number])[] {
  return Object.entries(state.byError).sort(([, a], [, b]) => b - a);
}

/** As `--json` has it, a line a batch. */
export function statusJson({ folder, state, owner, phase }: BatchStatus): string {
  const left = leftMs(state);
  return `${JSON.stringify({
    type: 'status',
    batch_dir: folder,
    batch_id: state.id,
    name: state.name,
    state: phase,
    ...(owner === undefined ? {} : { owner }),
    total: state.total,
    ...state.counts,
    by_error: state.byError,
    ...(batchNotes(state).length === 0 ? {} : { notes: batchNotes(state) }),
    ...(left === 0 ? {} : { left_seconds: Math.round(left / 1000) }),
    ...(state.why && phase !== 'finished' ? { error_code: state.why.code, error: state.why.message } : {}),
    updated_at: new Date(state.updatedAt).toISOString(),
  })}\n`;
}
