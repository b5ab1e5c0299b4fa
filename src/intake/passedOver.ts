/**
 * Addresses in running text that can never be a video: pictures, icons, documents, name spaces, style
 * sheets, streams of a video that is named elsewhere. Only for text that is searched for links; entries of
 * a list are always meant.
 */
import type { Link } from '../model/link';
import { endingOf } from './fileKinds';
import { isYouTubeSite } from './youtubeLink';

const neverVideo: ReadonlySet<string> = new Set(
  (
    'jpg jpeg jpe jfif png gif svg svgz webp avif heic ico bmp tif tiff psd ' +
    'css js mjs cjs map woff woff2 ttf otf eot wasm dtd xsd xsl xslt ' +
    'pdf doc docx docm odt rtf ppt pptx odp xls xlsx ods csv tsv epub mobi azw3 djvu tex bib ' +
    'zip gz tgz bz2 xz zst 7z rar tar jar exe msi dmg pkg deb rpm apk ipa iso torrent vsix crx ' +
    'md txt log yml yaml toml ini'
  ).split(' '),
);

/** Hosts that serve pictures, stream segments, badges, fonts, name spaces and schemas. */
const neverHosts =
  /^(?:i\d?|img)\.(?:ytimg|youtube)\.com$|(?:^|\.)(?:ytimg|ggpht|googleusercontent|googlevideo|gstatic|gravatar|wp|twimg|fbcdn|vimeocdn|tenor|giphy)\.com$|^(?:fonts|ajax)\.googleapis\.com$|^img\.shields\.io$|(?:^|\.)(?:badge\.fury\.io|badgen\.net|jsdelivr\.net|unpkg\.com|cdnjs\.cloudflare\.com|w3\.org|xmlns\.com|purl\.org|schema\.org|xspf\.org|openxmlformats\.org|schemas\.microsoft\.com)$|^(?:schemas?|ns|xmlns|json-schema)\./;

/** Text sites: encyclopedias, code, papers, questions, searches. */
const textHosts =
  /(?:^|\.)(?:wikipedia|wikidata|wiktionary|wikibooks|wikiquote|arxiv|doi|orcid|stackoverflow|stackexchange|npmjs|pypi)\.(?:org|com)$|^(?:www\.)?(?:github|gitlab|bitbucket|codeberg)\.(?:com|org)$|^(?:docs|mail|calendar|meet|maps|myaccount|accounts|support|policies|translate|scholar|news)\.google\.com$|^(?:www\.)?(?:google\.[a-z]{2,3}(?:\.[a-z]{2})?|bing\.com|duckduckgo\.com)$|^(?:goo\.gl\/maps|maps\.app\.goo\.gl)$/;

/** Pages at the foot of a mail that take its reader off a list or out of an account. */
const orders =
  /(?:^|[/._-])(?:unsub(?:scribe)?|opt-?out|log-?out|sign-?out|(?:manage|update|email)[_-]?(?:preferences|subscriptions?))(?:$|[/._-])/i;

/**
 * YouTube's pages of one video or album; its others (home page, searches, posts, feeds of an account) are no entries.
 */
const videoPage = /^\/(?:clip|browse|embed|podcast)\/.|\/live\/?$/;

/** Whether a link that was found in running text is skipped. */
export function isPassedOver(link: Link): boolean {
  if (link.kind === 'youtube' || link.path !== undefined) return false;
  const url = new URL(link.url);
  if (link.list?.startsWith('youtube') === true) return false;
  if (isYouTubeSite(url.hostname)) return !videoPage.test(url.pathname);
  if (neverHosts.test(url.hostname)) return true;
  if (link.kind === 'media' || link.kind === 'subtitle') return false;
  if (textHosts.test(url.hostname) || isMeeting(url) || isProfile(url)) return true;
  if (/(?:^|\.)(?:twitter|x)\.com$/.test(url.hostname) && /\/photo\/\d+$/.test(url.pathname)) return true;
  // Asking for such a page would change something in the user's name.
  if (orders.test(url.pathname)) return true;
  return neverVideo.has(endingOf(url.pathname)) || /(?:^|\/)favicon\b/.test(url.pathname);
}

/** The door of a meeting; its recording is elsewhere. */
function isMeeting({ hostname, pathname }: URL): boolean {
  if (/(?:^|\.)zoom\.us$/.test(hostname)) return /^\/(?:j|my|w|s)\//.test(pathname);
  return /^teams\.(?:microsoft|live)\.com$/.test(hostname) && /^\/(?:l\/meetup-join|meet)\//.test(pathname);
}

/** The page of a person or firm at a social network: a name and nothing else. */
function isProfile({ hostname, pathname, search }: URL): boolean {
  if (/(?:^|\.)linkedin\.com$/.test(hostname)) return /^\/(?:in|company|school)\/[^/]+\/?$/.test(pathname);
  if (!/^(?:(?:www|m|mobile)\.)?(?:twitter|x|facebook|instagram|threads)\.(?:com|net)$/.test(hostname))
    return false;
  return search === '' && /^\/@?[\w.-]*\/?$/.test(pathname) && !/^\/(?:watch|reel)\/?$/.test(pathname);
}

/**
 * A link that is disabled: in a batch file of yt-dlp, and in comments of programs, scripts, documents and tables. A
 * heading of Markdown has words before its link.
 */
const commentedOut =
  /^\s*(?:[#;\]%]|\.\.(?=\s+https?:)|(?<=\s)#\s{0,3}\w{0,12}(?:url|link|href|src|video|youtube|vimeo):(?=\s)|\/\/(?=[\s"'`<[\\]|https?:)|\/\*|::|@?rem\s)\s{0,9}(?:[-*]\s)?(?:(?:yt-dlp|youtube-dl)(?:\.exe)?\s[^\n]{0,200}?)?(?:(?:url|link)\s?[:=]\s?)?["'`<]?(?:\[\[|\\(?:url|href)\{)?(?:https?:\/\/|(?:www\.)?youtu)/i;

export function isCommentedOut(line: string): boolean {
  return commentedOut.test(line);
}

/** Attributes, keys and labels whose address is never the entry itself. `webpage_url` and `titleUrl` are. */
export function isSideField(name: string): boolean {
  return name.length <= longestName && sideField.test(name);
}
const longestName = 60;
const sideField =
  /thumb|^(?:tvg-)?logo|icon|avatar|poster|picture|photo|banner|cover|image|^img|storyboard|manifest_url|fragment|^xmlns|schema|doctype|referr?er|^html_?url$|owner_?id|^docs$|generator|license/i;

/** Sites whose pages have one video each; beside a YouTube video of the same row they are entries too. */
const videoSites =
  /(?:^|\.)(?:vimeo|dailymotion|twitch|tiktok|ted|soundcloud|bilibili|odysee|rumble|nebula|bitchute|streamable|loom|wistia|mixcloud)\.(?:com|tv|app)$|^(?:dai\.ly|media\.ccc\.de|archive\.org|b23\.tv)$/;

export function isVideoSite(link: Link): boolean {
  return link.kind === 'page' && link.path === undefined && videoSites.test(new URL(link.url).hostname);
}
