/**
 * Checks a list's local files on disk: links are resolved, and files outside the workspace and the list's
 * own folder are marked, so that the user confirms them by name first. A missing file fails in its row.
 */
import { basename, dirname, join } from 'node:path';
import type { NewJob } from '../model/events';
import { failure } from '../model/failure';
import { hasOneForm, pathForm } from '../model/pathForm';
import type { Files } from '../model/ports';
import { isInside, nativePathStyle } from './localPath';

/**
 * Returns the jobs with `outside` set where needed and `path` replaced by the real one, so that the checked
 * file is the one that is opened. `folders`: the workspace's folders and the list's own, absolute.
 */
export async function confineLocalFiles(
  jobs: readonly NewJob[],
  folders: readonly string[],
  files: Pick<Files, 'realPath' | 'list'>,
): Promise<readonly NewJob[]> {
  if (!jobs.some((job) => job.link.path !== undefined)) return jobs;
  const roots: string[] = [];
  for (const folder of folders) {
    const real = await realPath(files, folder);
    if (real !== undefined) roots.push(real);
  }
  const otherForms = new OtherForms(files);
  const real = async (path: string): Promise<string | undefined> =>
    (await realPath(files, path)) ?? otherForms.realPath(path);
  const confined: NewJob[] = [];
  for (const job of jobs) confined.push(await confine(job, roots, real));
  return confined;
}

async function confine(
  job: NewJob,
  roots: readonly string[],
  realPathOf: (path: string) => Promise<string | undefined>,
): Promise<NewJob> {
  const { path } = job.link;
  if (path === undefined || job.invalid !== undefined) return job;
  const real = await realPathOf(path);
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

/**
 * Files whose names have their accents as letters of their own, as macOS copies them to other systems. A list that was
 * typed has each as one letter, and looks the same.
 */
class OtherForms {
  private readonly listed = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(private readonly files: Pick<Files, 'realPath' | 'list'>) {}

  async realPath(path: string): Promise<string | undefined> {
    if (hasOneForm(path)) return undefined;
    const folder = dirname(path);
    const place = (await realPath(this.files, folder)) ?? (await this.realPath(folder));
    if (place === undefined) return undefined;
    const names = this.listed.get(place) ?? this.namesIn(place);
    this.listed.set(place, names);
    const name = (await names).get(pathForm(basename(path)));
    return name === undefined ? undefined : realPath(this.files, join(place, name));
  }

  private async namesIn(folder: string): Promise<ReadonlyMap<string, string>> {
    const names = await this.files.list(folder).catch(() => []);
    return new Map(names.filter((name) => !hasOneForm(name)).map((name) => [pathForm(name), name]));
  }
}

/** A path that cannot be resolved (no permission, a loop of links) counts as missing. */
async function realPath(files: Pick<Files, 'realPath'>, path: string): Promise<string | undefined> {
  try {
    return await files.realPath(path);
  } catch {
    return undefined;
  }
}
