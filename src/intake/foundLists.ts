/**
 * Playlists, channels and feeds among a list's links: each may become thousands of videos, so they are
 * announced before they expand, and confirmed where they were only found in passing.
 */
import type { NewJob } from '../model/events';
import { joinAnd, plural } from '../model/words';
import type { ListContent } from './list';

function isListJob(job: NewJob): boolean {
  return job.link.kind === 'list' && job.invalid === undefined;
}

/** "12 channels and 1 feed"; undefined when there are none. */
export function listsInWords(jobs: readonly NewJob[]): string | undefined {
  const count = (kind: string): number =>
    jobs.filter((job) => isListJob(job) && job.link.list === kind).length;
  const parts = [
    [count('youtube-playlist'), 'playlist'],
    [count('youtube-channel'), 'channel'],
    [count('feed'), 'feed'],
  ] as const;
  const words = parts.flatMap(([number, word]) => (number > 0 ? [plural(number, word)] : []));
  return words.length > 0 ? joinAnd(words) : undefined;
}

/** "3 videos and 12 channels"; anything that is not a list counts as a video. */
export function foundInWords(jobs: readonly NewJob[]): string {
  const lists = listsInWords(jobs);
  const videos = jobs.filter((job) => !isListJob(job)).length;
  if (lists === undefined) return plural(videos, 'link');
  return videos > 0 ? `${plural(videos, 'video')} and ${lists}` : lists;
}

/** Shown before lists expand without a question; undefined when there are none. */
export function announcement(jobs: readonly NewJob[]): string | undefined {
  const lists = listsInWords(jobs);
  return lists && `${lists}: all entries are taken, newest first; @limit or lists.limit takes fewer.`;
}

/** The question where lists were only found in passing, with the button that includes them. */
export function listsQuestion(jobs: readonly NewJob[]): { readonly words: string; readonly yes: string } {
  const kinds = new Set(jobs.filter(isListJob).map((job) => job.link.list));
  const what =
    kinds.size > 1
      ? 'lists'
      : kinds.has('feed')
        ? 'feeds'
        : kinds.has('youtube-channel')
          ? 'channels'
          : 'playlists';
  return {
    words: `${foundInWords(jobs)}: include the ${what}? All their entries would be transcribed.`,
    yes: `Include the ${what[0]?.toUpperCase() ?? ''}${what.slice(1)}`,
  };
}

/** The same list without its playlists, channels and feeds, and with a remark about that. */
export function withoutLists(content: ListContent): ListContent {
  const [first] = content.jobs.filter(isListJob);
  if (!first) return content;
  const words = listsInWords(content.jobs) ?? '';
  const kept: NewJob[] = [];
  const index = new Map<number, number>();
  content.jobs.forEach((job, at) => {
    if (isListJob(job)) return;
    index.set(at, kept.length);
    kept.push(job);
  });
  const entries = content.entries.flatMap((entry) => {
    const job = index.get(entry.job);
    return job === undefined ? [] : [{ ...entry, job }];
  });
  const text = `${words} left out: they stand beside videos or in running text. Put those you want into a list of their own, one on each line.`;
  return {
    ...content,
    jobs: kept,
    entries,
    remarks: [...content.remarks, { line: first.line ?? 1, text }],
    asksForLists: false,
  };
}
