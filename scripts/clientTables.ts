/**
 * Compares our table of YouTube's clients with that of an unpacked yt-dlp, whose maintainers notice first when
 * YouTube retires one. Its Python is read as text and never run.
 */
import type { YouTubeKnowledge } from '../src/sources/youtube/knowledge';

export interface TheirClient {
  readonly clientName?: string;
  readonly clientVersion?: string;
  readonly id?: number;
  readonly userAgent?: string;
  /** All other fields of the request's `context.client`. */
  readonly client: Readonly<Record<string, string | number>>;
}

/** The clients in the text of yt-dlp's `extractor/youtube/_base.py`, by name. Throws where there are none. */
export function readTheirClients(python: string): ReadonlyMap<string, TheirClient> {
  const start = python.indexOf('INNERTUBE_CLIENTS = {');
  const end = python.indexOf('\n}', start);
  if (start < 0 || end < 0) throw new Error('There is no INNERTUBE_CLIENTS in it.');
  const found = new Map<string, TheirClient>();
  // One entry a name, at four spaces.
  const entries = python.slice(start, end).split(/^ {4}'([a-z0-9_]+)': \{\s*$/m);
  for (let at = 1; at + 1 < entries.length; at += 2)
    found.set(entries[at] ?? '', readEntry(entries[at + 1] ?? ''));
  if (found.size === 0) throw new Error('INNERTUBE_CLIENTS is written in another form.');
  return found;
}

function readEntry(text: string): TheirClient {
  const context = /'client': \{([\s\S]*?)^ {12}\}/m.exec(text)?.[1] ?? '';
  const fields: Record<string, string | number> = {};
  for (const [, name = '', quoted, number] of context.matchAll(/^\s*'(\w+)': (?:'([^'\n]*)'|(\d+)),/gm))
    fields[name] = quoted ?? Number(number);
  const { clientName, clientVersion, userAgent, ...client } = fields;
  const id = /'INNERTUBE_CONTEXT_CLIENT_NAME': (\d+)/.exec(text)?.[1];
  return {
    ...(typeof clientName === 'string' ? { clientName } : {}),
    ...(typeof clientVersion === 'string' ? { clientVersion } : {}),
    ...(id === undefined ? {} : { id: Number(id) }),
    ...(typeof userAgent === 'string' ? { userAgent } : {}),
    client,
  };
}

/** yt-dlp's own order of trying, from the text of `_video.py`; empty where it is written in another form. */
export function readTheirDefaults(python: string): readonly string[] {
  const list = /_DEFAULT_CLIENTS = \(([^)]*)\)/.exec(python)?.[1] ?? '';
  return Array.from(list.matchAll(/'([a-z0-9_]+)'/g), ([, name]) => name ?? '');
}

/** Each difference in one line; empty when our clients are theirs. */
export function differences(
  ours: YouTubeKnowledge,
  theirs: ReadonlyMap<string, TheirClient>,
): readonly string[] {
  return ours.clients.flatMap((own) => {
    const other = theirs.get(own.name);
    if (other === undefined) return [`${own.name}: yt-dlp has no such client.`];
    const pairs: [string, unknown, unknown][] = [
      ['clientName', own.clientName, other.clientName],
      ['clientVersion', own.clientVersion, other.clientVersion],
      ['id', own.id, other.id],
      ['userAgent', own.userAgent, other.userAgent],
    ];
    const client: Readonly<Record<string, unknown>> = own.client ?? {};
    for (const name of new Set([...Object.keys(client), ...Object.keys(other.client)]))
      pairs.push([name, client[name], other.client[name]]);
    return pairs.flatMap(([name, one, two]) =>
      one === two ? [] : [`${own.name}: ${name} is ${shown(one)}, yt-dlp has ${shown(two)}.`],
    );
  });
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
