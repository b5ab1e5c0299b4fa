/** What *Write Notes…* means: batches as a whole, or single transcripts of theirs. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { filesFolder } from '../../model/filesFolder';
import { isPlain } from '../../model/plain';
import { rowOfFile } from '../../output/videoFiles';
import { batchFolderOf, type Batches } from '../batches';
import { Refusal } from '../problems';

export interface NotesTarget {
  /** Of the transcripts' batch. */
  readonly folder: string;
  /** Ids of the videos; absent: all that have a transcript. */
  readonly only?: ReadonlySet<string>;
}

/** A folder of a batch, or a file in one. */
type Place = { readonly folder: string } | { readonly file: string };

/**
 * The batches and transcripts that a menu was opened on: files and folders of the explorer, the editor's file, lines of
 * the activity view. None where `target` is nothing of the kind. Throws Refusal for a file that is no transcript.
 */
export async function notesTargets(
  target: unknown,
  targets: unknown,
  batches: Batches,
): Promise<readonly NotesTarget[]> {
  const chosen: readonly unknown[] = Array.isArray(targets) && targets.length > 0 ? targets : [target];
  const places = await Promise.all(chosen.map((one) => placeOf(one)));
  const whole = new Set<string>();
  const single = new Map<string, Set<string>>();
  for (const place of places) {
    if (place === undefined) continue;
    if ('folder' in place) whole.add(filesFolder(place.folder));
    else {
      const folder = dirname(place.file);
      const ids = single.get(folder) ?? new Set();
      ids.add(await idOf(place.file, batches));
      single.set(folder, ids);
    }
  }
  return [
    ...[...whole].map((folder): NotesTarget => ({ folder })),
    ...[...single].flatMap(([folder, only]): NotesTarget[] => (whole.has(folder) ? [] : [{ folder, only }])),
  ];
}

async function placeOf(target: unknown): Promise<Place | undefined> {
  if (target instanceof vscode.Uri) {
    if (target.scheme !== 'file') return undefined;
    const folder = batchFolderOf(target);
    if (folder !== target.fsPath) return { folder };
    const stat = await vscode.workspace.fs.stat(target).then(
      (found) => found,
      () => undefined,
    );
    return stat?.type === vscode.FileType.Directory ? { folder } : { file: target.fsPath };
  }
  if (!isPlain(target)) return undefined;
  if (typeof target.path === 'string') return { file: target.path };
  const batch = isPlain(target.batch) ? target.batch : target;
  return typeof batch.folder === 'string' ? { folder: batch.folder } : undefined;
}

/** The video that a file in a batch folder is the transcript, or the notes, of. Throws Refusal. */
async function idOf(file: string, batches: Batches): Promise<string> {
  const name = basename(file);
  const view = await batches.look(dirname(file)).catch(() => undefined);
  const row = view && rowOfFile(view.state.jobs, [basename(dirname(file)), view.state.name], name);
  if (row) return row.link.id;
  throw new Refusal(
    view
      ? `${name} is no transcript of ${view.state.name}. Choose one of its transcripts, or the whole batch.`
      : `${name} does not lie in the folder of a batch. Notes are written about transcripts that Bulk Transcribe has made.`,
  );
}
