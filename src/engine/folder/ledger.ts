/**
 * What this user has done on this machine, in a file of the user's own: batches started here, what they may
 * spend, and paid requests, before and after they were submitted. A batch folder may come from a stranger's
 * repository; its journal is trusted on such matters only if they are recorded here or sealed. Where this file cannot
 * be written, nothing paid is submitted.
 */
import { failure, FailureError, toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { Plain } from '../../model/plain';
import type { Clock, Files, Log, Random } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { SourceId } from '../../model/transcript';
import { privateSettings } from '../journal/settingsOnDisk';
import { LedgerFile } from './ledgerFile';
import { LedgerRecords, type LedgerBatch, type LedgerConsent } from './ledgerRecords';

export type { LedgerConsent } from './ledgerRecords';

/** Lines without a meaning that are not worth writing the file again. */
const mostIdle = 1_000;

export class Ledger {
  private readonly known = new LedgerRecords();
  /** Why the last record is not on disk. */
  private refusal: Failure | undefined;
  private readonly file: LedgerFile;
  private loading: Promise<void> | undefined;

  constructor(
    files: Files,
    private readonly clock: Clock,
    private readonly log: Log,
    folder: string,
    private readonly random: Random,
  ) {
    this.file = new LedgerFile(files, clock, folder, random);
  }

  /** Reads the file again at each call, because other windows and terminals write it too. */
  load(): Promise<void> {
    this.loading ??= this.read().finally(() => (this.loading = undefined));
    return this.loading;
  }

  /** Whether this user has started the batch of that id in that place. */
  isOurs(batch: string, place: string): boolean {
    return this.entry(batch, place) !== undefined;
  }

  /** Whether the batch's journal was begun without seals, by this user's record: the secret could not be kept. */
  isUnsealed(batch: string, place: string): boolean {
    return this.entry(batch, place)?.sealed === false;
  }

  /** Why what was done last is not recorded; undefined: everything is on disk. */
  get unwritten(): Failure | undefined {
    return this.refusal;
  }

  knows(batch: string): boolean {
    return this.known.batches.has(batch);
  }

  /** The private settings of a batch: endpoints, proxies, programs. */
  settingsOf(batch: string, place: string): Partial<Settings> {
    return this.entry(batch, place)?.settings ?? {};
  }

  private entry(batch: string, place: string): LedgerBatch | undefined {
    const entry = this.known.batches.get(batch);
    return entry?.place === place ? entry : undefined;
  }

  consentsOf(batch: string, place: string): readonly LedgerConsent[] {
    const consents = this.known.consents.get(batch)?.values() ?? [];
    return [...consents].filter((consent) => consent.place === place);
  }

  wasSubmitted(source: SourceId, requestId: string): boolean {
    return this.known.requests.has(`${source} ${requestId}`);
  }

  /** `place`: the batch's folder, links resolved. `sealed`: its journal has seals. */
  async started(batch: string, place: string, settings: Partial<Settings>, sealed: boolean): Promise<void> {
    const more = sealed ? { sealed } : {};
    await this.append({ type: 'batch', batch, place, settings: privateSettings(settings), ...more });
  }

  /** A batch was opened in the place: shows before anything is paid for whether the record can be written. */
  async opened(place: string): Promise<void> {
    await this.append({ type: 'opened', place, at: this.clock.now() });
  }

  /**
   * A paid request for the video is about to be submitted. Throws FailureError `disk` when that cannot be recorded: it
   * must not be submitted then.
   */
  async intent(place: string, video: string): Promise<void> {
    await this.append({ type: 'intent', id: this.freshId(), place, video });
    if (this.refusal) throw new FailureError({ ...this.refusal, unsent: true });
  }

  /** The service has refused what was begun for the video: nothing was paid, and it may be submitted again. */
  async settled(place: string, video: string): Promise<void> {
    const begun = this.known.intents.get(place)?.get(video) ?? [];
    const ids = [...begun].filter((id) => !this.known.refused.has(id));
    if (ids.length > 0) await this.append({ type: 'refused', ids });
  }

  /** The places in which paid requests were begun. */
  get places(): Iterable<string> {
    return this.known.intents.keys();
  }

  /** Videos that were paid for in that place, or may have been: a request was begun, and not refused. */
  paidIn(place: string): readonly string[] {
    const begun = [...(this.known.intents.get(place) ?? [])];
    return begun
      .filter(([, ids]) => [...ids].some((id) => !this.known.refused.has(id)))
      .map(([video]) => video);
  }

  async consented(batch: string, consent: LedgerConsent): Promise<void> {
    await this.append({ type: 'consent', batch, id: this.freshId(), ...consent });
  }

  /** The file is read repeatedly, also by other processes: what has the same id is the same. */
  private freshId(): string {
    return this.random.id();
  }

  async submitted(source: SourceId, requestId: string): Promise<void> {
    await this.append({ type: 'request', source, requestId });
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  /** On disk when it returns, or `refusal` says why not; then it is kept for this process only. */
  private async append(record: Plain): Promise<void> {
    this.known.take(record);
    try {
      await this.file.append(record);
      this.refusal = undefined;
    } catch (error) {
      this.refusal = unrecorded(toFailure(error));
      this.log.write('warn', this.refusal.message);
      // Opened again by the next record; what cannot be closed is closed all the same.
      await this.close().catch(() => undefined);
    }
  }

  private async read(): Promise<void> {
    const { known, file } = this;
    try {
      const { records, isLong } = await file.read(
        () => known.begin(),
        (record) => known.take(record),
      );
      if (isLong && records > mostIdle + 2 * known.size) await this.writeAgain();
    } catch (error) {
      this.log.write(
        'warn',
        `The user's record of batches could not be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** What the files hold, and not what this process knows: that may be of a disk that refused it. */
  private async writeAgain(): Promise<void> {
    await this.file.writeAgain(async (read) => {
      const old = new LedgerRecords();
      await read((record) => old.take(record));
      return old.lines();
    });
  }
}

/** The user's record cannot be written, or is not known to have been. */
export function unrecorded({ message, code }: Failure): Failure {
  const why = code === 'disk' ? message : 'unknown error';
  return failure('disk', `The record of what was paid on this computer cannot be written. ${why}`, {
    needs: 'state',
    subject: 'state',
  });
}
