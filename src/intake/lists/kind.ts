/** What format of list a text has: first by its content, then by its file name. */
import type { ListFormat } from '../listFormat';
import { isFeedFile } from './feedFile';
import { looksLikeJson } from './json';
import { linesOf, shapeOf } from './lines';
import { looksLikeMail } from './mail';
import { markupOf, type MarkupKind } from './markup';
import { ownPageOf, type OwnPage } from './ownPages';
import { areIds } from './row';
import { delimiterOf } from './table';
import { visible } from '../clean';
import { readUrlsLine } from '../urlsSyntax';

export type ListKind =
  /** An entry on each line. `strict`: any other line fails with a row. */
  | { readonly kind: 'lines'; readonly strict: boolean }
  | { readonly kind: 'table'; readonly delimiter: string }
  | { readonly kind: 'json' }
  | { readonly kind: 'markup'; readonly markup: MarkupKind }
  /** A saved RSS or Atom feed. */
  | { readonly kind: 'feed' }
  | { readonly kind: 'mail' }
  /** What this program wrote itself. */
  | { readonly kind: 'own'; readonly page: OwnPage }
  | { readonly kind: 'shortcut' }
  /** A playlist of one stream's segments (HLS), which is not a list of videos. */
  | { readonly kind: 'stream' }
  | { readonly kind: 'prose' };

const strictLines: ListKind = { kind: 'lines', strict: true };

export function* kindOf(text: string, hint: ListFormat): Generator<undefined, ListKind> {
  const start = text.slice(0, 4000).trimStart();
  if (start.startsWith('#EXTM3U'))
    return /^#EXT-X-(?:TARGETDURATION|STREAM-INF|MEDIA-SEQUENCE)/m.test(start)
      ? { kind: 'stream' }
      : strictLines;
  if (/^\[(?:InternetShortcut|Desktop Entry)\]/i.test(start) || isPls(start)) return { kind: 'shortcut' };
  const page = ownPageOf(text);
  if (page !== undefined) return { kind: 'own', page };
  const markup = markupOf(text);
  if (markup !== undefined) return { kind: 'markup', markup };
  if (isFeedFile(text)) return { kind: 'feed' };
  if (looksLikeJson(text)) return { kind: 'json' };
  // A list that declares its format is read as such while the user types in it, whatever it contains at the
  // moment.
  if (hint === 'urls') return (yield* urlsTable(text)) ?? strictLines;
  if (looksLikeMail(text)) return { kind: 'mail' };
  if (hint !== 'csv' && /^\s*<|<[a-z]+(?:\s[^>]*)?>[^]*<\/[a-z]+>/i.test(start)) return { kind: 'prose' };
  const delimiter = yield* delimiterOf(text, hint === 'csv');
  if (delimiter !== undefined) return { kind: 'table', delimiter };
  return (yield* isLines(text)) ? { kind: 'lines', strict: false } : { kind: 'prose' };
}

/** A playlist of Winamp and of radio stations; not Markdown's `[playlist](…)`. */
function isPls(start: string): boolean {
  return /^\[playlist\][^\S\n]*\n/i.test(start) && /^(?:File\d|NumberOfEntries)/im.test(start);
}

/** An export that was renamed to .urls. */
function* urlsTable(text: string): Generator<undefined, ListKind | undefined> {
  const [first = ''] = text.trimStart().split(/\r\n|\n|\r/, 1);
  if (first.startsWith('#') || /^(?:https?:|[\w-]{11}(?:\s|$))/i.test(first) || !/[,;\t]/.test(first))
    return undefined;
  yield;
  const delimiter = yield* delimiterOf(text, false);
  return delimiter === undefined ? undefined : { kind: 'table', delimiter };
}

/**
 * A list has lines that contain only an entry, and no lines with links among words. Other lines are allowed
 * if they are fewer. Ids need a link beside them, or there must be three of them.
 */
function* isLines(text: string): Generator<undefined, boolean> {
  let entries = 0;
  let others = 0;
  const ids: string[] = [];
  for (const { line, pause } of linesOf(text)) {
    if (pause) yield;
    switch (shapeOf(line)) {
      case 'mixed':
        return false;
      case 'entry':
        entries += 1;
        break;
      case 'other':
        others += 1;
        break;
      case 'id':
        if (ids.length < 1000) ids.push(idOn(line));
        break;
      case 'blank':
      case 'comment':
    }
  }
  const areVideos = areIds(ids) && (entries > 0 || ids.length >= 3);
  if (ids.length > 0 && !areVideos) return false;
  return entries + ids.length > 0 && others <= entries + ids.length;
}

function idOn(line: string): string {
  const part = readUrlsLine(visible(line));
  return part.kind === 'entry' ? part.text : '';
}
