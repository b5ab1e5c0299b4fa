/** What a model reads of a batch: counts, causes with the next step, time left, the transcript files. */
import { basename } from 'node:path';
import { doneOf } from '../engine/state/counts';
import type { ReadonlyRow, ReadonlyState } from '../engine/state/reducer';
import { batchNotes, leftMs, type BatchStatus } from '../library/batchStatus';
import { isInsidePath } from '../model/insidePath';
import { publicAddress } from '../model/publicUrl';
import { formatMoney } from '../model/costWords';
import { rowWords } from '../model/words';
import { searched } from '../search/pieces';
import { fitting, oneLine, paidSentence } from './answers';

const mostCauses = 20;
const mostNotes = 5;

/** Counts and causes, without the files. `now`: epoch ms. */
export function batchSummary(status: BatchStatus, now: number): object {
  const { folder, state, phase, owner } = status;
  const { counts } = state;
  const left = leftMs(state);
  const notes = batchNotes(state).slice(-mostNotes);
  const { why } = state;
  return {
    folder: basename(folder),
    name: oneLine(state.name, 100),
    state: phase,
    ...(owner === undefined ? {} : { runs: oneLine(owner) }),
    videos: state.total,
    done: doneOf(counts),
    failed: counts.failed,
    needs_attention: counts.parked,
    running: counts.running,
    waiting: counts.pending,
    cancelled: counts.cancelled,
    ...(left === 0 ? {} : { seconds_left: Math.round(left / 1000) }),
    ...(why !== undefined && phase !== 'finished' ? { stopped_because: oneLine(why.message) } : {}),
    ...(notes.length === 0 ? {} : { notes: notes.map((text) => oneLine(text)) }),
    causes: causesOf(state, now),
    ...paidOf(state),
    ...(phase === 'interrupted' || phase === 'stopped'
      ? { next_step: 'Call transcribe_links with the same links to go on.' }
      : {}),
  };
}

/** Failed and parked videos by what the user reads about them; the largest group first. */
function causesOf(state: ReadonlyState, now: number): readonly object[] {
  const groups = new Map<
    string,
    { state: string; videos: number; cause: string; next_step: string; example: string }
  >();
  for (const row of state.jobs) {
    const { failure, status } = row;
    if ((status !== 'failed' && status !== 'parked') || failure === undefined) continue;
    const words = rowWords(failure, { now, link: row.link, ...sourceOf(row), ...languagesOf(state) });
    const key = `${status} ${words.cause} ${words.sentence}`;
    const group = groups.get(key);
    if (group !== undefined) group.videos += 1;
    else
      groups.set(key, {
        state: status === 'failed' ? 'failed' : 'needs attention',
        videos: 1,
        cause: oneLine(words.cause),
        next_step: row.consent === undefined ? oneLine(words.sentence) : paidSentence,
        example: publicAddress(row.link).slice(0, 200),
      });
  }
  return [...groups.values()].sort((a, b) => b.videos - a.videos).slice(0, mostCauses);
}

const sourceOf = ({ source }: ReadonlyRow) => (source === undefined ? {} : { source });
const languagesOf = ({ settings: { languages } }: ReadonlyState) =>
  languages === undefined ? {} : { languages };

/** What waits for the user's OK to its price. */
function paidOf({ jobs, counts }: ReadonlyState): object {
  if (counts.parked === 0) return {};
  const quotes = jobs.flatMap(({ status, consent }) =>
    status === 'parked' && consent !== undefined ? [consent] : [],
  );
  if (quotes.length === 0) return {};
  const cost = quotes.reduce((sum, quote) => sum + (quote.cost ?? 0), 0);
  const unpriced = quotes.filter((quote) => quote.cost === undefined).length;
  const services = [...new Set(quotes.map(({ service }) => service))];
  return {
    paid_work_refused: {
      videos: quotes.length,
      service: services.join(', '),
      ...(cost > 0 ? { cost: formatMoney(cost) } : {}),
      ...(unpriced > 0 ? { without_price: unpriced } : {}),
      next_step: paidSentence,
    },
  };
}

/** One batch with its transcripts from the `from`-th on, as far as an answer has room. */
export function batchReport(status: BatchStatus, about: object, now: number, from = 0): object {
  const head = { ...about, ...batchSummary(status, now) };
  const files = transcriptsOf(status);
  const some = files.slice(from);
  const count = fitting(head, some);
  return {
    ...head,
    transcripts: some.slice(0, count),
    ...(count < some.length ? { next_cursor: String(from + count) } : {}),
  };
}

function transcriptsOf({ folder, state }: BatchStatus): readonly object[] {
  return state.jobs.flatMap((row) => {
    const file = fileOf(row, basename(folder));
    if (file === undefined) return [];
    const { title } = row.meta;
    return [
      {
        ...(title === undefined ? {} : { title: oneLine(title, 200) }),
        link: publicAddress(row.link),
        file,
      },
    ];
  });
}

/** Below the output folder; of several formats the one that reads best. */
function fileOf(row: ReadonlyRow, batch: string): string | undefined {
  const { skip } = row;
  const names = skip?.file === undefined ? (row.files ?? []) : [skip.file];
  for (const format of searched) {
    const name = names.find((one) => one.endsWith(`.${format}`) && isInsidePath(one));
    if (name !== undefined) return `${skip?.batch ?? batch}/${name}`;
  }
  return undefined;
}
