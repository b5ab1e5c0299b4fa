/** The videos of a batch's manifest as the lines of its list show them. A part of its own in dist/; see esbuild.js. */
import { join } from 'node:path';
import type { JobStatus } from '../../model/events';
import { failure, isFailureCode } from '../../model/failure';
import type { Files } from '../../model/ports';
import { manifestVideos, type ManifestVideo } from '../../output/manifestVideos';
import type { LineJob } from './progress';

/** What became of each video, by its id; empty where there is no readable manifest. */
export async function manifestJobs(
  files: Pick<Files, 'readPieces'>,
  folder: string,
): Promise<ReadonlyMap<string, LineJob>> {
  const path = join(folder, 'batch.json');
  return new Map(
    await manifestVideos(files, path, (video): readonly [string, LineJob] | undefined => {
      const status = statuses.get(video.status);
      return video.id === undefined || status === undefined ? undefined : [video.id, jobOf(video, status)];
    }).catch(() => []),
  );
}

/** What ran does not run any more, or in another process, whose progress is not in its manifest. */
const statuses: ReadonlyMap<string, JobStatus> = new Map([
  ['pending', 'pending'],
  ['running', 'pending'],
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['skipped', 'skipped'],
  ['cancelled', 'cancelled'],
  ['parked', 'parked'],
]);

function jobOf(
  { title, duration, skipReason, errorCode, error = '', files }: ManifestVideo,
  status: JobStatus,
): LineJob {
  return {
    status,
    meta: { ...(title === undefined ? {} : { title }), ...(duration === undefined ? {} : { duration }) },
    ...(isFailureCode(errorCode) ? { failure: failure(errorCode, error) } : {}),
    ...(skipReason === 'already-done' || skipReason === 'by-user' ? { skip: { reason: skipReason } } : {}),
    // A video that waits for the user's OK has no code, because nothing has failed.
    ...(status === 'parked' && errorCode === undefined ? { consent: true } : {}),
    files,
  };
}
