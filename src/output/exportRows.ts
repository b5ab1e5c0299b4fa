/** Shared parts of every export: the request, the jobs in list order, the counts. */
import { breathe } from '../captions/sliced';
import type { ReadonlyState, ReadonlyRow } from '../engine/state/reducer';
import { FailureError, failure } from '../model/failure';
import type { Clock, Files } from '../model/ports';
import type { BatchWords } from './readBack';

export const exportFormats = ['md', 'pdf', 'zip', 'jsonl', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];
/** Formats that a batch of notes can leave in: its files as they are, and the list of them. */
export const formatsOfNotes: readonly ExportFormat[] = ['zip', 'csv'];

export function isExportFormat(value: string): value is ExportFormat {
  return (exportFormats as readonly string[]).includes(value);
}

export interface ExportRequest {
  readonly format: ExportFormat;
  /** Absolute path of the batch folder. */
  readonly folder: string;
  readonly state: ReadonlyState;
  /** Absolute path of the file to write; an existing one is replaced. */
  readonly out: string;
  /**
   * The setting `export.pdfFont` of the exporting user, never the batch's own: a journal may come from
   * anywhere.
   */
  readonly pdfFont?: string;
  readonly signal?: AbortSignal;
  /** Videos done up to now. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface ExportResult {
  /** Videos in the file. */
  readonly videos: number;
  /** Finished videos whose files were missing or not readable. */
  readonly missing: number;
  /** Notes for the user about the file, as sentences; empty when there are none. */
  readonly notes: readonly string[];
}

/** The result during counting. */
export interface Tally {
  videos: number;
  missing: number;
  readonly notes: string[];
}

export interface ExportParts {
  readonly files: Files;
  readonly clock: Clock;
}

/** The parts of an export that has begun. */
export interface WriterParts extends ExportParts {
  readonly words: BatchWords;
}

/** Chunks of the file, in order; exported videos are counted in the tally. */
export type ExportWriter = (
  request: ExportRequest,
  parts: WriterParts,
  tally: Tally,
) => AsyncIterable<string | Uint8Array>;

/** The jobs that count, in list order; other work runs in between. Throws FailureError `cancelled`. */
export async function* rows(
  request: ExportRequest,
): AsyncIterable<readonly [job: ReadonlyRow, number: number]> {
  let number = 0;
  // The batch may grow during the export; later jobs belong to the next export.
  const end = request.state.jobs.length;
  for (let at = 0; at < end; at += 1) {
    const job = request.state.jobs[at];
    if (job === undefined || job.expandedInto !== undefined) continue;
    number += 1;
    if (number % 100 === 0) {
      stopIfAborted(request);
      request.onProgress?.(number, request.state.total);
      await breathe();
    }
    yield [job, number];
  }
}

/** Throws FailureError `cancelled` once the export was stopped. */
export function stopIfAborted({ signal }: Pick<ExportRequest, 'signal'>): void {
  if (signal?.aborted === true) throw new FailureError(failure('cancelled', 'Stopped.'));
}
