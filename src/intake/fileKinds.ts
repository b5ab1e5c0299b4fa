/** What a path or address is by its ending: subtitles, sound and video, feeds. */

const subtitleEndings: ReadonlySet<string> = new Set(
  'vtt srt ttml dfxp itt json3 srv1 srv2 srv3 sbv lrc'.split(' '),
);
const mediaEndings: ReadonlySet<string> = new Set(
  (
    'mp3 m4a m4b aac ogg oga opus flac wav wave aif aiff amr wma caf ' +
    'mp4 m4v mov mkv webm avi mpg mpeg wmv flv 3gp ogv mts'
  ).split(' '),
);

/** Lower-case ending without the dot; empty when there is none. */
export function endingOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** What a file holds, by its ending. */
export function fileKind(path: string): 'subtitle' | 'media' | undefined {
  const ending = endingOf(path);
  if (subtitleEndings.has(ending)) return 'subtitle';
  return mediaEndings.has(ending) ? 'media' : undefined;
}

/** What a local file in a list holds; there .json and .xml are transcripts, because lists are no entries. */
export function localFileKind(path: string): 'subtitle' | 'media' | undefined {
  const ending = endingOf(path);
  return ending === 'json' || ending === 'xml' ? 'subtitle' : fileKind(path);
}

/** Whether an address looks like an RSS or Atom feed; hosts such as feeds.example.org serve nothing else. */
export function looksLikeFeed(url: URL): boolean {
  if (['xml', 'rss', 'atom', 'rdf'].includes(endingOf(url.pathname))) return true;
  if (/\/(?:feed|rss|atom)\/?$/i.test(url.pathname)) return true;
  return /^(?:feeds?|rss)\./.test(url.hostname) && url.pathname !== '/';
}
