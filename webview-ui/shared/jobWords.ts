/** The words of a job's failure with all that is known about the job filled in: the same everywhere on the page. */
import type { BatchState, JobState } from '../../src/engine/state/reducer';
import type { Failure } from '../../src/model/failure';
import { sourceToMend } from '../../src/model/need';
import type { SourceId } from '../../src/model/transcript';
import { rowWords, type FailureWords } from '../../src/model/words';

export function failureWords(
  state: BatchState | undefined,
  job: JobState,
  now: number,
): FailureWords | undefined {
  if (!job.failure) return undefined;
  const languages = state?.settings.languages;
  return rowWords(job.failure, {
    now,
    link: job.link,
    ...(job.source ? { source: job.source } : {}),
    ...(languages ? { languages } : {}),
    ...lineOf(state, job),
  });
}

/**
 * The line of a video that is on the list itself: one of a playlist has the playlist's line, which holds others too.
 */
function lineOf(state: BatchState | undefined, job: JobState): { readonly line?: number } {
  return state?.list !== undefined && job.line !== undefined && job.parent === undefined
    ? { line: job.line }
    : {};
}

/**
 * The source whose key, account or program a failure is about: named in `needs` (`deapi:key`), else the source asked.
 */
export function sourceOf(failure: Failure | undefined, asked?: SourceId): SourceId | undefined {
  return (failure && sourceToMend(failure)) ?? asked;
}

/** A language tag, or "unknown" where a source could not say. */
export const languageText = (language: string | undefined): string =>
  language === 'und' ? 'unknown' : (language ?? '');
