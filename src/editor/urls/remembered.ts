/**
 * What became of a list's links in the batch that it has in its folder, where no batch of this window is known: after a
 * reload, or while another window runs it. It is read from the batch's manifest, and starts no engine.
 */
import { join } from 'node:path';
import type { Files } from '../../model/ports';
import { batchOfList, type KnownBatch } from '../knownBatch';
import type { LineJob } from './progress';

interface Read {
  /** Size and time of the manifest that was read. */
  readonly stamp: string;
  readonly videos: ReadonlyMap<string, LineJob>;
}

export class RememberedLists {
  private readonly read = new Map<string, Read>();
  private readonly reading = new Set<string>();

  /**
   * @param known all batches of the workspace, newest first.
   * @param changed is called when more is known of a list.
   */
  constructor(
    private readonly known: () => readonly KnownBatch[],
    private readonly files: () => Promise<Pick<Files, 'readPieces' | 'stat'>>,
    private readonly changed: () => void,
  ) {}

  /** The batch of a list that is not open in this window. @param list absolute path or address. */
  batchOf(list: string): KnownBatch | undefined {
    return batchOfList(list, this.known());
  }

  /** What its manifest says of a video, as it was looked at last. @param id the link's. */
  videoOf(list: string, id: string): LineJob | undefined {
    const batch = this.batchOf(list);
    return batch && this.read.get(batch.folder)?.videos.get(id);
  }

  /** Reads the manifest of the list's batch where it is not known yet, or has changed. */
  async look(list: string): Promise<void> {
    const batch = this.batchOf(list);
    if (!batch || this.reading.has(batch.folder)) return;
    const { folder } = batch;
    this.reading.add(folder);
    try {
      const files = await this.files();
      const stat = await files.stat(join(folder, 'batch.json'));
      const stamp = stat === undefined ? '' : `${stat.size} ${stat.modifiedMs}`;
      if (this.read.get(folder)?.stamp === stamp) return;
      // A part of its own in dist/, read when a list has a batch; see esbuild.js.
      const { manifestJobs } = await import('./manifestJobs');
      this.read.set(folder, { stamp, videos: await manifestJobs(files, folder) });
      this.changed();
    } finally {
      this.reading.delete(folder);
    }
  }

  /** Keeps what is known of these lists only: 100,000 videos need not be kept for a list that is closed. */
  keep(lists: readonly string[]): void {
    const folders = new Set(lists.map((list) => this.batchOf(list)?.folder));
    for (const folder of this.read.keys()) if (!folders.has(folder)) this.read.delete(folder);
  }
}
