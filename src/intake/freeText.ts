/**
 * Finds links anywhere in free text: prose, Markdown, cells, HTML. One pass without backtracking, so that a
 * line of a megabyte takes no longer than a megabyte of lines.
 */
import { decodeHTMLStrict } from 'entities/decode';
import { goesOn, isUnspaced, visible } from './clean';
import { maxLinkLength } from './link';

export interface FoundLink {
  /** The link as a browser would read it: entities and escapes undone, trailing punctuation left out. */
  readonly text: string;
  /** Offsets of the raw link in the text. */
  readonly from: number;
  readonly to: number;
}

/**
 * A link's beginning: a scheme, its form in JSON, in a query or with the wide signs of Chinese and Japanese keyboards;
 * the host of a well-known video site without a scheme, or any with www.; or a path of YouTube in quotes, as its pages
 * and interfaces have it.
 */
const beginning =
  /(?<=^|["'=(])\\?\/(?:watch\?v=|shorts\\?\/)(?=[\w-]{11})|(?:feed:|itpc:|pcast:|podcasts?:)?https?(?::|：|&#58;|&#x3a;)(?:\/\/|／／|\\\/\\\/|(?:&#47;|&#x2f;){2})|https?%3A%2F%2F(?=\w)|(?:feed|itpc|pcast|podcasts?|rss):\/\/|(?:(?:w{2,4}|m|music|player|clips|v[mt]|on)\.)?(?:youtu(?:\.be|be\.com|be-nocookie\.com)|vimeo\.com|dailymotion\.com|dai\.ly|twitch\.tv|tiktok\.com|soundcloud\.com|rumble\.com|odysee\.com|bilibili\.com|b23\.tv|streamable\.com|loom\.com|fb\.watch)\\?\/(?=[\w@-])|www\.(?=[\w.-]{3,80}\/[\w@%-])/gi;
const trailing = /[.,;:!?'"“”‘’«»…*。，、；：！？)\]}）】」』》〉]/;
const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
/** Only ASCII belongs to it: in Chinese or Japanese the text continues right after the link. */
const videoAddress =
  /^(?:https?:\/\/)?(?:[a-z]+\.)?youtu(?:\.be\/|be(?:-nocookie)?\.com\/(?:watch|shorts|live|embed|v|e|playlist)\b)/i;
/** Sites whose addresses hold neither commas nor brackets. */
const knownSite =
  /^(?:https?:\/\/)?(?:[a-z]{1,8}\.)?(?:youtu|vimeo\.|dailymotion\.|dai\.ly|twitch\.|tiktok\.)/i;
/** Full-width and typographic characters that end a link in running text. */
const enders = '<>"`{|}^\\“”«»。，、；：！？（）【】「」『』《》〈〉';
/**
 * Typographic signs, spaces, and Chinese and emoji in UTF-8 that were read as windows-1252: `â€™`, `Â `, `ã€‚`, `ðŸ`.
 */
const misread = /^(?:â[€\u0080]|Â[\u00a0-\u00bf ]|ã[€\u0080]|ï[¼½]|ð[Ÿ\u009f])/;
/** Characters that Markdown writers and editors escape with a backslash. */
const escapable = '/_-~&=?#*.%+@:';

/** The links of a text in their order. */
export function* findLinks(text: string): Generator<FoundLink> {
  const scan = new RegExp(beginning);
  for (let match = scan.exec(text); match; match = scan.exec(text)) {
    const from = match.index;
    if (!mayBegin(text, from, match[0])) continue;
    if (match[0].includes('%')) {
      const { link, to } = encoded(text, from);
      scan.lastIndex = Math.max(to, scan.lastIndex);
      if (link !== '') yield { text: link, from, to };
      continue;
    }
    if (/[：／]/.test(match[0])) {
      const begun = from + match[0].length;
      const { link, to, next } = follow(text, begun);
      scan.lastIndex = Math.max(next, begun);
      const scheme = match[0].replace('：', ':').replaceAll('／', '/');
      if (link !== '') yield { text: `${scheme}${link}`, from, to };
      continue;
    }
    const { link, to, next } = follow(text, from);
    scan.lastIndex = Math.max(next, from + match[0].length);
    const host = decodeHTMLStrict(match[0].replaceAll('\\', '')).length;
    if (link.length > host && link[host] !== '/') yield { text: link, from, to };
  }
}

/** A link that is encoded for a query: `url=https%3A%2F%2Fyoutu.be%2F…`. */
function encoded(text: string, from: number): { readonly link: string; readonly to: number } {
  const whole = /^[\w.~%+*!-]+/.exec(text.slice(from, from + maxLinkLength))?.[0] ?? '';
  const to = from + Math.max(1, whole.length);
  try {
    return { link: follow(decodeURIComponent(whole), 0).link, to };
  } catch {
    return { link: '', to };
  }
}

/**
 * What stands before the host of a link whose scheme was mistyped, or is that of an app: `htps://`, `https;//`,
 * `intent://`.
 */
const oddScheme = /(?:^|[\s"'<(=[|,;>])(?:[a-z.+-]{2,16}:|[htx]{2,4}p{1,2}s?[：;.]?)\/{1,2}$/i;

/** A host without a scheme must be separate: not inside another address, a mail address or a word. */
function mayBegin(text: string, from: number, begun: string): boolean {
  if (from === 0) return true;
  const before = text[from - 1] ?? '';
  if (/^http/i.test(begun)) return true;
  // `\n` in JSON is no letter of the host.
  if (/[nrt]/.test(before) && text[from - 2] === '\\') return true;
  if (before === '/') {
    const lead = text.slice(Math.max(0, from - 24), from);
    return /^(?:["'\s(=]\/|^\/)$/.test(lead.slice(-3, -1)) || oddScheme.test(lead);
  }
  return !/[\w.@\-\\%]/.test(before);
}

interface Followed {
  readonly link: string;
  readonly to: number;
  /** Where the search continues: after everything examined, so that nothing is examined twice. */
  readonly next: number;
}

function follow(text: string, from: number): Followed {
  const before = from === 0 ? '' : (text[from - 1] ?? '');
  const open: string[] = [];
  let link = '';
  /** Where in the text each character of the link ends; needed for trimming. */
  const ends: number[] = [];
  let at = from;
  /** Plain characters since the last separator in the address. */
  let segment = 0;
  const take = (character: string, length: number): void => {
    ends.push(at + length);
    for (let unit = 1; unit < character.length; unit += 1) ends.push(at + length);
    link += character;
    at += length;
    segment = '/?&=#@.'.includes(character) ? 0 : segment + 1;
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '\\') {
      const next = text[at + 1] ?? '';
      const code = /^u00[2-7][0-9a-f]/i.exec(text.slice(at + 1, at + 6));
      if (code) {
        const plain = String.fromCharCode(parseInt(code[0].slice(1), 16));
        if (enders.includes(plain) || plain === ' ' || plain === "'") break;
        take(plain, 6);
      } else if (next !== '' && escapable.includes(next)) take(next, 2);
      else break;
      continue;
    }
    const guarded = character === '{' ? guardedAt(text, at) : undefined;
    if (guarded !== undefined) {
      take(guarded, guarded.length + 3);
      continue;
    }
    if (isEnd(character) || isMarkupBegun(text, at, link) || isGlued(text, at, link)) break;
    if (link.length > maxLinkLength) {
      // Too long for a link; the rest is skipped and the reader refuses what it gets.
      at += 1;
      continue;
    }
    if (character === "'" && before === "'") break;
    if ((character === ',' || character === ';') && isNextBegun(text, at + 1, link)) break;
    if (character > '\u007f') {
      const whole = String.fromCodePoint(text.codePointAt(at) ?? 0);
      if (visible(whole) === '' && isUnfinished(link, text, at)) {
        at += whole.length;
        continue;
      }
      if (!goesOn(whole) || isOfText(text, at, link) || (segment > 0 && isUnspaced(whole))) break;
      take(whole, whole.length);
      segment = -Infinity;
      continue;
    }
    const entity = character === '&' ? entityAt(text, at) : undefined;
    if (entity?.ends === true) break;
    if (entity !== undefined) {
      take(entity.plain, entity.length);
      continue;
    }
    if (character === '(' || character === '[') open.push(character);
    const opener = closers[character];
    if (opener !== undefined) {
      if (open.at(-1) !== opener) break;
      open.pop();
    }
    take(character, 1);
  }
  let length = trim(link);
  // Markdown emphasis: as many marks after the link as before it. A YouTube id may end in _ itself.
  if (before === '_' || before === '~') {
    for (let i = from - 1; text[i] === before && length > 0 && link[length - 1] === before; i -= 1)
      length -= 1;
    length = trim(link.slice(0, length));
  }
  return { link: link.slice(0, length), to: length === 0 ? from : (ends[length - 1] ?? from), next: at };
}

/** A sign that Mendeley's BibTeX guards from TeX: `hT{\_}nv`. */
function guardedAt(text: string, at: number): string | undefined {
  return /^\{\\([_&%#~])\}/.exec(text.slice(at, at + 4))?.[1];
}

/** The character that an entity of HTML is; undefined for a plain `&`. `ends`: no address has this character. */
function entityAt(
  text: string,
  at: number,
): { readonly plain: string; readonly length: number; readonly ends: boolean } | undefined {
  const entity = /^&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});/i.exec(text.slice(at, at + 12))?.[0];
  const plain = entity === undefined ? undefined : decodeHTMLStrict(entity);
  if (entity === undefined || plain === undefined || plain === entity) return undefined;
  const ends =
    plain.length !== 1 || plain <= ' ' || enders.includes(plain) || plain === "'" || plain === '\u00a0';
  return { plain, length: entity.length, ends };
}

function isEnd(character: string): boolean {
  if (character <= ' ' || character === '\u007f' || enders.includes(character)) return true;
  return character > '\u007f' && /\s/.test(character);
}

/**
 * A letter beyond ASCII that is not of the address: behind a video's, or of signs that were read in another encoding.
 */
function isOfText(text: string, at: number, link: string): boolean {
  return videoAddress.test(link) || misread.test(text.slice(at, at + 3));
}

/**
 * An address whose host or id goes on behind an invisible character, which is a leftover there; elsewhere it ends the
 * address.
 */
function isUnfinished(link: string, text: string, at: number): boolean {
  return (
    (/^https?:\/\/[^/]{0,80}$/i.test(link) && /^[^\s/]{1,80}\//.test(visible(text.slice(at, at + 100)))) ||
    /(?:youtube\.com\/watch\?v=|youtu\.be\/|\/shorts\/)[\w-]{0,10}$/i.test(link.slice(-60))
  );
}

/** A bracket behind the address of a video, or one that closes markup: `[/embed]`, AsciiDoc's `[its text]`. */
function isMarkupBegun(text: string, at: number, link: string): boolean {
  return text[at] === '[' && (knownSite.test(link) || /^\[\/[a-z]{1,20}\]/i.test(text.slice(at, at + 24)));
}

/** Two links that were pasted without anything between them. */
function isGlued(text: string, at: number, link: string): boolean {
  if (text[at] !== 'h' || !/^https?:\/\//.test(text.slice(at, at + 8))) return false;
  // Proofpoint writes the wrapped address behind two of them, Check Point behind three: `/v3/__https://…`.
  if (/\/___?$/.test(link)) return false;
  return /[\w-]$/.test(link) && !/%[0-9a-f]{2}$/i.test(link.slice(-3));
}

/** A comma or semicolon that is followed by the next link, or that cannot belong to a YouTube address. */
function isNextBegun(text: string, at: number, link: string): boolean {
  if (knownSite.test(link)) return true;
  return /^https?:/i.test(text.slice(at, at + 6));
}

/** Length of the link without trailing punctuation and without closing brackets that were never opened. */
function trim(link: string): number {
  let length = link.length;
  while (length > 0) {
    const last = link[length - 1] ?? '';
    if (last === '(' || last === '[') {
      // "(see https://example.org/(" : a bracket opened at the very end belongs to the text.
      length -= 1;
      continue;
    }
    const opener = closers[last];
    if (opener !== undefined && isBalanced(link.slice(0, length), opener, last)) break;
    // "https://example.org/talk's second part"
    if (last === 's' && /['’]/.test(link[length - 2] ?? '')) length -= 1;
    else if (!trailing.test(last)) break;
    length -= 1;
  }
  return length;
}

function isBalanced(link: string, opener: string, closer: string): boolean {
  let depth = 0;
  for (const character of link) {
    if (character === opener) depth += 1;
    else if (character === closer) depth -= 1;
  }
  return depth >= 0;
}
