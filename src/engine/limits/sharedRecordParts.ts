/**
 * The record of all starts as the limiter sees it, what it needs, and what it keeps in mind. One implementation is
 * on disk (sharedRecord.ts), for the processes of this user; another adds other machines to it (SharedRecord).
 */
import type { QuotaSharing } from '../../model/events';
import type { Failure } from '../../model/failure';
import type { Clock, Files, Log, Random } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { QuotaTime } from './quotaClock';
import type { Pace } from './slidingLog';

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
  readonly shared: SharedRule;
  /** A start of another process or an earlier run, by engine time and epoch ms; `token` names it. */
  learnStart(at: number, wall: number, token: string): void;
  forgetStart(at: number, wall: number, token: string): void;
  learnHold(untilWall: number): void;
  learnLimit(limit: number): void;
  /** Nothing starts before `until` (engine time; -Infinity: at once), as the machines say that share it. */
  learnShared(until: number, sharing: QuotaSharing | undefined): void;
}

/** The numbers of a quota that all who share it keep to. */
export interface SharedRule extends Pace {
  /** As in the table of quotas. */
  readonly name: string;
  readonly spacingMs: number;
  /** 0: unlimited; so is `perDay`. */
  readonly concurrency: number;
  readonly perDay: number;
}

export interface QuotaRecord {
  /** Begins every token of this process. */
  readonly id: string;
  /** Starts that were recorded by a clock that was ahead, and are counted as made now for the first time. */
  ahead: number;
  /** Called for notes that another process has written. */
  onNote: ((key: string) => void) | undefined;
  /** Reads what was started before. Never fails: without its folder it works in memory. */
  load(wholeDay: boolean): Promise<void>;
  /** Why starts are not recorded, tried again; undefined: they are. */
  unwritten(wholeDay: boolean): Promise<Failure | undefined>;
  /** Gives a quota its earlier starts, and reports new ones to it. */
  attach(quota: RecordedQuota): void;
  /** Records a start; not granted when another process was faster. Never fails. */
  start(quotas: readonly RecordedQuota[]): Promise<StartRecord>;
  withdraw(token: string): void;
  /** The start was made now, or from the quotas with these keys only: recorded again. Returns its new token. */
  again(token: string, keys: readonly string[]): string;
  /** The request of this start is over. Absent: requests under way are counted in each process. */
  ended?(token: string): void;
  /** Nothing starts from the quota until then, epoch ms. */
  held(key: string, untilWall: number): void;
  /** The service named its limit, in starts a window. */
  limited(key: string, limit: number): void;
  /** A small value kept for a restart, however much later, and passed to other processes. */
  note(key: string, text: string): void;
  noted(key: string): string | undefined;
  close(): Promise<void>;
}

/** The record of this machine's starts, to which those of other machines are added where the settings name them. */
export interface SharedRecord extends QuotaRecord {
  use(settings: Settings): void;
}

/** What a shared record gets from the limiter. `changed`: something may be ready earlier or later than before. */
export interface SharedRecordHost {
  readonly own: QuotaRecord;
  readonly time: QuotaTime;
  readonly changed: () => void;
}

export interface StartRecord {
  readonly granted: boolean;
  readonly token: string;
}

export interface Pending {
  readonly token: string;
  readonly line: string;
  readonly quotas: readonly RecordedQuota[];
  readonly settle: (record: StartRecord) => void;
}
