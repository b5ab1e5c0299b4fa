/**
 * What a reader finds in a list becomes jobs here: every link once, in order, with its line; and what the user is
 * told about the rest, as problems of a line (with fixes) and as remarks on the whole.
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
  /** What the list's name says about it; the text itself counts first. */
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

/** What a quick fix writes in place of a problem's columns. */
export interface LineFix {
  readonly title: string;
  readonly text: string;
}

export interface ListProblem {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  /** `more`: the line holds more than its link; `invisible`: characters nobody sees. */
  readonly kind: 'link' | 'duplicate' | 'directive' | 'more' | 'invisible';
  readonly severity: 'error' | 'warning';
  readonly failure: Failure;
  /** The best first. */
  readonly fixes?: readonly LineFix[];
}

/** Something to know about the list that is no problem of one entry: what was not understood, or left out. */
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
  /** Every place where a link stands, duplicates too, in the order of the text. */
  readonly entries: readonly ListEntry[];
  readonly problems: readonly ListProblem[];
  readonly remarks: readonly ListRemark[];
  /** How many entries were merged into an earlier one. */
  readonly duplicates: number;
  /**
   * True where playlists, channels and feeds among the jobs were only come across, beside videos or in running
   * text: whether they are meant has to be asked.
   */
  readonly asksForLists: boolean;
}

/** A place in the text; columns default to none. */
export interface Place {
  readonly line: number;
  readonly from?: number;
  readonly to?: number;
}

/** What is counted while reading and told once at the end. */
type Counted = 'not-understood' | 'commented-out' | 'passed-over' | 'beside' | 'no-effect';

const shownLines = 20;

export class ListBuilder {
  readonly format: ListFormat;
  /** Set by the reader whose text names lists only in passing. */
  asksForLists = false;
  readonly linkOptions: LinkOptions;
  private readonly jobs: { link: Link; line: number; count?: number; invalid?: Failure }[] = [];
  private readonly entries: ListEntry[] = [];
  private readonly problems: ListProblem[] = [];
  private readonly counted = new Map<Counted, { count: number; places: { line: number; text: string }[] }>();
  private readonly byUrl = new Map<string, number>();
  private readonly directives = new Set<string>();
  private readonly own: ListSettings = { settings: {} };
  private duplicates = 0;

  constructor(options: ListOptions) {
    this.format = options.format;
    this.linkOptions = options;
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

  /** Notes something that is told at the end with its line: `text` is what stands there. */
  note(kind: Counted, line: number, text = ''): void {
    const known = this.counted.get(kind) ?? { count: 0, places: [] };
    known.count += 1;
    if (known.places.length < shownLines) known.places.push({ line, text });
    this.counted.set(kind, known);
  }

  /** Reads a link with the options given and adds it. `fixes`: what helps when it cannot be read. */
  link(text: string, place: Place, options: LinkOptions = {}, fixes: readonly LineFix[] = []): void {
    const read = readLink(text, { ...this.linkOptions, ...options });
    if (!isFailure(read)) this.add(read, place);
    else if (!this.severalVideos(text, place)) this.unread(text, read, place, fixes);
  }

  /** Adds the videos of an address that names many; false for every other address. */
  severalVideos(text: string, place: Place): boolean {
    const url = text.includes('video_ids=') ? urlOf(text.trim()) : undefined;
    const ids = url === undefined ? [] : videoIdsOf(url);
    if (ids.length === 0 || !ids.every(isYouTubeId)) return false;
    for (const id of ids) this.add(youtubeVideo(id), place);
    return true;
  }

  /** A line that names nothing readable becomes a job that fails by itself, so that it has a row. */
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
    // In running text a link may well stand twice; only a list is the better for being told.
    if (first === undefined || this.format !== 'urls') return;
    const fail = failure('invalid-url', `The same as line ${first}. It is transcribed once.`);
    const { line, from = 0, to = 0 } = place;
    this.problem({ line, from, to, kind: 'duplicate', severity: 'warning', failure: fail });
  }

  /** Answers the line where the same has been before. */
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
      this.jobs.push({ link, line, ...(wrong ? { invalid: wrong } : {}) });
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
      'left out: the channel or page of a video that is taken',
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
