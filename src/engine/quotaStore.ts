/**
 * The record of all starts, shared by every process of this user. One file an hour, append only; a start is
 * appended before it is granted, then whatever others have appended is read. Of two processes that want the
 * last start of a window, the one whose line stands first has it, and the other withdraws: no lock, nothing
 * to break, nothing to clean up after a kill.
 */
import type { AppendFile, Files, Log, Random } from '../model/ports';
import type { Quota } from './quota';
import type { QuotaTime } from './quotaTime';

export interface StoreParts {
  readonly random: Random;
  readonly files: Files;
  readonly stateFolder: string;
  readonly log: Log;
}

export interface StartRecord {
  readonly granted: boolean;
  readonly token: string;
}

export class QuotaStore {
  #next = 0;
  constructor(
    private readonly parts: StoreParts,
    private readonly time: QuotaTime,
  ) {}

  load(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  attach(_key: string, _quota: Quota): void {
    // Filled in with what was read.
  }
  start(_quotas: readonly Quota[]): Promise<StartRecord> {
    return Promise.resolve({ granted: true, token: String(this.#next++) });
  }
  withdraw(_token: string): void {
    // Nothing is written yet.
  }
  held(_quota: Quota, _untilWall: number): void {
    // Nothing is written yet.
  }
}
export type { AppendFile };
