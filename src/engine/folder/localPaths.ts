/**
 * Local files of a batch that is read back from its journal: where they lead now. A path may lead elsewhere since it
 * was checked, and only a sealed row proves that the user has named a file outside.
 */
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { failure } from '../../model/failure';
import type { Files } from '../../model/ports';
import type { Authorship } from '../journal/journal';
import type { BatchState, JobState } from '../state/reducer';

/**
 * Holds the rows' local files to the list's folder and the `workspace` (absolute folders) again. A row whose file is
 * outside fails as in a list, unless it is sealed and its path still leads to the file that the user named.
 */
export async function confineLocal(
  state: BatchState,
  author: Authorship,
  workspace: readonly string[],
  files: Pick<Files, 'realPath'>,
): Promise<void> {
  const { jobs, list } = state;
  if (!jobs.some(isLocal)) return;
  const folders = list === undefined || !isAbsolute(list) ? workspace : [dirname(list), ...workspace];
  const roots: string[] = [];
  for (const folder of folders) {
    const real = await files.realPath(folder).catch(() => undefined);
    if (real !== undefined) roots.push(real);
  }
  for (const [at, job] of jobs.entries()) {
    const { path } = job.link;
    if (path === undefined || !isLocal(job)) continue;
    const real = await files.realPath(path).catch(() => undefined);
    // A file that is not there fails by itself.
    if (real === undefined || (author === 'own' && real === path)) continue;
    const isInside = roots.some((root) => within(real, root));
    if (isInside) jobs[at] = { ...job, link: { ...job.link, path: real } };
    else jobs[at] = { ...job, invalid: outside(path) };
  }
}

const isLocal = ({ link, invalid }: JobState): boolean => link.path !== undefined && invalid === undefined;

function within(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

const outside = (path: string): ReturnType<typeof failure> =>
  failure('invalid-url', `${path} leads outside of its list's folder. Name it on a list again.`, {
    subject: 'outside',
  });
