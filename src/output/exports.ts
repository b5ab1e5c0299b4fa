/**
 * A whole batch as one file. Each format is one entry of the table; its chunks go to the file video by
 * video, so that a batch of any size fits in memory. A running batch is exported as far as it is done.
 */
import { basename, dirname, join } from 'node:path';
import { inSlices } from '../captions/sliced';
import { FailureError, failure } from '../model/failure';
import { filesFolder, isNotesFolder } from '../model/filesFolder';
import type { AppendFile } from '../model/ports';
import { publicAddress } from '../model/publicUrl';
import { formatLength } from '../model/words';
import { titleOf } from './document';
import { linkTarget, markdownText } from './escape';
import { csvHead, csvRow } from './exportCsv';
import { formatsOfNotes, rows, stopIfAborted } from './exportRows';
import type {
  ExportFormat,
  ExportParts,
  ExportRequest,
  ExportResult,
  ExportWriter,
  Tally,
  WriterParts,
} from './exportRows';
import { pdfPieces } from './exportPdf';
import { zipPieces } from './exportZip';
import { KeptFolder } from './kept/folder';
import { markdownBody } from './markdown';
import { renderJsonLine } from './plain';
import { readBack } from './readBack';

export { exportFormats, isExportFormat } from './exportRows';
export type { ExportFormat, ExportRequest, ExportResult } from './exportRows';

const writers: Readonly<Record<ExportFormat, ExportWriter>> = {
  md: writeMarkdown,
  pdf: pdfPieces,
  zip: zipPieces,
  jsonl: writeJsonLines,
  csv: writeCsv,
};

/** Writes the export atomically. Throws FailureError `disk`, `cancelled`, `too-large`. */
export async function exportBatch(request: ExportRequest, parts: ExportParts): Promise<ExportResult> {
  const tally: Tally = { videos: 0, missing: 0, notes: [] };
  refuseNotes(request);
  await parts.files.makeFolder(dirname(request.out));
  const temporary = join(dirname(request.out), `.${basename(request.out)}.part`);
  await parts.files.remove(temporary);
  const { files } = parts;
  const { folder, state } = request;
  // A batch without kept words, or with ones that cannot be read, has its files.
  const kept = await KeptFolder.open(files, folder).catch(() => undefined);
  const words = { files, folder, batch: state.name, kept };
  const file = await files.openAppend(temporary);
  try {
    const buffered = new Buffered(file);
    for await (const piece of writers[request.format](request, { ...parts, words }, tally)) {
      stopIfAborted(request);
      await buffered.append(piece);
    }
    await buffered.end();
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

/** The other formats are made of transcripts, and would take notes for what somebody has said. */
function refuseNotes({ folder, format }: ExportRequest): void {
  if (!isNotesFolder(folder) || formatsOfNotes.includes(format)) return;
  throw new FailureError(
    failure(
      'unsupported',
      `Notes are exported as ${formatsOfNotes.join(' or ')}. For ${format} of the transcripts, export ${filesFolder(folder)}.`,
    ),
  );
}

/** Small chunks are written together. */
class Buffered {
  private pieces: Uint8Array[] = [];
  private bytes = 0;

  constructor(private readonly file: AppendFile) {}

  async append(piece: string | Uint8Array): Promise<void> {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    this.pieces.push(bytes);
    this.bytes += bytes.length;
    if (this.bytes > 256 * 1024) await this.end();
  }

  async end(): Promise<void> {
    const { pieces } = this;
    this.pieces = [];
    this.bytes = 0;
    await this.file.append(Buffer.concat(pieces));
  }
}

async function* writeMarkdown(
  request: ExportRequest,
  { words, clock }: WriterParts,
  tally: Tally,
): AsyncIterable<string> {
  const { state } = request;
  const done = state.counts.completed;
  yield `# ${markdownText(state.name)}\n\n${done} of ${state.total} videos, ${new Date(clock.now()).toISOString().slice(0, 10)}\n\n## Contents\n\n`;
  for await (const [job] of rows(request))
    if (job.status === 'completed') yield `- ${markdownText(titleOf(job.meta, job.link))}\n`;
  for await (const [job] of rows(request)) {
    if (job.status !== 'completed') continue;
    const document = await readBack(words, job);
    if (document === undefined) {
      tally.missing += 1;
      continue;
    }
    tally.videos += 1;
    const title = markdownText(titleOf(job.meta, job.link));
    const target = linkTarget(publicAddress(job.link));
    const facts = [
      target === undefined ? '' : `[Video](${target})`,
      markdownText(job.meta.channel ?? ''),
      formatLength(job.meta.duration),
      markdownText(document.transcript.language),
    ].filter((fact) => fact !== '');
    const body = await inSlices(markdownBody(document, 3));
    yield `\n## ${title}\n\n${facts.join(' · ')}\n\n${body}`;
  }
}

async function* writeJsonLines(
  request: ExportRequest,
  { words }: WriterParts,
  tally: Tally,
): AsyncIterable<string> {
  for await (const [job] of rows(request)) {
    if (job.status !== 'completed') continue;
    const document = await readBack(words, job);
    if (document === undefined) tally.missing += 1;
    else {
      tally.videos += 1;
      yield `${await inSlices(renderJsonLine(document))}\n`;
    }
  }
}

async function* writeCsv(request: ExportRequest, _parts: WriterParts, tally: Tally): AsyncIterable<string> {
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
