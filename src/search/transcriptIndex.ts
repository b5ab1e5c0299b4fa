/**
 * The index of one folder: brought up to date with what changed in the folder, and asked. An index that is damaged,
 * of another version or gone is made again; a first index that is interrupted goes on where it was.
 */
import { createHash } from 'node:crypto';
import { inSlices } from '../captions/sliced';
import { decodeText } from '../captions/decode';
import type { Clock } from '../model/ports';
import { IndexStore, type StoreParts } from './indexStore';
import { match, seek, type Hit, type Sought } from './match';
import { readQuery } from './query';
import { SegmentBuilder } from './segmentBuilder';
import type { Segment } from './segment';
import { Transcripts, type Found } from './transcripts';

export interface IndexParts extends StoreParts {
  readonly clock: Clock;
}

export interface Progress {
  /** Bytes of transcripts read, and to be read. */
  readonly done: number;
  readonly total: number;
}

export interface UpdateOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Matches {
  readonly hits: readonly Hit[];
  /** Passages found, those that are not among the hits as well. */
  readonly total: number;
  readonly sought: readonly Sought[];
  /** No passage has all of it: these have some. */
  readonly partial: boolean;
}

/** Words of a segment while it is made: 60 MB of memory. */
const segmentWords = 4_000_000;
/** Segments of about the same size that are left apart. */
const tierSegments = 6;
const smallestTier = 100_000;
const maxBytes = 50 * 1024 * 1024;
/** A file that changed so shortly before may change again at the same time as the disk counts it. */
const unsettledMs = 2000;

export class TranscriptIndex {
  readonly transcripts: Transcripts;
  readonly store: IndexStore;
  private running: Promise<unknown> = Promise.resolve();
  /** Files that are none of ours, as they were. */
  private readonly others = new Map<string, string>();
  private readonly settled = new Set<string>();
  private swept = false;

  constructor(
    private readonly parts: IndexParts,
    folder: string,
  ) {
    this.transcripts = new Transcripts(parts.files, folder);
    this.store = new IndexStore(parts, folder);
  }

  /** Transcripts that are searched at present. */
  get count(): number {
    return this.store.segments.reduce((sum, { docs, dead }) => sum + docs.length - dead.size, 0);
  }

  /** Indexes what is new or has changed. Throws FailureError, and the signal's reason when cancelled. */
  update(options: UpdateOptions): Promise<void> {
    const next = this.running.catch(() => undefined).then(() => this.updateNow(options));
    this.running = next.catch(() => undefined);
    return next;
  }

  /** The best passages for the query. Undefined: the index is damaged, and an update makes it again. */
  async ask(query: string, most: number): Promise<Matches | undefined> {
    const { segments } = this.store;
    const sought: Sought[] = [];
    for (const wanted of readQuery(query)) sought.push(await seek(wanted, segments));
    if (sought.length === 0) return { hits: [], total: 0, sought, partial: false };
    const all = await match(sought, segments, most, false);
    if (all === undefined) return undefined;
    if (all.total > 0 || sought.length === 1) return { ...all, sought, partial: false };
    const any = await match(sought, segments, most, true);
    return any && { ...any, sought, partial: any.total > 0 };
  }

  /** Throws the index away; the next update makes it again. */
  async discard(): Promise<void> {
    await this.store.commit(undefined, this.store.segments);
  }

