/**
 * Lists with an entry on each line: `.urls`, yt-dlp's batch files and download archives, M3U, line-by-line
 * output of programs. Any other line is repaired where its meaning is clear, and explained where it is not.
 */
import { failure } from '../../model/failure';
import { goesOn, invisibleIn, isBareAddress, unescaped, visible } from '../clean';
import { fileKind } from '../fileKinds';
import { findLinks } from '../freeText';
import { isFailure, readLink, type LinkOptions } from '../link';
import type { LineFix, ListBuilder, Place } from '../listBuilder';
import { looksLikePath } from '../localPath';
import { readUrlsLine } from '../urlsSyntax';
import { isPlaylistId, isYouTubeChannelId, isYouTubeId, watchUrl, watchUrlId } from '../youtubeLink';
import { undisguised } from './mended';
import { areIds } from './row';

/** What a line of such a list may contain. */
const entryOptions: LinkOptions = { bareIds: true, local: true, bareHosts: true };

/**
 * Reads a list line by line. `strict`: a line that is not a link fails with a row; otherwise it is only
 * reported.
 */
export function* readLines(text: string, list: ListBuilder, strict: boolean): Generator<undefined, void> {
  for (const { line, number, pause } of linesOf(text)) {
    readLine(line, number, list, strict);
    if (pause) yield;
  }
}

const linesInSlice = 200;
const charactersInSlice = 100_000;

/**
 * The lines of a text, without their line ends, numbered from 1; `pause` where other work should get a
 * turn.
 */
export function* linesOf(
  text: string,
): Generator<{ readonly line: string; readonly number: number; readonly pause: boolean }> {
  let start = 0;
  let slice = 0;
  let feed = endAt(text, '\n', 0);
  let back = endAt(text, '\r', 0);
  for (let number = 1; ; number += 1) {
    const stop = Math.min(feed, back);
    slice += 1 + (stop - start) / (charactersInSlice / linesInSlice);
    const pause = slice >= linesInSlice;
    if (pause) slice = 0;
    yield { line: text.slice(start, stop), number, pause };
    if (stop === text.length) return;
    start = stop + 1;
    if (back === stop && feed === start) start += 1;
    if (feed < start) feed = endAt(text, '\n', start);
    if (back < start) back = endAt(text, '\r', start);
  }
}

/** Where the next line break of one kind is: searched once for each, although a text mostly has no other kind. */
function endAt(text: string, lineBreak: string, from: number): number {
  const at = text.indexOf(lineBreak, from);
  return at < 0 ? text.length : at;
}

function readLine(line: string, number: number, list: ListBuilder, strict: boolean): void {
  // Nothing in it is to be repaired; so are most lines of a long list.
  const isCanonical = watchUrlId(line) !== undefined;
  const only = isCanonical ? list.entry(line, entryOptions) : undefined;
  if (only !== undefined && !isFailure(only)) {
    list.add(only, { line: number, from: 0, to: line.length });
    return;
  }
  const part = readUrlsLine(line);
  if (part.kind === 'directive') {
    const { from, to } = part;
    list.directive(part.name, part.value, { line: number, from, to });
  }
  if (part.kind !== 'entry') return;
  const place = { line: number, from: part.from, to: part.to };
  const text = unquotedPath(part.text);
  const clean = looksLikePath(text) ? text : withoutHeaders(visible(text).trim());
  const unseen = clean === text ? undefined : invisibleIn(part.text);
  if (clean === '') return;
  if (unseen !== undefined) warnInvisible(list, place, unseen, clean);
  const read = list.entry(clean, entryOptions);
  if (!isFailure(read) && !hasLooseEnd(clean)) {
    list.add(read, place);
    return;
  }
  if (list.severalVideos(clean, place)) return;
  const path = pathWithSign(line, part.from);
  if (path !== undefined) list.link(path, { ...place, to: part.from + path.length }, entryOptions);
  else if (archived(clean) !== undefined) list.link(archived(clean) ?? '', place);
  else rescue(clean, place, list, strict);
}

