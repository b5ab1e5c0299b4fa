/**
 * A batch that is looked at and not run: its state as it stands on disk. While another process runs it, what
 * that one writes is read on and told as events. Controls ask for it to be resumed.
 */
import { join } from 'node:path';
import type { BatchEvent } from '../../model/events';
import { failure, FailureError } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { BatchHandle } from '../api';
import { noBatch } from '../folder/names';
import { isIndex } from '../journal/checks';
import { JournalFold, journalName, parseLine } from '../journal/journal';
import { readLines } from '../journal/lines';
import { ownerOf } from '../folder/owner';
import type { OwnerParts } from '../folder/owner';
import { Slices } from '../journal/slices';
import { reduce } from '../state/reducer';
import type { BatchState } from '../state/reducer';

/** More than this at once is read anew from the beginning. */
const mostNewLines = 20_000;

export class BatchView implements BatchHandle {
  seq = 0;
  owner: string | undefined;
  foreign = false;
  private fold: JournalFold;
  /** Bytes of the journal that were read; what comes after them may have been read as well. */
  private size = 0;
  private reading: Promise<void> | undefined;
  private readonly listeners = new Set<(events: readonly BatchEvent[], first: number) => void>();

  private constructor(
    readonly folder: string,
    private readonly parts: OwnerParts,
  ) {
    this.fold = new JournalFold(folder);
  }

  /** Reads the folder's journal. Throws FailureError `disk` when there is none. */
  static async open(folder: string, parts: OwnerParts): Promise<BatchView> {
    const view = new BatchView(folder, parts);
    view.owner = await ownerOf(folder, parts);
    await view.readAll();
    if (!view.fold.found) throw noBatch(folder);
    view.interrupted();
    return view;
  }

  get state(): BatchState {
    return this.fold.state;
  }

  onEvents(listener: (events: readonly BatchEvent[], first: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Reads what was written since, and who runs it now. Throws FailureError `disk` when that cannot be read. */
  follow(): Promise<void> {
    this.reading ??= this.readOn().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  pause = (): Promise<void> => this.refuse();
  resume = (): Promise<void> => this.refuse();
  stop = (): Promise<void> => this.refuse();
  rows = (): Promise<void> => this.refuse();
  agree = (): Promise<void> => this.refuse();
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
    const fold = new JournalFold(this.folder);
    // Before the reading: what comes meanwhile is known again by its number.
    const size = (await files.stat(this.path))?.size ?? 0;
    for await (const line of readLines(files, this.path, new Slices(clock))) fold.take(line);
    this.fold = fold;
    this.size = size;
  }

  private async readOn(): Promise<void> {
    // Asked first: what the owner has written before he let go is read in any case.
    const owner = await ownerOf(this.folder, this.parts);
    const lines = await this.newLines();
    this.owner = owner;
    if (lines === undefined) {
      await this.readAll();
      // The number left out makes whoever folds the events ask for the whole state; who is just being given it
      // hears that every row has changed.
      this.seq += 1;
      this.tell([
        { type: 'job-control', at: this.state.updatedAt, jobs: [...this.state.jobs.keys()], action: 'skip' },
      ]);
    } else this.tell(lines.map((line) => this.fold.take(line)).filter((event) => event !== undefined));
    this.interrupted();
  }

  /** Undefined: the journal is no longer the one that was read, or far ahead of it. */
  private async newLines(): Promise<readonly string[] | undefined> {
    const { files } = this.parts;
    const size = (await files.stat(this.path))?.size ?? 0;
    if (size === this.size) return [];
    if (size < this.size) return undefined;
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for await (const piece of files.readPieces(this.path, this.size)) {
      text += decoder.decode(piece, { stream: true });
      bytes += piece.length;
    }
    // A line begins with its line break. What does not was torn when it was read, or belongs to another file.
    if (!text.startsWith('\n')) return undefined;
    const lines = text.slice(1).split('\n');
    if (lines.length > mostNewLines) return undefined;
    const first = numberOf(lines[0]);
    if (first === undefined || first > this.fold.last + 1) return undefined;
    // The last line may still be on its way.
    const last = lines.at(-1) ?? '';
    if (parseLine(last) === undefined) {
      lines.pop();
      bytes -= new TextEncoder().encode(last).length + 1;
    }
    this.size += bytes;
    return lines;
  }

  /** Ended by its process in mid-run: whoever looks at it is to see that nobody works on it. */
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

function numberOf(line: string | undefined): number | undefined {
  const number = line === undefined ? undefined : parseLine(line)?.n;
  return isIndex(number) ? number : undefined;
}
