/**
 * The index on disk: segments that never change and a list of them, in a hidden folder beside the transcripts, or in
 * this user's own folder where that may not be written. Two programs may write at once: each writes segments of its
 * own, the last list counts, and what is missing in it is indexed again.
 */
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { toFailure } from '../model/failure';
import type { Files, Random } from '../model/ports';
import { openSegment, segmentVersion, type Segment } from './segment';

export const indexFolder = '.search-index';
const listName = 'segments.json';
const segmentName = /^[0-9a-f]{16}\.segment$/;
const maxList = 1024 * 1024;
/** Ours are made into fewer long before: see `wasteful` in transcriptIndex.ts. */
const mostSegments = 200;
/** Changed when an index in the user's own folder is used; nobody else removes it. */
const usedName = 'used';
const ownName = /^[0-9a-f]{16}$/;
const keptUnusedMs = 30 * 86_400_000;

export interface StoreParts {
  readonly files: Files;
  readonly random: Random;
  /** Absolute; of this user, for indexes of folders that may not be written. */
  readonly stateFolder: string;
}

export class IndexStore {
  segments: readonly Segment[] = [];
  /** Why the index is not beside the transcripts, in words; undefined: it is. */
  aside: string | undefined;
  private place: string | undefined;
  /** Names of the segments on the list. */
  private names: readonly string[] = [];
  private mark = '';

  constructor(
    private readonly parts: StoreParts,
    private readonly folder: string,
  ) {}

  /** Reads the list if it has changed, and the segments that are new in it. What is damaged is left out. */
  async load(): Promise<void> {
    const place = await this.where();
    const list = await this.list(place);
    if (list.join() === this.mark) return;
    const known = new Map(this.segments.map((segment) => [segment.path, segment]));
    const segments: Segment[] = [];
    for (const name of list) {
      const path = join(place, name);
      const segment = known.get(path) ?? (await this.opened(path));
      if (segment) segments.push(segment);
    }
    this.segments = segments;
    this.names = segments.map(nameOf);
    this.mark = list.join();
  }

  /** Undefined where it is damaged, or a link to a file elsewhere. */
  private async opened(path: string): Promise<Segment | undefined> {
    const { files } = this.parts;
    const place = await files.realPath(dirname(path));
    if (place === undefined || (await files.realPath(path)) !== join(place, basename(path))) return undefined;
    return openSegment(files, path).catch(() => undefined);
  }

  /**
   * Writes a new segment and the list with it, without `replaced`. The next load opens it, so that a first index
   * does not hold all that it has written. Throws FailureError `disk`.
   */
  async commit(content: readonly Uint8Array[] | undefined, replaced: readonly Segment[]): Promise<void> {
    const { files, random } = this.parts;
    const place = await this.where();
    const old = new Set(replaced.map(nameOf));
    const names = this.names.filter((name) => !old.has(name));
    if (content !== undefined) {
      const name = `${random.id()}.segment`;
      await files.writeWhole(join(place, name), content);
      names.push(name);
    }
    await files.writeWhole(
      join(place, listName),
      `${JSON.stringify({ version: segmentVersion, segments: names })}\n`,
    );
    this.segments = this.segments.filter((segment) => !replaced.includes(segment));
    this.names = names;
    this.mark = '';
    for (const { path } of replaced) await files.remove(path).catch(() => undefined);
  }

  /**
   * Removes segments that no list names: a program was killed between the two. Others may be writing new ones. Of the
   * user's own folder it removes indexes that nothing has used for 30 days.
   */
  async sweep(now: number): Promise<void> {
    const { files } = this.parts;
    const place = await this.where();
    const listed = new Set(await this.list(place));
    for (const name of await files.list(place)) {
      if (!segmentName.test(name) || listed.has(name)) continue;
      const stat = await files.stat(join(place, name));
      if (stat !== undefined && now - stat.modifiedMs > 3_600_000) await files.remove(join(place, name));
    }
    const own = join(this.parts.stateFolder, 'search');
    for (const name of await files.list(own).catch((): readonly string[] => [])) {
      const other = join(own, name);
      if (!ownName.test(name) || other === place) continue;
      const used = (await files.stat(join(other, usedName))) ?? (await files.stat(join(other, listName)));
      if (used !== undefined && now - used.modifiedMs > keptUnusedMs) await files.remove(other);
    }
  }

  private async list(place: string): Promise<readonly string[]> {
    const bytes = await this.parts.files.read(join(place, listName), maxList).catch(() => undefined);
    if (bytes === undefined) return [];
    try {
      const list: unknown = JSON.parse(new TextDecoder().decode(bytes));
      if (typeof list !== 'object' || list === null || !('segments' in list)) return [];
      if (!('version' in list) || list.version !== segmentVersion || !Array.isArray(list.segments)) return [];
      const names = list.segments.filter(
        (name): name is string => typeof name === 'string' && segmentName.test(name),
      );
      return [...new Set(names)].slice(0, mostSegments);
    } catch {
      return [];
    }
  }

  /** Beside the transcripts where that can be written, and is no link to another place. */
  private async where(): Promise<string> {
    if (this.place !== undefined) return this.place;
    const { files, stateFolder } = this.parts;
    const beside = join(this.folder, indexFolder);
    try {
      await files.makeFolder(beside);
      const root = await files.realPath(this.folder);
      if (root !== undefined && (await files.realPath(beside)) === join(root, indexFolder)) {
        // Git and tools that follow it leave the index out.
        await files.writeWhole(join(beside, '.gitignore'), '*\n');
        return (this.place = beside);
      }
      this.aside = 'a link is in its place';
    } catch (error) {
      this.aside = toFailure(error).message;
    }
    const own = createHash('sha256').update(this.folder).digest('hex').slice(0, 16);
    const elsewhere = join(stateFolder, 'search', own);
    await files.makeFolder(elsewhere);
    await files.writeWhole(join(elsewhere, usedName), '');
    return (this.place = elsewhere);
  }
}

function nameOf({ path }: Segment): string {
  return basename(path);
}
