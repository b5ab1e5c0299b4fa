/** `status`: what a batch folder, or every batch of an output folder, is at, as the terminal says it. */
import { basename } from 'node:path';
import { doneOf, toGoOf } from '../engine/state/counts';
import type { ReadonlyState } from '../engine/state/reducer';
import { batchNotes, leftMs, type BatchStatus } from '../library/batchStatus';
import { formatCount, formatDuration, formatTime } from '../model/words';
import { byCause, groupWords, type CauseGroup } from '../engine/state/causes';
import { plainText } from './screen';

const causesShown = 4;
const notesShown = 3;

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
  const causes = causesOf(state, now);
  // Where not all have room, the last line counts the others.
  const shown = causes.length > causesShown ? causesShown - 1 : causesShown;
  const line = (count: number, words: string): void =>
    void lines.push(`  ${formatCount(count).padStart(6)}  ${plainText(words)}`);
  for (const group of causes.slice(0, shown)) line(group.jobs.length, groupWords(group, state, now).cause);
  const rest = causes.slice(shown).reduce((sum, { jobs }) => sum + jobs.length, 0);
  if (rest > 0) line(rest, 'Other causes; report.md in the folder names them');
  lines.push(`  ${folder}`);
  return lines;
}

/** Why videos have failed or wait, the most frequent first. */
function causesOf(state: ReadonlyState, now: number): readonly CauseGroup[] {
  return [...byCause(state, 'failed', now), ...byCause(state, 'parked', now)].sort(
    (a, b) => b.jobs.length - a.jobs.length,
  );
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
