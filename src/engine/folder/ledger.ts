/**
 * What this user has done on this machine, in a file of the user's own: batches started here, what they may
 * spend, and paid requests, before and after they were submitted. A batch folder may come from a stranger's
 * repository; its journal is trusted on such matters only if they are recorded here or sealed. Where this file cannot
 * be written, nothing paid is submitted.
 */
import { join } from 'node:path';
import { failure, FailureError, toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { AppendFile, Clock, Files, Log, Random } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { SourceId } from '../../model/transcript';
import { isAmount, isIndex, isText } from '../journal/checks';
import { privateSettings } from '../journal/settingsOnDisk';
import type { Plain } from '../../model/plain';
import { journalLine, parseLine } from '../journal/journal';
import { readLines } from '../journal/lines';
import { Slices } from '../journal/slices';

export interface LedgerConsent {
  readonly service: string;
  readonly origin: string;
  readonly cost: number;
  /** Videos without a price. */
  readonly count: number;
  /** The batch's folder, links resolved: a copy of the batch from elsewhere has no consent. */
  readonly place: string;
}

interface Entry {
  /**
   * The batch's folder, links resolved. An id is public once its folder is; undefined in records that were written
   * before places were: they hold until the batch is opened, which writes its place.
   */
  place: string | undefined;
  settings: Partial<Settings>;
  /** Its journal has seals: one without them is not the one that was written here. */
  sealed: boolean;
  /** Each with an id: the file is read repeatedly, and an OK must count only once. */
  readonly consents: Map<string, LedgerConsent>;
}

export class Ledger {
  private readonly batches = new Map<string, Entry>();
  private readonly requests = new Set<string>();
  /** Place → id of a video → paid requests for it that were begun there. */
  private readonly intents = new Map<string, Map<string, Set<string>>>();
  /** Those that the service has certainly refused. */
  private readonly refused = new Set<string>();
  /** Why the last record is not on disk. */
  private refusal: Failure | undefined;
  private file: Promise<AppendFile> | undefined;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly files: Files,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly folder: string,
    private readonly random: Random,
  ) {}

  /** Reads the file again at each call, because other windows and terminals write it too. */
  load(): Promise<void> {
    this.loading ??= this.read().finally(() => (this.loading = undefined));
    return this.loading;
  }

  /** Whether this user has started the batch of that id in that place. */
  isOurs(batch: string, place: string): boolean {
    return this.entry(batch, place) !== undefined;
  }

  /** Whether the batch's journal was written before there were seals, by this user's record. */
  isUnsealed(batch: string, place: string): boolean {
    return this.entry(batch, place)?.sealed === false;
  }

  /** Why what was done last is not recorded; undefined: everything is on disk. */
  get unwritten(): Failure | undefined {
    return this.refusal;
  }

  knows(batch: string): boolean {
    return this.batches.has(batch);
  }

  /** The private settings of a batch: endpoints, proxies, programs. */
  settingsOf(batch: string, place: string): Partial<Settings> {
    return this.entry(batch, place)?.settings ?? {};
  }

  private entry(batch: string, place: string): Entry | undefined {
    const entry = this.batches.get(batch);
    return entry?.place === undefined || entry.place === place ? entry : undefined;
  }

  consentsOf(batch: string, place: string): readonly LedgerConsent[] {
    const consents = this.batches.get(batch)?.consents.values() ?? [];
    return [...consents].filter((consent) => consent.place === place);
  }

  wasSubmitted(source: SourceId, requestId: string): boolean {
    return this.requests.has(`${source} ${requestId}`);
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
    const begun = this.intents.get(place)?.get(video) ?? [];
    const ids = [...begun].filter((id) => !this.refused.has(id));
    if (ids.length > 0) await this.append({ type: 'refused', ids });
  }

  /** The places in which paid requests were begun. */
  get places(): Iterable<string> {
    return this.intents.keys();
  }

  /** Videos that were paid for in that place, or may have been: a request was begun, and not refused. */
  paidIn(place: string): readonly string[] {
    const begun = [...(this.intents.get(place) ?? [])];
    return begun.filter(([, ids]) => [...ids].some((id) => !this.refused.has(id))).map(([video]) => video);
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
    const { file } = this;
    this.file = undefined;
    await (await file)?.close();
  }

  /** On disk when it returns, or `refusal` says why not; then it is kept for this process only. */
  private async append(record: Plain): Promise<void> {
    this.take(record);
    try {
      this.file ??= this.open();
      const file = await this.file;
      await file.append(journalLine(record));
      await file.flush();
      this.refusal = undefined;
    } catch (error) {
      this.refusal = unrecorded(toFailure(error));
      this.log.write('warn', this.refusal.message);
      // Opened again by the next record; what cannot be closed is closed all the same.
      await this.close().catch(() => undefined);
    }
  }

  private async open(): Promise<AppendFile> {
    await this.files.makeFolder(this.folder);
    return this.files.openAppend(this.path);
  }

  private get path(): string {
    return join(this.folder, 'ledger.jsonl');
  }

  private async read(): Promise<void> {
    try {
      for await (const line of readLines(this.files, this.path, new Slices(this.clock))) {
        const record = parseLine(line);
        if (record) this.take(record);
      }
    } catch (error) {
      this.log.write(
        'warn',
        `The user's record of batches could not be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  private take(record: Plain): void {
    const { type, batch } = record;
    if (type === 'request' && isText(record.source) && isText(record.requestId))
      this.requests.add(`${record.source} ${record.requestId}`);
    if (type === 'intent') this.takeIntent(record);
    if (type === 'refused' && Array.isArray(record.ids))
      for (const id of record.ids) if (isText(id)) this.refused.add(id);
    if (!isText(batch)) return;
    if (type === 'batch') {
      const entry = this.batches.get(batch);
      const settings = privateSettings(record.settings);
      const place = isText(record.place) ? record.place : entry?.place;
      const sealed = record.sealed === true;
      if (entry) Object.assign(entry, { settings, place, sealed });
      else this.batches.set(batch, { place, settings, sealed, consents: new Map() });
    }
    const { id, service, origin, cost, count = 0, place } = record;
    if (type === 'consent' && isText(id) && isText(service) && isText(origin) && isAmount(cost))
      if (isText(place) && isIndex(count))
        this.batches.get(batch)?.consents.set(id, { service, origin, cost, count, place });
  }

  /** Earlier versions wrote the time where the id is. */
  private takeIntent({ id, at, place, video }: Plain): void {
    if (!isText(place) || !isText(video)) return;
    const videos = this.intents.get(place) ?? new Map<string, Set<string>>();
    this.intents.set(place, videos);
    const ids = videos.get(video) ?? new Set<string>();
    videos.set(video, ids.add(isText(id) ? id : `${place} ${video} ${isAmount(at) ? at : 0}`));
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