  private async updateNow({ signal, onProgress }: UpdateOptions): Promise<void> {
    const { store } = this;
    const listed = await this.transcripts.list(signal);
    // Nothing is written into a folder that has no transcripts.
    if (listed.length === 0 && store.segments.length === 0) return;
    await store.load();
    const fresh = await this.changed(listed);
    const replaced = wasteful(store.segments);
    const byName = new Map(listed.map((one) => [one.name, one]));
    for (const segment of replaced)
      for (const [at, doc] of segment.docs.entries()) {
        const again = segment.dead.has(at) ? undefined : byName.get(doc.name);
        if (again) fresh.push(again);
      }
    await this.index(fresh, replaced, {
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress } : {}),
    });
    if (!this.swept) await store.sweep(this.parts.clock.now());
    this.swept = true;
  }

  private async index(
    fresh: readonly Found[],
    replaced: readonly Segment[],
    options: UpdateOptions,
  ): Promise<void> {
    const { signal, onProgress } = options;
    const total = fresh.reduce((sum, { stat }) => sum + stat.size, 0);
    let done = 0;
    let builder = new SegmentBuilder();
    for (const found of fresh) {
      signal?.throwIfAborted();
      await this.add(found, builder);
      done += found.stat.size;
      onProgress?.({ done, total });
      if (builder.size < segmentWords) continue;
      // What is old goes with the last one: nothing is missing in between.
      await this.store.commit(await inSlices(builder.finish()), []);
      builder = new SegmentBuilder();
    }
    if (!builder.isEmpty) await this.store.commit(await inSlices(builder.finish()), replaced);
    else if (replaced.length > 0) await this.store.commit(undefined, replaced);
    await this.store.load();
  }

  /** Marks what has changed or gone as dead in its segment; returns what is not in the index. */
  private async changed(listed: readonly Found[]): Promise<Found[]> {
    const missing = new Map(listed.map((one) => [one.name, one]));
    // The newest segment has the last word where two have the same transcript.
    for (const segment of [...this.store.segments].reverse()) {
      segment.dead.clear();
      for (const [at, doc] of segment.docs.entries()) {
        const now = missing.get(doc.name);
        const same = now?.stat.size === doc.size && now.stat.modifiedMs === doc.modifiedMs;
        if (now && same && (await this.isUnchanged(now, doc.hash))) missing.delete(doc.name);
        else segment.dead.add(at);
      }
    }
    return [...missing.values()].filter((one) => this.others.get(one.name) !== markOf(one));
  }

  /** `hash`: of the content, where time and size may not tell. */
  private async isUnchanged(found: Found, hash: string): Promise<boolean> {
    const mark = `${found.name} ${hash}`;
    if (hash === '' || this.settled.has(mark)) return true;
    const read = await this.read(found);
    if (read === undefined || hashOf(read) !== hash) return false;
    if (this.parts.clock.now() - found.stat.modifiedMs > unsettledMs) this.settled.add(mark);
    return true;
  }

  private async add(found: Found, builder: SegmentBuilder): Promise<void> {
    const { name, stat, format } = found;
    const bytes = await this.read(found);
    if (bytes === undefined) return;
    const text = await inSlices(decodeText(bytes));
    if ((await this.transcripts.facts(name, text.slice(0, 8192))) === undefined) {
      if (format !== 'srt' && format !== 'txt') this.others.set(name, markOf(found));
      return;
    }
    const unsettled = this.parts.clock.now() - stat.modifiedMs < unsettledMs;
    const hash = unsettled ? hashOf(bytes) : '';
    await inSlices(builder.add({ name, size: stat.size, modifiedMs: stat.modifiedMs, hash }, format, text));
  }

  private async read({ name, stat }: Found): Promise<Uint8Array | undefined> {
    const path = stat.size > maxBytes ? undefined : await this.transcripts.pathOf(name);
    // A file that cannot be read now is tried again with the next update.
    return path === undefined ? undefined : this.parts.files.read(path, maxBytes).catch(() => undefined);
  }
}

/**
 * Segments to be made into one: many of about the same size, and those that are dead for the most part. What is
 * indexed is thus indexed again only when four times as much has come.
 */
function wasteful(segments: readonly Segment[]): readonly Segment[] {
  const chosen = new Set(segments.filter((segment) => segment.dead.size * 2 > segment.docs.length));
  for (let most = smallestTier; most <= segmentWords / 2; most *= 4) {
    const tier = segments.filter(({ words }) => words < most && (most === smallestTier || words >= most / 4));
    if (tier.length > tierSegments) for (const segment of tier) chosen.add(segment);
  }
  return [...chosen];
}

function markOf({ stat }: Found): string {
  return `${stat.size} ${stat.modifiedMs}`;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex').slice(0, 16);
}
