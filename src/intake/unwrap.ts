/**
 * Addresses that only lead to another one: mail filters, redirect and sign-in pages, web archives. The real
 * address is extracted from their form, without a request. Forms as the services write them in 2026.
 */
import { urlOf } from '../model/webUrl';
import { isYouTubeSite, readYouTube, watchUrl } from './youtubeLink';

interface Wrapper {
  readonly host: RegExp;
  readonly path?: RegExp;
  /** The parameter that contains the address, the first that is present; or a function that finds it. */
  readonly inside: readonly string[] | ((url: URL) => string | undefined);
}

const google = /^(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?$/;
const youtube = /^(?:(?:www|m|music|kids|gaming)\.)?youtube(?:-nocookie)?\.com$/;

const wrappers: readonly Wrapper[] = [
  { host: google, path: /^\/(?:url|imgres)$/, inside: ['q', 'url', 'imgrefurl'] },
  { host: google, path: /^\/search$/, inside: playedInSearch },
  { host: google, path: /^\/amp\/(?:s\/)?/, inside: (url) => `https://${rest(url, /^\/amp\/(?:s\/)?/)}` },
  {
    host: /(?:^|\.)cdn\.ampproject\.org$/,
    path: /^\/[a-z]\/(?:s\/)?/,
    inside: (url) => `https://${rest(url, /^\/[a-z]\/(?:s\/)?/)}`,
  },
  { host: /^translate\.google\./, inside: ['u'] },
  { host: /\.translate\.goog$/, inside: translated },
  // Libraries' proxies write a host as one name: `www-youtube-com.proxy.university.edu`.
  {
    host: /^(?:www|m)-youtube-com\./,
    inside: (url) => `https://www.youtube.com${rest(url, /^/)}`,
  },
  { host: youtube, path: /^\/redirect$/, inside: ['q'] },
  {
    host: youtube,
    path: /^\/(?:signin|account|verify_\w+|confirm_age|das_captcha|supported_browsers)$/,
    inside: ['next', 'next_url', 'continue'],
  },
  { host: youtube, path: /^\/oembed$/, inside: ['url'] },
  { host: /^consent\.(?:m\.)?(?:youtube|google)\./, inside: ['continue'] },
  { host: /^accounts\.(?:google|youtube)\./, inside: ['continue'] },
  { host: /(?:^|\.)(?:facebook|messenger)\.com$/, path: /^\/(?:l\.php|flx\/warn\/?)$/, inside: ['u'] },
  { host: /^lm?\.(?:instagram|facebook|threads)\.(?:com|net)$/, inside: ['u'] },
  { host: /^l\.wl\.co$/, inside: ['u'] },
  { host: /^out\.reddit\.com$/, inside: ['url'] },
  { host: /(?:^|\.)reddit\.com$/, path: /^\/media$/, inside: ['url'] },
  { host: /^(?:www\.)?duckduckgo\.com$/, path: /^\/l\/?$/, inside: ['uddg'] },
  { host: /\.safelinks\.protection\.(?:outlook|office365)\.(?:com|us)$/, inside: ['url'] },
  { host: /^statics\.teams\.cdn\.office\.net$/, inside: ['url'] },
  { host: /^urldefense\.(?:com|us)$/, path: /^\/v3\//, inside: defenseV3 },
  { host: /^urldefense\.(?:proofpoint\.)?com$/, path: /^\/v2\//, inside: defenseV2 },
  { host: /^urldefense\.(?:proofpoint\.)?com$/, path: /^\/v1\//, inside: ['u'] },
  { host: /^linkprotect\.cudasvc\.com$/, inside: ['a'] },
  {
    host: /^protect\.checkpoint\.com$/,
    path: /^\/v2\//,
    inside: (url) =>
      /^\/v2\/(?:\w{1,20}\/)?___(https?:\/\/.+?)___(?:[./]|$)/i.exec(url.pathname + url.search)?.[1],
  },
  { host: /(?:^|\.)substack\.com$/, path: /^\/redirect\/2\//, inside: substack },
  { host: /^(?:web|wayback)\.archive\.org$/, path: /^\/web\//, inside: archived },
  { host: /^(?:away\.)?vk\.(?:com|ru)$/, path: /^\/away(?:\.php)?$/, inside: ['to'] },
  { host: /^(?:www\.)?linkedin\.com$/, path: /^\/(?:redir\/redirect|safety\/go)\/?$/, inside: ['url'] },
  { host: /^t\.umblr\.com$/, path: /^\/redirect$/, inside: ['z'] },
  { host: /^steamcommunity\.com$/, path: /^\/linkfilter\/?$/, inside: ['u', 'url'] },
  { host: /^slack-redir\.net$/, inside: ['url'] },
  { host: /^(?:www\.)?getpocket\.com$/, path: /^\/redirect$/, inside: ['url'] },
  { host: /^(?:gate\.sc|exit\.sc|disq\.us)$/, inside: ['url'] },
  { host: /^link\.(?:zhihu\.com|csdn\.net|juejin\.cn)$/, inside: ['target'] },
  { host: /^go\.bsky\.app$/, path: /^\/redirect$/, inside: ['u'] },
  { host: /^t\.me$/, path: /^\/iv$/, inside: ['url'] },
  {
    host: /^secure-web\.cisco\.com$/,
    inside: (url) => decoded(/\/(https?%3A.+)$/i.exec(url.pathname)?.[1] ?? ''),
  },
  {
    host: /^wayback-fakeurl\.archive\.org$/,
    path: /^\/yt\//,
    inside: (url) => watchUrl(url.pathname.slice('/yt/'.length)),
  },
  { host: /^archive\.(?:ph|today|is|li|md|vn|fo)$/, inside: copied },
  { host: /^(?:www\.)?bing\.com$/, path: /^\/ck\/a$/, inside: bing },
  {
    host: /^(?:click|track)\.pstmrk\.it$/,
    inside: (url) => `https://${decoded(/^\/\w+\/([^/]+)/.exec(url.pathname)?.[1] ?? '') ?? ''}`,
  },
  { host: /^(?:href\.li|anon\.to|deref-\w+\.com)$/, inside: (url) => decoded(url.search.slice(1)) },
];

/** One look-up for a host that wraps nothing, as most do. */
const anyHost = new RegExp(wrappers.map(({ host }) => host.source).join('|'));

/** Wrappers may be nested; no link is wrapped more often than this. */
const deepest = 4;

/** The wrapped address, or the same one. */
export function unwrap(url: URL): URL {
  let here = url;
  for (let depth = 0; depth < deepest; depth += 1) {
    const inside = insideOf(here);
    if (inside === undefined) return here;
    here = inside;
  }
  return here;
}

function insideOf(url: URL): URL | undefined {
  if (!anyHost.test(url.hostname)) return undefined;
  const wrapper = wrappers.find(
    ({ host, path }) => host.test(url.hostname) && (path === undefined || path.test(url.pathname)),
  );
  if (!wrapper) return undefined;
  const { inside } = wrapper;
  const text =
    typeof inside === 'function'
      ? inside(url)
      : inside.map((name) => url.searchParams.get(name)).find((value) => value !== null && value !== '');
  if (text === undefined || text === null) return undefined;
  if (/^\/(?!\/)/.test(text)) return youtube.test(url.hostname) ? urlOf(text, url) : undefined;
  return /^https?:\/\/[^/]/i.test(text) ? urlOf(text) : undefined;
}

/** An address of YouTube, or of one video at a site whose addresses say that they are one. */
const videoAddress =
  /https?:\/{1,2}(?:(?:[a-z]{1,8}\.)?youtu(?:\.be|be(?:-nocookie)?\.com)\/(?:(?!https?:)[^\s"'<>])+|(?:[a-z]{1,8}\.)?(?:vimeo\.com\/(?:video\/)?\d{5,12}|dailymotion\.com\/video\/\w{5,12}|dai\.ly\/\w{5,12}|twitch\.tv\/videos\/\d{5,12}|tiktok\.com\/@[\w.-]{1,40}\/video\/\d{5,25})(?![\w/-]))/gi;

/**
 * The one video, or playlist of YouTube, whose whole address is part of another address, however that is encoded:
 * mail filters, link checkers and share buttons of any site. `rest`: path, query and fragment. Undefined where
 * there is none, or more than one.
 */
export function videoInside(rest: string): string | undefined {
  let text = rest;
  for (let depth = 0; depth < deepest; depth += 1) {
    const found = new Set<string>();
    for (const [address] of text.matchAll(videoAddress)) {
      const url = urlOf(address);
      const target = url && readYouTube(url);
      if (target?.kind === 'video') found.add(watchUrl(target.id));
      else if (target?.kind === 'playlist') found.add(target.url);
      else if (url !== undefined && !isYouTubeSite(url.hostname) && url.hostname !== 'youtu.be')
        found.add(url.href);
    }
    const [first] = found;
    if (first !== undefined) return found.size === 1 ? first : undefined;
    const plain = text.includes('%') ? decoded(text) : undefined;
    if (plain === undefined) return undefined;
    text = plain;
  }
  return undefined;
}

/** Google's list of results shows the video that was chosen in it behind the #: `#…&vld=cid:…,vid:ID,st:0`. */
function playedInSearch(url: URL): string | undefined {
  const id = /\bvid(?::|%3A)([\w-]{11})(?![\w-])/i.exec(url.hash)?.[1];
  return id === undefined ? undefined : watchUrl(id);
}

function rest(url: URL, lead: RegExp): string {
  return `${url.pathname.replace(lead, '')}${url.search}`;
}

/** `www-youtube-com.translate.goog`: dots are written as one hyphen, hyphens as two. */
function translated(url: URL): string {
  const host = url.hostname
    .replace(/\.translate\.goog$/, '')
    .replaceAll('--', '\0')
    .replaceAll('-', '.')
    .replaceAll('\0', '-');
  return `https://${host}${url.pathname}${url.search}`;
}

/** Two stars and one of these stand for that many characters, from two on. */
const runs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** `/v3/__https://…__;!!…`; a star replaces a character that is written after the second mark. */
function defenseV3(url: URL): string | undefined {
  const match = /^\/v3\/__(.+?)__;([\w-]*)/.exec(url.pathname + url.search);
  if (!match?.[1]) return undefined;
  const stars = Array.from(Buffer.from(match[2] ?? '', 'base64url').toString('utf8'));
  const address = match[1].replace(/\*(?:\*([\w-]))?/g, (_star, length?: string) =>
    length === undefined ? (stars.shift() ?? '*') : stars.splice(0, runs.indexOf(length) + 2).join(''),
  );
  return address.replace(/^(https?):\/+/i, '$1://');
}

/** `u=https-3A__www.youtube.com_watch-3Fv-3D…`: - for %, _ for /. */
function defenseV2(url: URL): string | undefined {
  const text = url.searchParams.get('u');
  return text === null
    ? undefined
    : decoded(text.replace(/-(?=[0-9A-F]{2})/g, '%').replaceAll('_', '/'))?.replace(/\0/g, '');
}

/** `/web/20200101000000id_/https://…`; some copies have lost one of the slashes. */
function archived(url: URL): string | undefined {
  const inner = /^\/web\/[^/]+\/(https?:)\/{1,2}(.+)$/i.exec(url.pathname + url.search);
  return inner ? `${inner[1] ?? ''}//${inner[2] ?? ''}` : undefined;
}

/** `archive.ph/2024/https://…`, also without the date. */
function copied(url: URL): string | undefined {
  const inner = /^\/(?:\d+\/|newest\/|o\/\w+\/)?(https?:)\/{1,2}(.+)$/i.exec(url.pathname + url.search);
  return inner ? `${inner[1] ?? ''}//${inner[2] ?? ''}` : undefined;
}

/** Bing writes `a1` and the address in base64url. */
function bing(url: URL): string | undefined {
  const text = url.searchParams.get('u');
  return text?.startsWith('a1') === true
    ? Buffer.from(text.slice(2), 'base64url').toString('utf8')
    : undefined;
}

/** Substack writes an object in base64url: `{"e":"https://…"}`. */
function substack(url: URL): string | undefined {
  const text = Buffer.from(url.pathname.split('/')[3] ?? '', 'base64url').toString('utf8');
  return /^\{"e":"(https?:[^"\\\s]+)"/.exec(text)?.[1];
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
