/**
 * The address as it may be published. The address of a private feed is as good as a password, and so are those of
 * its episodes: files that people hand on (transcripts, manifest, report, exports) never hold the tokens in them.
 * The journal and failed.urls keep the whole address, because from them the work goes on.
 */
import type { Link } from './link';
import { urlOf } from './webUrl';

/** Query names whose values open a door. A private feed's token usually stands in one of these. */
export const secretQuery =
  /^(?:.*[-_])?(?:api[-_]?key|key|token|auth|authorization|access|secret|sig|signature|pass|password|pwd|code|session|sid|jwt|pot|credential|hash|hmac|ticket)$/i;

/**
 * A link's address in everything that is written for people: the episode's where a feed's transcript was fetched,
 * and without tokens for feeds and their entries. Links that are of no feed, and YouTube's, stay whole.
 */
export function publicAddress({
  url,
  list,
  episode,
  publicUrl,
}: Pick<Link, 'url' | 'list' | 'episode' | 'publicUrl'>): string {
  return publicUrl ?? episode ?? (list === 'feed' ? withoutTokens(url, true) : url);
}

/**
 * The entry of a feed with its publishable address beside it, where that is another one. `isPrivate`: the feed
 * asked for a password; a feed with a token in its own address counts as private anyway.
 */
export function asEntryOf(feedUrl: string, entry: Link, isPrivate: boolean): Link {
  if (entry.kind === 'youtube' || entry.path !== undefined) return entry;
  const whole = publicAddress(entry);
  const publicUrl = withoutTokens(whole, isPrivate || withoutTokens(feedUrl, true) !== feedUrl);
  return publicUrl === whole ? entry : { ...entry, publicUrl };
}

/** Whether parts of the address look like a token or password: programs get it by a file, not as an argument. */
export function holdsToken(address: string): boolean {
  return withoutTokens(address, true) !== address;
}

/**
 * Takes out query values under telling names, user name and password; with `random` also the parts that look
 * like tokens. Public feeds number their episodes with long random parts, so these are kept there.
 */
function withoutTokens(address: string, random: boolean): string {
  const url = urlOf(address);
  if (url === undefined || !/^https?:$/.test(url.protocol)) return address;
  const pairs = url.search.slice(1).split(/(?=[&;])/);
  const kept = pairs.filter((pair) => {
    const [, name = '', value = ''] = /^[&;]?([^=]*)=?(.*)$/s.exec(pair) ?? [];
    if (value === '') return !(random && looksRandom(decoded(name), 16));
    return !secretQuery.test(decoded(name)) && !(random && looksRandom(decoded(value), 8));
  });
  const path = url.pathname
    .split('/')
    .map((part) => {
      const [, stem = '', ending = ''] = /^(.*?)(\.[a-z0-9]{1,5})?$/is.exec(part) ?? [];
      return random && looksRandom(decoded(stem), 16) ? `…${ending}` : part;
    })
    .join('/');
  const bare = url.username === '' && url.password === '';
  if (bare && kept.length === pairs.length && path === url.pathname) return address;
  const query = kept.join('').replace(/^[&;]/, '');
  return `${url.protocol}//${url.host}${path}${query === '' ? '' : `?${query}`}`;
}

/**
 * Letters and digits in turn, as in no words: a run of `least` or more of them, or at least four changes between
 * the two within the parts of a longer name (`season-2-of-the-show` has none, a UUID about fifteen).
 */
function looksRandom(text: string, least: number): boolean {
  if (text.length < least) return false;
  const runs = text.split(/[^A-Za-z0-9]+/);
  if (runs.some((run) => run.length >= 16 && /\d/.test(run) && /[a-z]/i.test(run))) return true;
  const changes = runs.reduce((sum, run) => sum + (run.match(/\d(?=[a-z])|[a-z](?=\d)/gi)?.length ?? 0), 0);
  return changes >= 4;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
