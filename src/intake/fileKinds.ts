/** The kind of a path or address by its extension: subtitles, audio and video, feeds. */

const subtitleEndings: ReadonlySet<string> = new Set(
  'vtt srt ttml dfxp itt json3 srv1 srv2 srv3 sbv lrc'.split(' '),
);
/** Not read; the subtitle source says what they are and how to convert them (captions/otherFormats.ts). */
const otherSubtitleEndings: ReadonlySet<string> = new Set('ass ssa smi sami sub scc'.split(' '));
const mediaEndings: ReadonlySet<string> = new Set(
  (
    'mp3 mp2 mpga m4a m4b mka aac ac3 ogg oga opus flac wav wave wv ape au aif aiff amr wma caf ' +
    'mp4 m4v mov mkv webm avi mpg mpeg vob wmv asf flv f4v 3gp 3g2 ogv mts m2ts'
  ).split(' '),
);

/** Endings of the files that a batch can be made of. */
export const transcribableEndings: readonly string[] = [...subtitleEndings, ...mediaEndings];

/** Longest ending of a file, UTF-16 units: what follows the last dot of a hostile address may be no name at all. */
const longestEnding = 16;

/** Lower-case ending without the dot; empty when there is none. */
export function endingOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  const ending = name.slice(dot + 1).toLowerCase();
  return dot <= 0 || ending.length > longestEnding ? '' : ending;
}

/** What a file contains, by its extension. */
export function fileKind(path: string): 'subtitle' | 'media' | undefined {
  const ending = endingOf(path);
  if (subtitleEndings.has(ending) || otherSubtitleEndings.has(ending)) return 'subtitle';
  return mediaEndings.has(ending) ? 'media' : undefined;
}

/**
 * What a local file in a list contains; there .json, .xml and Whisper's .tsv are transcripts, because lists are
 * not entries.
 */
export function localFileKind(path: string): 'subtitle' | 'media' | undefined {
  const ending = endingOf(path);
  return ['json', 'xml', 'tsv'].includes(ending) ? 'subtitle' : fileKind(path);
}

/**
 * Whether an address looks like an RSS, Atom or JSON feed: by a part of its path, its file, its query
 * (WordPress, Joomla) or its host. A wrong guess costs nothing: an answer that is not a feed goes to
 * yt-dlp.
 */
export function looksLikeFeed(url: URL): boolean {
  // What its members post.
  if (/(?:^|\.)linkedin\.com$/.test(url.hostname)) return false;
  const parts = url.pathname.toLowerCase().split('/');
  if (['xml', 'rss', 'atom', 'rdf'].includes(endingOf(url.pathname))) return true;
  if (parts.some((part) => /^(?:feeds?|rss2?|atom|rdf)$/.test(part))) return true;
  if (/^(?:rss|feed|atom|podcast)s?\.(?:php|json|aspx?|cgi|jsp)$/.test(parts.at(-1) ?? '')) return true;
  if (/[?&](?:feed|(?:format|type|output|alt)=(?:feed|rss|atom))(?:[=&]|$)/i.test(url.search)) return true;
  return /^(?:feeds?|rss)\./.test(url.hostname) && url.pathname !== '/';
}

/** Pages of a show at podcast directories; they name the show's feed. An episode's page does not. */
export function isShowPage(url: URL): boolean {
  switch (url.hostname) {
    case 'podcasts.apple.com':
    case 'itunes.apple.com':
      return /\/id\d+/.test(url.pathname) && !url.searchParams.has('i');
    case 'overcast.fm':
      return /^\/(?:itunes|p)\d/.test(url.pathname);
    case 'pca.st':
      return /^\/(?:podcast|itunes|private)\//.test(url.pathname);
    case 'pocketcasts.com':
    case 'play.pocketcasts.com':
      return /^\/podcasts?\/[^/]+(?:\/[^/]+)?\/?$/.test(url.pathname);
    default:
      return false;
  }
}
