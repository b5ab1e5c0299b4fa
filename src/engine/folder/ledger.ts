/**
 * What this user has done on this machine, in a file of the user's own: batches started here, what they may
 * spend, and paid requests that were submitted. A batch folder may come from a stranger's repository; its
 * journal is trusted on such matters only if they are recorded here too.
 */
import { join } from 'node:path';
import type { AppendFile, Clock, Files, Log } from '../../model/ports';
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
  settings: Partial<Settings>;
  /** Each with an id: the file is read repeatedly, and an OK must count only once. */
  readonly consents: Map<string, LedgerConsent>;
}

export class Ledger {
  private readonly batches = new Map<string, Entry>();
  private readonly requests = new Set<string>();
  private file: Promise<AppendFile> | undefined;
  private loading: Promise<void> | undefined;
  private count = 0;

  constructor(
    private readonly files: Files,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly folder: string,
  ) {}

  /** Reads the file again at each call, because other windows and terminals write it too. */
  load(): Promise<void> {
    this.loading ??= this.read().finally(() => (this.loading = undefined));
    return this.loading;
  }

  isOurs(batch: string): boolean {
    return this.batches.has(batch);
  }

  settingsOf(batch: string): Partial<Settings> {
    return this.batches.get(batch)?.settings ?? {};
  }

  consentsOf(batch: string, place: string): readonly LedgerConsent[] {
    const consents = this.batches.get(batch)?.consents.values() ?? [];
    return [...consents].filter((consent) => consent.place === place);
  }

  wasSubmitted(source: SourceId, requestId: string): boolean {
    return this.requests.has(`${source} ${requestId}`);
  }

  async started(batch: string, settings: Partial<Settings>): Promise<void> {
    await this.append({ type: 'batch', batch, settings: privateSettings(settings) });
  }

  async consented(batch: string, consent: LedgerConsent): Promise<void> {
    this.count += 1;
    await this.append({ type: 'consent', batch, id: `${this.clock.now()}-${this.count}`, ...consent });
  }

  async submitted(source: SourceId, requestId: string): Promise<void> {
    await this.append({ type: 'request', source, requestId });
  }

  async close(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await (await file)?.close();
  }

  /** On disk when it returns; without the user's folder it is kept for this process only. */
  private async append(record: Plain): Promise<void> {
    this.take(record);
    try {
      this.file ??= this.open();
      const file = await this.file;
      await file.append(journalLine(record));
      await file.flush();
    } catch (error) {
      this.file = undefined;
      this.log.write(
        'warn',
        `The user's record of batches could not be written: ${error instanceof Error ? error.message : String(error)}`,
      );
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
    if (!isText(batch)) return;
    if (type === 'batch') {
      const entry = this.batches.get(batch);
      const settings = privateSettings(record.settings);
      if (entry) entry.settings = settings;
      else this.batches.set(batch, { settings, consents: new Map() });
    }
    const { id, service, origin, cost, count = 0, place } = record;
    if (type === 'consent' && isText(id) && isText(service) && isText(origin) && isAmount(cost))
      if (isText(place) && isIndex(count))
        this.batches.get(batch)?.consents.set(id, { service, origin, cost, count, place });
  }
}
