/** The lines of a row's details: one an attempt, then what goes on now or how it ended. */
import type { BatchState, JobState } from '../../src/engine/state/reducer';
import { formatMoney } from '../../src/model/costWords';
import { codeWords, formatElapsed, formatLength, plural, statusWords } from '../../src/model/words';
import { failureWords, languageText } from '../shared/jobWords';

/** Lines of attempts shown at most; the earliest give way. */
const most = 8;

/** How many lines a job's details take, and keep while they are open. In a narrow panel the links take two of them. */
export function detailLines(job: JobState, narrow: boolean): number {
  const attempts = Math.min(most, Math.max(1, entries(undefined, job, 0).length));
  // A job that is under way gets room for what may still come.
  const room = job.status === 'running' || job.status === 'pending' ? 2 : 0;
  return Math.min(most, attempts + room) + linkLines(narrow);
}

/** Lines below those of the attempts: for the links, and for the file or the sentence. */
export const linkLines = (narrow: boolean): number => (narrow ? 3 : 2);

export interface Entry {
  readonly at: number | undefined;
  readonly source: string;
  readonly what: string;
  readonly more: string;
}

export function entries(state: BatchState | undefined, job: JobState, now: number): Entry[] {
  const list: Entry[] = (job.attempts ?? []).map((attempt) => ({
    at: attempt.at,
    source: attempt.source ?? '',
    what: codeWords(attempt.failure.code).cause,
    more: joined(
      attempt.failure.message,
      attempt.failure.status === undefined ? '' : `status ${attempt.failure.status}`,
      attempt.requests > 0 ? plural(attempt.requests, 'request') : '',
      formatElapsed(attempt.seconds),
    ),
  }));
  if (job.paid) {
    const { requestId, quote, source } = job.paid;
    list.push({
      at: undefined,
      source,
      what: requestId === undefined ? 'Submitting' : 'Submitted',
      more: joined(
        requestId === undefined ? 'no request id yet' : `request ${short(requestId)}`,
        quote.cost === undefined ? '' : formatMoney(quote.cost),
        'picked up again if the window closes',
      ),
    });
  }
  if (job.status === 'running')
    list.push({
      at: job.startedAt,
      source: job.source ?? '',
      what: statusWords(job, now),
      more: job.startedAt === undefined ? '' : formatLength(Math.max(0, now - job.startedAt) / 1000),
    });
  else if (job.failure)
    list.push({
      at: job.endedAt,
      source: job.source ?? '',
      what: failureWords(state, job, now)?.cause ?? '',
      more: joined(job.failure.message, formatElapsed(job.seconds)),
    });
  else if (job.status === 'completed' && job.expandedInto === undefined)
    list.push({
      at: job.endedAt,
      source: job.source ?? '',
      what: 'Done',
      more: joined(
        job.captions === undefined
          ? ''
          : `${job.captions} captions`.replace('speech captions', 'speech-to-text'),
        languageText(job.language),
        job.via === undefined || job.via === 'direct' ? '' : `by ${job.via}`,
        job.viaMachine === undefined ? '' : `on ${job.viaMachine}`,
        job.cost === undefined ? '' : `${formatMoney(job.cost)} paid`,
        formatElapsed(job.seconds),
      ),
    });
  return list;
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');
const short = (id: string): string => (id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-3)}` : id);
