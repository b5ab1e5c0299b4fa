/** One answer from those of several folders. Pure. */
import type { SearchAnswer } from './search';

/**
 * The best of each folder in turn, `limit` at most. Where one folder has passages with all of the words, those of
 * others with some of them are left out.
 */
export function mergedAnswers(answers: readonly SearchAnswer[], limit: number): SearchAnswer {
  const whole = answers.filter(({ partial, hits }) => !partial && hits.length > 0);
  const counted = whole.length > 0 ? whole : answers;
  const most = Math.max(0, ...counted.map(({ hits }) => hits.length));
  const inTurn = Array.from({ length: most }, (_, rank) => counted.flatMap(({ hits }) => hits[rank] ?? []));
  const sum = (of: readonly SearchAnswer[], name: 'total' | 'transcripts'): number =>
    of.reduce((all, answer) => all + answer[name], 0);
  return {
    hits: inTurn.flat().slice(0, limit),
    total: sum(counted, 'total'),
    partial: whole.length === 0 && answers.some(({ partial }) => partial),
    transcripts: sum(answers, 'transcripts'),
    aside: answers.find(({ aside }) => aside !== undefined)?.aside,
  };
}
