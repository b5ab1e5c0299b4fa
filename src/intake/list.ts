/**
 * A list becomes jobs: every link once, in order, with its line; a line that is no link becomes a job that
 * fails by itself, so that it has a row. Never throws and never blocks long: the sliced reader lets others
 * run between pieces.
 */
import type { NewJob } from '../model/events';
import { failure, type Failure } from '../model/failure';
import type { Link } from '../model/link';
import type { Settings } from '../model/settings';
import { decodeText } from './decodeText';
import { applyDirective, type ListSettings } from './directives';
import { findLinks } from './freeText';
import { isFailure, readLink, unreadLink, type LinkOptions } from './link';
import type { ListFormat } from './listFormat';
import type { LocalBase } from './localPath';
import { readUrlsLine } from './urlsSyntax';

export interface ListOptions extends LocalBase {
  readonly format: ListFormat;
  /** How the list is called in messages: a file's name, "The selection", "The clipboard". */
  readonly name?: string;
}

/** A link where it stands. Lines count from 1, columns in UTF-16 units from 0. */
export interface ListEntry {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  /** Index into `jobs`. */
  readonly job: number;
}

export interface ListProblem {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly kind: 'link' | 'duplicate' | 'directive';
  readonly severity: 'error' | 'warning';
  readonly failure: Failure;
}

export interface ListContent {
  /** From `@name`. */
  readonly name?: string;
  /** From the directives. */
  readonly settings: Partial<Settings>;
  readonly jobs: readonly NewJob[];
  /** Every place where a link stands, duplicates too, in the order of the text. */
  readonly entries: readonly ListEntry[];
  readonly problems: readonly ListProblem[];
  /** How many entries were merged into an earlier one. */
  readonly duplicates: number;
}

/** True for what `readList` answers when there is no list in it. */
export function isListFailure(value: ListContent | Failure): value is Failure {
  return 'code' in value;
}

/**
 * Reads a list, calling `pause` every few milliseconds of work. A Failure when it is no text, too large, or holds
 * no link.
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

/** The same of a text in steps, for callers that may give up in between. An empty list gives empty content here. */
export function* parseList(text: string, options: ListOptions): Generator<undefined, ListContent, undefined> {
  const list = new ListBuilder(options);
  yield* options.format === 'urls' ? urlsList(text, list) : textList(text, list);
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
  const content = yield* parseList(text, options);
  if (content.jobs.length > 0) return content;
  const next =
    options.format === 'urls'
      ? 'Write one link on each line.'
      : 'Links begin with https://; YouTube ids alone are understood in .urls lists only.';
  return failure('invalid-url', `${name} holds no link. ${next}`);
}

/** Work between two pauses: so many entries or characters, a few milliseconds at most. */
const entriesInSlice = 200;
const charactersInSlice = 100_000;

function* urlsList(text: string, list: ListBuilder): Generator<undefined, void> {
  const lineEnd = /\r\n|\n|\r/g;
  let start = 0;
  let slice = 0;
  for (let line = 1; start <= text.length; line += 1) {
    const end = lineEnd.exec(text);
    list.urlsLine(text.slice(start, end?.index ?? text.length), line);
    if (!end) return;
    slice += 1 + (lineEnd.lastIndex - start) / (charactersInSlice / entriesInSlice);
    start = lineEnd.lastIndex;
    if (slice < entriesInSlice) continue;
    slice = 0;
    yield;
  }
}

function* textList(text: string, list: ListBuilder): Generator<undefined, void> {
  let line = 1;
  let lineStart = 0;
  let seen = 0;
  let pausedAt = 0;
  let found = 0;
  for (const link of findLinks(text, list.format === 'csv')) {
    for (; seen < link.from; seen += 1) {
      const code = text.charCodeAt(seen);
      if (code !== 10 && (code !== 13 || text.charCodeAt(seen + 1) === 10)) continue;
      line += 1;
      lineStart = seen + 1;
    }
    list.link(link.text, line, link.from - lineStart, link.to - lineStart);
    found += 1;
    if (found < entriesInSlice && link.to - pausedAt < charactersInSlice) continue;
    found = 0;
    pausedAt = link.to;
    yield;
  }
}

class ListBuilder {
  readonly format: ListFormat;
  private readonly linkOptions: LinkOptions;
  private readonly jobs: { link: Link; line: number; count?: number; invalid?: Failure }[] = [];
  private readonly entries: ListEntry[] = [];
  private readonly problems: ListProblem[] = [];
  private readonly byUrl = new Map<string, number>();
  private readonly directives = new Set<string>();
  private readonly own: ListSettings = { settings: {} };
  private duplicates = 0;

  constructor(options: ListOptions) {
    this.format = options.format;
    this.linkOptions =
      options.format === 'urls' ? { ...options, bareIds: true, local: true } : { ...options, local: false };
  }

  urlsLine(text: string, line: number): void {
    const part = readUrlsLine(text);
    if (part.kind === 'entry') this.link(part.text, line, part.from, part.to);
    if (part.kind !== 'directive') return;
    const { name, value, from, to } = part;
    const key = name.toLowerCase();
    const wrong = applyDirective(name, value, this.own);
    const again = this.directives.has(key);
    if (wrong === undefined) this.directives.add(key);
    const message = wrong ?? (again ? `@${key} stands twice; the last one counts.` : undefined);
    if (message === undefined) return;
    this.problems.push({
      line,
      from,
      to,
      kind: 'directive',
      severity: 'warning',
      failure: failure('invalid-url', message),
    });
  }

  link(text: string, line: number, from: number, to: number): void {
    const read = readLink(text, this.linkOptions);
    const wrong = isFailure(read) ? read : undefined;
    const link = isFailure(read) ? unreadLink(text) : read;
    if (wrong) this.problems.push({ line, from, to, kind: 'link', severity: 'error', failure: wrong });
    const key = wrong ? `invalid ${text}` : link.url;
    const known = this.byUrl.get(key);
    const first = known === undefined ? undefined : this.jobs[known];
    if (known === undefined || first === undefined) {
      this.byUrl.set(key, this.jobs.length);
      this.entries.push({ line, from, to, job: this.jobs.length });
      this.jobs.push({ link, line, ...(wrong ? { invalid: wrong } : {}) });
      return;
    }
    first.count = (first.count ?? 1) + 1;
    this.duplicates += 1;
    this.entries.push({ line, from, to, job: known });
    // In running text a link may well stand twice; only a list is the better for being told.
    if (wrong || this.format !== 'urls') return;
    this.problems.push({
      line,
      from,
      to,
      kind: 'duplicate',
      severity: 'warning',
      failure: failure('invalid-url', `The same as line ${first.line}. It is transcribed once.`),
    });
  }

  content(): ListContent {
    return {
      ...(this.own.name === undefined ? {} : { name: this.own.name }),
      settings: this.own.settings,
      jobs: this.jobs,
      entries: this.entries,
      problems: this.problems,
      duplicates: this.duplicates,
    };
  }
}
