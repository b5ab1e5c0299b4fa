/**
 * Stand-in for what serves lists: podcast and news feeds, YouTube's feeds of channels and playlists, and a
 * channel's page with its id. Wrong answers included.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FeedServer {
  readonly origin: string;
  /** Paths with their queries, in the order they were asked for. */
  readonly requests: string[];
  /** Their headers. */
  readonly seen: http.IncomingHttpHeaders[];
  /** Path (without query) to a body, or to a status and a body. */
  readonly pages: Map<
    string,
    string | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  >;
  close(): Promise<void>;
}

export async function startFeeds(): Promise<FeedServer> {
  const requests: string[] = [];
  const seen: http.IncomingHttpHeaders[] = [];
  const pages: FeedServer['pages'] = new Map();
  const server = http.createServer((request, response) => {
    const url = request.url ?? '/';
    requests.push(url);
    seen.push(request.headers);
    const page = pages.get(url) ?? pages.get(url.replace(/\?.*$/, ''));
    if (page === undefined) response.writeHead(404).end('not here');
    else if (typeof page === 'string')
      response
        .writeHead(200, { 'content-type': page.startsWith('<?xml') ? 'text/xml' : 'text/html' })
        .end(page);
    else response.writeHead(page.status, page.headers).end(page.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    seen,
    pages,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface Episode {
  readonly title: string;
  /** RFC 822. */
  readonly date?: string;
  readonly duration?: string;
  readonly enclosure?: string;
  readonly type?: string;
  /** Type to address. */
  readonly transcripts?: Readonly<Record<string, string>>;
  readonly link?: string;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A podcast's feed (RSS 2.0 with the iTunes and podcast namespaces). */
export function podcast(title: string, episodes: readonly Episode[]): string {
  const items = episodes.map((episode) => {
    const transcripts = Object.entries(episode.transcripts ?? {});
    return [
      '<item>',
      `<title>${escaped(episode.title)}</title>`,
      ...(episode.date === undefined ? [] : [`<pubDate>${episode.date}</pubDate>`]),
      ...(episode.duration === undefined ? [] : [`<itunes:duration>${episode.duration}</itunes:duration>`]),
      ...(episode.link === undefined ? [] : [`<link>${escaped(episode.link)}</link>`]),
      ...(episode.enclosure === undefined
        ? []
        : [
            `<enclosure url="${escaped(episode.enclosure)}" type="${episode.type ?? 'audio/mpeg'}" length="1"/>`,
          ]),
      ...transcripts.map(([type, url]) => `<podcast:transcript url="${escaped(url)}" type="${type}"/>`),
      '</item>',
    ].join('');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0">
<channel><title>${escaped(title)}</title><image><title>A picture</title></image>
${items.join('\n')}
</channel></rss>`;
}

/** YouTube's feed of a channel or playlist (Atom with yt: and media:). */
export function youtubeFeed(
  channel: string,
  videos: readonly { readonly id: string; readonly title: string; readonly published: string }[],
): string {
  const entries = videos.map(
    ({ id, title, published }) => `<entry><id>yt:video:${id}</id><yt:videoId>${id}</yt:videoId>
<title>${escaped(title)}</title><link rel="alternate" href="https://www.youtube.com/watch?v=${id}"/>
<author><name>${escaped(channel)}</name><uri>https://www.youtube.com/channel/x</uri></author>
<published>${published}</published><updated>2026-11-01T00:00:00+00:00</updated>
<media:group><media:title>${escaped(title)}</media:title><media:content url="https://www.youtube.com/v/${id}?version=3" type="application/x-shockwave-flash" width="640" height="390"/></media:group></entry>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">
<title>${escaped(channel)}</title><author><name>${escaped(channel)}</name></author>
${entries.join('\n')}</feed>`;
}
