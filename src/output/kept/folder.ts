/**
 * The kept cues of one batch folder as they are read: which videos there are, and each one's words. Used by render,
 * exports, a list that is run again, search and notes. Nothing is held but where each record begins; of several
 * records of a video the last one counts. Damaged records are passed over and counted.
 */
import { dirname, join } from 'node:path';
import type { Files } from '../../model/ports';
import { unpacked, type KeptVideo } from './content';
import { keptName, readRecords, type FoundRecord } from './record';
import { digestOf } from './digest';

export type { KeptLink, KeptVideo } from './content';
export { keptName } from './record';

export interface KeptEntry {
  readonly id: string;
  /** When the cues were kept, epoch ms: changes when the video is transcribed again. */
  readonly at: number;
  /** Files of the video in the batch folder that we wrote, each with the digests of what we wrote (`digestOf`). */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

/** Whether the file still has a content that we wrote: nobody has corrected it since, and it is no one else's. */
export function isUnchanged(entry: KeptEntry, name: string, content: Uint8Array): boolean {
  return entry.files.get(name)?.includes(digestOf(content)) === true;
}

/** A file may still have the content before the last one, where a crash came between its record and its writing. */
const mostDigests = 8;
/** Names of one video, and videos: a forged file must not fill the memory. */
const mostNames = 200;
const mostVideos = 500_000;

interface Place extends KeptEntry {
  readonly from: number;
  readonly files: Map<string, readonly string[]>;
}

export class KeptFolder {
  private readonly places = new Map<string, Place>();
  private size = 0;
  private damage = 0;

  private constructor(
    private readonly files: Files,
    private readonly path: string,
  ) {}

  /** Reads which videos there are; none where no cues are kept. `folder` is absolute. Throws FailureError `disk`. */
  static async open(files: Files, folder: string): Promise<KeptFolder> {
    const kept = new KeptFolder(files, join(folder, keptName));
    await kept.follow();
    return kept;
  }

  /** Records that could not be read: the videos that they held are missing. */
  get damaged(): number {
    return this.damage;
  }

  /** In the order in which they were kept. */
  get entries(): Iterable<KeptEntry> {
    return this.places.values();
  }

  entryOf(id: string): KeptEntry | undefined {
    return this.places.get(id);
  }

  has(id: string): boolean {
    return this.places.has(id);
  }

  /** Reads what was appended since, by this or another process. Throws FailureError `disk`. */
  async follow(): Promise<void> {
    if (await this.isLink()) {
      this.damage = Math.max(1, this.damage);
      return;
    }
    const size = (await this.files.stat(this.path))?.size ?? 0;
    if (size === this.size) return;
    // Another file is in its place.
    if (size < this.size) {
      this.places.clear();
      this.size = 0;
    }
    const onDamage = (): void => {
      this.damage += 1;
    };
    for await (const record of readRecords(this.files, this.path, { from: this.size, onDamage })) {
      this.take(record);
      this.size = record.to;
    }
  }

  /** The video's words; undefined where none are kept, or they are damaged. Throws FailureError `disk`. */
  async cuesOf(id: string): Promise<KeptVideo | undefined> {
    const place = this.places.get(id);
    if (place === undefined) return undefined;
    for await (const { head, body, from } of readRecords(this.files, this.path, { from: place.from }))
      return from === place.from && head.id === id ? unpacked(id, body) : undefined;
    return undefined;
  }

  /** All videos with their words, in the order in which they were kept. Throws FailureError `disk`. */
  async *videos(): AsyncIterable<KeptVideo & { readonly entry: KeptEntry }> {
    if (this.places.size === 0) return;
    for await (const { head, body, from } of readRecords(this.files, this.path)) {
      const entry = this.places.get(head.id);
      if (entry?.from !== from) continue;
      const video = await unpacked(head.id, body);
      if (video === undefined) this.damage += 1;
      else yield { ...video, entry };
    }
  }

  /** A stranger's folder could lead to words that are kept elsewhere. */
  private async isLink(): Promise<boolean> {
    const [real, folder] = await Promise.all([
      this.files.realPath(this.path),
      this.files.realPath(dirname(this.path)),
    ]);
    return real !== undefined && (folder === undefined || real !== join(folder, keptName));
  }

  private take({ head, body, from }: FoundRecord): void {
    const { id, at, files = [], gone } = head;
    const before = this.places.get(id);
    if (gone === true) this.places.delete(id);
    else if (body.length > 0) {
      if (before === undefined && this.places.size >= mostVideos) {
        this.damage += 1;
        return;
      }
      this.places.delete(id);
      // Files in other formats, which were written before, stay ours.
      this.places.set(id, { id, at, from, files: before?.files ?? new Map<string, readonly string[]>() });
    }
    const known = this.places.get(id)?.files;
    for (const [name, digest] of files)
      if (known !== undefined && (known.has(name) || known.size < mostNames))
        known.set(name, [...(known.get(name) ?? []).slice(1 - mostDigests), digest]);
  }
}

/**
 * The words of one video of a batch folder; undefined where none are kept. Reads the whole file: for several videos
 * open a KeptFolder once. Throws FailureError `disk`.
 */
export async function cuesOf(files: Files, folder: string, id: string): Promise<KeptVideo | undefined> {
  return (await KeptFolder.open(files, folder)).cuesOf(id);
}
