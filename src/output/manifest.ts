/**
 * `batch.json`: a batch for people and other programs. Written from the state in slices. Keys are public
 * and in English snake case.
 */
import type { ReadonlyState, ReadonlyRow } from '../engine/state/reducer';
import { maybeCharged } from '../engine/state/charges';
import type { Content } from '../model/ports';
import { publicAddress } from '../model/publicUrl';
import { rowWords } from '../model/words';
import { inPieces } from './pieces';

/** Jobs serialised before other work runs; a slice takes a few milliseconds. */
const sliceJobs = 1000;

type Counted = 'completed' | 'failed' | 'skipped' | 'cancelled' | 'parked' | 'pending';
interface Counts extends Readonly<Record<Counted, number>> {
  readonly total: number;
}
/** Before the first video, and in no other place: JSON has no line break within a text. */
const videosBegin = '\n  "videos": [';
/** A head that is put before its videos may have counts of more digits than the one that kept its place. */
const spareBytes = 64;

/**
 * The manifest's bytes, in pieces. Between slices `breathe` is awaited; the counts are those of the rows as written,
 * so that the file is consistent although the batch runs on.
 */
export async function manifestPieces(
  state: ReadonlyState,
  now: number,
  breathe: () => Promise<void>,
): Promise<readonly Uint8Array[]> {
  const slices = new VideoSlices(state);
  const parts: Uint8Array[] = [];
  for await (const piece of slices.pieces(breathe)) parts.push(piece);
  return [Buffer.from(headText(headOf(state, now), slices.counts)), ...parts];
}

/** As `manifestPieces`, for a file: 100,000 rows are 28 MB, and no more of them than a slice is in memory. */
export async function manifestContent(
  state: ReadonlyState,
  now: number,
  breathe: () => Promise<void>,
): Promise<Content> {
  if (state.jobs.length < sliceJobs) return manifestPieces(state, now, breathe);
  const slices = new VideoSlices(state);
  const head = headOf(state, now);
  const headBytes = Buffer.byteLength(headText(head, countsOf(state))) + spareBytes;
  return {
    pieces: slices.pieces(breathe),
    headBytes,
    head: () => {
      const text = headText(head, slices.counts);
      const spaces = ' '.repeat(Math.max(0, headBytes - Buffer.byteLength(text)));
      return Buffer.from(text.slice(0, -videosBegin.length) + spaces + videosBegin);
    },
  };
}

/** The videos of the manifest, as `manifestPieces` has them after the head. */
export function videoPieces(state: ReadonlyState, breathe: () => Promise<void>): AsyncIterable<Uint8Array> {
  return new VideoSlices(state).pieces(breathe);
}

/** What is written of the videos, slice by slice, and the counts of what was. */
class VideoSlices {
  private readonly byStatus: Record<Counted, number> = {
    completed: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
    parked: 0,
    pending: 0,
  };
  private total = 0;

  constructor(private readonly state: ReadonlyState) {}

  get counts(): Counts {
    return { total: this.total, ...this.byStatus };
  }

  async *pieces(breathe: () => Promise<void>): AsyncGenerator<Uint8Array, void, undefined> {
    const { jobs } = this.state;
    for (let from = 0; from + sliceJobs <= jobs.length; from += sliceJobs) {
      yield* inPieces(this.slice(from));
      await breathe();
    }
    yield* inPieces(this.slice(jobs.length - (jobs.length % sliceJobs)));
    yield Buffer.from(`${this.total === 0 ? '' : '\n  '}]\n}\n`);
  }

  private *slice(from: number): Generator<string, void, undefined> {
    const { jobs } = this.state;
    for (let at = from; at < Math.min(from + sliceJobs, jobs.length); at += 1) {
      const job = jobs[at];
      if (job === undefined || job.expandedInto !== undefined) continue;
      yield `${this.total === 0 ? '\n' : ',\n'}    ${JSON.stringify(video(job))}`;
      this.byStatus[job.status === 'running' ? 'pending' : job.status] += 1;
      this.total += 1;
    }
  }
}

/** All of the manifest before the first video, for a batch that does not change meanwhile. */
export function manifestHead(state: ReadonlyState, now: number): string {
  return headText(headOf(state, now), countsOf(state));
}

function countsOf({ total, counts: { running, ...counts } }: ReadonlyState): Counts {
  return { total, ...counts, pending: counts.pending + running };
}

interface Head {
  readonly batch: Readonly<Record<string, unknown>>;
  readonly rest: Readonly<Record<string, unknown>>;
}

function headText({ batch, rest }: Head, counts: Counts): string {
  const { total, completed, failed, skipped, cancelled, parked, pending } = counts;
  const head = { ...batch, total, completed, failed, skipped, cancelled, parked, pending, ...rest };
  return `${JSON.stringify(head, undefined, 2).slice(0, -2)},${videosBegin}`;
}

/** The head in the beginning of a manifest, without the spaces that kept its place; undefined where it is not whole. */
export function headIn(beginning: string): { readonly text: string; readonly length: number } | undefined {
  const at = beginning.indexOf(videosBegin);
  if (at < 0) return undefined;
  return { text: beginning.slice(0, at).trimEnd() + videosBegin, length: at + videosBegin.length };
}

/** How long the batch has run so far, in seconds, without pauses. */
export function wallSeconds(state: ReadonlyState, now: number): number {
  const running = state.phase === 'running' ? Math.max(0, now - state.phaseAt) : 0;
  return rounded((state.ranMs + running) / 1000);
}

/** As the batch is now; its counts are known when the videos are written. */
function headOf(state: ReadonlyState, now: number): Head {
  return {
    batch: {
      schema: 1,
      batch_id: state.id,
      name: state.name,
      created_at: new Date(state.createdAt).toISOString(),
      updated_at: new Date(state.updatedAt).toISOString(),
      state: state.phase,
    },
    rest: { notes: notesOf(state), stats: statsOf(state, now) },
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
