/** What the batch of a list has done already, for a dry run: read from disk, nothing is sent or written. */
import { basename, join } from 'node:path';
import type { Engine } from '../engine/api';
import { folderNames, sameList } from '../engine/folder/names';
import type { ReadonlyRow } from '../engine/state/reducer';
import { isInsidePath } from '../model/insidePath';
import type { Files } from '../model/ports';
import { filesHere } from '../output/videoFiles';
import type { BatchRequest } from './session';

export interface DoneWorld {
  readonly engine: Pick<Engine, 'open'>;
  readonly files: Pick<Files, 'stat' | 'realPath'>;
}

/** Rows whose files are looked for together. */
const together = 64;

/**
 * Ids of the videos that a run of this list would not ask for: those that its batch has finished and whose files are
 * there. None for a run that does all again, and where the list has no batch that can be read.
 */
export async function doneBefore(request: BatchRequest, world: DoneWorld): Promise<ReadonlySet<string>> {
  const done = new Set<string>();
  if (request.redo) return done;
  for (const name of folderNames(request)) {
    const folder = join(request.outputFolder, name);
    const batch = await world.engine.open(folder, 'view').catch(() => undefined);
    if (batch === undefined) return done;
    // As a start would: a batch from elsewhere, or of another list, is left alone.
    if (batch.foreign === true || !(await sameList(batch.state, request, world.files))) continue;
    const { jobs, name: own } = batch.state;
    for (let at = 0; at < jobs.length; at += together) {
      const some = jobs.slice(at, at + together);
      const there = await Promise.all(some.map((row) => isThere(row, folder, own, world)));
      for (const [index, row] of some.entries()) if (there[index] === true) done.add(row.link.id);
    }
    return done;
  }
  return done;
}

async function isThere(
  row: ReadonlyRow,
  folder: string,
  own: string,
  { files }: DoneWorld,
): Promise<boolean> {
  const { status, skip, expandedInto } = row;
  const isDone = status === 'completed' || (status === 'skipped' && skip?.reason === 'already-done');
  if (!isDone || expandedInto !== undefined) return false;
  const here = filesHere(row, [basename(folder), own]);
  // What another batch of the output folder has is looked for when the list is run.
  if (here.length === 0) return skip?.file !== undefined;
  for (const name of here)
    if (isInsidePath(name) && (await files.stat(join(folder, name)))?.kind === 'file') return true;
  return false;
}
