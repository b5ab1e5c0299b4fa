/** A batch as one archive: the transcripts and notes as they are, with manifest and report. Streamed file by file. */
import { basename, join } from 'node:path';
import { Zip, ZipDeflate } from 'fflate';
import { breathe } from '../captions/sliced';
import { FailureError, failure } from '../model/failure';
import { rows, stopIfAborted } from './exportRows';
import type { ExportRequest, Tally, WriterParts } from './exportRows';
import { filesFolder } from '../model/filesFolder';
import { manifestPieces } from './manifest';
import { ownFiles } from './readBack';
import { renderReport } from './report';
import { notesByStem, stemOfFile } from './videoFiles';

/** The classic format counts entries in 16 bits and bytes in 32; not every program reads ZIP64. */
const mostEntries = 65_535;
const mostBytes = 0xffffffff;
/**
 * Without `mem` fflate takes 2 MB of tables for each file, which V8 has to collect; tables of zlib's own size (2 to the
 * power of 12 + 3 entries) pack as well. 3,000 transcripts of 27 KB: 1.77 instead of 2.03 s of CPU time, same size.
 */
const deflate = { level: 6, mem: 3 } as const;
/** Compressed in one go, a few milliseconds' work; then other work runs. */
const sliceBytes = 64 * 1024;

/** Throws FailureError `too-large` when the format cannot hold the batch. */
export async function* zipPieces(
  request: ExportRequest,
  { files, words, clock }: WriterParts,
  tally: Tally,
): AsyncIterable<Uint8Array> {
  const archive = new Archive(clock.now());
  const folder = filesFolder(request.folder);
  const notes = notesByStem(await files.list(folder).catch(() => []));
  for await (const [job] of rows(request)) {
    if (job.status !== 'completed') continue;
    const names = await ownFiles(words, job);
    const about = [...new Set(names.map(stemOfFile))].flatMap((stem) => notes.get(stem) ?? []);
    const all = about.length === 0 ? names : await ownFiles(words, { ...job, files: [...names, ...about] });
    for (const name of all) {
      const add = archive.open(name);
      for await (const piece of files.readPieces(join(folder, name))) yield* inSlices(add, piece, request);
      yield* add(new Uint8Array(), true);
    }
    if (names.length > 0) tally.videos += 1;
    else tally.missing += 1;
  }
  const now = clock.now();
  const manifest = archive.open('batch.json');
  for (const piece of await manifestPieces(request.state, now, breathe))
    yield* inSlices(manifest, piece, request);
  yield* manifest(new Uint8Array(), true);
  yield* archive.open('report.md')(
    Buffer.from(renderReport(request.state, now, basename(request.folder))),
    true,
  );
  yield* archive.end();
}

/** Compresses a chunk, letting other work run in between. */
async function* inSlices(add: Add, piece: Uint8Array, request: ExportRequest): AsyncIterable<Uint8Array> {
  for (let at = 0; at < piece.length; at += sliceBytes) {
    stopIfAborted(request);
    yield* add(piece.subarray(at, at + sliceBytes), false);
    await breathe();
  }
}

type Add = (piece: Uint8Array, last: boolean) => readonly Uint8Array[];

/** fflate's archive, which passes its bytes to a callback, as chunks to be fetched. */
class Archive {
  private ready: Uint8Array[] = [];
  private entries = 0;
  private bytes = 0;
  private readonly zip: Zip;
  private readonly modified: number;

  constructor(now: number) {
    // The format's years begin in 1980.
    this.modified = Math.max(now, Date.UTC(1981));
    this.zip = new Zip((error, piece) => {
      if (error) throw error;
      this.ready.push(piece);
      this.bytes += piece.length;
    });
  }

  open(name: string): Add {
    this.entries += 1;
    if (this.entries > mostEntries) throw tooLarge('more than 65,535 files');
    const entry = new ZipDeflate(name, deflate);
    entry.mtime = this.modified;
    this.zip.add(entry);
    return (piece, last) => {
      entry.push(piece, last);
      return this.take();
    };
  }

  end(): readonly Uint8Array[] {
    this.zip.end();
    return this.take();
  }

  private take(): readonly Uint8Array[] {
    if (this.bytes > mostBytes) throw tooLarge('more than 4 GB');
    const { ready } = this;
    this.ready = [];
    return ready;
  }
}

function tooLarge(what: string): FailureError {
  return new FailureError(
    failure('too-large', `A ZIP archive cannot hold ${what}. Export JSON Lines instead.`),
  );
}
