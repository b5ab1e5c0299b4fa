/**
 * Collects what a reader finds in a list as jobs: every link once, in order, with its line; and messages
 * for the user about the rest, as problems of a line (with fixes) and as remarks on the whole list.
 */
import type { NewJob } from '../model/events';
import { failure, type Failure } from '../model/failure';
import type { Link } from '../model/link';
import type { Settings } from '../model/settings';
import { plural } from '../model/words';
import { urlOf } from '../model/webUrl';
import { applyDirective, type ListSettings } from './directives';
import { isFailure, readLink, unreadLink, youtubeVideo, type LinkOptions } from './link';
import type { ListFormat } from './listFormat';
import type { LocalBase } from './localPath';
import { isYouTubeId, videoIdsOf } from './youtubeLink';

export interface ListOptions extends LocalBase {
  /** The format by the list's name; the text itself counts first. */
  readonly format: ListFormat;
  /** The list's name in messages: a file's name, "The selection", "The clipboard". */
  readonly name?: string;
  /** Of the same base; only entries on lines of their own are remembered. */
  readonly memory?: LinkMemory;
}

/** Links by the text of their lines, for a list that is read again and again while it is written. */
export interface LinkMemory {
  get(text: string): Link | undefined;
  set(text: string, link: Link): void;
}

/** A link at its position. Lines count from 1, columns in UTF-16 units from 0. */
export interface ListEntry {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  /** Index into `jobs`. */
  readonly job: number;
}

/** What a quick fix writes in place of a problem's columns. */
export interface LineFix {
  readonly title: string;
  readonly text: string;
}

export interface ListProblem {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  /** `more`: the line has more than its link; `invisible`: it has invisible characters. */
  readonly kind: 'link' | 'duplicate' | 'directive' | 'more' | 'invisible';
  readonly severity: 'error' | 'warning';
  readonly failure: Failure;
  /** Of a duplicate: the line of the first. */
  readonly first?: number;
  /** The best first. */
  readonly fixes?: readonly LineFix[];
}

/** A remark about the list that is not a problem of one entry: what was not understood, or left out. */
export interface ListRemark {
  /** The first line it is about. */
  readonly line: number;
  readonly text: string;
}

export interface ListContent {
  /** From `@name`. */
  readonly name?: string;
  /** From the directives. */
  readonly settings: Partial<Settings>;
  readonly jobs: readonly NewJob[];
  /** Every position of a link, duplicates too, in the order of the text. */
  readonly entries: readonly ListEntry[];
  readonly problems: readonly ListProblem[];
  readonly remarks: readonly ListRemark[];
  /** How many entries were merged into an earlier one. */
  readonly duplicates: number;
  /**
   * True where playlists, channels and feeds among the jobs were only found in passing, beside videos or in
   * running text: the user has to confirm them.
   */
  readonly asksForLists: boolean;
  /** The links were found in running text, where many a page is named that is no video. */
  readonly inProse: boolean;
}

/** A position in the text; columns default to none. */
export interface Place {
  readonly line: number;
  readonly from?: number;
  readonly to?: number;
}

/** Counted while reading and reported once at the end. */
type Counted =
  'not-understood' | 'commented-out' | 'passed-over' | 'beside' | 'said' | 'no-address' | 'no-effect';

const shownLines = 20;

export class ListBuilder {
  readonly format: ListFormat;
  /** Set by the reader of a text that names lists only in passing. */
  asksForLists = false;
  /** Set by the reader of running text. */
  inProse = false;
  readonly linkOptions: LinkOptions;
  private readonly memory: LinkMemory | undefined;
  private readonly jobs: { link: Link; line: number; count?: number; invalid?: Failure }[] = [];
  private readonly entries: ListEntry[] = [];
  private readonly problems: ListProblem[] = [];
  private readonly counted = new Map<Counted, { count: number; places: { line: number; text: string }[] }>();
  private readonly byUrl = new Map<string, number>();
  private readonly directives = new Set<string>();
  private readonly own: ListSettings = { settings: {} };
  private duplicates = 0;
  private lastOptions: { readonly of: LinkOptions; readonly whole: LinkOptions } | undefined;

  constructor(options: ListOptions) {
    this.format = options.format;
    this.linkOptions = options;
    this.memory = options.memory;
  }

  get isEmpty(): boolean {
    return this.jobs.length === 0;
  }

  directive(name: string, value: string, place: Required<Place>): void {
    const key = name.toLowerCase();
    const wrong = applyDirective(name, value, this.own);
    const again = this.directives.has(key);
    if (wrong === undefined) this.directives.add(key);
    const message = wrong ?? (again ? `@${key} stands twice; the last one counts.` : undefined);
    if (message === undefined) return;
    const fail = failure('invalid-url', message);
    this.problem({ ...place, kind: 'directive', severity: 'warning', failure: fail });
  }

  problem(problem: ListProblem): void {
    this.problems.push(problem);
  }

  /** Records a remark for the end, with its line: `text` is the text in question. */
  note(kind: Counted, line: number, text = ''): void {
    const known = this.counted.get(kind) ?? { count: 0, places: [] };
    known.count += 1;
    if (known.places.length < shownLines) known.places.push({ line, text });
    this.counted.set(kind, known);
  }

