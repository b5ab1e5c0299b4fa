/** What the record of all starts (sharedRecord.ts) needs, and what it keeps in mind. */
import type { Clock, Files, Log, Random } from '../../model/ports';

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

export interface Pending {
  readonly token: string;
  readonly line: string;
  readonly quotas: readonly RecordedQuota[];
  readonly settle: (record: StartRecord) => void;
}
