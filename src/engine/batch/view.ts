/**
 * A batch that is viewed and not run: its state as it is on disk. While another process runs it, new lines
 * of its journal are read and emitted as events, and while somebody watches, what passes there as well
 * (`live/`). The controls answer that the batch must be resumed first.
 */
import { join } from 'node:path';
import type { BatchEvent } from '../../model/events';
import { failure, FailureError } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { plural } from '../../model/numberWords';
import type { BatchHandle } from '../api';
import { noBatch } from '../folder/names';
import { JournalFold, journalLines, journalName, numberOf, parseLine } from '../journal/journal';
import type { Authorship, Seal } from '../journal/journal';
import { holderOf } from '../folder/owner';
import type { Holder, OwnerParts } from '../folder/owner';
import { livePlaceOf } from '../live/livePlace';
import { LiveReader, type LiveNews } from '../live/liveReader';
import { Merged } from '../live/merged';
import { nothingPasses, passingOf, putPassing } from '../state/passing';
import { reduce } from '../state/reducer';
import type { BatchState } from '../state/reducer';

/** When more than this was appended, the journal is read again from the beginning. */
const mostNewLines = 20_000;
const mostNewBytes = 64 * 1024 * 1024;

export interface ViewParts extends OwnerParts {
  readonly stateFolder: string;
}

export class BatchView implements BatchHandle {
  seq = 0;
  owner: string | undefined;
  foreign = false;
  private fold: JournalFold;
  /** Bytes of the journal that were read; some of what follows may have been read too. */
  private size = 0;
  private reading: Promise<void> | undefined;
  private watchers = 0;
  private readonly live: LiveReader;
  private readonly merged: Merged;
  private readonly listeners = new Set<(events: readonly BatchEvent[], first: number) => void>();

  private constructor(
    readonly folder: string,
    private readonly parts: ViewParts,
    place: string,
    private readonly seal: Seal | undefined,
  ) {
    this.fold = new JournalFold(folder);
    this.live = new LiveReader(parts, livePlaceOf(parts.stateFolder, place));
    this.merged = new Merged(parts.clock);
  }

  /**
   * Reads the folder's journal. `place`: the folder, links resolved. `seal`: of this user, for the place. Throws
   * FailureError `disk` when there is none, or when its rows cannot be read.
   */
  static async open(folder: string, parts: ViewParts, place: string, seal?: Seal): Promise<BatchView> {
    const view = new BatchView(folder, parts, place, seal);
    view.owner = (await holderOf(folder, parts))?.words;
    await view.readAll();
    if (!view.fold.found) throw noBatch(folder);
    view.interrupted();
    return view;
  }

  get state(): BatchState {
    return this.fold.state;
  }

  /** Who wrote it, by its seals. */
  get author(): Authorship {
    return this.fold.author;
  }

