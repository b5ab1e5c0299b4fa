/**
 * What the page of an output folder was last made from, kept in the state folder: an end that changed nothing reads no
 * manifest. It is only a note that a page is current; without it, or where anything differs, the page is made again.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isPlain } from '../../model/plain';
import type { Files } from '../../model/ports';
import type { BatchPlace } from './batchFolder';

const maxRecord = 1024 * 1024;
/** Output folders that are remembered. */
const mostFolders = 100;
/** Changes whenever another page is made of the same content. */
const version = 1;

export class PageRecord {
  private readonly path: string;

  constructor(
    private readonly files: Files,
    private readonly stateFolder: string,
  ) {
    this.path = join(stateFolder, 'library.json');
  }

  /** Whether these batches are what the pages were made from, and the pages are as they were written. */
  async isCurrent(root: string, places: readonly BatchPlace[], names: readonly string[]): Promise<boolean> {
    const known = (await this.load()).get(root);
    return known !== undefined && known === (await this.markOf(root, places, names));
  }

  /** The pages have been made from these batches. */
  async made(root: string, places: readonly BatchPlace[], names: readonly string[]): Promise<void> {
    const mark = await this.markOf(root, places, names);
    const folders = new Map(await this.load());
    if (folders.get(root) === mark) return;
    folders.delete(root);
    folders.set(root, mark);
    const kept = Object.fromEntries([...folders].slice(-mostFolders));
    try {
      await this.files.makeFolder(this.stateFolder);
      await this.files.writeWhole(this.path, JSON.stringify({ version, folders: kept }));
    } catch {
      // Without it the pages are made once more than needed.
    }
  }

  private async markOf(
    root: string,
    places: readonly BatchPlace[],
    names: readonly string[],
  ): Promise<string> {
    const hash = createHash('sha256');
    for (const { mark } of places) hash.update(`${mark}\n`);
    for (const name of names) {
      const stat = await this.files.stat(join(root, name)).catch(() => undefined);
      hash.update(`${stat === undefined ? '' : `${stat.kind} ${stat.size} ${stat.modifiedMs}`}\n`);
    }
    return hash.digest('hex');
  }

  private async load(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    try {
      const bytes = await this.files.read(this.path, maxRecord);
      const record: unknown = bytes && JSON.parse(new TextDecoder().decode(bytes));
      if (!isPlain(record) || record.version !== version || !isPlain(record.folders)) return found;
      for (const [root, mark] of Object.entries(record.folders))
        if (typeof mark === 'string') found.set(root, mark);
    } catch {
      // A damaged one says nothing.
    }
    return found;
  }
}
