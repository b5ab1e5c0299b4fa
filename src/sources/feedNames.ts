/**
 * The names of a feed's elements, whatever prefix its writer chose: XML libraries write `ns0:transcript` where people
 * write `podcast:transcript`.
 */

/** The usual prefix of each name space (https://www.w3.org/TR/xml-names/); empty: elements of the feed itself. */
const usual: ReadonlyMap<string, string> = new Map([
  ['https://podcastindex.org/namespace/1.0', 'podcast'],
  ['https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md', 'podcast'],
  ['http://www.itunes.com/dtds/podcast-1.0.dtd', 'itunes'],
  ['http://search.yahoo.com/mrss/', 'media'],
  ['http://purl.org/dc/elements/1.1/', 'dc'],
  ['http://www.youtube.com/xml/schemas/2015', 'yt'],
  ['http://www.w3.org/2005/atom', ''],
  ['http://purl.org/rss/1.0/', ''],
]);

const mostPrefixes = 50;

export class FeedNames {
  private readonly prefixes = new Map<string, string>([
    ['atom', ''],
    ['a10', ''],
  ]);

  /** Learns the prefixes that an element declares. `attributes`: with names in lower case. */
  declare(attributes: Readonly<Record<string, string>>): void {
    for (const [name, uri] of Object.entries(attributes)) {
      const known = name.startsWith('xmlns:') ? usual.get(uri.trim().toLowerCase()) : undefined;
      if (known !== undefined && this.prefixes.size < mostPrefixes) this.prefixes.set(name.slice(6), known);
    }
  }

  /** The usual name in lower case: `atom:entry` is `entry`; prefixes of other name spaces are kept. */
  of(name: string): string {
    const lower = name.toLowerCase();
    const colon = lower.indexOf(':');
    const known = colon === -1 ? undefined : this.prefixes.get(lower.slice(0, colon));
    if (known === undefined) return lower;
    return known === '' ? lower.slice(colon + 1) : `${known}${lower.slice(colon)}`;
  }
}
