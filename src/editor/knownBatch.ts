/** A batch as lists of batches show it, whether it is open in this window or read from its folder. */
import type { BatchHandle } from '../engine/api';
import { isSamePath } from '../model/pathForm';
import type { ManifestHead } from '../output/manifestHead';

export interface KnownBatch extends ManifestHead {
  /** The absolute path or address of its list; '' where it has none, absent where its journal cannot be read. */
  readonly list?: string;
  /** Set when it is open in this window. */
  readonly handle?: BatchHandle;
  /** It has no journal any more, so that it cannot go on. */
  readonly lost?: true;
  /** Videos that wait for the user's OK to a paid step; absent where the batch is not open. */
  readonly asks?: number;
  /** Which other process runs it, in words. */
  readonly owner?: string;
}

/**
 * The batch that a list has in its folder, where no batch of this window is known: by the list's path, as the engine
 * decides which batch a list continues. Two lists of one name in different folders have a batch each.
 * @param list absolute path. @param known newest first.
 */
export function batchOfList(list: string, known: readonly KnownBatch[]): KnownBatch | undefined {
  return known.find(
    (batch) => batch.handle === undefined && batch.list !== undefined && isSamePath(batch.list, list),
  );
}
