/**
 * Checks a list's local files on disk: links are resolved, and files outside the workspace and the list's
 * own folder are marked, so that the user confirms them by name first. A missing file fails in its row.
 */
import type { NewJob } from '../model/events';
import { failure } from '../model/failure';
import type { Files } from '../model/ports';
import { isInside, nativePathStyle } from './localPath';

/**
 * Returns the jobs with `outside` set where needed and `path` replaced by the real one, so that the checked
 * file is the one that is opened. `folders`: the workspace's folders and the list's own, absolute.
 */
export async function confineLocalFiles(
  jobs: readonly NewJob[],
  folders: readonly string[],
  files: Pick<Files, 'realPath'>,
): Promise<readonly NewJob[]> {
  if (!jobs.some((job) => job.link.path !== undefined)) return jobs;
  const roots: string[] = [];
  for (const folder of folders) {
    const real = await realPath(files, folder);
    if (real !== undefined) roots.push(real);
  }
  const confined: NewJob[] = [];
  for (const job of jobs) confined.push(await confine(job, roots, files));
  return confined;
}

async function confine(
  job: NewJob,
  roots: readonly string[],
  files: Pick<Files, 'realPath'>,
): Promise<NewJob> {
  const { path } = job.link;
  if (path === undefined || job.invalid !== undefined) return job;
  const real = await realPath(files, path);
  if (real === undefined)
    return {
      ...job,
      invalid: failure('invalid-url', `There is no file ${path}. Correct the path in the list.`, {
        subject: 'missing',
      }),
    };
  const outside = !roots.some((root) => isInside(real, root, nativePathStyle));
  return { ...job, link: { ...job.link, path: real, ...(outside ? { outside } : {}) } };
}

/** A path that cannot be resolved (no permission, a loop of links) counts as missing. */
async function realPath(files: Pick<Files, 'realPath'>, path: string): Promise<string | undefined> {
  try {
    return await files.realPath(path);
  } catch {
    return undefined;
  }
}
