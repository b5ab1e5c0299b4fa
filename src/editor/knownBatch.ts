/** A batch as lists of batches show it, whether it is open in this window or read from its folder. */
import type { BatchHandle } from '../engine/api';
import type { ManifestHead } from '../output/manifestHead';

export interface KnownBatch extends ManifestHead {
  /** Set when it is open in this window. */
  readonly handle?: BatchHandle;
  /** It has no journal any more, so that it cannot go on. */
  readonly lost?: true;
  /** Videos that wait for the user's OK to a paid step; absent where the batch is not open. */
  readonly asks?: number;
  /** Which other process runs it, in words. */
  readonly owner?: string;
}
