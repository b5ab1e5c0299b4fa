/** Videos that a text names only by their ids: in shortcodes, tags, programs, fields and short forms. */
import { canBeYouTubeId, looksLikeName, watchUrl } from '../youtubeLink';

/** A video given only by its id: shortcodes and tags of site generators, wikis and forums; players of web pages. */
const shortcode =
  /(?:\{[{%]<?\s*(?:#\w{1,8}:)?(?:include\s)?(?:youtube|yt|youtubeLite)\b[^}\n]{0,40}?["'\s=(:|>]|\[youtube\s(?:[^\]\n]{0,40}?["'\s=])?|<youtube\b[^>\n]{0,80}?\bid=[{"']{1,2}|\b(?:video|youtube|yt)[-_]?id\\?["']?\s{0,9}[=:]\s{0,9}\{?\\?["']|plugin\.video\.youtube\/[^\s"'<>]{0,80}?\bvideo_?id=|[<[](?:youtube|yt|(?:video|media)=youtube)[\]>]|\bvideo::|\byoutube::\s+|::youtube(?:\[[^\]\n]{0,80}\])?\{#|@\[youtube\]\(|\[\[?!?(?:youtube|yt):)([\w-]{11})(?![\w-])|\b(?:video|youtube|yt)["']?\s{0,9}[=:]\s{0,9}["']([\w-]{11})["']|(?:\{[{%]<?\s*(?:include\s)?vimeo\b[^}\n]{0,40}?["'\s=(:|>]|\bvideo::|\[vimeo\s?\]?)(\d{6,12})(?![\w-])/gi;
/** An id behind a short form or a key, or in a notebook: `yt:ID`, `youtube_id: ID`, `YouTubeVideo('ID')`. */
const shortForm =
  /(?:(?<![\w/.@:-])(?:yt|youtube|ytdl):(?:\/\/)?|\b(?:video|youtube|yt)[-_]?id["']?\s{0,9}:\s{0,9}|\byoutube (?:video )?id:?\s|(?<!#\s{0,3})\bYouTubeVideo\(\s{0,9}(?:id\s?=\s?)?["'])([\w-]{11})(?![\w-])/gi;
/**
 * A line of YAML, TOML or a program that names a video by its id: `youtube: ID`, `videoId: "ID",`; and of yt-dlp's
 * output.
 */
const idField =
  /^[\s-]{0,40}["']?(?:video|youtube|yt)[-_ ]?(?:id|code|video)?["']?\s{0,9}[:=]\s{0,9}["']?([\w-]{11})["']?\s{0,9}(?:[,;]\s{0,9})?(?:#.*)?$|^(?:(?:ERROR|WARNING): )?\[youtube\] ([\w-]{11}): /i;

/** The addresses of the videos that a line names without one, each by the place where its id ends. */
export function videosNamedIn(line: string): Map<number, string> {
  const named = new Map<number, string>();
  for (const match of line.matchAll(shortcode)) {
    const [whole, video, word = '', vimeo] = match;
    const id = video ?? (isVideoWord(word) ? word : undefined);
    const link = vimeo === undefined ? id && watchUrl(id) : `https://vimeo.com/${vimeo}`;
    const written = vimeo ?? id ?? '';
    if (link !== undefined) named.set(match.index + whole.lastIndexOf(written) + written.length, link);
  }
  for (const { 0: whole, 1: id = '', index } of line.matchAll(shortForm))
    if (isVideoWord(id)) named.set(index + whole.length, watchUrl(id));
  const field = idField.exec(line.slice(0, 300));
  const inField = field?.[1] ?? field?.[2] ?? '';
  if (isVideoWord(inField)) named.set(line.indexOf(inField) + inField.length, watchUrl(inField));
  return named;
}

/** Whether a word where an id may stand is one. */
function isVideoWord(word: string): boolean {
  return canBeYouTubeId(word) && !looksLikeName(word);
}
