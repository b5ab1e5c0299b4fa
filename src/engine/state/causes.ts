/**
 * The failed or parked jobs of a batch by their cause, with the words for each: the one rule for panel, report, tree,
 * notification and terminal.
 */
import type { FailureCode } from '../../model/failure';
import { needsConfirmation } from '../../model/need';
import { causeWords } from '../../model/causeWords';
import { codeWords, rowWords, type FailureWords, type WordsContext } from '../../model/words';
import type { ReadonlyRow, ReadonlyState } from './reducer';

/** Jobs looked at to see whether a group shares one sentence. */
const mostCompared = 200;

export interface CauseGroup {
  readonly code: FailureCode;
  /** They wait for the user's OK to a paid step, and have not failed. */
  readonly consent: boolean;
  /** They wait for the user's OK to a place that a list names. */
  readonly place: boolean;
  /** What all of them have in common. */
  readonly words: FailureWords;
  readonly jobs: readonly ReadonlyRow[];
}

/** What a job has in common with others that ended for the same cause. `now`: epoch ms. */
export function causeOf(job: ReadonlyRow, now: number): FailureWords {
  return job.failure === undefined ? codeWords('internal') : causeWords(job.failure, contextOf(job, now));
}

/** Jobs of that status by cause, the largest group first. `now`: epoch ms. */
export function byCause(
  state: ReadonlyState,
  status: 'failed' | 'parked',
  now: number,
): readonly CauseGroup[] {
  const groups = new Map<string, CauseGroup & { readonly jobs: ReadonlyRow[] }>();
  let last: (CauseGroup & { readonly jobs: ReadonlyRow[] }) | undefined;
  let before: ReadonlyRow | undefined;
  if (state.counts[status] === 0) return [];
  for (const job of state.jobs) {
    if (job.status !== status || job.failure === undefined) continue;
    // Rows near each other mostly fail alike: words and a key for each take most of the time.
    if (last === undefined || before === undefined || !areAlike(job, before)) {
      const { code } = job.failure;
      const consent = job.consent !== undefined;
      const place = needsConfirmation(job.failure);
      const words = causeOf(job, now);
      const key = `${code} ${consent} ${place} ${words.cause}`;
      last = groups.get(key) ?? { code, consent, place, words, jobs: [] };
      groups.set(key, last);
    }
    before = job;
    last.jobs.push(job);
  }
  return [...groups.values()].sort((a, b) => b.jobs.length - a.jobs.length);
}

const ofCause = ['code', 'subject', 'status', 'needs', 'quota', 'notBefore', 'forAll', 'paidAnew'] as const;

/** Whether two rows are of one cause for certain; of a site's own faults each row's host is part of the words. */
function areAlike(one: ReadonlyRow, other: ReadonlyRow): boolean {
  const { failure: a, link } = one;
  const { failure: b } = other;
  return (
    a !== undefined &&
    b !== undefined &&
    a.code !== 'bad-response' &&
    ofCause.every((name) => a[name] === b[name]) &&
    one.source === other.source &&
    (one.consent === undefined) === (other.consent === undefined) &&
    link.kind === other.link.kind &&
    link.url.startsWith('file:') === other.link.url.startsWith('file:')
  );
}

/** What all failed videos have in common, for one sentence; undefined where they failed for several reasons. */
export function onlyCause(state: ReadonlyState, now: number): string | undefined {
  const groups = byCause(state, 'failed', now);
  const [first] = groups;
  return first && groups.length === 1 ? groupWords(first, state, now).cause : undefined;
}

/** The text for a whole group: that of its jobs where it is the same for all, else what they have in common. */
export function groupWords({ words, jobs }: CauseGroup, state: ReadonlyState, now: number): FailureWords {
  const [first] = jobs;
  const own = first === undefined ? undefined : ownWords(first, state, now);
  const isSame = jobs
    .slice(0, mostCompared)
    .every((job) => ownWords(job, state, now)?.sentence === own?.sentence);
  return own !== undefined && isSame ? own : words;
}

function ownWords(job: ReadonlyRow, state: ReadonlyState, now: number): FailureWords | undefined {
  const { languages } = state.settings;
  return (
    job.failure &&
    rowWords(job.failure, { ...contextOf(job, now), ...(languages === undefined ? {} : { languages }) })
  );
}

function contextOf({ link, source }: ReadonlyRow, now: number): WordsContext {
  return { now, link, ...(source === undefined ? {} : { source }) };
}
