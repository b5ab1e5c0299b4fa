/**
 * A whole batch as one file. Each format is one entry of the table; text goes to the file video by video,
 * so that a batch of any size fits in memory. A running batch is exported as far as it is done.
 */
import { basename, dirname, join } from 'node:path';
import { Zip, ZipDeflate } from 'fflate';
import type { BatchState, JobState } from '../engine/state';
import { FailureError, failure } from '../model/failure';
import type { Clock, Files } from '../model/ports';
import { formatLength } from '../model/words';
import { titleOf } from './document';
import { linkTarget, markdownText } from './escape';
import { csvHead, csvRow } from './exportCsv';
import { markdownBody } from './markdown';
import { renderManifest } from './manifest';
import { renderJsonLine } from './plain';
import { ownFiles, readBack } from './readBack';
import { renderReport } from './report';

export const exportFormats = ['md', 'zip', 'jsonl', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export function isExportFormat(value: string): value is ExportFormat {
  return (exportFormats as readonly string[]).includes(value);
}

export interface ExportRequest {
  readonly format: ExportFormat;
  /** Absolute path of the batch folder. */
  readonly folder: string;
  readonly state: BatchState;
  /** Absolute path of the file to write; an existing one is replaced. */
  readonly out: string;
  readonly signal?: AbortSignal;
  /** Videos done so far. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface ExportResult {
  /** Videos in the file. */
  readonly videos: number;
  /** Finished videos whose files were gone or not readable. */
  readonly missing: number;
}

interface Parts {
  readonly files: Files;
  readonly clock: Clock;
}
/** Chunks of the file, in order. Counts what went in. */
type Writer = (
  request: ExportRequest,
  parts: Parts,
  tally: { videos: number; missing: number },
) => AsyncIterable<string>;

const textWriters: Readonly<Record<Exclude<ExportFormat, 'zip'>, Writer>> = {
  md: writeMarkdown,
  jsonl: writeJsonLines,
  csv: writeCsv,
};

/** An archive is built in memory, as the port for files takes text in pieces only. */
const maxArchiveBytes = 1024 * 1024 * 1024;

/** Writes the export whole or not at all. Throws FailureError `disk`, `cancelled`, `too-large`. */
export async function exportBatch(request: ExportRequest, parts: Parts): Promise<ExportResult> {
  const tally = { videos: 0, missing: 0 };
  await parts.files.makeFolder(dirname(request.out));
  if (request.format === 'zip') {
    await parts.files.writeWhole(request.out, await zipOf(request, parts, tally));
    return tally;
  }
  const temporary = join(dirname(request.out), `.${basename(request.out)}.part`);
  await parts.files.remove(temporary);
  const file = await parts.files.openAppend(temporary);
  try {
    for await (const chunk of textWriters[request.format](request, parts, tally)) {
      stopIfAborted(request);
      await file.append(chunk);
    }
    await file.flush();
  } catch (error) {
    await file.close();
    await parts.files.remove(temporary);
    throw error;
  }
  await file.close();
  await parts.files.rename(temporary, request.out);
  return tally;
}

function stopIfAborted({ signal }: ExportRequest): void {
  if (signal?.aborted === true) throw new FailureError(failure('cancelled', 'Stopped.'));
}

/** The jobs that count, in list order; others get their turn in between. */
async function* rows(request: ExportRequest): AsyncIterable<readonly [job: JobState, number: number]> {
  let number = 0;
  // The batch may grow while it is exported; what comes later belongs to the next export.
  const end = request.state.jobs.length;
  for (let at = 0; at < end; at += 1) {
    const job = request.state.jobs[at];
    if (job === undefined || job.expandedInto !== undefined) continue;
    number += 1;
    if (number % 100 === 0) {
      stopIfAborted(request);
      request.onProgress?.(number, request.state.total);
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
    yield [job, number];
  }
}

async function* writeMarkdown(
  request: ExportRequest,
  { files, clock }: Parts,
  tally: { videos: number; missing: number },
): AsyncIterable<string> {
  const { state, folder } = request;
  const done = state.counts.completed;
  yield `# ${markdownText(state.name)}\n\n${done} of ${state.total} videos, ${new Date(clock.now()).toISOString().slice(0, 10)}\n\n## Contents\n\n`;
  for await (const [job] of rows(request))
    if (job.status === 'completed') yield `- ${markdownText(titleOf(job.meta, job.link))}\n`;
  for await (const [job] of rows(request)) {
    if (job.status !== 'completed') continue;
    const document = await readBack(files, folder, job, state.name);
    if (document === undefined) {
      tally.missing += 1;
      continue;
    }
    tally.videos += 1;
    const title = markdownText(titleOf(job.meta, job.link));
    const target = linkTarget(job.link.url);
    const facts = [
      target === undefined ? '' : `[Video](${target})`,
      markdownText(job.meta.channel ?? ''),
      formatLength(job.meta.duration),
      markdownText(document.transcript.language),
    ].filter((fact) => fact !== '');
    yield `\n## ${title}\n\n${facts.join(' · ')}\n\n${markdownBody(document, 3)}`;
  }
}

async function* writeJsonLines(
  request: ExportRequest,
  { files }: Parts,
  tally: { videos: number; missing: number },
): AsyncIterable<string> {
  for await (const [job] of rows(request)) {
    if (job.status !== 'completed') continue;
    const document = await readBack(files, request.folder, job, request.state.name);
    if (document === undefined) tally.missing += 1;
    else {
      tally.videos += 1;
      yield `${renderJsonLine(document)}\n`;
    }
  }
}

async function* writeCsv(
  request: ExportRequest,
  _parts: Parts,
  tally: { videos: number },
): AsyncIterable<string> {
  // Without the mark, spreadsheets read UTF-8 as the system's old code page.
  yield `\uFEFF${csvHead}`;
  let text = '';
  for await (const [job, number] of rows(request)) {
    tally.videos += 1;
    text += csvRow(job, number);
    if (text.length > 65_536) {
      yield text;
      text = '';
    }
  }
  yield text;
}

/** The transcripts as they are, with manifest and report. */
async function zipOf(
  request: ExportRequest,
  { files, clock }: Parts,
  tally: { videos: number; missing: number },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const archive = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
    size += chunk.length;
  });
  const add = (name: string, content: Uint8Array): void => {
    const entry = new ZipDeflate(name, { level: 6 });
    // The format's years begin in 1980.
    entry.mtime = Math.max(clock.now(), Date.UTC(1981));
    archive.add(entry);
    entry.push(content, true);
    if (size > maxArchiveBytes)
      throw new FailureError(failure('too-large', 'The archive would be larger than 1 GB.'));
  };
  for await (const [job] of rows(request)) {
    if (job.status !== 'completed') continue;
    stopIfAborted(request);
    let found = false;
    for (const name of await ownFiles(files, request.folder, job)) {
      const content = await files.read(join(request.folder, name));
      if (content === undefined) continue;
      add(name, content);
      found = true;
    }
    if (found) tally.videos += 1;
    else tally.missing += 1;
  }
  const now = clock.now();
  add('batch.json', await renderManifest(request.state, now, () => Promise.resolve()));
  add('report.md', Buffer.from(renderReport(request.state, now)));
  archive.end();
  return Buffer.concat(chunks);
}
