/**
 * Which files of a batch folder belong to which video. All files of a video share the name that the batch has given it;
 * what that name looks like is for `output.fileName` to say, so nothing here expects a form. Pure.
 */
import type { ReadonlyRow } from '../engine/state/reducer';
import { notesEnding } from '../model/filesFolder';

/** The name without its ending, which all files of a video share. */
export function stemOfFile(file: string): string {
  return file.replace(/\.[^.]*$/, '');
}

/** What the stem of the transcript may be, the longest first: notes may have their template in their name. */
function stemsOf(name: string): readonly string[] {
  if (!name.endsWith(notesEnding)) return [stemOfFile(name)];
  const whole = name.slice(0, -notesEnding.length);
  return [whole, stemOfFile(whole)];
}

/**
 * Files of notes by the stem of their transcript: `Title [id].notes.md`, `Title [id].summary.notes.md` and
 * `Title [id].summary 2.notes.md` belong to `Title [id]`.
 */
export function notesByStem(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const stems = new Set(names.filter((name) => !name.endsWith(notesEnding)).map(stemOfFile));
  for (const name of names) {
    if (!name.endsWith(notesEnding) || name.startsWith('.')) continue;
    const stem = stemsOf(name).find((one) => stems.has(one));
    if (stem === undefined) continue;
    const known = found.get(stem);
    if (known) known.push(name);
    else found.set(stem, [name]);
  }
  return found;
}

/**
 * The row whose video a file of a batch is the transcript of, the notes about, or a format of that was rendered later.
 * `batch`: the names by which rows call the batch itself, of its folder and its own. Undefined: no row has such files.
 */
export function rowOfFile<Row extends Pick<ReadonlyRow, 'files' | 'skip' | 'expandedInto'>>(
  rows: Iterable<Row>,
  batch: readonly string[],
  name: string,
): Row | undefined {
  const stems = stemsOf(name);
  const found: (Row | undefined)[] = stems.map(() => undefined);
  for (const row of rows) {
    if (row.expandedInto !== undefined) continue;
    // A video that was there already has its file in this folder as well.
    const files = filesHere(row, batch);
    if (files.includes(name)) return row;
    for (const [at, stem] of stems.entries())
      if (found[at] === undefined && files.some((one) => stemOfFile(one) === stem)) found[at] = row;
  }
  return found.find((row) => row !== undefined);
}

/** The row's files in the batch's own folder. `batch`: as `rowOfFile` takes it. */
export function filesHere(
  { files = [], skip }: Pick<ReadonlyRow, 'files' | 'skip'>,
  batch: readonly string[],
): readonly string[] {
  if (skip?.file === undefined || skip.batch === undefined) return files;
  return batch.includes(skip.batch) ? [skip.file] : files;
}
