/**
 * Which finished videos of a batch have no transcript any more in a format that is wanted now: their files were
 * deleted or moved away, or were written in other formats. Looked for when a list is run again.
 */
import { dirname, join } from 'node:path';
import type { Files } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { Source } from '../../model/source';
import type { BatchState, JobState } from '../state/reducer';

/**
 * Indices of jobs that are done, or were found done in another batch of the output folder, and lack a file. What
 * was paid for is left out: only the user's own word pays for it a second time.
 */
export async function withoutFiles(
  folder: string,
  { jobs }: BatchState,
  settings: Settings,
  { files, sources }: { readonly files: Files; readonly sources: readonly Source[] },
): Promise<readonly number[]> {
  const formats = settings['output.formats'];
  const paid = new Set<string | undefined>(sources.filter((source) => source.paid).map(({ id }) => id));
  const listed = new Map<string, Promise<ReadonlySet<string>>>();
  const namesIn = (place: string): Promise<ReadonlySet<string>> => {
    const names = listed.get(place) ?? files.list(place).then((found) => new Set(found.map(sameForm)));
    listed.set(place, names);
    return names;
  };
  const lacking: number[] = [];
  for (const job of jobs) {
    const written = paid.has(job.source) ? undefined : writtenBy(job, folder);
    if (!written) continue;
    const names = await namesIn(written.place);
    for (const format of formats) {
      const name = `${written.name.replace(/\.[^.]*$/, '')}.${format}`;
      if (names.has(sameForm(name))) continue;
      // A file system may list a name in another form than it was given.
      if ((await files.stat(join(written.place, name))) !== undefined) continue;
      lacking.push(job.index);
      break;
    }
  }
  return lacking;
}

/** One of the files that the job's outcome names, and where it lies. */
function writtenBy(
  { status, files, skip }: JobState,
  folder: string,
): { readonly place: string; readonly name: string } | undefined {
  const [name] = files ?? [];
  if (status === 'completed' && name !== undefined) return { place: folder, name };
  if (status !== 'skipped' || skip?.file === undefined || skip.batch === undefined) return undefined;
  return { place: join(dirname(folder), skip.batch), name: skip.file };
}

function sameForm(name: string): string {
  return name.normalize('NFC');
}
