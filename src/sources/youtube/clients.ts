/**
 * The client programs we identify as to YouTube, in the order of trying: the table of knowledge.json, with
 * what the setting `youtube.clients` adds to it or overrides by name.
 */
import * as v from 'valibot';
import type { Settings } from '../../model/settings';
import { clientEntries, clientKey, currentKnowledge } from './knowledge';
import type { KnownClient } from './knowledge';

export interface YouTubeClient extends Omit<KnownClient, 'embedded'> {
  /** The page that supposedly embeds the player. */
  readonly embedUrl?: string | undefined;
}

/** Any page outside YouTube works. */
const embedUrl = 'https://www.example.com/';

const entrySchema = v.strictObject({
  name: v.optional(clientKey),
  ...clientEntries,
  embedUrl: v.optional(v.pipe(v.string(), v.url(), v.regex(/^https?:\/\//i), v.maxLength(500))),
});

/**
 * The clients to use. Entries of the setting come first, in their order; one with the `name` of a known
 * client replaces it, one without a name replaces all clients with its `clientName`. `problem` names the
 * entries that are invalid and left out.
 */
export function clientsOf(settings: Settings): {
  readonly clients: readonly YouTubeClient[];
  readonly problem?: string;
} {
  const knowledge = currentKnowledge();
  const own: YouTubeClient[] = [];
  const problems: string[] = [];
  const replaced = new Set<string>();
  for (const [index, entry] of settings['youtube.clients'].entries()) {
    const read = v.safeParse(entrySchema, entry);
    if (!read.success) {
      const [issue] = read.issues;
      const place = v.getDotPath(issue);
      problems.push(
        `entry ${index + 1} needs clientName, clientVersion (texts) and id (a number)` +
          `${place === null ? '' : `, and ${place} is wrong`}; it is left out.`,
      );
      continue;
    }
    const { name, ...rest } = read.output;
    const same = knowledge.clients.filter((known) =>
      name === undefined ? known.clientName === rest.clientName : known.name === name,
    );
    for (const known of same) replaced.add(known.name);
    own.push(asked({ ...rest, name: name ?? same[0]?.name ?? rest.clientName.toLowerCase() }));
  }
  const others = knowledge.clients.filter(({ name }) => !replaced.has(name)).map(asked);
  const clients = [...own, ...others];
  return problems.length === 0 ? { clients } : { clients, problem: `youtube.clients: ${problems.join(' ')}` };
}

function asked({ embedded, ...client }: KnownClient & Pick<YouTubeClient, 'embedUrl'>): YouTubeClient {
  return embedded === true ? { embedUrl, ...client } : client;
}
