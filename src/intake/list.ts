/**
 * Turns a list into jobs, whatever its format and origin: one reader for files, selections, the clipboard
 * and standard input. Never throws and never blocks long: other work runs between slices.
 */
import { failure, type Failure } from '../model/failure';
import { decodeText } from './decodeText';
import { ListBuilder, type ListContent, type ListOptions } from './listBuilder';
import { readFeedFile } from './lists/feedFile';
import { readJson } from './lists/json';
import { kindOf } from './lists/kind';
import { linesOf, readLines } from './lists/lines';
import { mailText } from './lists/mail';
import { readMarkup } from './lists/markup';
import { mended } from './lists/mended';
import { readOwnPage } from './lists/ownPages';
import { readProse } from './lists/prose';
import { readTable } from './lists/table';

export type {
  LineFix,
  LinkMemory,
  ListContent,
  ListEntry,
  ListOptions,
  ListProblem,
  ListRemark,
} from './listBuilder';

/** True for the result of `readList` when there is no list in it. */
export function isListFailure(value: ListContent | Failure): value is Failure {
  return 'code' in value;
}

/**
 * Reads a list, calling `pause` every few milliseconds of work. A Failure when it is not text, too large,
 * or has no link.
 */
export async function readList(
  source: Uint8Array | string,
  options: ListOptions,
  pause: () => Promise<void>,
): Promise<ListContent | Failure> {
  const reader = listSlices(source, options);
  for (;;) {
    const step = reader.next();
    if (step.done === true) return step.value;
    await pause();
  }
}

/**
 * The same for a text, in steps, for callers that may stop in between. An empty list gives empty content
 * here.
 */
export function* parseList(text: string, options: ListOptions): Generator<undefined, ListContent, undefined> {
  const list = new ListBuilder(options);
  yield* read(text, list);
  return list.content();
}

/** The same in steps. */
export function* listSlices(
  source: Uint8Array | string,
  options: ListOptions,
): Generator<undefined, ListContent | Failure, undefined> {
  const name = options.name ?? 'The list';
  const text = typeof source === 'string' ? source : decodeText(source, name);
  if (typeof text !== 'string') return text;
  const list = new ListBuilder(options);
  const kind = yield* read(text, list);
  const content = list.content();
  if (content.jobs.length > 0) return content;
  if (kind === 'stream')
    return failure(
      'unsupported',
      `${name} is the piece list of one stream (HLS), not a list of videos. Use the address it came from.`,
    );
  return failure('invalid-url', `${name} holds no link. ${nextStep(options, content)}`);
}

function nextStep(options: ListOptions, content: ListContent): string {
  const [remark] = content.remarks;
  if (remark) return `Line ${remark.line}: ${remark.text}`;
  return options.format === 'urls'
    ? 'Write one link on each line.'
    : 'Links begin with https://; YouTube ids alone count in .urls lists, and where three or more stand one on a line or in a column.';
}

function* read(written: string, list: ListBuilder): Generator<undefined, string> {
  const text = list.format === 'urls' ? written : mended(written);
  const found = yield* kindOf(text, list.format);
  switch (found.kind) {
    case 'lines':
      yield* readLines(text, list, found.strict);
      break;
    case 'table':
      yield* readTable(text, found.delimiter, list);
      break;
    case 'json':
      yield* readJson(text, list);
      break;
    case 'markup':
      yield* readMarkup(text, found.markup, list);
      break;
    case 'feed':
      yield* readFeedFile(text, list);
      break;
    case 'own':
      yield* readOwnPage(text, found.page, list);
      break;
    case 'mail':
      yield* readProse(yield* mailText(text), list);
      break;
    case 'shortcut':
      yield* readShortcut(text, list);
      break;
    case 'prose':
      yield* readProse(text, list);
      break;
    case 'stream':
  }
  return found.kind;
}

/** `.url` of Windows, `.desktop` of Linux: one address, and icons that are not entries. `.pls`: one or more. */
function* readShortcut(text: string, list: ListBuilder): Generator<undefined, void> {
  for (const { line, number, pause } of linesOf(text)) {
    if (pause) yield;
    const [, key = '', address] = /^(URL|File\d{1,7})\s*=\s*(\S.*)$/i.exec(line) ?? [];
    if (address === undefined) continue;
    list.link(address.trim(), { line: number }, { local: /^file/i.test(key) });
    if (/^url$/i.test(key)) return;
  }
}
