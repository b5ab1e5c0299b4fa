/**
 * The finished videos of a batch in other formats, from the words that are kept, or from a file that has the time of
 * each cue where none are: nobody is asked and nothing is paid.
 * A file that is no longer as it was written stays as it is, and so does one that is none of ours. Another process may
 * run the batch meanwhile: files appear whole, and what is recorded is only ever added.
 */
import type { ReadonlyRow, ReadonlyState } from '../engine/state/reducer';
import { FailureError, failure, toFailure } from '../model/failure';
import { filesFolder, isNotesFolder } from '../model/filesFolder';
import type { Clock, Files } from '../model/ports';
import { readSettings, type Settings } from '../model/settings';
import type { Transcript } from '../model/transcript';
import { stemOf } from './folderNames';
import { correctedFiles } from './kept/corrected';
import { KeptFolder, type KeptEntry } from './kept/folder';
import type { KeptStore } from './kept/store';
import { fromExactFile, hasExactFile, type BatchWords } from './readBack';
import { TranscriptFiles } from './transcriptFiles';
import { stemOfEntry } from './writer';

export interface RenderRequest {
  /** Absolute path of the batch folder. */
  readonly folder: string;
  readonly state: ReadonlyState;
  /** Over the batch's own: `output.formats`, `output.timestamps`, `output.fileName`. */
  readonly settings: Partial<Settings>;
  readonly signal?: AbortSignal;
  /** Videos done up to now, of those that are kept. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface RenderParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly store: KeptStore;
}

export interface RenderResult {
  readonly formats: Settings['output.formats'];
  /** Videos that have all formats now, but for files that stayed. */
  readonly videos: number;
  /** Files that were written; the others were as wanted already. */
  readonly written: number;
  /** Names of files in the wanted formats that stayed as they are: corrected since, or none of ours. */
  readonly stayed: readonly string[];
  /** Names of files in other formats that were corrected: what is written now does not have the corrections. */
  readonly corrected: readonly string[];
  /** Finished videos whose words are not kept, or cannot be read, and that have no file with the time of each cue. */
  readonly unkept: number;
  /** Records of kept words that are damaged. */
  readonly damaged: number;
}

/** Videos that are written at a time: enough for the disk to be busy. */
const atATime = 16;

/** Throws FailureError `disk`, and `cancelled` once the signal says so; what was written by then is whole and stays. */
export async function renderAgain(request: RenderRequest, parts: RenderParts): Promise<RenderResult> {
  const { folder, state, signal, onProgress } = request;
  if (isNotesFolder(folder))
    throw new FailureError(
      failure(
        'unsupported',
        `Notes are Markdown and have no other format. For other formats of the transcripts, render ${filesFolder(folder)}.`,
      ),
    );
  const kept = await KeptFolder.open(parts.files, folder);
  const rows = new Map<string, ReadonlyRow>();
  for (const row of state.jobs) if (isFinished(row, kept)) rows.set(row.link.id, row);
  const total = [...rows.values()].filter((row) => kept.has(row.link.id) || hasExactFile(row)).length;
  const finished = rows.size;
  const rendering = new Rendering(request, parts);
  const underWay = new Set<Promise<void>>();
  let done = 0;
  let failed: unknown;
  for await (const video of videosOf(rows, { files: parts.files, folder, batch: state.name, kept })) {
    if (signal?.aborted === true) failed = new FailureError(failure('cancelled', 'Stopped.'));
    if (failed !== undefined) break;
    const work = rendering
      .video(video)
      .then(
        () => {
          done += 1;
          onProgress?.(done, total);
        },
        (error: unknown) => {
          failed ??= error;
        },
      )
      .finally(() => underWay.delete(work));
    underWay.add(work);
    if (underWay.size >= atATime) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (failed !== undefined) throw new FailureError(toFailure(failed));
  const { formats, written, stayed, corrected } = rendering;
  return {
    formats,
    videos: done,
    written,
    stayed,
    corrected,
    unkept: finished - done,
    damaged: kept.damaged,
  };
}

/** After a crash a video may count as already done, although this batch has written it and keeps its words. */
function isFinished({ status, expandedInto, skip, link }: ReadonlyRow, kept: KeptFolder): boolean {
  if (status === 'skipped') return skip?.reason === 'already-done' && kept.has(link.id);
  return status === 'completed' && expandedInto === undefined;
}

/** A finished video with its words; `entry`: absent where they come from one of its files. */
interface Renderable {
  readonly row: ReadonlyRow;
  readonly transcript: Transcript;
  readonly entry?: KeptEntry;
}

async function* videosOf(
  rows: ReadonlyMap<string, ReadonlyRow>,
  words: BatchWords & { readonly kept: KeptFolder },
): AsyncIterable<Renderable> {
  const left = new Map(rows);
  for await (const { link, transcript, entry } of words.kept.videos()) {
    const row = left.get(link.id);
    left.delete(link.id);
    if (row !== undefined) yield { row, transcript, entry };
  }
  for (const row of left.values()) {
    const transcript = await fromExactFile(words, row);
    if (transcript !== undefined) yield { row, transcript };
  }
}

/** The videos of one call, with what came of them. */
class Rendering {
  readonly stayed: string[] = [];
  readonly corrected: string[] = [];
  written = 0;
  private readonly settings: Settings;
  private readonly transcripts: TranscriptFiles;

  constructor(
    private readonly request: RenderRequest,
    private readonly parts: RenderParts,
  ) {
    // What the batch was run with, as far as it comes from its folder, is checked like any other settings.
    this.settings = readSettings(request.state.settings, request.settings).settings;
    this.transcripts = new TranscriptFiles(parts.files);
  }

  get formats(): Settings['output.formats'] {
    return [...new Set(this.settings['output.formats'])];
  }

  async video({ row, transcript, entry }: Renderable): Promise<void> {
    const { folder, state } = this.request;
    const { store, clock } = this.parts;
    const { link, index } = row;
    const put = await this.transcripts.put({
      folder,
      link,
      index: index + 1,
      batch: state.name,
      settings: this.settings,
      transcript,
      now: entry?.at ?? row.endedAt ?? clock.now(),
      // Where it was not recorded what was written, any of its files may have been corrected.
      stays: entry === undefined ? 'all' : { unchanged: entry },
      stem: stemOfRow(row) ?? (entry && stemOfEntry(entry)),
      ...(entry === undefined ? {} : { record: (files) => store.wrote(folder, link.id, files, clock.now()) }),
    });
    this.written += put.written;
    this.stayed.push(...put.stayed);
    if (entry === undefined) return;
    const others = [...entry.files.keys()].filter((name) => !put.names.includes(name));
    this.corrected.push(...(await correctedFiles(this.parts.files, folder, entry, others)));
  }
}

function stemOfRow({ files = [] }: ReadonlyRow): string | undefined {
  const [name] = files;
  return name === undefined ? undefined : stemOf(name);
}
