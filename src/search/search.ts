/**
 * Search in the transcripts of an output folder: the one way in for terminal, editor and agents. Every answer is
 * read from the transcripts themselves.
 */
import { basename, dirname, join } from 'node:path';
import { decodeText } from '../captions/decode';
import { breathe, inSlices } from '../captions/sliced';
import { timeLink } from '../output/document';
import type { HeadFacts } from '../output/fileHead';
import type { Hit } from './match';
import { findIn } from './passages';
import { piecesOf, searched, type Piece } from './pieces';
import { readQuery } from './query';
import type { Doc } from './segment';
import { TranscriptIndex, type IndexParts, type Matches, type UpdateOptions } from './transcriptIndex';

export interface SearchHit {
  /** Absolute. */
  readonly file: string;
  /** Name of its batch folder. */
  readonly batch: string;
  readonly title: string;
  /** From 1. */
  readonly line: number;
  /** Where in the video, seconds; undefined where the transcript has no times. */
  readonly seconds: number | undefined;
  /** Opens the video at that second; undefined where its address is not known. */
  readonly link: string | undefined;
  /** The words around, on one line. */
  readonly text: string;
  /** Start and end of what was found in `text`, UTF-16 units. */
  readonly marks: readonly (readonly [start: number, end: number])[];
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  /** Passages found in all. */
  readonly total: number;
  /** No passage has all words; these have some of them. */
  readonly partial: boolean;
  /** Transcripts that were searched. */
  readonly transcripts: number;
  /** Why the index is not kept beside the transcripts; undefined: it is. */
  readonly aside: string | undefined;
}

export interface SearchOptions extends UpdateOptions {
  /** Most passages given, default 20. */
  readonly limit?: number;
  /** The index is taken as it is, for answers while somebody types; default false. */
  readonly asIs?: boolean;
}

const defaultLimit = 20;
/** Passages asked for beyond the limit, for those that the transcripts no longer hold. */
const spare = 10;
const maxBytes = 50 * 1024 * 1024;
/** Bytes of transcripts that are in memory for one answer. */
const mostTogether = 64 * 1024 * 1024;

export class TranscriptSearch {
  private readonly indexes = new Map<string, TranscriptIndex>();

  constructor(private readonly parts: IndexParts) {}

  /** Brings the folder's index up to date. `folder`: absolute. Throws FailureError, or the signal's reason. */
  async update(folder: string, options: UpdateOptions = {}): Promise<void> {
    await this.of(folder).update(options);
  }

  /** Whether the text has any word to look for. */
  hasWords(text: string): boolean {
    return readQuery(text).length > 0;
  }

  /**
   * The best passages for words, "phrases" and beginnings (`photo*`), as the folder's transcripts are now. `folder`:
   * absolute, an output folder or a batch folder. Throws FailureError, or the signal's reason when cancelled.
   */
  async search(folder: string, text: string, options: SearchOptions = {}): Promise<SearchAnswer> {
    const { limit = defaultLimit, asIs = false, signal } = options;
    const index = this.of(folder);
    if (!asIs) await index.update(options);
    let matches = await index.ask(text, limit + spare);
    if (matches === undefined) {
      // Another program may have replaced a segment meanwhile.
      await index.update(options);
      matches = await index.ask(text, limit + spare);
    }
    if (matches === undefined) {
      await index.discard();
      await index.update(options);
      matches = await index.ask(text, limit + spare);
    }
    const found = matches ?? { hits: [], total: 0, sought: [], partial: false };
    const hits = await this.read(index, found, limit, signal);
    return {
      hits,
      // What could not be found in the transcripts again does not count.
      total: hits.length < Math.min(limit, found.total) ? hits.length : found.total,
      partial: found.partial,
      transcripts: index.count,
      aside: index.store.aside,
    };
  }

  private of(folder: string): TranscriptIndex {
    const known = this.indexes.get(folder);
    if (known) return known;
    const index = new TranscriptIndex(this.parts, folder);
    this.indexes.set(folder, index);
    return index;
  }

  private async read(
    index: TranscriptIndex,
    { hits, sought }: Matches,
    limit: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly SearchHit[]> {
    const read = new Map<string, Promise<Transcript | undefined>>();
    const docOf = ({ segment, passage }: Hit): Doc | undefined => segment.docs[segment.docOf(passage)];
    const reading = (name: string): Promise<Transcript | undefined> => {
      const begun = read.get(name) ?? this.transcript(index, name);
      read.set(name, begun);
      return begun;
    };
    // The disk is waited for once, not for one transcript after the other, as far as they may be in memory together.
    const ahead = new Map(hits.slice(0, limit).map((hit) => [docOf(hit)?.name ?? '', docOf(hit)?.size ?? 0]));
    let room = mostTogether;
    await Promise.all(
      [...ahead].flatMap(([name, size]) => {
        room -= size;
        return room < 0 ? [] : [reading(name)];
      }),
    );
    let held = 0;
    const terms = sought.map(({ words }) => words);
    const found: SearchHit[] = [];
    for (const hit of hits) {
      const { segment, passage } = hit;
      if (found.length === limit) break;
      signal?.throwIfAborted();
      const doc = segment.docOf(passage);
      const name = docOf(hit)?.name ?? '';
      const isNew = !read.has(name);
      const transcript = await reading(name);
      if (transcript === undefined) continue;
      held += isNew ? transcript.size : 0;
      if (held > mostTogether) {
        read.clear();
        held = 0;
      }
      const isLast = (segment.docStarts[doc + 1] ?? 0) === passage + 1;
      const to = isLast ? Infinity : (segment.lines[passage + 1] ?? Infinity);
      // A passage may be a whole file.
      await breathe();
      const place = findIn(transcript.pieces, segment.lines[passage] ?? 0, to, terms);
      if (place === undefined) continue;
      const { url, title } = transcript.facts;
      found.push({
        ...place,
        file: join(index.transcripts.folder, name),
        batch: basename(dirname(join(index.transcripts.folder, name))),
        title: title ?? basename(name),
        link: url === undefined || place.seconds === undefined ? url : timeLink(url, place.seconds),
      });
    }
    return found;
  }

  private async transcript(index: TranscriptIndex, name: string): Promise<Transcript | undefined> {
    const format = searched.find((known) => name.endsWith(`.${known}`));
    const path = await index.transcripts.pathOf(name);
    if (format === undefined || path === undefined) return undefined;
    const bytes = await this.parts.files.read(path, maxBytes).catch(() => undefined);
    if (bytes === undefined) return undefined;
    const text = await inSlices(decodeText(bytes));
    const facts = await index.transcripts.facts(name, text.slice(0, 8192));
    return facts && { facts, pieces: await inSlices(piecesOf(format, text)), size: text.length };
  }
}

interface Transcript {
  readonly facts: HeadFacts;
  readonly pieces: readonly Piece[];
  /** Characters. */
  readonly size: number;
}
