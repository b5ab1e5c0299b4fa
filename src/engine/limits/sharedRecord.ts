/**
 * The record of all starts, shared by every process of this user. One file an hour, append only; a start is
 * appended before it is granted, then whatever others have appended is read. Of two processes that want the
 * last start of a window, the one whose line comes first has it, and the other withdraws: no lock to break,
 * and no cleanup after a kill. Lines are read as untrusted input.
 */
import { join } from 'node:path';
import { toFailure } from '../../model/failure';
import type { AppendFile, Clock, Files, Log, Random } from '../../model/ports';
import type { Line } from './sharedRecordLines';
import { holdLine, limitLine, noteLine, parseLine, startLine, withdrawnLine } from './sharedRecordLines';
import { dayMs, type QuotaTime } from './quotaClock';

export interface StoreParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: Files;
  readonly stateFolder: string;
  readonly log: Log;
}

/** What the record needs of a quota. */
export interface RecordedQuota {
  readonly key: string;
  /** More starts than allowed, now that others' are known. */
  readonly overfull: boolean;
  /** Another process started too close to one of our starts. */
  readonly spaced: boolean;
  learnStart(at: number, wall: number): void;
  forgetStart(at: number, wall: number): void;
  learnHold(untilWall: number): void;
  learnLimit(limit: number): void;
}

export interface StartRecord {
  readonly granted: boolean;
  readonly token: string;
}

interface Pending {
  readonly token: string;
  readonly line: string;
  readonly quotas: readonly RecordedQuota[];
  readonly settle: (record: StartRecord) => void;
}

/** How far a file has been read. */
interface Read {
  bytes: number;
  /** The incomplete last line, until the rest of it is there. */
  tail: string;
}

const hourMs = 3_600_000;
/** Windows are an hour at most; the graph shows two. */
const hoursRead = 3;
const hoursKept = 50;
const longestHoldMs = 48 * hourMs;
/** Withdrawals follow their start within milliseconds. */
const tokensKept = 500;
const deviceFlushMs = 1_000;
const complaintGapMs = 60_000;
const notesName = 'notes.log';
const holdPrefix = 'hold:';

export class QuotaStore {
  private readonly folder: string;
  private readonly me: string;
  private number = 0;
  private readonly quotas = new Map<string, RecordedQuota>();
  /** Read before the quota was requested. */
  private readonly unclaimed = new Map<string, ((quota: RecordedQuota) => void)[]>();
  private readonly others = new Map<string, { readonly keys: readonly string[]; at: number; wall: number }>();
  private readonly notes = new Map<string, string>();
  private readonly read = new Map<number, Read>();
  private file: { readonly hour: number; readonly append: AppendFile } | undefined;
  private pending: Pending[] = [];
  private extra = '';
  private writing: Promise<void> | undefined;
  private busy = false;
  private keeping = Promise.resolve();
  private syncedAt = -Infinity;
  private flushedAt = -Infinity;
  private complainedAt = -Infinity;
  private ready = false;
  /** Called for notes that another process has written. */
  onNote: ((key: string) => void) | undefined;

  constructor(
    private readonly parts: StoreParts,
    private readonly time: QuotaTime,
  ) {
    this.folder = join(parts.stateFolder, 'quotas');
    this.me = parts.random.id();
  }

  /** Reads the last hours, and the whole day where a daily limit needs it. Without a folder: in memory. */
  async load(wholeDay: boolean): Promise<void> {
    const { clock, files } = this.parts;
    try {
      await files.makeFolder(this.folder);
      await this.readNotes();
      const now = Math.floor(clock.now() / hourMs);
      const today = Math.floor(clock.now() / dayMs) * 24;
      const from = wholeDay ? Math.min(today, now - hoursRead) : now - hoursRead;
      for (const hour of await this.hours()) {
        if (hour >= from) await this.readOn(hour);
        else if (hour < now - hoursKept) await files.remove(this.path(hour));
        // If the clock is set back into this hour, its earlier lines are not new.
        else this.readState(hour).bytes = (await files.stat(this.path(hour)))?.size ?? 0;
      }
      this.ready = true;
    } catch (error) {
      this.complain(error);
    }
    this.syncedAt = this.time.now();
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
    return `${this.me}.${(this.number++).toString(36)}`;
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
    this.say(holdLine(key, untilWall));
    if (untilWall > this.parts.clock.now() + hourMs)
      this.note(holdPrefix + key, String(Math.round(untilWall)));
  }

  limited(key: string, limit: number): void {
    this.say(limitLine(key, limit));
  }

  /** A small value kept for a restart, however much later, and passed to other processes. */
  note(key: string, text: string): void {
    this.notes.set(key, text);
    this.say(noteLine(key, text));
    if (this.ready) this.keeping = this.keeping.then(() => this.keepNotes());
  }
  noted(key: string): string | undefined {
    return this.notes.get(key);
  }

  private async keepNotes(): Promise<void> {
    try {
      const lines = [...this.notes].map(([key, text]) => noteLine(key, text));
      await this.parts.files.writeWhole(join(this.folder, notesName), lines.join(''));
    } catch (error) {
      this.complain(error);
    }
  }

