/**
 * How many jobs go into one line of a journal: a line has a longest length (lines.ts), and a row may have hundreds
 * of chapters or failed tries.
 */
import type { Failure } from '../../model/failure';
import type { Link, VideoMeta } from '../../model/link';
import type { ReadonlyRow } from '../state/reducer';

const mostJobs = 500;
/**
 * Rows of one batch. A batch of 100,000 is what the program is made for, and a million takes about 1 GB; a forged
 * journal must not fill the memory.
 */
export const mostRows = 1_000_000;
/** Characters; JSON makes up to six of one. A single job stays below that (model/fit.ts). */
const mostText = 1_000_000;

type Weighed = Pick<ReadonlyRow, 'link'> &
  Partial<Pick<ReadonlyRow, 'meta' | 'attempts' | 'failure' | 'memory' | 'writing'>>;

/** The jobs of one line, from `first` on: at least one, where there is one. */
export function runOf<T extends Weighed>(jobs: readonly T[], first: number): readonly T[] {
  let weight = 0;
  let end = first;
  while (end < jobs.length && end < first + mostJobs) {
    const job = jobs[end];
    weight += job === undefined ? 0 : weightOf(job);
    if (weight > mostText && end > first) break;
    end += 1;
  }
  return jobs.slice(first, end);
}

function weightOf({ link, meta, attempts, failure, memory, writing }: Weighed): number {
  let weight = ofLink(link) + ofMeta(meta) + ofFailure(failure) + ofFailure(memory?.telling?.failure);
  if (writing?.status === 'completed') weight += ofMeta(writing.meta);
  for (const { failure: each } of attempts ?? []) weight += ofFailure(each);
  return weight;
}

function ofLink({ url, path, episode, publicUrl }: Link): number {
  return url.length + (path?.length ?? 0) + (episode?.length ?? 0) + (publicUrl?.length ?? 0);
}

function ofMeta(meta: VideoMeta | undefined): number {
  let weight = (meta?.title?.length ?? 0) + (meta?.channel?.length ?? 0);
  for (const { title } of meta?.chapters ?? []) weight += title.length + 30;
  return weight;
}

const ofFailure = (failure: Failure | undefined): number =>
  failure === undefined ? 0 : failure.message.length + (failure.subject?.length ?? 0) + 200;