/** Kodi's and IPTV lists have headers for the request behind an address: `…/live.m3u8|User-Agent=VLC`. */
function withoutHeaders(entry: string): string {
  return entry.replace(/^(https?:[^\s|]+)\|[a-z-]{3,30}=.*$/i, '$1');
}

function warnInvisible(list: ListBuilder, place: Required<Place>, code: string, clean: string): void {
  list.problem({
    ...place,
    kind: 'invisible',
    severity: 'warning',
    failure: failure('invalid-url', `The line holds an invisible character (${code}). It is left out.`),
    fixes: [{ title: 'Remove the invisible character', text: clean }],
  });
}

/** A path as file managers copy it, without its quotes; any other text as it is. */
function unquotedPath(text: string): string {
  const inner = /^(["'])([^"']+)\1$/.exec(text)?.[2];
  return inner !== undefined && looksLikePath(inner) ? inner : text;
}

/** A comma, quote or bracket after an address is left over from where it was copied. */
function hasLooseEnd(entry: string): boolean {
  if (!/^https?:/i.test(entry)) return false;
  if (/[,;|\u2013\u2014]https?:\/\//i.test(entry)) return true;
  const last = Array.from(entry.slice(-2)).at(-1) ?? '';
  if (last > '\u007f') return !goesOn(last);
  return /[,;"'>\]]/.test(last) && !/\[[^[\]]*\]$/.test(entry);
}

/** `./Talk #1.mp4`: the # belongs to a file name if only then the file is readable. */
function pathWithSign(line: string, from: number): string | undefined {
  const whole = line.slice(from).trimEnd();
  const cut = whole.search(/\s#/);
  if (cut === -1 || fileKind(whole) === undefined || fileKind(whole.slice(0, cut)) !== undefined)
    return undefined;
  return /^(?:\.{1,2}[\\/]|[\\/]|~[\\/]|[A-Za-z]:[\\/])/.test(whole) ? whole : undefined;
}

/** A line of yt-dlp's `--download-archive`: the site's name and an id. */
export function archived(entry: string): string | undefined {
  const [, site = '', id = ''] = /^([a-z][\w:+-]*) (\S+)$/i.exec(entry) ?? [];
  switch (site.toLowerCase()) {
    case 'youtube':
      return isYouTubeId(id) ? watchUrl(id) : undefined;
    case 'vimeo':
      return /^\d+$/.test(id) ? `https://vimeo.com/${id}` : undefined;
    case 'dailymotion':
      return /^\w+$/.test(id) ? `https://www.dailymotion.com/video/${id}` : undefined;
    case 'twitch':
    case 'twitchvod':
      return /^v?\d+$/.test(id) ? `https://www.twitch.tv/videos/${id.replace(/^v/, '')}` : undefined;
    default:
      return undefined;
  }
}

const longestLine = 20_000;

/** A line with more than a link: a single link in it is used, and a fix is offered. */
function rescue(entry: string, place: Required<Place>, list: ListBuilder, strict: boolean): void {
  // Nobody writes a longer line by hand.
  const links = entry.length > longestLine ? [] : [...linksIn(entry)];
  const [only] = links;
  if (only !== undefined && links.length === 1) {
    const words = entry
      .replace(only, ' ')
      .replace(/^\s*\d+[.)]?\s/, ' ')
      .replace(/\s+/g, ' ')
      .replace(/^[\s\p{P}]+/u, '');
    let end = words.length;
    while (end > 0 && /[\s\p{P}]/u.test(words[end - 1] ?? '')) end -= 1;
    const rest = words.slice(0, end);
    const fixes: LineFix[] = [{ title: 'Keep only the link', text: only }];
    if (rest !== '') fixes.push({ title: 'Write the rest as a remark', text: `${only} # ${rest}` });
    list.problem({
      ...place,
      kind: 'more',
      severity: 'warning',
      failure: failure(
        'invalid-url',
        'The line holds more than its link. Only the link counts; a remark behind it begins with a blank and #.',
      ),
      fixes,
    });
    list.link(only, place, entryOptions);
  } else if (links.length > 1) {
    const fixes = [{ title: 'Put each link on a line of its own', text: links.join('\n') }];
    list.unread(entry, failure('invalid-url', 'One link on each line, please.'), place, fixes);
  } else if (strict || /^[a-z][a-z0-9+.-]*:\S*$/i.test(entry))
    list.link(entry, place, entryOptions, typos(entry));
  else list.note('not-understood', place.line, entry);
}

/** The links in a line; in a line without any, its ids. A mistyped scheme is left to its own fix. */
function* linksIn(entry: string): Generator<string> {
  if (mistyped.test(entry)) return;
  let some = false;
  for (const { text } of findLinks(unescaped(entry))) {
    if (isFailure(readLink(text, { bareHosts: true }))) continue;
    some = true;
    yield text;
  }
  if (some) return;
  const ids = entry
    .replace(bullet, '')
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map((part) => idOf(part) ?? part);
  if (areIds(ids)) yield* ids;
}

/** What begins a line of a list in running text. */
const bullet = /^(?:[-*+•]|\d{1,5}[.)])[ \t]+/;

/** The id that a line consists of, with what lists in texts and programs have around it: `- ID`, `"ID",`. */
export function idOf(line: string): string | undefined {
  return /^["'`]?([\w-]{11})["'`]?[ \t]*[,;]?$/.exec(line.replace(bullet, ''))?.[1];
}

/** `ttps://…`, `https:/…`, `//example.org/…`. */
const mistyped = /^(?!https?:\/\/)[htx]{0,4}p{0,2}s{0,2}[:;.]?\/{1,2}(?=[^/\s]+\.[^/\s]+)(\S+)$/i;

/** The correction of a mistyped scheme, of a missing one, and of a title behind an id. */
function typos(entry: string): readonly LineFix[] {
  const [, id = '', title = ''] = /^([\w-]{11})\s+(\S.*)$/.exec(entry) ?? [];
  if (areIds([id])) return [{ title: 'Write the rest as a remark', text: `${id} # ${title}` }];
  const plain = undisguised(entry);
  if (plain !== entry)
    return [{ title: 'Write https://', text: plain.replace(/^(?:https?:\/\/)?/i, 'https://') }];
  const address = mistyped.exec(entry)?.[1] ?? (isBareAddress(entry) ? entry : undefined);
  if (address === undefined || isFailure(readLink(`https://${address}`))) return [];
  return [{ title: 'Write https://', text: `https://${address}` }];
}

/** The shape of a line, to distinguish a list from other text. */
export type LineShape = 'blank' | 'comment' | 'entry' | 'id' | 'mixed' | 'other';

export function shapeOf(line: string): LineShape {
  const part = readUrlsLine(visible(line));
  if (part.kind === 'blank') return 'blank';
  if (part.kind !== 'entry') return 'comment';
  const text = unquotedPath(part.text);
  if (isYouTubeId(text)) return 'id';
  if (isYouTubeChannelId(text) || isPlaylistId(text)) return 'entry';
  if (/^(?:https?|file|feed|itpc|pcast|podcast|rss):\S+$/i.test(text) && !hasLooseEnd(text)) {
    const found = findLinks(text);
    found.next();
    return found.next().done === true ? 'entry' : 'mixed';
  }
  if (archived(text) !== undefined || isBareAddress(text)) return 'entry';
  if (
    looksLikePath(text) &&
    fileKind(text) !== undefined &&
    (/^[.~\\/]|^[A-Za-z]:[\\/]/.test(text) || !/\s/.test(text))
  )
    return 'entry';
  return findLinks(text).next().done === true ? 'other' : 'mixed';
}
