/**
 * Whose batch a folder is: what its journal's seals, this user's record and this machine say together. A batch that
 * is not proven to be this user's own is foreign (foreign.ts).
 */
import { basename, dirname, join } from 'node:path';
import { toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { FileStat } from '../../model/ports';
import { privateSettings } from '../journal/settingsOnDisk';
import type { Settings } from '../../model/settings';
import type { EngineParts } from '../api';
import { journalName, readJournal, Seal } from '../journal/journal';
import type { Authorship, JournalContent } from '../journal/journal';
import type { BatchState } from '../state/reducer';
import type { RecordedPayments } from './alreadyDone';
import { retriedBatch } from './archive';
import { isForeign } from './foreign';
import { Ledger, unrecorded } from './ledger';
import { sealKey } from './secret';

/** For another process's new batch: how long its first lines are awaited, and how often they are looked for, ms. */
const mostBeginningMs = 5_000;
const lookAgainMs = 100;

/** A folder and what is in it. */
export interface Found {
  /** The folder, links resolved: what the user's record and the seals know the batch by. */
  readonly place: string;
  readonly seal: Seal | undefined;
  readonly journal: JournalContent;
  readonly foreign: boolean;
  /** The journal's file before it was read. */
  readonly file: FileStat | undefined;
  /** Settings that it was started with are in no record any more: endpoints, proxies, programs. */
  readonly settingsLost: boolean;
}

export class Origin {
  readonly ledger: Ledger;
  private key: Promise<string> | undefined;
  private keyRefusal: Failure | undefined;

  constructor(private readonly parts: EngineParts) {
    this.ledger = new Ledger(parts.files, parts.clock, parts.log, parts.stateFolder, parts.random);
  }

  /** Reads the user's record and secret; without them every batch is foreign. */
  async load(): Promise<void> {
    await Promise.all([this.ledger.load(), this.sealKey()]);
  }

  /** Why what is done now is not recorded for this user; undefined: it is. */
  get unwritten(): Failure | undefined {
    return this.keyRefusal ?? this.ledger.unwritten;
  }

  async placeOf(folder: string): Promise<string> {
    return (await this.parts.files.realPath(folder)) ?? folder;
  }

  async sealOf(place: string): Promise<Seal | undefined> {
    const key = await this.sealKey();
    return key === undefined ? undefined : new Seal(key, place);
  }

  /** Reads the folder's journal. Throws FailureError `disk` as `readJournal` does. */
  async read(folder: string): Promise<Found> {
    const place = await this.placeOf(folder);
    const seal = await this.sealOf(place);
    const { files, clock } = this.parts;
    const path = join(folder, journalName);
    const file = await files.stat(path);
    const journal = await readJournal(files, path, clock, seal);
    const { found, state, author } = journal;
    const foreign = found && this.isForeign(state, author, place);
    const settingsLost = found && !foreign && this.lacksSettings(state, place);
    return { place, seal, journal, foreign, settingsLost, file };
  }

  /**
   * A new batch was `refused` its folder. Where another process has begun one there in the same moment: what that one
   * has written, which is awaited for up to 5 s. Throws `refused` otherwise.
   */
  async begunByOther(folder: string, refused: unknown): Promise<Found> {
    const { clock } = this.parts;
    if (toFailure(refused).needs !== 'owner') throw refused;
    for (const until = clock.monotonic() + mostBeginningMs; clock.monotonic() < until;) {
      await new Promise<void>((resolve) => clock.after(lookAgainMs, resolve));
      const found = await this.read(folder);
      // Its first rows say whether it is the same list.
      if (found.journal.state.jobs.length > 0) return found;
    }
    throw refused;
  }

  /** As `read`; what was read of the same folder before is taken where its journal has not changed since. */
  async readAgain(folder: string, before: Found | undefined): Promise<Found> {
    if (!before?.file) return this.read(folder);
    const { size, modifiedMs } = before.file;
    const now = await this.parts.files.stat(join(folder, journalName));
    return now?.size === size && now.modifiedMs === modifiedMs ? before : this.read(folder);
  }

  isForeign(state: BatchState, author: Authorship, place: string): boolean {
    return isForeign(state, { author, ledger: this.ledger, machine: this.parts.machine.id, place });
  }

  /** Whether settings of its own batch are in no record any more: it must not go on without its proxies. */
  lacksSettings(state: BatchState, place: string): boolean {
    return state.hasPrivate === true && !this.ledger.isOurs(state.id, place);
  }

  /**
   * Videos that were paid for on this computer, or may have been. What the journals say does not count: they may be
   * damaged, gone, earlier copies, of a later version or changed by others. `list`: what the batch is started from.
   */
  recorded({ place, journal: { state } }: Found, list: string | undefined): RecordedPayments {
    const here = new Set(this.ledger.paidIn(place));
    // The journal goes on with these by itself.
    for (const { link, paid } of state.jobs) if (paid !== undefined) here.delete(link.id);
    const beside = new Map<string, string>();
    const retried = retriedBatch(list);
    for (const other of this.ledger.places) {
      const name = basename(other);
      if (other === place || dirname(other) !== dirname(place) || name === retried) continue;
      for (const video of this.ledger.paidIn(other)) beside.set(video, name);
    }
    return { here, beside };
  }

  /** Records a batch as started here, or with other settings. */
  async started(batch: string, place: string, settings: Partial<Settings>): Promise<void> {
    await this.ledger.started(batch, place, settings, (await this.sealKey()) !== undefined);
  }

  private async sealKey(): Promise<string | undefined> {
    const { files, stateFolder, machine, log } = this.parts;
    this.key ??= sealKey(files, stateFolder, machine.id);
    try {
      const key = await this.key;
      this.keyRefusal = undefined;
      return key;
    } catch (error) {
      this.key = undefined;
      this.keyRefusal = unrecorded(toFailure(error));
      log.write('warn', this.keyRefusal.message);
      return undefined;
    }
  }
}

/** Whether any settings are in the user's own record alone. */
export function hasPrivate(settings: Partial<Settings>): { readonly private?: true } {
  return Object.keys(privateSettings(settings)).length > 0 ? { private: true } : {};
}
