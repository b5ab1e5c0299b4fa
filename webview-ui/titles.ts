/** What a video is called while it has no title: its link, so short that the id can be read in a narrow cell. */
import type { JobState } from '../src/engine/state';
import type { Link } from '../src/model/link';

export function shortLink(link: Link): string {
  if (link.kind === 'youtube') return `youtu.be/${link.id}`;
  if (link.path !== undefined) return link.path.split(/[\\/]/).at(-1) ?? link.path;
  return link.url.replace(/^https?:\/\/(www\.)?/i, '');
}

/** The title, or the short link; `titleTip` has the rest. */
export const titleOf = (job: JobState): string => job.meta.title ?? shortLink(job.link);

/** For `title` attributes: the whole title or link. */
export const titleTip = (job: JobState): string => job.meta.title ?? job.link.url;
