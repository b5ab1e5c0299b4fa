/**
 * The finished videos of a batch in other formats, from the words that are kept: nobody is asked and nothing is paid.
 * A file that is no longer as it was written stays as it is, and so does one that is none of ours. Another process may
 * run the batch meanwhile: files appear whole, and what is recorded is only ever added.
 */
import type { ReadonlyRow, ReadonlyState } from '../engine/state/reducer';
import { FailureError, failure, toFailure } from '../model/failure';
import { filesFolder, isNotesFolder } from '../model/filesFolder';
import type { Clock, Files } from '../model/ports';
import { readSettings, type Settings } from '../model/settings';
import { stemOf } from './folderNames';
import { correctedFiles } from './kept/corrected';
import { KeptFolder, type KeptEntry, type KeptVideo } from './kept/folder';
import type { KeptStore } from './kept/store';
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
  /** Finished videos whose words are not kept, or cannot be read. */
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
  const total = [...kept.entries].filter(({ id }) => rows.has(id)).length;
  const finished = rows.size;
  const rendering = new Rendering(request, parts);
  const underWay = new Set<Promise<void>>();
  let done = 0;
  let failed: unknown;
  for await (const video of kept.videos()) {
    const row = rows.get(video.link.id);
    if (row === undefined) continue;
    if (signal?.aborted === true) failed = new FailureError(failure('cancelled', 'Stopped.'));
    if (failed !== undefined) break;
    const work = rendering
      .video(row, video)
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

  async video(
    row: ReadonlyRow,
    { transcript, entry }: KeptVideo & { readonly entry: KeptEntry },
  ): Promise<void> {
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
      now: entry.at,
      stays: { unchanged: entry },
      stem: stemOfRow(row) ?? stemOfEntry(entry),
      record: (files) => store.wrote(folder, link.id, files, clock.now()),
    });
    this.written += put.written;
    this.stayed.push(...put.stayed);
    const others = [...entry.files.keys()].filter((name) => !put.names.includes(name));
    this.corrected.push(...(await correctedFiles(this.parts.files, folder, entry, others)));
  }
}

function stemOfRow({ files = [] }: ReadonlyRow): string | undefined {
  const [name] = files;
  return name === undefined ? undefined : stemOf(name);
}