  private async readNotes(): Promise<void> {
    const bytes = await this.parts.files.read(join(this.folder, notesName));
    for (const text of Buffer.from(bytes ?? [])
      .toString('latin1')
      .split('\n')) {
      const line = parseLine(text);
      if (line?.type === 'note') this.learn(line, new Map());
    }
  }

  async close(): Promise<void> {
    await this.writing;
    await this.keeping;
    const file = this.file;
    this.file = undefined;
    this.ready = false;
    try {
      await file?.append.flush();
      await file?.append.close();
    } catch (error) {
      this.complain(error);
    }
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
        this.flushNowAndThen(file);
      } catch (error) {
        this.complain(error);
        this.file = undefined;
      }
      // Without a record the limits still hold within this process.
      for (const pending of open.values()) pending.settle({ granted: true, token: pending.token });
    }
    this.busy = false;
  }

  private async appendTo(hour: number): Promise<AppendFile> {
    if (this.file?.hour === hour) return this.file.append;
    const old = this.file;
    this.file = undefined;
    await old?.append.close();
    const append = await this.parts.files.openAppend(this.path(hour));
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
    const others = (await this.hours()).filter((each) => each >= from && each !== hour);
    const sizes = await Promise.all(
      // Our file comes last: the others' lines have to be known when ours are judged.
      [...others, hour].map(async (each) => ({
        hour: each,
        size: (await this.parts.files.stat(this.path(each)))?.size ?? 0,
      })),
    );
    for (const { hour: each, size } of sizes) {
      const read = this.readState(each);
      const expected = read.bytes + (each === hour ? written : 0);
      if (size === expected && read.tail === '') {
        read.bytes = size;
        if (each === hour) for (const token of [...open.keys()]) this.decide(token, open);
        continue;
      }
      // Deleted or truncated: our record is gone with it. It is read again, and written again.
      if (size < expected && each === hour) this.file = undefined;
      if (size < read.bytes) this.read.delete(each);
      await this.readOn(each, open);
    }
    this.syncedAt = startedAt;
    this.time.checked();
  }

  /** The hours that have a file, in order of time. */
  private async hours(): Promise<number[]> {
    const names = await this.parts.files.list(this.folder);
    return names.flatMap((name) => hourOf(name) ?? []).sort((a, b) => a - b);
  }

  private async readOn(hour: number, open = new Map<string, Pending>()): Promise<void> {
    const read = this.readState(hour);
    let at = 0;
    const pieces: Uint8Array[] = [];
    for await (const piece of this.parts.files.readPieces(this.path(hour))) {
      const skip = Math.min(piece.length, Math.max(0, read.bytes - at));
      if (skip < piece.length) pieces.push(piece.subarray(skip));
      at += piece.length;
    }
    const lines = (read.tail + Buffer.concat(pieces).toString('latin1')).split('\n');
    read.bytes = Math.max(read.bytes, at);
    // A line ends with its full stop; the last one may be incomplete.
    const last = lines.at(-1) ?? '';
    read.tail = last === '' || last.endsWith(' .') ? '' : last;
    if (read.tail !== '') lines.pop();
    for (const text of lines) {
      const line = parseLine(text);
      if (line) this.learn(line, open);
    }
  }

  private learn(line: Line, open: Map<string, Pending>): void {
    if (line.type === 'start') {
      if (line.token.startsWith(`${this.me}.`)) {
        this.decide(line.token, open);
        return;
      }
      if (this.others.has(line.token)) return;
      // It was appended after the last read, whatever its clock says.
      const at = Math.max(this.syncedAt, this.time.latestFromWall(line.wall));
      this.others.set(line.token, { keys: line.keys, at, wall: line.wall });
      const [oldest] = this.others.keys();
      if (this.others.size > tokensKept && oldest !== undefined) this.others.delete(oldest);
      for (const key of line.keys) this.tell(key, (quota) => quota.learnStart(at, line.wall));
    } else if (line.type === 'withdrawn') {
      const start = this.others.get(line.token);
      if (!start) return;
      this.others.delete(line.token);
      for (const key of start.keys) this.tell(key, (quota) => quota.forgetStart(start.at, start.wall));
    } else if (line.type === 'hold') this.learnHold(line.key, line.value);
    else if (line.type === 'limit') this.tell(line.key, (quota) => quota.learnLimit(line.value));
    else if (this.notes.get(line.key) !== line.text) {
      this.notes.set(line.key, line.text);
      if (line.key.startsWith(holdPrefix))
        this.learnHold(line.key.slice(holdPrefix.length), Number(line.text));
      else this.onNote?.(line.key);
    }
  }

  private learnHold(key: string, untilWall: number): void {
    const now = this.parts.clock.now();
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
    const now = this.time.now();
    if (now - this.complainedAt < complaintGapMs) return;
    this.complainedAt = now;
    this.parts.log.write('warn', `Rate limits are not recorded: ${toFailure(error).message}`);
  }

  private readState(hour: number): Read {
    let read = this.read.get(hour);
    if (!read) this.read.set(hour, (read = { bytes: 0, tail: '' }));
    return read;
  }

  private path(hour: number): string {
    return join(this.folder, `${hour}.log`);
  }
}

function hourOf(name: string): number | undefined {
  return /^\d{6}\.log$/.test(name) ? Number(name.slice(0, 6)) : undefined;
}
