/**
 * Where a running batch writes what passes, and where its watchers leave their mark: in the folder of this user on this
 * machine and not in the batch's, which may be on a network drive, or a stranger's.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

export interface LivePlace {
  readonly folder: string;
  readonly file: string;
  /** Holds the time of the watcher's last look, epoch ms. */
  readonly mark: string;
}

/** Older marks were left by a window that was closed or sleeps. */
const freshMs = 15_000;

/** `place`: the batch's folder, links resolved. */
export function livePlaceOf(stateFolder: string, place: string): LivePlace {
  const folder = join(stateFolder, 'live');
  const name = createHash('sha256').update(place).digest('hex').slice(0, 32);
  return { folder, file: join(folder, `${name}.jsonl`), mark: join(folder, `${name}.watched`) };
}

/** Whether the content of a mark says that somebody watches now. */
export function isFresh(mark: Uint8Array | undefined, now: number): boolean {
  const text = mark === undefined ? '' : new TextDecoder().decode(mark);
  return /^\d{1,16}$/.test(text) && Math.abs(now - Number(text)) < freshMs;
}
