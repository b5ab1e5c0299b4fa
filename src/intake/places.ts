/**
 * Places of this computer and its network that a list names: files elsewhere and private addresses. A list may
 * come from a stranger, so the user confirms them by name before anything is read. Names that only turn out to be
 * private when they are looked up are refused at the request (`Link.reach`).
 */
import { mayBePublic } from '../model/addresses';
import type { NewJob } from '../model/events';
import { confirmed, isOfYouTube, type Link } from '../model/link';
import type { Settings } from '../model/settings';
import { urlOf } from '../model/webUrl';
import { formatCount, joinAnd, plural } from '../model/words';

/** Marks the web links of a list; those of an endpoint that the user has configured need no question. */
export function markPlaces(jobs: readonly NewJob[], settings: Settings): readonly NewJob[] {
  const own = ownOrigins(settings);
  return jobs.map((job) => {
    const { link } = job;
    if (job.invalid !== undefined || link.path !== undefined || isOfYouTube(link)) return job;
    const url = urlOf(link.url);
    if (url === undefined || own.has(url.origin)) return job;
    const outside = mayBePublic(url.hostname) ? {} : { outside: true };
    return { ...job, link: { ...link, ...outside, reach: 'unconfirmed' } };
  });
}

function ownOrigins(settings: Settings): ReadonlySet<string> {
  const origins = new Set<string>();
  for (const [name, value] of Object.entries(settings)) {
    const url = name.endsWith('.endpoint') && typeof value === 'string' ? urlOf(value) : undefined;
    if (url !== undefined) origins.add(url.origin);
  }
  return origins;
}

export function hasOutside(jobs: readonly NewJob[]): boolean {
  return jobs.some(({ link }) => link.outside === true);
}

/** "2 files outside its folder and 1 address of this computer or its network"; `outside`: of what, in words. */
export function placesInWords(links: readonly Link[], outside: string): string {
  const { files, hosts } = placesOf(links);
  const parts = [
    files.length === 0 ? '' : `${plural(files.length, 'file')} ${outside}`,
    hosts.length === 0
      ? ''
      : `${plural(hosts.length, 'address', 'addresses')} of this computer or its network`,
  ];
  return joinAnd(parts.filter((part) => part !== ''));
}

/** The first few by name. */
export function placeNames(links: readonly Link[]): string {
  const { files, hosts } = placesOf(links);
  return joinAnd(shortened([...files, ...hosts]));
}

function placesOf(links: readonly Link[]): {
  readonly files: readonly string[];
  readonly hosts: readonly string[];
} {
  const outside = links.filter((link) => link.outside === true);
  return {
    files: distinct(outside.flatMap(({ path }) => path ?? [])),
    hosts: distinct(
      outside.flatMap(({ path, url }) => (path === undefined ? (urlOf(url)?.host ?? url) : [])),
    ),
  };
}

/** The job after the user's OK to the places that were named; names that look public stay unconfirmed. */
export function allowed(job: NewJob): NewJob {
  return job.link.outside === true ? { ...job, link: confirmed(job.link) } : job;
}

const mostNames = 5;

function shortened(names: readonly string[]): readonly string[] {
  const rest = names.length - mostNames;
  return rest > 0 ? [...names.slice(0, mostNames), `${formatCount(rest)} more`] : names;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
