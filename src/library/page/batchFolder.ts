/**
 * One batch of an output folder as the library shows it, read from its manifest and the names in its folder. Both may
 * come from anywhere: a file that is not there, or leads out of the folder, is not shown.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { notesFolderName } from '../../model/filesFolder';
import { isInsidePath } from '../../model/insidePath';
import { isSourceId } from '../../model/transcript';
import type { Files } from '../../model/ports';
import { readManifestHead, type ManifestHead } from '../../output/manifestHead';
import { manifestVideos, type ManifestVideo } from '../../output/manifestVideos';
import { notesByStem, stemOfFile } from '../../output/videoFiles';

export interface LibraryVideo {
  readonly title: string;
  /** What to open, relative to the batch folder. */
  readonly file: string;
  /** Files of notes about it, relative to the batch folder. */
  readonly notes: readonly string[];
  readonly url: string | undefined;
  readonly seconds: number | undefined;
  readonly language: string | undefined;
  readonly source: string | undefined;
}

export interface LibraryBatch {
  /** Name of its folder in the output folder. */
  readonly folder: string;
  readonly head: ManifestHead;
  /** Videos with a transcript, in the order of the list. */
  readonly videos: readonly LibraryVideo[];
  readonly hasReport: boolean;
}

const manifestName = 'batch.json';

/** What a batch's folder holds, without its manifest's videos. `mark` changes when any of it does. */
export interface BatchPlace {
  readonly folder: string;
  readonly head: ManifestHead;
  readonly names: readonly string[];
  readonly mark: string;
}

/** The batches of an output folder, ordered by name. `root`: the folder's real path. */
export async function batchPlaces(files: Files, root: string): Promise<readonly BatchPlace[]> {
  const places: BatchPlace[] = [];
  for (const folder of await files.listFolders(root)) {
    if (folder.startsWith('.') || !isInsidePath(folder)) continue;
    const path = join(root, folder);
    const stat = await files.stat(join(path, manifestName)).catch(() => undefined);
    // A link could lead to transcripts that do not belong to this folder.
    if (stat?.kind !== 'file' || (await files.realPath(path)) !== path) continue;
    const head = await readManifestHead(files, path);
    if (head === undefined) continue;
    const names = [...(await files.list(path).catch(() => []))].sort();
    const hash = createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 16);
    const notes = await notesMark(files, path, names);
    places.push({ folder, head, names, mark: `${folder} ${stat.size} ${stat.modifiedMs} ${hash}${notes}` });
  }
  const order = new Intl.Collator('en', { numeric: true });
  return places.sort(
    (a, b) =>
      order.compare(a.head.name, b.head.name) ||
      order.compare(a.folder, b.folder) ||
      (a.folder < b.folder ? -1 : 1),
  );
}

/** Changes when notes of the batch have been written again under their old names. */
async function notesMark(files: Files, path: string, names: readonly string[]): Promise<string> {
  let mark = '';
  for (const name of names) {
    if (!name.startsWith(notesFolderName)) continue;
    const folder = join(path, name);
    const stat = await files.stat(join(folder, manifestName)).catch(() => undefined);
    if (stat?.kind !== 'file') continue;
    const isRunning = (await readManifestHead(files, folder))?.phase === 'running';
    mark += ` ${isRunning ? 'runs' : `${stat.size} ${stat.modifiedMs}`}`;
  }
  return mark;
}

/** The batch with its transcripts. Throws FailureError `disk`. */
export async function readBatch(files: Files, { folder, head, names }: BatchPlace): Promise<LibraryBatch> {
  const present = new Set(names);
  const notes = notesByStem(names);
  const videos = await manifestVideos(files, join(head.folder, manifestName), (video) =>
    shown(video, present, notes),
  ).catch(() => []);
  return { folder, head, videos, hasReport: present.has('report.md') };
}

function shown(
  video: ManifestVideo,
  present: ReadonlySet<string>,
  notes: ReadonlyMap<string, readonly string[]>,
): LibraryVideo | undefined {
  if (video.status !== 'completed') return undefined;
  const there = video.files.filter((file) => isInsidePath(file) && present.has(file));
  const [file] = there;
  if (file === undefined) return undefined;
  const { title = '', url, duration, language, source } = video;
  const stem = stemOfFile(file);
  return {
    title: title.trim() === '' ? stem : title,
    file: there.find((one) => one.endsWith('.md')) ?? file,
    notes: notes.get(stem) ?? [],
    url,
    seconds: duration,
    language: /^[A-Za-z0-9-]{2,35}$/.test(language ?? '') && language !== 'und' ? language : undefined,
    source: source !== undefined && isSourceId(source) ? source : undefined,
  };
}
