/**
 * Sends the page which sources are ready, and which one could go on with what is blocked: when it asks, when a block
 * begins or ends, and when keys, settings or programs have changed.
 */
import type { BatchHandle } from '../../engine/api';
import type { ToPage } from '../../protocol';
import { blockedQuotas } from '../blockedQuotas';

export type SourcesMessage = Extract<ToPage, { type: 'sources' }>;

export class SourceNews {
  private handle: BatchHandle | undefined;
  private blocked = '';
  /** Counts the looks, so that a slow one does not replace a newer. */
  private looks = 0;

  /** @param look asks the sources, which starts programs. */
  constructor(
    private readonly look: (handle: BatchHandle | undefined) => Promise<SourcesMessage>,
    private readonly post: (message: SourcesMessage) => Promise<boolean>,
  ) {}

  private unlisten: () => void = () => undefined;

  /** The batch that the page shows. */
  watch(handle: BatchHandle | undefined): void {
    if (handle === this.handle) return;
    this.unlisten();
    this.handle = handle;
    this.blocked = '';
    this.unlisten =
      handle?.onEvents((events) => {
        if (!events.some(({ type }) => type === 'quotas')) return;
        const blocked = blockedQuotas(handle.state);
        if (blocked === this.blocked) return;
        this.blocked = blocked;
        void this.send();
      }) ?? (() => undefined);
  }

  async send(): Promise<void> {
    const look = ++this.looks;
    const message = await this.look(this.handle);
    if (look === this.looks) await this.post(message);
  }

  dispose(): void {
    this.watch(undefined);
  }
}
