/** What a video is called while it has no title: its link, so short that the id can be read in a narrow cell. */
import type { JobState } from '../../src/engine/state/reducer';
import type { Link } from '../../src/model/link';

function shortLink(link: Link): string {
  if (link.kind === 'youtube') return `youtu.be/${link.id}`;
  if (link.path !== undefined) return link.path.split(/[\\/]/).at(-1) ?? link.path;
  return link.url.replace(/^https?:\/\/(www\.)?/i, '');
}

/** Marks that turn the text after them round, which a title from elsewhere must not do with our own words. */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/** Undefined also where nothing could be seen of it. */
function shownTitle({ meta, skip, link }: JobState): string | undefined {
  const title = (meta.title ?? titleInName(skip?.file, link.id))?.replace(turning, '').trim();
  return title === '' ? undefined : title;
}

/** Nothing was asked about a video that was done before; its file has its title, unless the user wants other names. */
function titleInName(file: string | undefined, id: string): string | undefined {
  const name = file?.split(/[\\/]/).at(-1) ?? '';
  const end = name.lastIndexOf(` [${id}].`);
  return end < 0 ? undefined : name.slice(0, end);
}

/** The title, or the short link; `titleTip` has the rest. */
export const titleOf = (job: JobState): string => shownTitle(job) ?? shortLink(job.link);

/** For `title` attributes: the whole title or link. */
export const titleTip = (job: JobState): string => shownTitle(job) ?? job.link.url;
