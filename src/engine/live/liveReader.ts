/**
 * What passes in a batch that another process runs, as a window reads it. While it is asked, a mark tells that process
 * that somebody watches. What is read is held against a schema, and counts only while the lock's owner has written it
 * and goes on writing.
 */
import type { PassingEvent } from '../../model/events';
import { numberOf, parseLine } from '../journal/record';
import type { Passing } from '../state/passing';
import { passedIn, passingIn } from './liveChecks';
import type { LiveParts } from './liveFile';
import type { LivePlace } from './livePlace';

/** A larger file is not ours. */
const mostBytes = 16_000_000;
const markEveryMs = 4_000;
/** A batch that runs writes every second: a process that is silent for so long is frozen. */
const silentMs = 10_000;

/** In the order of its writing. */
export type LiveItem =
  { readonly at: number; readonly event: PassingEvent } | { readonly at: number; readonly all: Passing };

export interface LiveNews {
  readonly items: readonly LiveItem[];
  /** Everything that has happened up to this time is in what was read so far, epoch ms. */
  readonly upTo: number;
}

export class LiveReader {
  private markedAt = -Infinity;
  private size = 0;
  /** Number of the last line that was taken; undefined: none. */
  private last: number | undefined;
  private owner: string | undefined;
  private upTo = 0;
  /** Size of the file when its process was found silent. */
  private silentAt = 0;

  constructor(
    private readonly parts: LiveParts,
    private readonly place: LivePlace,
  ) {}

  /** Whether something was read since `forget`. */
  get knows(): boolean {
    return this.last !== undefined;
  }

  /** The next reading begins at the beginning. */
  forget(): void {
    this.size = 0;
    this.last = undefined;
    this.owner = undefined;
  }

  /**
   * What is new. `owner`: the lock's. Undefined: nothing that counts is there. `isRunning`: the batch is, so silence
   * means that its process is frozen. Never throws.
   */
  async read(owner: string, isRunning: boolean): Promise<LiveNews | undefined> {
    const { clock, files } = this.parts;
    try {
      await this.mark();
      const size = (await files.stat(this.place.file))?.size ?? 0;
      if (size === 0 || size > mostBytes || size === this.silentAt) return undefined;
      const items = await this.items(owner, size);
      if (items === undefined) return undefined;
      const isSilent = isRunning && clock.now() - this.upTo > silentMs;
      this.silentAt = isSilent ? size : 0;
      return isSilent ? undefined : { items, upTo: this.upTo };
    } catch {
      return undefined;
    }
  }

  private async mark(): Promise<void> {
    const { clock, files } = this.parts;
    if (clock.monotonic() - this.markedAt < markEveryMs) return;
    await files.makeFolder(this.place.folder);
    await files.writeWhole(this.place.mark, String(clock.now()), 'user');
    this.markedAt = clock.monotonic();
  }

  /** Undefined: there is no file of this owner. */
  private async items(owner: string, size: number): Promise<readonly LiveItem[] | undefined> {
    const last = this.owner === owner ? this.last : undefined;
    if (last !== undefined && size === this.size) return [];
    const more = last === undefined ? undefined : await this.linesAfter(last, size);
    return more === undefined ? this.fromBeginning(owner, size) : this.taken(more);
  }

  /** Undefined: the file was begun again. */
  private async linesAfter(last: number, size: number): Promise<readonly string[] | undefined> {
    if (size < this.size) return undefined;
    const text = await this.text(this.size, size);
    if (!text.startsWith('\n')) return undefined;
    const lines = text.slice(1).split('\n');
    return numberOf(lines[0] ?? '') === last + 1 ? lines : undefined;
  }

  private async fromBeginning(owner: string, size: number): Promise<readonly LiveItem[] | undefined> {
    const text = await this.text(0, size);
    const [first = '', ...lines] = text.slice(1).split('\n');
    const record = parseLine(first);
    const number = numberOf(first);
    const all = record && passingIn(record);
    if (all?.owner !== owner || number === undefined) return undefined;
    const isKnown = this.owner === owner && this.last === number - 1;
    this.owner = owner;
    this.last = number;
    this.size = bytesOf(first);
    this.upTo = all.at;
    const begun: readonly LiveItem[] = isKnown ? [] : [{ at: all.at, all }];
    return [...begun, ...this.taken(lines, !isKnown)];
  }

  /** The last line may not be complete yet. */
  private taken(lines: readonly string[], hasAll = false): readonly LiveItem[] {
    const found: LiveItem[] = [];
    for (const line of lines) {
      const record = parseLine(line);
      if (record === undefined) break;
      this.size += bytesOf(line);
      this.last = numberOf(line) ?? this.last;
      const passed = passedIn(record);
      if (!passed) continue;
      this.upTo = passed.upTo;
      if (passed.inAll && hasAll) continue;
      for (const event of passed.events) found.push({ at: event.at, event });
    }
    return found;
  }

  private async text(from: number, to: number): Promise<string> {
    const bytes = await this.parts.files.readPart(this.place.file, from, to - from);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }
}

/** With the line break before it. */
const bytesOf = (line: string): number => new TextEncoder().encode(line).length + 1;
