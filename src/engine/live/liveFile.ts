/**
 * Room `live`: what passes in a batch, for the windows that watch it from another process. This is the side of the
 * process that runs it: a small file in the user's own folder, written only while a watcher's mark beside it is fresh.
 * Its first line is all that passes at that moment, each later one what has passed since; where the file was begun
 * again, the second is what had passed before, for who has read on until there. Nothing of it is needed after a crash,
 * so nothing is flushed.
 */
import { join } from 'node:path';
import type { BatchEvent, HelperView, PassingEvent, QuotaView } from '../../model/events';
import { isLasting } from '../../model/events';
import type { AppendFile, Clock, Files } from '../../model/ports';
import { journalLine } from '../journal/record';
import { passingOf } from '../state/passing';
import type { ReadonlyState } from '../state/reducer';
import { isFresh, type LivePlace } from './livePlace';

/** How often a watcher is looked for, and how long one that was seen counts as there without another look. */
const lookEveryMs = 1_000;
/** Least and longest time between two lines. */
const lineEveryMs = 500;
const lineWithinMs = 2_000;
/** Most characters a millisecond, after lines of up to 200 KB. */
const bytesAMs = 100;
/** Above this the file is begun again, and where so much has passed at once that all of it is shorter. */
const mostBytes = 4_000_000;
const mostEvents = 20_000;
/** After a refusal of the disk. */
const refusedMs = 60_000;
/** What was left there for longer belongs to nobody: its process was killed. */
const oldMs = 24 * 3_600_000;

export interface LiveParts {
  readonly clock: Clock;
  readonly files: Files;
}

export class LiveFile {
  private state: 'unwatched' | 'watched' | 'closed' = 'unwatched';
  private lookedAt = -Infinity;
  private work: Promise<void> = Promise.resolve();
  private busy = false;
  private cancel: (() => void) | undefined;
  private file: AppendFile | undefined;
  /** Number of the last line. */
  private last = 0;
  private size = 0;
  /** Characters of the last line. */
  private written = 0;
  private pending: PassingEvent[] = [];
  private hasNews = false;
  /** Time of the newest event that was seen, epoch ms. */
  private upTo = 0;

  /** `owner`: the lock's, so that a file which another process has left is known as such. */
  constructor(
    private readonly parts: LiveParts,
    private readonly place: LivePlace,
    private readonly owner: string,
    private readonly batch: ReadonlyState,
  ) {}

  /** Receives events after they were folded. */
  seen(events: readonly BatchEvent[]): void {
    if (this.state === 'closed') return;
    this.upTo = events.at(-1)?.at ?? this.upTo;
    if (this.state === 'unwatched') {
      if (!this.busy && this.parts.clock.monotonic() - this.lookedAt >= lookEveryMs)
        this.run(() => this.look());
      return;
    }
    for (const event of events) if (!isLasting(event)) this.pending.push(event);
    this.hasNews = true;
    this.arm();
  }

  /** `isLost`: another process has the batch, and its file may be there. */
  async close(isLost: boolean): Promise<void> {
    const wasWatched = this.state === 'watched';
    this.state = 'closed';
    this.cancel?.();
    await this.work;
    await this.file?.close().catch(() => undefined);
    if (isLost || !wasWatched) return;
    await this.remove(this.place.file);
    await this.remove(this.place.mark);
  }

  private get isClosed(): boolean {
    return this.state === 'closed';
  }

  private run(work: () => Promise<void>): void {
    this.busy = true;
    this.work = this.work
      .then(work)
      .catch(() => this.refused())
      .finally(() => {
        this.busy = false;
        if (this.hasNews) this.arm();
      });
  }

  private arm(): void {
    if (this.cancel || this.busy || this.state !== 'watched') return;
    const ms = Math.min(lineWithinMs, Math.max(lineEveryMs, this.written / bytesAMs));
    this.cancel = this.parts.clock.after(ms, () => {
      this.cancel = undefined;
      this.run(() => this.write());
    });
  }

  /** Whether somebody watches; if so, the file is begun. */
  private async look(): Promise<void> {
    if (!(await this.isWatched()) || this.state !== 'unwatched') return;
    await this.begin();
    await this.removeOld();
  }

  private async isWatched(): Promise<boolean> {
    const { clock, files } = this.parts;
    if (this.state === 'watched' && clock.monotonic() - this.lookedAt < lookEveryMs) return true;
    this.lookedAt = clock.monotonic();
    return isFresh(await files.read(this.place.mark, 100), clock.now());
  }