  /** Reads a link with the given options and adds it. `fixes`: offered when it cannot be read. */
  link(text: string, place: Place, options: LinkOptions = {}, fixes: readonly LineFix[] = []): void {
    const read = readLink(text, this.optionsWith(options));
    if (!isFailure(read)) this.add(read, place);
    else if (!this.severalVideos(text, place)) this.unread(text, read, place, fixes);
  }

  /** Reads the entry of a line with the given options; from memory where the same text was read before. */
  entry(text: string, options: LinkOptions): Link | Failure {
    const known = this.memory?.get(text);
    if (known) return known;
    const read = readLink(text, this.optionsWith(options));
    if (!isFailure(read)) this.memory?.set(text, read);
    return read;
  }

  /** Put together once where they are the same for all lines: a quarter of the time that 100,000 lines take. */
  private optionsWith(options: LinkOptions): LinkOptions {
    if (this.lastOptions?.of !== options)
      this.lastOptions = { of: options, whole: { ...this.linkOptions, ...options } };
    return this.lastOptions.whole;
  }

  /** Adds the videos of an address that names several; false for every other address. */
  severalVideos(text: string, place: Place): boolean {
    const url = text.includes('video_ids=') ? urlOf(text.trim()) : undefined;
    const ids = url === undefined ? [] : videoIdsOf(url);
    if (ids.length === 0 || !ids.every(isYouTubeId)) return false;
    for (const id of ids) this.add(youtubeVideo(id), place);
    return true;
  }

  /** A line without a readable entry becomes a failed job, so that it has a row. */
  unread(text: string, wrong: Failure, place: Place, fixes: readonly LineFix[] = []): void {
    const { line, from = 0, to = 0 } = place;
    this.problem({
      ...{ line, from, to, kind: 'link', severity: 'error', failure: wrong },
      ...(fixes.length > 0 ? { fixes } : {}),
    });
    this.enter(`invalid ${text}`, unreadLink(text), place, wrong);
  }

  add(link: Link, place: Place): void {
    const first = this.enter(link.url, link, place);
    // Running text often repeats a link; only a duplicate in a list is worth a message.
    if (first === undefined || this.format !== 'urls') return;
    const fail = failure('invalid-url', `The same as line ${first}. It is transcribed once.`);
    const { line, from = 0, to = 0 } = place;
    this.problem({ line, from, to, kind: 'duplicate', severity: 'warning', failure: fail, first });
  }

  /** Returns the line of an earlier occurrence. */
  private enter(
    key: string,
    link: Link,
    { line, from = 0, to = 0 }: Place,
    wrong?: Failure,
  ): number | undefined {
    const known = this.byUrl.get(key);
    const first = known === undefined ? undefined : this.jobs[known];
    if (known === undefined || first === undefined) {
      this.byUrl.set(key, this.jobs.length);
      this.entries.push({ line, from, to, job: this.jobs.length });
      this.jobs.push(wrong ? { link, line, invalid: wrong } : { link, line });
      return undefined;
    }
    first.count = (first.count ?? 1) + 1;
    this.duplicates += 1;
    this.entries.push({ line, from, to, job: known });
    return wrong ? undefined : first.line;
  }

  content(): ListContent {
    return {
      ...(this.own.name === undefined ? {} : { name: this.own.name }),
      settings: this.own.settings,
      jobs: this.jobs,
      entries: this.entries,
      problems: this.problems,
      remarks: [...this.remarks()],
      duplicates: this.duplicates,
      asksForLists: this.asksForLists && this.jobs.some((job) => job.link.kind === 'list'),
      inProse: this.inProse,
    };
  }

  private *remarks(): Generator<ListRemark> {
    const strange = this.counted.get('not-understood');
    for (const { line, text } of strange?.places ?? [])
      yield { line, text: `“${shortened(text)}” was not understood. Links begin with https://.` };
    const more = (strange?.count ?? 0) - shownLines;
    if (more > 0)
      yield {
        line: strange?.places.at(-1)?.line ?? 1,
        text: `${plural(more, 'more line')} were not understood.`,
      };
    for (const { line, text } of this.counted.get('no-effect')?.places ?? [])
      yield {
        line,
        text: `${text} has no effect here: directives count in lists with one link on each line.`,
      };
    yield* this.summary('commented-out', 'link is', 'links are', 'commented out and left alone');
    yield* this.summary(
      'passed-over',
      'link was',
      'links were',
      'passed over: pictures, documents and pages that are no video',
    );
    yield* this.summary(
      'beside',
      'link was',
      'links were',
      'left out: the channel, page, short address or description of a video or feed that is taken',
    );
    yield* this.summary(
      'no-address',
      'entry was',
      'entries were',
      'left out: no web address is named that may be followed',
    );
    yield* this.summary(
      'said',
      'link was',
      'links were',
      'left out: in a transcript only its own video counts',
    );
  }

  private *summary(kind: Counted, one: string, many: string, what: string): Generator<ListRemark> {
    const known = this.counted.get(kind);
    if (!known) return;
    const line = known.places[0]?.line ?? 1;
    yield { line, text: `${plural(known.count, one, many)} ${what}.` };
  }
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
