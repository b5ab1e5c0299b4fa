/**
 * The cluster as the engine has it: nothing is loaded or opened before a batch's settings name a Redis. Until it is
 * there, and where it cannot be used, all attempts run here.
 */
import type {
  Elsewhere,
  LeftOffer,
  Offer,
  OfferActions,
  OfferedAttempt,
  OfferedWork,
} from '../model/elsewhere';
import type { HelperView } from '../model/events';
import type { PermitName } from '../model/quotaNames';
import type { Settings } from '../model/settings';
import type { SourceId } from '../model/transcript';
import type { ClusterOwner } from './owner';

export class LateOwner implements Elsewhere {
  private owner: ClusterOwner | undefined;
  private opening: Promise<void> | undefined;
  private url = '';
  private refusal: string | undefined;
  private closed = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    /** Connects; throws Error with a sentence for the user. */
    private readonly open: (url: string) => Promise<ClusterOwner>,
    private readonly problem: (text: string) => void,
  ) {}

  use(settings: Settings): void {
    const url = settings['cluster.redisUrl'];
    if (url === '' || this.url !== '') return;
    this.url = url;
    this.opening = this.begin(url);
  }

  room(source: OfferedWork, quotas: readonly PermitName[]): number {
    return this.owner?.room(source, quotas) ?? 0;
  }

  serves(source: SourceId): boolean {
    return this.owner?.serves(source) === true;
  }

  reaches(source: OfferedWork, quotas: readonly PermitName[]): boolean {
    return this.owner?.reaches(source, quotas) === true;
  }

  mayTake(attempt: Parameters<Elsewhere['mayTake']>[0]): boolean {
    return this.owner?.mayTake(attempt) === true;
  }

  offer(attempt: OfferedAttempt, actions: OfferActions): Offer {
    if (!this.owner) throw new Error('Nothing is offered before there is room.');
    return this.owner.offer(attempt, actions);
  }

  async left(batch: string): Promise<readonly LeftOffer[]> {
    await this.opening;
    return (await this.owner?.left(batch)) ?? [];
  }

  forget(batch: string, offers: readonly LeftOffer[]): void {
    this.owner?.forget(batch, offers);
  }

  helpers(): readonly HelperView[] {
    return this.owner?.helpers() ?? [];
  }

  trouble(): string | undefined {
    return this.refusal ?? this.owner?.trouble();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.opening;
    await this.owner?.close();
  }

  private async begin(url: string): Promise<void> {
    try {
      const owner = await this.open(url);
      owner.onChange(() => this.changed());
      await owner.start();
      this.owner = owner;
      if (this.closed) await owner.close();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.refusal = `${why} This computer works alone.`;
      this.problem(this.refusal);
    }
    this.changed();
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