  /** Writes what passes at the moment of the call. */
  private async begin(): Promise<void> {
    const { files } = this.parts;
    const { file: before, upTo: at } = this;
    this.file = undefined;
    this.state = 'watched';
    this.pending = [];
    this.hasNews = false;
    const { head, jobs } = passingOf(this.batch);
    const short = { ...head, quotas: rounded(head.quotas), helpers: roundedOf(head.helpers) };
    const line = this.line({ type: 'passing', owner: this.owner, head: short, jobs, at });
    await before?.close();
    await files.writeWhole(this.place.file, line, 'user');
    this.written = this.size = line.length;
    this.file = await files.openAppend(this.place.file);
  }

  private async write(): Promise<void> {
    if (this.state !== 'watched') return;
    if (!(await this.isWatched())) {
      await this.end();
      return;
    }
    if (this.isClosed) return;
    if (this.pending.length > mostEvents) {
      // Nobody can go on without them.
      this.last += 1;
      await this.begin();
      return;
    }
    const events = together(this.pending);
    if (this.size > mostBytes) {
      await this.begin();
      await this.append({ type: 'passed', upTo: this.upTo, events, inAll: true });
      return;
    }
    this.pending = [];
    this.hasNews = false;
    await this.append({ type: 'passed', upTo: this.upTo, events });
  }

  private async append(record: Readonly<Record<string, unknown>>): Promise<void> {
    const line = this.line(record);
    await this.file?.append(line);
    this.written = line.length;
    this.size += line.length;
  }

  private line(record: Readonly<Record<string, unknown>>): string {
    this.last += 1;
    return journalLine(record, this.last);
  }

  /** Nobody watches any more. */
  private async end(): Promise<void> {
    if (this.state === 'watched') this.state = 'unwatched';
    this.pending = [];
    await this.file?.close().catch(() => undefined);
    this.file = undefined;
    await this.remove(this.place.file);
  }

  private async refused(): Promise<void> {
    this.lookedAt = this.parts.clock.monotonic() + refusedMs;
    await this.end();
  }

  private remove(path: string): Promise<void> {
    return this.parts.files.remove(path).catch(() => undefined);
  }

  /** Files of batches whose process was killed while somebody watched. */
  private async removeOld(): Promise<void> {
    const { files, clock } = this.parts;
    const { folder, file, mark } = this.place;
    for (const name of await files.list(folder)) {
      const path = join(folder, name);
      if (path === file || path === mark) continue;
      const found = await files.stat(path);
      if (found?.kind === 'file' && clock.now() - found.modifiedMs > oldMs) await this.remove(path);
    }
  }
}

/** Without what a later event of the same line replaces: of a stage its percent, of the batch all but the last view. */
export function together(events: readonly PassingEvent[]): readonly PassingEvent[] {
  const kept: (PassingEvent | undefined)[] = [];
  const placeOf = new Map<string | number, number>();
  for (const event of events) {
    const key = 'job' in event ? event.job : event.type;
    const at = placeOf.get(key);
    const before = at === undefined ? undefined : kept[at];
    if (at !== undefined && before !== undefined && replaces(event, before)) {
      // Of a stage the time at which it began.
      if ('job' in event) {
        kept[at] = { ...event, at: before.at };
        continue;
      }
      kept[at] = undefined;
    }
    placeOf.set(key, kept.length);
    kept.push(shortened(event));
  }
  return kept.filter((event) => event !== undefined);
}

function replaces(event: PassingEvent, before: PassingEvent): boolean {
  if (event.type !== before.type) return false;
  if (event.type === 'stage' && before.type === 'stage')
    return event.stage === before.stage && event.source === before.source;
  if (event.type === 'wait' && before.type === 'wait')
    return event.wait?.for === before.wait?.for && event.wait?.quota === before.wait?.quota;
  return !('job' in event);
}

function shortened(event: PassingEvent): PassingEvent {
  if (event.type === 'quotas') return { ...event, quotas: rounded(event.quotas) };
  return event.type === 'helpers' ? { ...event, helpers: roundedOf(event.helpers) } : event;
}

const roundedOf = (helpers: readonly HelperView[]): readonly HelperView[] =>
  helpers.map((helper) => ({ ...helper, quotas: rounded(helper.quotas) }));

/** A column of a figure is 18 px high. */
const rounded = (quotas: readonly QuotaView[]): readonly QuotaView[] =>
  quotas.map((view) => ({ ...view, history: view.history.map((use) => Math.round(use * 1000) / 1000) }));
