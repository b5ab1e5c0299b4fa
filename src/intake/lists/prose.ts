/**
 * Running text: prose, Markdown, HTML, bookmarks, chats, mails. Links are found anywhere; pictures, name
 * spaces and documents are skipped; links that a `#`, `;` or `]` disables stay disabled.
 */
import { isBareAddress, visible } from '../clean';
import { directives } from '../directives';
import { findLinks } from '../freeText';
import { isFailure, readLink } from '../link';
import type { ListBuilder } from '../listBuilder';
import { isCommentedOut, isPassedOver, isSideField } from '../passedOver';
import { readUrlsLine } from '../urlsSyntax';
import { isYouTubeId, watchUrl } from '../youtubeLink';
import { archived, idOf, linesOf } from './lines';
import { areIds } from './row';
import { videosNamedIn } from './shortcodes';

/** An address without its end, or with what a program or a manual has in its place. */
const namesNothing = /[=/](?:\$|%s|(?:video_?)?id)?$/i;
/** An address with a mistyped scheme. */
const mistyped =
  /(?:^|[\s"'<(])(?!https?:\/\/)[htx]{2,4}p{1,2}s?(?:[:;.]|\[:\])?\/{1,2}[\w-]{1,60}(?:\.|\[\.\]|\(\.\))[^\s"'<>]{2,200}/gi;
const charactersInSlice = 100_000;

export function* readProse(text: string, list: ListBuilder): Generator<undefined, void> {
  list.asksForLists = true;
  list.inProse = true;
  const ids = new Set(idLines(text));
  let since = 0;
  for (const { line, number, pause } of linesOf(joined(unfolded(withoutScripts(withoutComments(text)))))) {
    if (pause) yield;
    since = yield* readLine(line, number, list, ids, since + line.length);
  }
}

/**
 * Lines that contain only an id count if there are three of them. Bullets, quotes and commas are left from other texts.
 */
function idLines(text: string): readonly string[] {
  const lines =
    text.match(/^[ \t]*(?:(?:[-*+•]|\d{1,5}[.)])[ \t]+)?["'`]?[\w-]{11}["'`]?[ \t]*(?:[,;][ \t]*)?\r?$/gm) ??
    [];
  const ids = lines.map((line) => idOf(line.trim()) ?? '');
  return ids.length >= 3 && areIds(ids) ? ids : [];
}

/** An array whose name says that it holds videos. */
const arrayOfVideos = /\b(?:videos?|youtube|(?:video|youtube|yt)[-_]?ids?)["']?\s{0,9}[=:]\s{0,9}\[["']/i;

/** What a program's array on one line has between its brackets, without quotes: `['ID', "ID"]`. */
function arrayItems(line: string): string | undefined {
  const inner = line.length > longestArray ? undefined : /[[({]([\w\s"'`,-]{13,})[\])}]/.exec(line)?.[1];
  return inner !== undefined && /["'`]/.test(inner) ? inner.replace(/["'`]/g, ' ') : undefined;
}

const longestArray = 20_000;

function* readLine(
  line: string,
  number: number,
  list: ListBuilder,
  ids: ReadonlySet<string>,
  since: number,
): Generator<undefined, number> {
  const bare = visible(line.slice(0, 300)).trim();
  const id = idOf(bare);
  if (id !== undefined && ids.has(id)) {
    list.link(watchUrl(id), { line: number });
    return since;
  }
  const alone = (bare.split(/\s#\s/, 1)[0] ?? '').trimEnd();
  if (isYouTubeId(alone)) {
    if (/\d|[-_]|[a-z][A-Z]/.test(alone)) list.note('not-understood', number, alone);
    return since;
  }
  const items = arrayItems(line) ?? (isYouTubeId(bare.slice(0, 11)) ? visible(line) : '');
  const several = items.trim().split(/[\s,;]+/);
  if ((several.length >= 3 || arrayOfVideos.test(line.slice(0, 300))) && areIds(several)) {
    for (const id of several) list.link(watchUrl(id), { line: number });
    return since;
  }
  const known = archived(bare) ?? (isBareAddress(bare) ? bare : undefined);
  if (known !== undefined) {
    list.link(known, { line: number }, { bareHosts: true });
    return since;
  }
  if (isCommentedOut(line)) {
    list.note('commented-out', number);
    return since;
  }
  const part = bare.startsWith('#') ? readUrlsLine(bare) : undefined;
  if (part?.kind === 'directive' && Object.hasOwn(directives, part.name.toLowerCase()))
    list.note('no-effect', number, `@${part.name}`);
  let left = since;
  const named = videosNamedIn(line);
  const takeNamed = (until: number): void => {
    for (const [end, link] of named) {
      if (end > until) return;
      list.link(link, { line: number });
      named.delete(end);
    }
  };
  for (const { text, from, to } of findLinks(line)) {
    takeNamed(from);
    for (const end of named.keys()) if (end <= to) named.delete(end);
    take(text, line, { line: number, from, to }, list);
    left += 500;
    if (left < charactersInSlice) continue;
    left = 0;
    yield;
  }
  takeNamed(line.length);
  for (const [text] of line.matchAll(mistyped))
    if (findLinks(text).next().done === true) list.note('not-understood', number, text.trim());
  return left;
}

function take(
  text: string,
  line: string,
  place: { readonly line: number; readonly from: number; readonly to: number },
  list: ListBuilder,
): void {
  const read = readLink(text, { bareHosts: true });
  if (isFailure(read) && namesNothing.test(text)) {
    list.note('not-understood', place.line, text);
    return;
  }
  if (isFailure(read) || read.kind === 'youtube' || !isAside(line, place.from)) {
    if (isFailure(read) || !isPassedOver(read)) {
      list.link(text, place, { bareHosts: true });
      return;
    }
  }
  list.note('passed-over', place.line);
}

/**
 * Whether a link is the address of a page's picture, script or name space: by the attribute, key or tag.
 */
function isAside(line: string, from: number): boolean {
  const before = line.slice(Math.max(0, from - 300), from);
  const field = /([\w:-]{1,40})["']?\s*[:=]\s*["']?$/.exec(before.slice(-60))?.[1];
  if (field !== undefined && isSideField(field)) return true;
  const tag = before.lastIndexOf('<');
  return tag !== -1 && /^<(?:img|script|link|base|meta|form|!doctype|\?xml)\b[^>]*$/i.test(before.slice(tag));
}

/** HTML comments are blanked; their lines are kept. */
function withoutComments(text: string): string {
  let out = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('<!--', at);
    const close = open === -1 ? -1 : text.indexOf('-->', open);
    if (close === -1) return at === 0 ? text : out + text.slice(at);
    out += text.slice(at, open) + text.slice(open, close).replace(/[^\r\n]+/g, '');
    at = close + 3;
  }
}

/** Programs in place of an address (bookmarklets) name addresses that are no entries. */
function withoutScripts(text: string): string {
  return text.replace(/"\s{0,9}javascript:[^"]*"/gi, (script) => `"${script.replace(/[^\r\n]+/g, '')}"`);
}

/** Long lines of calendars and address cards go on after a line end and a blank (RFC 5545, 3.1). */
function unfolded(text: string): string {
  if (!/^\s*BEGIN:V(?:CALENDAR|CARD)\b/i.test(text.slice(0, 1000))) return text;
  const out: string[] = [];
  let joined = 0;
  for (const line of text.split(/\r?\n/)) {
    const last = out.length - 1;
    if (/^[ \t]/.test(line) && last >= 0) {
      out[last] = `${out[last] ?? ''}${line.slice(1)}`;
      joined += 1;
      continue;
    }
    out.push(...Array<string>(joined).fill(''), line);
    joined = 0;
  }
  return out.join('\n');
}

/**
 * Links in angle brackets may span several lines (RFC 3986, appendix C); their line ends move behind the
 * bracket.
 */
function joined(text: string): string {
  return text.replace(
    /<(https?:[^\s<>]{1,500})((?:\r?\n[ \t]*[^\s<>]{1,500}){1,5})>/gi,
    (_whole, first: string, rest: string) => {
      const lines = rest.split(/\r?\n/);
      return `<${first}${lines.map((line) => line.trim()).join('')}>${'\n'.repeat(lines.length - 1)}`;
    },
  );
}
