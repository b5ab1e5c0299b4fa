/** The failed or parked jobs of a batch by their cause, with the words for each: for the report and the tree. */
import type { ReadonlyRow, ReadonlyState } from '../engine/state/reducer';
import type { FailureCode } from '../model/failure';
import { placeWords } from '../model/failureWords';
import { needsConfirmation } from '../model/need';
import { codeWords, rowWords, type FailureWords } from '../model/words';

/** Jobs looked at to see whether a group shares one sentence. */
const mostCompared = 200;

export interface CauseGroup {
  readonly code: FailureCode;
  /** They wait for the user's OK to a paid step, and have not failed. */
  readonly consent: boolean;
  /** They wait for the user's OK to a place that a list names. */
  readonly place: boolean;
  readonly jobs: readonly ReadonlyRow[];
}

/** Jobs of that status by failure code, the largest group first. */
export function byCause(state: ReadonlyState, status: 'failed' | 'parked'): readonly CauseGroup[] {
  const groups = new Map<string, CauseGroup & { readonly jobs: ReadonlyRow[] }>();
  let last: (CauseGroup & { readonly jobs: ReadonlyRow[] }) | undefined;
  if (state.counts[status] === 0) return [];
  for (const job of state.jobs) {
    if (job.status !== status || job.failure === undefined) continue;
    const { code } = job.failure;
    const consent = job.consent !== undefined;
    const place = needsConfirmation(job.failure);
    // Rows near each other mostly fail alike: a key for each takes most of the time.
    if (last?.code !== code || last.consent !== consent || last.place !== place) {
      const key = `${code} ${consent} ${place}`;
      last = groups.get(key) ?? { code, consent, place, jobs: [] };
      groups.set(key, last);
    }
    last.jobs.push(job);
  }
  return [...groups.values()].sort((a, b) => b.jobs.length - a.jobs.length);
}

/** What all failed videos have in common, for one sentence; undefined where they failed for several reasons. */
export function onlyCause(state: ReadonlyState, now: number): string | undefined {
  const groups = byCause(state, 'failed');
  const [first] = groups;
  return first && groups.length === 1 ? groupWords(first, state, now).cause : undefined;
}

/** The text for a whole group; where details differ, the text of the code alone. */
export function groupWords(
  { code, consent, place, jobs }: CauseGroup,
  state: ReadonlyState,
  now: number,
): FailureWords {
  const [first] = jobs;
  const words = first === undefined ? undefined : wordsOf(first, state, now);
  const isSame = jobs
    .slice(0, mostCompared)
    .every((job) => wordsOf(job, state, now).sentence === words?.sentence);
  if (place && !isSame) return placeWords('');
  return words !== undefined &&
    (consent || place || jobs.length === 1 || (isSame && (code === 'unsupported' || code === 'no-captions')))
    ? words
    : codeWords(code);
}

function wordsOf(job: ReadonlyRow, state: ReadonlyState, now: number): FailureWords {
  if (job.failure === undefined) return codeWords('internal');
  return rowWords(job.failure, {
    now,
    link: job.link,
    ...(job.source === undefined ? {} : { source: job.source }),
    ...(state.settings.languages === undefined ? {} : { languages: state.settings.languages }),
  });
}
