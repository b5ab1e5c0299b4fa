/** What the lines of the user's record (ledger.ts) say together, and the fewest lines that say the same. Pure. */
import type { Plain } from '../../model/plain';
import type { Settings } from '../../model/settings';
import { isAmount, isIndex, isText } from '../journal/checks';
import { privateSettings } from '../journal/settingsOnDisk';

export interface LedgerConsent {
  readonly service: string;
  readonly origin: string;
  readonly cost: number;
  /** Videos without a price. */
  readonly count: number;
  /** The batch's folder, links resolved: a copy of the batch from elsewhere has no consent. */
  readonly place: string;
}

export interface LedgerBatch {
  /** The batch's folder, links resolved: an id is public once its folder is. */
  readonly place: string;
  readonly settings: Partial<Settings>;
  /** Its journal has seals: one without them is not the one that was written here. */
  readonly sealed: boolean;
}

export class LedgerRecords {
  readonly batches = new Map<string, LedgerBatch>();
  /**
   * Batch → what the user has agreed to, each with an id: lines are read repeatedly, and an OK must count only once.
   */
  readonly consents = new Map<string, Map<string, LedgerConsent>>();
  /** Source and id of paid requests. */
  readonly requests = new Set<string>();
  /** Place → id of a video → paid requests for it that were begun there. */
  readonly intents = new Map<string, Map<string, Set<string>>>();
  /** Those that the service has certainly refused. */
  readonly refused = new Set<string>();
  /** Batches of which a line was read that is newer than all that was written again. */
  private fresh = new Set<string>();

  /** Lines are read from their first one on. */
  begin(): void {
    this.fresh = new Set();
  }

  take(record: Plain): void {
    const { type, batch } = record;
    if (type === 'request' && isText(record.source) && isText(record.requestId))
      this.requests.add(`${record.source} ${record.requestId}`);
    if (type === 'intent') this.takeIntent(record);
    if (type === 'refused' && Array.isArray(record.ids))
      for (const id of record.ids) if (isText(id)) this.refused.add(id);
    if (!isText(batch)) return;
    if (type === 'batch') this.takeBatch(batch, record);
    const { id, service, origin, cost, count = 0, place } = record;
    if (type === 'consent' && isText(id) && isText(service) && isText(origin) && isAmount(cost))
      if (isText(place) && isIndex(count)) {
        const consents = this.consents.get(batch) ?? new Map<string, LedgerConsent>();
        this.consents.set(batch, consents.set(id, { service, origin, cost, count, place }));
      }
  }

  /** How many lines `lines` gives. */
  get size(): number {
    let size = this.batches.size + this.requests.size;
    for (const consents of this.consents.values()) size += consents.size;
    for (const videos of this.intents.values())
      for (const ids of videos.values()) for (const id of ids) if (!this.refused.has(id)) size += 1;
    return size;
  }

  /** The fewest lines that say the same. */
  *lines(): Iterable<Plain> {
    for (const [batch, { place, settings, sealed }] of this.batches) {
      yield { type: 'batch', batch, place, settings, again: true, ...(sealed ? { sealed } : {}) };
    }
    for (const [batch, consents] of this.consents)
      for (const [id, consent] of consents) yield { type: 'consent', batch, id, ...consent };
    for (const request of this.requests) {
      const cut = request.indexOf(' ');
      yield { type: 'request', source: request.slice(0, cut), requestId: request.slice(cut + 1) };
    }
    for (const [place, videos] of this.intents)
      for (const [video, ids] of videos)
        for (const id of ids) if (!this.refused.has(id)) yield { type: 'intent', id, place, video };
  }

  /** A line that was written again may stand behind a newer one, which another process wrote meanwhile. */
  private takeBatch(batch: string, { settings, place, sealed, again }: Plain): void {
    if (!isText(place) || (again === true && this.fresh.has(batch))) return;
    if (again !== true) this.fresh.add(batch);
    this.batches.set(batch, { place, settings: privateSettings(settings), sealed: sealed === true });
  }

  private takeIntent({ id, place, video }: Plain): void {
    if (!isText(id) || !isText(place) || !isText(video)) return;
    const videos = this.intents.get(place) ?? new Map<string, Set<string>>();
    this.intents.set(place, videos);
    const ids = videos.get(video) ?? new Set<string>();
    videos.set(video, ids.add(id));
  }
}
