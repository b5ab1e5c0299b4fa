/**
 * The record of all starts, shared by every process of this user. One file an hour, append only; a start is
 * appended before it is granted, then whatever others have appended is read. Of two processes that want the
 * last start of a window, the one whose line comes first has it, and the other withdraws: no lock to break,
 * and no cleanup after a kill. Lines are read as untrusted input.
 */
import { join } from 'node:path';
import { toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { AppendFile } from '../../model/ports';
import { HourFiles } from './hourFiles';
import type { Line } from './sharedRecordLines';
import { aheadKey, aheadText, SharedNotes } from './sharedNotes';
import { holdLine, limitLine, noteLine, parseLine, startLine, withdrawnLine } from './sharedRecordLines';
import { dayMs, type QuotaTime } from './quotaClock';
import type { Pending, QuotaRecord, RecordedQuota, StartRecord, StoreParts } from './sharedRecordParts';

const hourMs = 3_600_000;
/** Windows are an hour at most; the graph shows two. */
const hoursRead = 3;
const hoursKept = 50;
/** Lines that are read in one go: a few milliseconds. */
const linesInSlice = 4_000;
const longestHoldMs = 48 * hourMs;
/** Withdrawals follow their start within milliseconds. */
const tokensKept = 500;
const deviceFlushMs = 1_000;
const complaintGapMs = 60_000;
const holdPrefix = 'hold:';

export class QuotaStore implements QuotaRecord {
  readonly id: string;
  private readonly folder: string;
  private number = 0;
  private readonly quotas = new Map<string, RecordedQuota>();
  /** Read before the quota was requested. */
  private readonly unclaimed = new Map<string, ((quota: RecordedQuota) => void)[]>();
  private readonly others = new Map<string, { readonly keys: readonly string[]; at: number; wall: number }>();
  private readonly notes: SharedNotes;
  private readonly files: HourFiles;
  private file: { readonly hour: number; readonly append: AppendFile } | undefined;
  private pending: Pending[] = [];
  private extra = '';
  private writing: Promise<void> | undefined;
  private busy = false;
  private syncedAt = -Infinity;
  private flushedAt = -Infinity;
  private complainedAt = -Infinity;
  private ready = false;
  private refusal: Failure | undefined;
  /** Starts that were recorded by a clock that was ahead, and are counted as made now for the first time. */
  ahead = 0;
  /** Called for notes that another process has written. */
  onNote: ((key: string) => void) | undefined;

  constructor(
    private readonly parts: StoreParts,
    private readonly time: QuotaTime,
  ) {
    this.folder = join(parts.stateFolder, 'quotas');
    this.id = parts.random.id();
    const shortened = (path: string): void =>
      parts.log.write('warn', `${path} is larger than any record of rate limits; only its end is read.`);
    this.files = new HourFiles(parts.files, this.folder, shortened);
    this.notes = new SharedNotes(parts.files, this.folder, (error) => this.complain(error), shortened);
  }

  /** Reads the last hours, and the whole day where a daily limit needs it. Without a folder: in memory. */
  async load(wholeDay: boolean): Promise<void> {
    const { clock, files } = this.parts;
    try {
      await files.makeFolder(this.folder);
      const now = Math.floor(clock.now() / hourMs);
      await this.notes.load(now, (key, text) => this.learnNote(key, text));
      const today = Math.floor(clock.now() / dayMs) * 24;
      const from = wholeDay ? Math.min(today, now - hoursRead) : now - hoursRead;
      const hours = await this.files.hours();
      for (const hour of hours) {
        if (hour >= from) await this.readOn(hour);
        else if (hour < now - hoursKept) await files.remove(this.files.path(hour));
        // If the clock is set back into this hour, its earlier lines are not new.
        else this.files.passOver(hour, await this.files.size(hour));
      }
      this.ready = true;
      this.refusal = undefined;
      for (const hour of hours) if (hour > now) this.noteAhead(hour);
    } catch (error) {
      this.complain(error);
    }
    this.syncedAt = this.time.now();
  }

  /** Why starts are not on disk; undefined: they are. After a refusal the disk is tried again. */
  async unwritten(wholeDay: boolean): Promise<Failure | undefined> {
    if (this.refusal === undefined) return undefined;
    if (!this.ready) await this.load(wholeDay);
    else {
      // An empty line says nothing to whoever reads it.
      this.say('\n');
      await this.writing;
    }
    return this.refusal;
  }

  /**
   * The clock was ahead when this hour's file was written. Its starts count as made now, because they may have been;
   * the next process counts them from now on, and not anew at every start until that hour has come.
   */
  private noteAhead(hour: number): void {
    const bytes = this.files.bytesRead(hour);
    if (bytes > (this.notes.ahead(hour)?.bytes ?? 0))
      this.note(aheadKey(hour), aheadText({ bytes, seenAt: this.parts.clock.now() }));
  }

  /** Gives a quota its earlier starts, and reports new ones to it. */
  attach(quota: RecordedQuota): void {
    this.quotas.set(quota.key, quota);
    for (const tell of this.unclaimed.get(quota.key) ?? []) tell(quota);
    this.unclaimed.delete(quota.key);
  }

  /** Records a start; not granted when another process was faster. Never fails. */
  start(quotas: readonly RecordedQuota[]): Promise<StartRecord> {
    const token = this.token();
    if (!this.ready) return Promise.resolve({ granted: true, token });
    const line = startLine(
      this.parts.clock.now(),
      token,
      quotas.map((quota) => quota.key),
    );
    return new Promise((settle) => {
      this.pending.push({ token, line, quotas, settle });
      this.write();
    });
  }

  private token(): string {
    return `${this.id}.${(this.number++).toString(36)}`;
  }

  withdraw(token: string): void {
    this.say(withdrawnLine(token));
  }

  /** The start was made now, or from these quotas only: recorded again. Returns its new token. */
  again(token: string, keys: readonly string[]): string {
    const next = this.token();
    const line = keys.length === 0 ? '' : startLine(this.parts.clock.now(), next, keys);
    this.say(withdrawnLine(token) + line);
    return next;
  }

  held(key: string, untilWall: number): void {
    const now = this.parts.clock.now();
    this.say(holdLine(key, untilWall, now));
    if (untilWall > now + hourMs) this.note(holdPrefix + key, `${Math.round(untilWall)} ${Math.round(now)}`);
  }

  limited(key: string, limit: number): void {
    this.say(limitLine(key, limit));
  }

  /** A small value kept for a restart, however much later, and passed to other processes. */
  note(key: string, text: string): void {
    this.notes.learn(key, text);
    this.say(noteLine(key, text));
    if (this.ready) this.notes.keep();
  }
  noted(key: string): string | undefined {
    return this.notes.get(key);
  }

  async close(): Promise<void> {
    await this.writing;
    await this.notes.kept();
    this.ready = false;
    try {
      await this.file?.append.flush();
    } catch (error) {
      this.complain(error);
    }
    await this.letGo();
  }

  /** Closes the file; the next line opens it again. */
  private async letGo(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.append.close().catch((error: unknown) => this.complain(error));
  }

  private say(line: string): void {
    if (!this.ready) return;
    this.extra += line;
    this.write();
  }

  private write(): void {
    if (this.busy) return;
    this.busy = true;
    this.writing = this.writeAll();
  }

  /** All pending lines go out in one append. */
  private async writeAll(): Promise<void> {
    // Delayed by one turn, so that starts of the same moment share an append.
    await Promise.resolve();
    while (this.pending.length > 0 || this.extra !== '') {
      const batch = this.pending;
      const text = this.extra + batch.map((pending) => pending.line).join('');
      this.pending = [];
      this.extra = '';
      const open = new Map(batch.map((pending) => [pending.token, pending]));
      try {
        const hour = Math.floor(this.parts.clock.now() / hourMs);
        const file = await this.appendTo(hour);
        await file.append(text);
        await this.sync(hour, Buffer.byteLength(text), open);
        this.refusal = undefined;
        if (this.file?.append === file) this.flushNowAndThen(file);
      } catch (error) {
        this.complain(error);
        await this.letGo();
      }
      // Without a record the limits still hold within this process.
      for (const pending of open.values()) pending.settle({ granted: true, token: pending.token });
    }
    this.busy = false;
  }

  private async appendTo(hour: number): Promise<AppendFile> {
    if (this.file?.hour === hour) return this.file.append;
    await this.letGo();
    const append = await this.parts.files.openAppend(this.files.path(hour));
    this.file = { hour, append };
    return append;
  }

  /**
   * Reads what others have written: to this hour's file, around the full hour to the previous one, and to
   * every later one, because the clock may have been ahead and corrected since the last read.
   */
  private async sync(hour: number, written: number, open: Map<string, Pending>): Promise<void> {
    const startedAt = this.time.now();
    this.time.checking();
    const from = Math.floor(this.time.lowestWall / hourMs) - 1;
    const others = (await this.files.hours()).filter((each) => each >= from && each !== hour);
    const sizes = await Promise.all(
      // Our file comes last: the others' lines have to be known when ours are judged.
      [...others, hour].map(async (each) => ({ hour: each, size: await this.files.size(each) })),
    );
    for (const { hour: each, size } of sizes) {
      const before = this.files.bytesRead(each);
      const expected = before + (each === hour ? written : 0);
      if (size === expected && this.files.isReadTo(each, before)) {
        this.files.passOver(each, size);
        if (each === hour) for (const token of [...open.keys()]) this.decide(token, open);
        continue;
      }
      // Deleted or truncated: our record is gone with it. It is read again, and written again.
      if (size < expected && each === hour) await this.letGo();
      if (size < before) this.files.forget(each);
      await this.readOn(each, open);
    }
    this.syncedAt = startedAt;
    this.time.checked();
  }

  private async readOn(hour: number, open = new Map<string, Pending>()): Promise<void> {
    // What an earlier process found to be ahead of the clock.
    const ahead = this.notes.ahead(hour);
    let sinceOthersRan = 0;
    for (const { text, at } of await this.files.newLines(hour)) {
      sinceOthersRan = (sinceOthersRan + 1) % linesInSlice;
      if (sinceOthersRan === 0) await new Promise<void>((go) => this.parts.clock.after(0, go));
      const line = parseLine(text);
      if (line) this.learn(line, open, ahead && at < ahead.bytes ? ahead.seenAt : undefined);
    }
  }

  /** `seenAt`: the line is from a clock that was ahead; it was written by this epoch ms. */
  private learn(line: Line, open: Map<string, Pending>, seenAt?: number): void {
    if (line.type === 'start') {
      if (line.token.startsWith(`${this.id}.`)) {
        this.decide(line.token, open);
        return;
      }
      if (this.others.has(line.token)) return;
      const now = this.parts.clock.now();
      // While it loads, nothing it reads can be later than now.
      const latest = seenAt ?? (this.ready ? Infinity : now);
      const wall = Math.min(line.wall, latest);
      if (seenAt === undefined && line.wall > latest + hourMs) this.ahead += 1;
      // It was appended after the last read, whatever its clock says.
      const at = Math.max(this.syncedAt, this.time.latestFromWall(wall));
      this.others.set(line.token, { keys: line.keys, at, wall });
      const [oldest] = this.others.keys();
      if (this.others.size > tokensKept && oldest !== undefined) this.others.delete(oldest);
      for (const key of line.keys) this.tell(key, (quota) => quota.learnStart(at, wall, line.token));
    } else if (line.type === 'withdrawn') {
      const start = this.others.get(line.token);
      if (!start) return;
      this.others.delete(line.token);
      for (const key of start.keys)
        this.tell(key, (quota) => quota.forgetStart(start.at, start.wall, line.token));
    } else if (line.type === 'hold') this.learnHold(line.key, line.value, line.written, seenAt);
    else if (line.type === 'limit') this.tell(line.key, (quota) => quota.learnLimit(line.value));
    else if (this.notes.learn(line.key, line.text)) this.learnNote(line.key, line.text);
  }

  private learnNote(key: string, text: string): void {
    if (!key.startsWith(holdPrefix)) {
      this.onNote?.(key);
      return;
    }
    const [until = NaN, written] = text.split(' ').map(Number);
    this.learnHold(key.slice(holdPrefix.length), until, written);
  }

  /** A hold is no longer than it was when it was written, also where that clock was ahead of this one. */
  private learnHold(key: string, until: number, written = -Infinity, seenAt = Infinity): void {
    const now = this.parts.clock.now();
    const untilWall = Math.min(until, Math.min(now, seenAt) + (until - written));
    if (untilWall > now && untilWall < now + longestHoldMs)
      this.tell(key, (quota) => quota.learnHold(untilWall));
  }

  private tell(key: string, tell: (quota: RecordedQuota) => void): void {
    const quota = this.quotas.get(key);
    const waiting = this.unclaimed.get(key);
    if (quota) tell(quota);
    else if (waiting) waiting.push(tell);
    else this.unclaimed.set(key, [tell]);
  }

  /** Called when everything before our line is known. */
  private decide(token: string, open: Map<string, Pending>): void {
    const pending = open.get(token);
    if (!pending) return;
    open.delete(token);
    const granted = !pending.quotas.some((quota) => quota.overfull || quota.spaced);
    if (!granted) this.extra += withdrawnLine(token);
    pending.settle({ granted, token });
  }

  /** A kill keeps what was appended; for a power cut, once a second is often enough. Not awaited. */
  private flushNowAndThen(file: AppendFile): void {
    const now = this.time.now();
    if (now - this.flushedAt < deviceFlushMs) return;
    this.flushedAt = now;
    file.flush().catch((error: unknown) => this.complain(error));
  }

  private complain(error: unknown): void {
    this.refusal = toFailure(error);
    const now = this.time.now();
    if (now - this.complainedAt < complaintGapMs) return;
    this.complainedAt = now;
    this.parts.log.write('warn', `Rate limits are not recorded: ${toFailure(error).message}`);
  }
}
