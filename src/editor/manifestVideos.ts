/**
 * Reads the videos of a batch's manifest line by line, as they are written, for the marks of lists: what became of each.
 * A manifest is untrusted input: a line that does not fit is passed over.
 */
import { join } from 'node:path';
import * as v from 'valibot';
import { readLines } from '../engine/journal/lines';
import { Slices } from '../engine/journal/slices';
import { failure, isFailureCode } from '../model/failure';
import type { Failure } from '../model/failure';
import type { Clock, Files } from '../model/ports';
import type { StatusOf } from '../model/statusWords';

/** A video as its manifest tells of it. */
export interface ManifestVideo extends StatusOf {
  readonly meta: { readonly title?: string; readonly duration?: number };
  readonly failure?: Failure;
  readonly skip?: { readonly reason: 'by-user' | 'already-done' };
  /** Names in the batch's folder. They are not to be opened from here: the journal says which are its own. */
  readonly files: readonly string[];
}

const text = v.fallback(v.optional(v.pipe(v.string(), v.maxLength(2000))), undefined);
const video = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  status: v.picklist(['pending', 'running', 'completed', 'failed', 'skipped', 'cancelled', 'parked']),
  title: text,
  duration: v.fallback(v.optional(v.pipe(v.number(), v.minValue(0))), undefined),
  skip_reason: v.fallback(v.optional(v.picklist(['already-done', 'by-user'])), undefined),
  error_code: text,
  error: text,
  output_file: text,
});

/** The videos of the folder's manifest by their ids; empty where there is no readable manifest. */
export async function readManifestVideos(
  files: Pick<Files, 'readPieces'>,
  folder: string,
  clock: Clock,
): Promise<ReadonlyMap<string, ManifestVideo>> {
  const videos = new Map<string, ManifestVideo>();
  let isBegun = false;
  try {
    for await (const line of readLines(files, join(folder, 'batch.json'), new Slices(clock))) {
      if (!isBegun) isBegun = /^\s*"videos":\s*\[/.test(line);
      else take(videos, line);
    }
  } catch {
    return new Map();
  }
  return videos;
}

function take(videos: Map<string, ManifestVideo>, line: string): void {
  let value: unknown;
  try {
    value = JSON.parse(line.trim().replace(/,$/, ''));
  } catch {
    return;
  }
  const parsed = v.safeParse(video, value);
  if (!parsed.success) return;
  const { id, status, title, duration, skip_reason, error_code, error = '', output_file } = parsed.output;
  videos.set(id, {
    // What ran does not run any more, or in another process, whose progress is not in its manifest.
    status: status === 'running' ? 'pending' : status,
    meta: { ...(title === undefined ? {} : { title }), ...(duration === undefined ? {} : { duration }) },
    ...(isFailureCode(error_code) ? { failure: failure(error_code, error) } : {}),
    ...(skip_reason === undefined ? {} : { skip: { reason: skip_reason } }),
    // A video that waits for the user's OK has no code, because nothing has failed.
    ...(status === 'parked' && error_code === undefined ? { consent: true } : {}),
    files: output_file === undefined ? [] : [output_file],
  });
}