  onEvents(listener: (events: readonly BatchEvent[], first: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  watch(): () => void {
    let watches = true;
    this.watchers += 1;
    return () => {
      if (watches) this.watchers -= 1;
      watches = false;
    };
  }

  /**
   * Reads what was written since, and who owns the batch now. Throws FailureError `disk` when that cannot
   * be read.
   */
  follow(): Promise<void> {
    this.reading ??= this.readOn().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  pause = (): Promise<void> => this.refuse();
  resume = (): Promise<void> => this.refuse();
  tryNow = (): Promise<void> => this.refuse();
  passBlocked = (): Promise<void> => this.refuse();
  stop = (): Promise<void> => this.refuse();
  rows = (): Promise<void> => this.refuse();
  agree = (): Promise<void> => this.refuse();
  agreedTo = (): { readonly cost: number; readonly count: number } => ({ cost: 0, count: 0 });
  changeSettings = (): Promise<void> => this.refuse();
  retryFailed = (): Promise<{ readonly retried: number; readonly of: number }> => this.refuse();

  settled(): Promise<Failure | undefined> {
    return Promise.resolve(this.state.why);
  }

  private get path(): string {
    return join(this.folder, journalName);
  }

  private async readAll(): Promise<void> {
    const { clock, files } = this.parts;
    const fold = new JournalFold(this.folder, this.seal);
    // Taken before reading: events that are read twice are recognised by their number.
    const size = (await files.stat(this.path))?.size ?? 0;
    for await (const line of await journalLines(files, this.path, clock)) fold.take(line);
    fold.check();
    if (fold.damaged > 0)
      reduce(fold.state, {
        type: 'notes-added',
        at: fold.state.updatedAt,
        notes: [{ text: damage(fold.damaged) }],
      });
    this.fold = fold;
    this.size = size;
  }

  private async readOn(): Promise<void> {
    // The owner is asked first, so that everything it wrote before it let go is read; and what passes before the
    // journal, so that what ends a job is there when its end is.
    const holder = await holderOf(this.folder, this.parts);
    const news = await this.passed(holder);
    const lines = await this.newLines();
    this.owner = holder?.words;
    const before = this.state;
    if (lines === undefined) {
      this.merged.clear();
      const passing = this.live.knows ? passingOf(before) : undefined;
      await this.readAll();
      if (passing) putPassing(this.state, passing);
    }
    const { events, isAnew } = this.merged.take(this.fold, lines ?? [], news);
    if (lines === undefined || isAnew) this.tellAnew();
    else this.tell(events);
    if (news === undefined && this.live.knows) this.stopsPassing();
    this.interrupted();
  }

  /** What passes is not known any more: nobody watches, its process has ended, or says nothing. */
  private stopsPassing(): void {
    this.live.forget();
    const events = nothingPasses(this.state, this.merged.upTo);
    for (const event of events) reduce(this.state, event);
    this.tell(events);
  }

  /** Of a batch of this user alone, whose process is not this one. */
  private async passed(holder: Holder | undefined): Promise<LiveNews | undefined> {
    if (this.watchers === 0 || holder === undefined || this.foreign) return undefined;
    return this.live.read(holder.nonce, this.state.phase === 'running');
  }

  /**
   * The gap in the numbers makes whoever folds the events ask for the whole state; a reader that is receiving it right
   * now is told that every row has changed.
   */
  private tellAnew(): void {
    this.seq += 1;
    this.tell([
      { type: 'job-control', at: this.state.updatedAt, jobs: [...this.state.jobs.keys()], action: 'skip' },
    ]);
  }

  /** Undefined: the journal has been replaced, or is far ahead of what was read. */
  private async newLines(): Promise<readonly string[] | undefined> {
    const { files } = this.parts;
    const size = (await files.stat(this.path))?.size ?? 0;
    if (size === this.size) return [];
    if (size < this.size || size - this.size > mostNewBytes) return undefined;
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for await (const piece of files.readPieces(this.path, this.size)) {
      text += decoder.decode(piece, { stream: true });
      bytes += piece.length;
    }
    // A line begins with its line break. Anything else was torn when it was read, or belongs to another
    // file.
    if (!text.startsWith('\n')) return undefined;
    const lines = text.slice(1).split('\n');
    if (lines.length > mostNewLines) return undefined;
    const first = numberOf(lines[0] ?? '');
    if (first === undefined || first > this.merged.lastOf(this.fold) + 1) return undefined;
    // The last line may not be complete yet.
    const last = lines.at(-1) ?? '';
    if (parseLine(last) === undefined) {
      lines.pop();
      bytes -= new TextEncoder().encode(last).length + 1;
    }
    this.size += bytes;
    return lines;
  }

  /** Its process died in mid-run: the viewer must see that the batch is not running. */
  private interrupted(): void {
    const { state } = this;
    if (this.owner !== undefined || state.phase !== 'running') return;
    const event = { type: 'control', at: state.updatedAt, action: 'stop', by: 'engine' } as const;
    reduce(state, event);
    this.tell([event]);
  }

  /** Events that are folded. */
  private tell(events: readonly BatchEvent[]): void {
    if (events.length === 0) return;
    const first = this.seq + 1;
    this.seq += events.length;
    for (const listener of [...this.listeners]) listener(events, first);
  }

  private refuse(): Promise<never> {
    const why = this.owner === undefined ? 'It is not open; resume it first.' : `It runs ${this.owner}.`;
    return Promise.reject(new FailureError(failure('disk', why, { needs: 'owner' })));
  }
}

function damage(lines: number): string {
  return `${plural(lines, "line of this batch's journal", "lines of this batch's journal")} could not be read. Resuming the batch repairs it.`;
}
