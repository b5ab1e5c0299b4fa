/**
 * `batch.json`: a batch for people and other programs. Written from the state in slices. Keys are public
 * and in English snake case.
 */
import type { ReadonlyState, ReadonlyRow } from '../engine/state/reducer';
import { maybeCharged } from '../engine/state/charges';
import { publicAddress } from '../model/publicUrl';
import { rowWords } from '../model/words';

/** Jobs serialised before other work runs; a slice takes a few milliseconds. */
const sliceJobs = 1000;

type Counted = 'completed' | 'failed' | 'skipped' | 'cancelled' | 'parked' | 'pending';

/** The manifest's bytes, in one piece. */
export async function renderManifest(
  state: ReadonlyState,
  now: number,
  breathe: () => Promise<void>,
): Promise<Uint8Array> {
  return Buffer.concat(await manifestPieces(state, now, breathe));
}

/**
 * The manifest's bytes, in pieces: 100,000 rows are 28 MB, which need not be there twice. Between slices `breathe`
 * is awaited; the counts are those of the rows as written, so that the file is consistent although the batch runs on.
 */
export async function manifestPieces(
  state: ReadonlyState,
  now: number,
  breathe: () => Promise<void>,
): Promise<readonly Uint8Array[]> {
  const counts: Record<Counted, number> = {
    completed: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
    parked: 0,
    pending: 0,
  };
  const parts: Uint8Array[] = [];
  let rows = '';
  let total = 0;
  for (let at = 0; at < state.jobs.length; at += 1) {
    const job = state.jobs[at];
    if (job !== undefined && job.expandedInto === undefined) {
      rows += `${total === 0 ? '' : ',\n'}    ${JSON.stringify(video(job))}`;
      counts[job.status === 'running' ? 'pending' : job.status] += 1;
      total += 1;
    }
    if (at % sliceJobs === sliceJobs - 1) {
      parts.push(Buffer.from(rows));
      rows = '';
      await breathe();
    }
  }
  parts.push(Buffer.from(`${rows}${total === 0 ? '' : '\n  '}]\n}\n`));
  const head = JSON.stringify(
    { ...headOf(state), total, ...counts, notes: notesOf(state), stats: statsOf(state, now) },
    undefined,
    2,
  );
  return [Buffer.from(`${head.slice(0, -2)},\n  "videos": [${total === 0 ? '' : '\n'}`), ...parts];
}

/** How long the batch has run so far, in seconds, without pauses. */
export function wallSeconds(state: ReadonlyState, now: number): number {
  const running = state.phase === 'running' ? Math.max(0, now - state.phaseAt) : 0;
  return rounded((state.ranMs + running) / 1000);
}

function headOf(state: ReadonlyState): Readonly<Record<string, unknown>> {
  return {
    schema: 1,
    batch_id: state.id,
    name: state.name,
    created_at: new Date(state.createdAt).toISOString(),
    updated_at: new Date(state.updatedAt).toISOString(),
    state: state.phase,
  };
}

/** Notes for programs: `line` and `url` where they are about a row or a line. */
export function notesOf(state: ReadonlyState): readonly Readonly<Record<string, unknown>>[] {
  return state.notes.map(({ text, job, line }) => {
    const row = job === undefined ? undefined : state.jobs[job];
    return { line: line ?? row?.line, url: row && publicAddress(row.link), text };
  });
}

function statsOf(state: ReadonlyState, now: number): Readonly<Record<string, unknown>> {
  const maybe = maybeCharged(state);
  return {
    wall_seconds: wallSeconds(state, now),
    requests: state.requests,
    rate_limited: state.rateLimited,
    retries: state.retries,
    cost: rounded(state.cost, 1e6),
    ...(maybe.count === 0 ? {} : { maybe_charged: maybe.count, maybe_cost: rounded(maybe.cost, 1e6) }),
    by_source: state.bySource,
    by_error: state.byError,
  };
}

/** Keys without a value are left out by JSON. */
function video(job: ReadonlyRow): Readonly<Record<string, unknown>> {
  const done = job.status === 'completed';
  // The files of notes are beside their transcripts (model/filesFolder.ts).
  const where = job.link.kind === 'transcript' ? '../' : '';
  const files = done ? job.files?.map((file) => where + file) : undefined;
  const failed = job.status === 'failed' || job.status === 'parked' ? job.failure : undefined;
  return {
    url: publicAddress(job.link),
    id: job.link.id,
    title: job.meta.title,
    status: job.status,
    skip_reason: job.status === 'skipped' ? job.skip?.reason : undefined,
    // A job that waits for the user's OK has not failed; its status and `error` say what it waits for.
    error_code: job.consent === undefined ? failed?.code : undefined,
    error: failed === undefined ? undefined : failed.message || rowWords(failed, { link: job.link }).sentence,
    source: job.source,
    language: done ? job.language : undefined,
    captions: done ? job.captions : undefined,
    duration: job.meta.duration,
    output_file: files?.[0],
    output_files: files,
    processing_time: job.seconds === undefined ? undefined : rounded(job.seconds),
    retry_count: job.retries,
    via: job.via,
    via_machine: job.viaMachine,
    cost: job.cost,
    paid_seconds: job.paidSeconds,
    request_id: job.requestId ?? job.paid?.requestId,
  };
}

function rounded(value: number, parts = 1000): number {
  return Math.round(value * parts) / parts;
}
